"""Who may never decide a request, whatever the way his say has come to him (R-108)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.approvals.approval import Approval
from domain.people.person import Person
from domain.scope import line_above

if TYPE_CHECKING:
    from storage.finders.people import PeopleFinder


def is_barred(approval: Approval, person: Person, people: PeopleFinder) -> bool:
    """Return whether it is his own: he asked, owns or edited it, be it under a second entry with the same phone."""
    if person.id in approval.barred:
        return True
    barred = (people.by_id(id_) for id_ in approval.barred)
    return bool(person.phone) and any(own is not None and own.phone == person.phone for own in barred)


def may_be_given(approval: Approval, person: Person, people: PeopleFinder) -> bool:
    """Return whether a say may be handed to this person: nobody who is barred, nobody who answers to the asker."""
    if not person.active or is_barred(approval, person, people):
        return False
    return all(leader.id != approval.requester_id for leader in line_above(person.id, people.leader_of))
