"""Customers for reading."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.customers.customer import Contact, Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A customer with everything it and its people are called, for the reader of chat."""

    name: str
    aliases: tuple[str, ...]
    region: str
    contacts: tuple[str, ...]


class CustomerQueries:
    """What the reader needs to recognise customers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def called(self) -> list[Called]:
        """Return every active customer, in two queries."""
        contacts: dict[int, list[str]] = {}
        known = select(Contact.customer_id, Contact.name).where(Contact.active, Contact.name != "")
        for customer_id, name in self._session.execute(known.order_by(Contact.id)):
            contacts.setdefault(customer_id, []).append(name)
        return [
            Called(
                name=customer.name,
                aliases=tuple(customer.aliases),
                region=customer.region,
                contacts=tuple(contacts.get(customer.id, ())),
            )
            for customer in self._session.scalars(select(Customer).where(Customer.active).order_by(Customer.id))
        ]
