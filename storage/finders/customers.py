"""Finding customers and the people there, by what is said about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import bindparam, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.customers.customer import Contact, Customer, CustomerAlias
from domain.customers.keys import name_key
from domain.record import Entity

E = TypeVar("E", bound=Entity)

_KEYED = select(Customer.id).where(Customer.key == bindparam("key"))
_ALIASED = select(CustomerAlias.customer_id).where(CustomerAlias.key == bindparam("key"))
_CALLED = (
    select(Customer)
    .where(Customer.id.in_(union_all(_KEYED, _ALIASED)), Customer.active)
    .order_by(Customer.key != bindparam("key"))
    .limit(2)
)
"""Who has the name itself comes first; by a name two customers share neither is found."""
_TAKEN = select(Contact).where(Contact.phone == bindparam("phone"))


class CustomerFinder:
    """Customers by name and alias, contacts by number; ``ensure`` never makes a double (R-51)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_name(self, name: str) -> Customer | None:
        """Return the only active customer called so; None when there is none or more than one."""
        key = name_key(name)
        found = self._session.scalars(_CALLED, {"key": key}).all()
        return found[0] if found and (len(found) == 1 or found[0].key == key) else None

    def ensure(self, name: str, key: str, *, region: str = "", owner_id: int | None = None) -> tuple[Customer, bool]:
        """Return the customer of this key, also one no longer active, and whether it was created now, as said.

        Two writers who meet the same new company wait for each other on the unique key.
        """
        made = self._insert(
            Customer,
            {
                "version": 1,
                "name": name,
                "key": key,
                "aliases": [],
                "region": region,
                "owner_id": owner_id,
                "level": "",
                "active": True,
            },
            "key",
        )
        if made is not None:
            return made, True
        return self._session.scalars(select(Customer).where(Customer.key == key)).one(), False

    def call(self, customer: Customer, keys: Iterable[str]) -> None:
        """Remember other names of ``customer``."""
        for key in dict.fromkeys(keys):
            self._insert(CustomerAlias, {"version": 1, "key": key, "customer_id": customer.id}, "key", "customer_id")

    def contact_by_phone(self, phone: str) -> Contact | None:
        """Return the active contact with this number."""
        contact = self._taken(phone)
        return contact if contact is not None and contact.active else None

    def ensure_contact(self, customer_id: int, name: str, phone: str) -> tuple[Contact, bool]:
        """Return the contact of this number, else of this name there, else a new one; and whether it is new.

        A number taken by somebody at another customer's returns that person.
        """
        found = self._taken(phone) if phone else self._called(customer_id, name)
        if found is None and phone:
            nameless = self._called(customer_id, name)
            if nameless is not None and nameless.phone is None:
                nameless.phone = phone
                return nameless, self._revived(nameless)
            made = self._insert(
                Contact,
                {"version": 1, "customer_id": customer_id, "name": name, "title": "", "phone": phone, "active": True},
                "phone",
            )
            if made is not None:
                return made, True
            return self._session.scalars(_TAKEN, {"phone": phone}).one(), False
        if found is None:
            found = Contact(customer_id=customer_id, name=name)
            self._session.add(found)
            self._session.flush()
            return found, True
        if not found.active:
            found.customer_id = customer_id
        return found, self._revived(found)

    def _taken(self, phone: str) -> Contact | None:
        return self._session.scalars(_TAKEN, {"phone": phone}).first()

    def _called(self, customer_id: int, name: str) -> Contact | None:
        same = select(Contact).where(Contact.customer_id == customer_id, Contact.name == name).order_by(Contact.id)
        return self._session.scalars(same.limit(1)).first() if name else None

    def _revived(self, contact: Contact) -> bool:
        was, contact.active = contact.active, True
        return not was

    def _insert(self, kind: type[E], values: dict[str, Any], *unique: str) -> E | None:
        insert = (sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql).insert(kind)
        statement = insert.values(values).on_conflict_do_nothing(index_elements=unique).returning(kind)
        return self._session.scalars(statement).first()
