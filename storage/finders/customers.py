"""Finding customers and the people there, by what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.customers.customer import Contact, Customer, CustomerAlias
from domain.customers.groups import CustomerGroup
from domain.customers.keys import legal_name_in, name_key
from domain.customers.registration import Registration
from domain.customers.viewing import CustomerLook
from domain.people.person import Person
from domain.record import Entity
from domain.tasks.task import Task, TaskKind, TaskState
from storage import children, cleaning, search
from storage.newly import ASKS

_KEYED = select(Customer.id).where(Customer.key == bindparam("key"))
_ALIASED = select(CustomerAlias.customer_id).where(CustomerAlias.key == bindparam("key"))
_CALLED = (
    select(Customer)
    .where(Customer.id.in_(union_all(_KEYED, _ALIASED)), Customer.active)
    .order_by(Customer.key != bindparam("key"))
    .limit(2)
)
"""Who has the name itself comes first; by a name two customers share neither is found."""
_OF_KEY = select(Customer).where(Customer.key == bindparam("key"))
_TAKEN = (
    select(Contact).where(Contact.phone.in_(bindparam("phones", expanding=True))).order_by(Contact.active, Contact.id)
)
"""The active one last: of all that ever had the number it is the one that counts."""
_NAMED = (
    select(Contact.id)
    .where(Contact.customer_id == bindparam("customer_id"), Contact.name == bindparam("name"))
    .where(Contact.main_id.is_(None))
    .order_by(Contact.id)
    .limit(1)
)
"""Asked past the session: mostly there is nobody, and that is known at a third of the cost."""


class CustomerFinder:
    """Customers by name and alias, contacts by number; ``ensure`` never makes a double (R-51).

    Two writers who meet the same new company or number wait for each other on the unique key when they
    write; the slower one is tried again and finds the other's.
    """

    def __init__(
        self,
        session: Session,
        add: Callable[[Entity], None] | None = None,
        touch: Callable[[dict[str, Any]], None] | None = None,
        index: Callable[[int], None] | None = None,
    ) -> None:
        """Without ``add`` (new records), ``touch`` (contacts) and ``index`` it only reads, and knows nobody new."""
        self._session = session
        self._adds = add
        self._touches = touch
        self._indexes = index
        # Who was met or made in this transaction is known here, so what waits to be written need not be.
        self._unwritten: dict[str, Any] = {ASKS: None if add is None else ()}
        self._customers: dict[str, Customer] = {}
        """By key, as met or made in this transaction."""
        self._made: list[tuple[Customer, str]] = []
        """With the sound of the name."""
        self._numbers: dict[str, Contact | None] = {}
        """By number; None for a number known to be nobody's."""
        self._names: dict[tuple[int, str], Contact] = {}
        """Contacts made in this transaction, by customer and name."""

    def expect(self, phones: Collection[str]) -> None:
        """Read at once whose numbers these are."""
        asked = [phone for phone in dict.fromkeys(phones) if phone not in self._numbers]
        if asked:
            self._numbers |= dict.fromkeys(asked)
            for contact in self._session.scalars(_TAKEN, {"phones": asked}, execution_options=self._unwritten):
                self._numbers[contact.phone or ""] = contact

    def by_name(self, name: str) -> Customer | None:
        """Return the only active customer called so; None when there is none or more than one."""
        key = name_key(name)
        met = self._customers.get(key)
        if met is not None and met.active and met.key == key:
            return met
        found = self._session.scalars(_CALLED, {"key": key}, execution_options=self._unwritten).all()
        if not found or (len(found) > 1 and found[0].key != key):
            return None
        if found[0].key == key:
            self._customers[key] = found[0]
        return found[0]

    def ensure(self, name: str, key: str, *, region: str = "", owner_id: int | None = None) -> tuple[Customer, bool]:
        """Return the customer of this key, also one no longer active, and whether it was created now, as said."""
        known = (
            self._customers.get(key)
            or self._session.scalars(_OF_KEY, {"key": key}, execution_options=self._unwritten).first()
        )
        while known is not None and known.merged_into_id is not None:
            known = self._session.get_one(Customer, known.merged_into_id)
        made = Customer(name=name, key=key, region=region, owner_id=owner_id, legal_name=legal_name_in(name))
        customer = known or made
        if known is None:
            self._add(customer)
            self._made.append((customer, search.sound_of(name)))
        self._customers[key] = customer
        return customer, known is None

    def touch(self, customer_id: int, at: datetime, by: int | None) -> None:
        """Note a contact; an earlier one than what is known changes nothing. Nobody's version grows by it."""
        assert self._touches is not None, "contacts are noted within an effect"
        self._touches({"customer_id": customer_id, "at": at, "by": by})

    def silent_of(self, owner_id: int, before: datetime, limit: int) -> Sequence[Customer]:
        """Return somebody's customers not contacted since ``before``, no call planned, the longest silent first."""
        planned = select(Task.id).where(
            Task.customer_id == Customer.id, Task.state == TaskState.OPEN, Task.kind == TaskKind.CONTACT
        )
        query = (
            select(Customer)
            .where(
                Customer.owner_id == owner_id,
                Customer.active,
                or_(Customer.last_contact_at.is_(None), Customer.last_contact_at <= before),
                ~planned.exists(),
            )
            .order_by(Customer.last_contact_at.is_not(None), Customer.last_contact_at, Customer.id)
            .limit(limit)
        )
        return self._session.scalars(query).all()

    def index(self, customer_id: int) -> None:
        """Have what the customer is found by brought up to date before anybody looks for it."""
        assert self._indexes is not None, "customers are indexed within an effect"
        self._indexes(customer_id)

    def needs_cleaning(self, person: Person) -> bool:
        """Return whether anything is wrong with the records of this person's customers."""
        return cleaning.dirt_of(self._session, person.actor("")).any

    def owned(self, owner_id: int) -> Sequence[Customer]:
        """Return somebody's live customers."""
        mine = select(Customer).where(Customer.owner_id == owner_id, Customer.active)
        return self._session.scalars(mine.order_by(Customer.id)).all()

    def registration(self, customer_id: int) -> Registration | None:
        """Return who registered the customer last, also when that is over."""
        return self._session.scalars(select(Registration).where(Registration.customer_id == customer_id)).first()

    def look_alikes(self, customer: Customer) -> Sequence[Customer]:
        """Return other customers whose names sound the same; those made in this transaction are not indexed yet."""
        sound = search.sound_of(customer.name)
        new = [each for each, its in self._made if its == sound and each.id != customer.id]
        found = search.sounding(self._session, sound, customer.id, self._unwritten)
        return [*found, *(each for each in new if each not in found)]

    def call_new(self, customer: Customer, keys: Iterable[str]) -> list[str]:
        """Remember other names of ``customer`` and return those that were not known."""
        known = set(self._session.scalars(select(CustomerAlias.key).where(CustomerAlias.customer_id == customer.id)))
        fresh = [key for key in dict.fromkeys(keys) if key not in known and key != customer.key]
        self.call(customer, fresh)
        return fresh

    def forget_names(self, customer_id: int, keys: Collection[str]) -> None:
        """Forget other names of a customer."""
        ours = CustomerAlias.customer_id == customer_id
        self._session.execute(delete(CustomerAlias).where(ours, CustomerAlias.key.in_(keys)))

    def has_children(self, customer_id: int) -> bool:
        """Return whether anything was filed under a customer but the people there and whose it is."""
        return children.any_of(self._session, customer_id)

    def move_all(self, giver: int, taker: int) -> dict[str, list[int]]:
        """Move all that belongs to one customer to another; return what was moved."""
        return children.move_all(self._session, giver, taker)

    def move_back(self, moved: Mapping[str, Sequence[int]], giver: int, taker: int) -> None:
        """Move back what is still where ``move_all`` put it."""
        children.move_back(self._session, moved, giver, taker)

    def call(self, customer: Customer, keys: Iterable[str]) -> None:
        """Remember other names of ``customer``."""
        insert = (sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql).insert(CustomerAlias)
        rows = [{"version": 1, "key": key, "customer_id": customer.id} for key in dict.fromkeys(keys)]
        if rows:
            self._session.execute(insert.on_conflict_do_nothing(index_elements=["key", "customer_id"]), rows)

    def group(self, platform: str, chat: str) -> CustomerGroup | None:
        """Return what this group chat is bound to."""
        bound = select(CustomerGroup).where(CustomerGroup.platform == platform, CustomerGroup.chat == chat)
        return self._session.scalars(bound).first()

    def by_credit_code(self, code: str) -> Customer | None:
        """Return the customer of this code, also one that is no longer active."""
        return self._session.scalars(select(Customer).where(Customer.credit_code == code)).first()

    def contacts(self, customer_id: int) -> Sequence[Contact]:
        """Return the active contacts at a customer's, the oldest first, without their further numbers."""
        query = select(Contact).where(Contact.customer_id == customer_id, Contact.active, Contact.main_id.is_(None))
        return self._session.scalars(query.order_by(Contact.id)).all()

    def numbers(self, customer_id: int) -> Mapping[int, Sequence[Contact]]:
        """Return the further numbers of the customer's contacts, by contact."""
        query = select(Contact).where(Contact.customer_id == customer_id, Contact.active, Contact.main_id.is_not(None))
        found: dict[int, list[Contact]] = {}
        for each in self._session.scalars(query.order_by(Contact.id)):
            assert each.main_id is not None
            found.setdefault(each.main_id, []).append(each)
        return found

    def seen_on(self, person_id: int, day: date) -> set[int]:
        """Return the customers whose cards somebody has opened on a day."""
        looks = select(CustomerLook.customer_id).where(CustomerLook.person_id == person_id, CustomerLook.day == day)
        return set(self._session.scalars(looks))

    def contact_called(self, customer_id: int, name: str) -> Contact | None:
        """Return the contact of this name at the customer's."""
        return self._called(customer_id, name)

    def contact_by_phone(self, phone: str) -> Contact | None:
        """Return the active contact with this number, be it a further one of his."""
        contact = self._taken(phone)
        return self._main(contact) if contact is not None and contact.active else None

    def add_number(self, contact: Contact, phone: str) -> None:
        """Note a further number of a contact; one that belonged to somebody who is gone is his from now on."""
        taken = self._taken(phone)
        if taken is None:
            taken = Contact(customer_id=contact.customer_id, phone=phone)
            self._add(taken)
            self._numbers[phone] = taken
        taken.customer_id, taken.name, taken.main_id, taken.active = contact.customer_id, contact.name, contact.id, True

    def ensure_contact(self, customer_id: int, name: str, phone: str) -> tuple[Contact, bool]:
        """Return the contact of this number, else of this name there, else a new one; and whether it is new.

        A number taken by somebody at another customer's returns that person.
        """
        found = self._taken(phone) if phone else self._called(customer_id, name)
        if found is not None and found.active:
            found = self._main(found)
        if found is None and phone:
            nameless = self._called(customer_id, name)
            if nameless is not None and nameless.phone is None:
                nameless.phone = phone
                self._numbers[phone] = nameless
                return nameless, self._revived(nameless)
        if found is None:
            found = Contact(customer_id=customer_id, name=name, phone=phone or None)
            self._add(found)
            self._names[customer_id, name] = found
            if phone:
                self._numbers[phone] = found
            return found, True
        if not found.active:
            found.customer_id = customer_id
        return found, self._revived(found)

    def _add(self, record: Entity) -> None:
        assert self._adds is not None, "this finder only reads"
        self._adds(record)

    def _taken(self, phone: str) -> Contact | None:
        met = self._numbers.get(phone)
        if met is not None and met.phone != phone:
            del self._numbers[phone]  # it has got another number since
        self.expect([phone])
        return self._numbers[phone]

    def _main(self, contact: Contact) -> Contact:
        return contact if contact.main_id is None else self._session.get_one(Contact, contact.main_id)

    def _called(self, customer_id: int, name: str) -> Contact | None:
        if not name:
            return None
        made = self._names.get((customer_id, name))
        if made is not None and (made.customer_id, made.name) == (customer_id, name):
            return made
        known = self._session.connection().scalar(_NAMED, {"customer_id": customer_id, "name": name})
        return None if known is None else self._session.get(Contact, known, execution_options=self._unwritten)

    def _revived(self, contact: Contact) -> bool:
        was, contact.active = contact.active, True
        return not was
