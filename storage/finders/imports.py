"""What bringing in rows must know of the database, asked once for some hundred rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.activities.activity import Activity, Outcome
from domain.catalog.product import Product, code_key
from domain.customers.customer import Contact, Customer, CustomerAlias
from domain.customers.keys import name_key
from domain.equipment.equipment import Equipment
from domain.imports.kinds import SheetName
from domain.imports.row import Row
from domain.imports.run import ImportRun
from domain.people.person import Person
from domain.record import Entity
from storage import children, many, search
from storage.imports import import_rows
from storage.newly import table_of
from storage.search import search_keys

_ENTITIES: Mapping[str, type[Entity]] = {
    "activity": Activity,
    "contact": Contact,
    "equipment": Equipment,
    "product": Product,
    "customer": Customer,
}
"""What imports bring, in the order it is taken back: customers last, when nothing of theirs is left."""

_LIVE = {"contacts": Contact.active, "activities": ~Activity.undone, "equipment": ~Equipment.retired}
"""Of what belongs to customers: the rows that have not been taken back."""


@dataclass(slots=True, kw_only=True)
class Known:
    """What is known of the rows at hand; whoever brings records in adds them here."""

    rows: set[str] = field(default_factory=set)
    """Keys of rows brought in before."""
    customers: dict[str, Customer] = field(default_factory=dict)
    """By key of the name or alias, also those no longer active."""
    codes: dict[str, int | None] = field(default_factory=dict)
    """Credit code → customer."""
    phones: dict[str, Contact] = field(default_factory=dict)
    names: set[tuple[int | None, str]] = field(default_factory=set)
    """Customer and name of contacts there."""
    machines: dict[str, int] = field(default_factory=dict)
    """Serial → customer."""
    products: set[str] = field(default_factory=set)
    staff: frozenset[int] = frozenset()
    """Who works here."""

    def works_here(self, person_id: int) -> bool:
        """Return whether the person is one of the active staff."""
        return person_id in self.staff

    def knows_product(self, code: str) -> bool:
        """Return whether the price list has the product; one asked for counts as known from then on."""
        key = code_key(code)
        known = key in self.products
        self.products.add(key)
        return known


class ImportFinder:
    """Imports and what they brought."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def known(self, kind: SheetName, rows: Sequence[Row]) -> Known:
        """Return what is known of the rows."""
        known = Known(staff=frozenset(self._session.scalars(select(Person.id).where(Person.active))))
        keys = [row.key for row in rows]
        known.rows = set(self._session.scalars(select(import_rows.c.key).where(import_rows.c.key.in_(keys))))
        if kind is SheetName.PRODUCT:
            codes = [code_key(str(row.values["code"])) for row in rows]
            known.products = set(self._session.scalars(select(Product.key).where(Product.key.in_(codes))))
            return known
        self._find_customers(known, [str(row.values.get("name") or row.values.get("customer")) for row in rows])
        if kind is SheetName.CUSTOMER:
            self._find_contacts(known, rows)
        if kind is SheetName.EQUIPMENT:
            serials = [str(row.values["serial"]) for row in rows]
            machines = select(Equipment.serial, Equipment.customer_id).where(Equipment.serial.in_(serials))
            known.machines = {each.serial: each.customer_id for each in self._session.execute(machines)}
        return known

    def bring(
        self, brought: Sequence[Mapping[str, Any]], found_by: Sequence[tuple[int, tuple[tuple[str, str], ...]]]
    ) -> None:
        """Note what rows brought, and by what new customers are found."""
        if brought:
            many.insert(self._session, import_rows.insert(), [{**each, "kept": 0} for each in brought])
        keys = {(key, kind, id_) for id_, pairs in found_by for kind, key in pairs}
        if keys:
            insert = (sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql).insert(search_keys)
            rows = [{"key": key, "kind": kind, "customer_id": id_} for key, kind, id_ in sorted(keys)]
            many.insert(self._session, insert.on_conflict_do_nothing(), rows)

    def count(self, import_id: int, *, added: int, known: int) -> None:
        """Count rows on the import."""
        run = self._session.get_one(ImportRun, import_id)
        run.added += added
        run.known += known

    def version_of(self, record: str, id_: int) -> int:
        """Return the version of a record as it is now."""
        self._session.flush()
        table = table_of(_ENTITIES[record])
        version: int = self._session.execute(select(table.c.version).where(table.c.id == id_)).scalar_one()
        return version

    def take_back(self, import_id: int, limit: int) -> tuple[int, int, bool]:
        """Take back up to ``limit`` records; return how many went, how many stayed, and whether more are left."""
        for record in _ENTITIES:
            query = select(import_rows.c.id, import_rows.c.record_id, import_rows.c.version).where(
                import_rows.c.import_id == import_id, import_rows.c.kept == 0, import_rows.c.record == record
            )
            rows = self._session.execute(query.order_by(import_rows.c.id).limit(limit)).all()
            if rows:
                gone = self._retire(record, {row.record_id: row.version for row in rows})
                self._session.execute(
                    delete(import_rows).where(import_rows.c.id.in_([row.id for row in rows if row.record_id in gone]))
                )
                stay = [row.id for row in rows if row.record_id not in gone]
                self._session.execute(update(import_rows).where(import_rows.c.id.in_(stay)).values(kept=1))
                return len(gone), len(stay), True
        return 0, 0, False

    def _find_customers(self, known: Known, names: Sequence[str]) -> None:
        keys = {name_key(name) for name in names}
        for customer in self._session.scalars(select(Customer).where(Customer.key.in_(keys))):
            known.customers[customer.key] = self._living(customer)
        missing = [key for key in keys if key not in known.customers]
        called: dict[str, list[Customer]] = {}
        aliased = (
            select(CustomerAlias.key, Customer)
            .join(Customer, Customer.id == CustomerAlias.customer_id)
            .where(CustomerAlias.key.in_(missing), Customer.active)
        )
        for key, customer in self._session.execute(aliased):
            called.setdefault(key, []).append(customer)
        known.customers |= {key: several[0] for key, several in called.items() if len(several) == 1}

    def _find_contacts(self, known: Known, rows: Sequence[Row]) -> None:
        codes = [row.values["credit_code"] for row in rows if row.values.get("credit_code")]
        holders = select(Customer.credit_code, Customer.id).where(Customer.credit_code.in_(codes))
        known.codes = {str(code): id_ for code, id_ in self._session.execute(holders)}
        phones = [row.values["phone"] for row in rows if row.values.get("phone")]
        taken = select(Contact).where(Contact.phone.in_(phones), Contact.active)
        known.phones = {str(contact.phone): contact for contact in self._session.scalars(taken)}
        ids = [customer.id for customer in known.customers.values()]
        there = select(Contact.customer_id, Contact.name).where(Contact.customer_id.in_(ids), Contact.active)
        known.names = {(customer_id, name) for customer_id, name in self._session.execute(there)}

    def _living(self, customer: Customer) -> Customer:
        while customer.merged_into_id is not None:
            customer = self._session.get_one(Customer, customer.merged_into_id)
        return customer

    def _retire(self, record: str, versions: Mapping[int, int]) -> set[int]:
        """Take these records back where they are as they came; return which."""
        entity = _ENTITIES[record]
        table = table_of(entity)
        found = self._session.execute(select(table.c.id, table.c.version).where(table.c.id.in_(versions)))
        gone = {id_ for id_, version in found if version == versions[id_]}
        if record == "customer":
            gone -= self._in_use(gone)
        values: dict[str, Any] = {"version": table.c.version + 1}
        values |= {"activity": {"undone": True}, "equipment": {"retired": True}}.get(record, {"active": False})
        self._session.execute(update(table).where(table.c.id.in_(gone)).values(values))
        self._follow(record, table, gone)
        self._session.expire_all()
        return gone

    def _follow(self, record: str, table: Any, gone: set[int]) -> None:
        """Put right what was derived from records that are gone: last contacts, what customers are found by."""
        if record == "customer":
            self._session.execute(delete(search_keys).where(search_keys.c.customer_id.in_(gone)))
        elif record in ("contact", "equipment", "activity"):
            owners = set(self._session.scalars(select(table.c.customer_id).where(table.c.id.in_(gone)).distinct()))
            if record == "activity":
                self._forget_contacts(owners)
            elif owners:
                self._session.expire_all()
                search.index(self._session, owners)

    def _forget_contacts(self, customer_ids: set[int]) -> None:
        last = (
            select(func.max(Activity.at))
            .where(Activity.customer_id == Customer.id, ~Activity.undone, Activity.outcome == Outcome.REACHED)
            .scalar_subquery()
        )
        customers = table_of(Customer)
        self._session.execute(
            update(customers).where(customers.c.id.in_(customer_ids)).values(last_contact_at=last, last_contact_by=None)
        )

    def _in_use(self, ids: set[int]) -> set[int]:
        """Return those customers that anything still belongs to, and be it a follow-up somebody wrote since."""
        used: set[int] = set()
        for _, table, column in children.pointing():
            query = select(column).where(column.in_(ids)).distinct()
            if (live := _LIVE.get(table.name)) is not None:
                query = query.where(live)
            used |= set(self._session.scalars(query))
        return used
