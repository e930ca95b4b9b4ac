"""Every record type there is, in the order of the nouns; a new noun adds its line here."""

from __future__ import annotations

from collections.abc import Mapping

from domain.activities.fields import ACTIVITY
from domain.customers.fields import CONTACT, CUSTOMER
from domain.equipment.fields import EQUIPMENT
from domain.fields import RecordType
from domain.inquiries.fields import INQUIRY, TASK
from domain.opportunities.fields import OPPORTUNITY
from domain.quotes.fields import QUOTE
from domain.service.fields import TICKET
from domain.solutions.fields import SOLUTION

RECORDS: Mapping[str, RecordType] = {
    kind.name: kind
    for kind in (CUSTOMER, CONTACT, INQUIRY, TASK, ACTIVITY, OPPORTUNITY, QUOTE, SOLUTION, EQUIPMENT, TICKET)
}


def record_called(word: str) -> RecordType | None:
    """Return the record type people call so: 询单 is an inquiry."""
    return next((kind for kind in RECORDS.values() if word == kind.name or word in (kind.label, *kind.synonyms)), None)


def record_words() -> tuple[str, ...]:
    """Return everything record types are called, the longest first."""
    words = [word for kind in RECORDS.values() for word in (kind.label, *kind.synonyms)]
    return tuple(sorted(words, key=len, reverse=True))
