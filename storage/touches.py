"""When customers were last in contact: noted by effects, written for many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, or_, update
from sqlalchemy.orm import Session

from domain.customers.customer import Customer
from storage.newly import table_of

_TABLE = table_of(Customer)
_NOTE = (
    update(_TABLE)
    .where(
        _TABLE.c.id == bindparam("customer_id"),
        or_(_TABLE.c.last_contact_at.is_(None), _TABLE.c.last_contact_at < bindparam("at")),
    )
    .values(last_contact_at=bindparam("at"), last_contact_by=bindparam("by"))
)


def write(session: Session, touched: Sequence[dict[str, Any]]) -> None:
    """Note contacts (``customer_id``, ``at``, ``by``); an earlier one than what is known changes nothing.

    Nobody's version grows by it: a contact is no reason to refuse a button.
    """
    if touched:
        session.connection().execute(_NOTE, sorted(touched, key=lambda each: (each["customer_id"], each["at"])))
