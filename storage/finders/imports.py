"""What bringing in rows must know of the database, asked once for some hundred rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from domain.activities.activity import Activity, Outcome
from domain.catalog.product import Product, code_key
from domain.customers.customer import Contact, Customer, CustomerAlias
from domain.equipment.equipment import Equipment
from domain.imports.chunk import Brought
from domain.imports.kinds import SheetName
from domain.imports.known import Known, KnownCustomer
from domain.imports.row import FoundBy, Row
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

_AMONG: BindParameter[Any] = bindparam("among", expanding=True)
_DECIDES = (
    Customer.key, Customer.id, Customer.name, Customer.owner_id, Customer.region, Customer.credit_code,
    Customer.active, Customer.merged_into_id,
)  # fmt: skip
_CUSTOMERS = select(*_DECIDES).where(Customer.key.in_(_AMONG))
_CUSTOMER = select(*_DECIDES).where(Customer.id == bindparam("id"))
_CALLED = (
    select(CustomerAlias.key.label("called"), *_DECIDES)
    .join(Customer, Customer.id == CustomerAlias.customer_id)
    .where(CustomerAlias.key.in_(_AMONG), Customer.active)
)
_BROUGHT = select(import_rows.c.key).where(import_rows.c.key.in_(_AMONG))
_STAFF = select(Person.id).where(Person.active)
_PRODUCTS = select(Product.key).where(Product.key.in_(_AMONG))
_MACHINES = select(Equipment.serial, Equipment.customer_id).where(Equipment.serial.in_(_AMONG))
_HOLDERS = select(Customer.credit_code, Customer.id).where(Customer.credit_code.in_(_AMONG))
_REACHED = select(Contact.phone, Contact.customer_id).where(Contact.phone.in_(_AMONG), Contact.active)
_THERE = select(Contact.customer_id, Contact.name).where(Contact.customer_id.in_(_AMONG), Contact.active)


class ImportFinder:
    """Imports and what they brought."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def known(self, kind: SheetName, rows: Sequence[Row]) -> Known:
        """Return what is known of the rows."""
        known = Known(staff=frozenset(self._session.scalars(_STAFF)))
        known.rows = set(self._session.scalars(_BROUGHT, {"among": [row.key for row in rows]}))
        if kind is SheetName.PRODUCT:
            codes = [code_key(str(row.values["code"])) for row in rows]
            known.products = set(self._session.scalars(_PRODUCTS, {"among": codes}))
            return known
        self._find_customers(known, {row.company for row in rows})
        if kind is SheetName.CUSTOMER:
            self._find_contacts(known, rows)
        if kind is SheetName.EQUIPMENT:
            serials = [str(row.values["serial"]) for row in rows]
            known.machines = dict(self._pairs(_MACHINES, serials))
        return known

    def bring(self, import_id: int, brought: Sequence[Brought], found_by: Sequence[tuple[int, FoundBy]]) -> None:
        """Note what rows brought, and by what customers are found from now on."""
        versions = self._versions({(each.record, each.record_id) for each in brought if each.version is None})
        noted = [
            (import_id, each.line, each.key, each.record, each.record_id,
             versions[each.record, each.record_id] if each.version is None else each.version, 0)
            for each in brought
        ]  # fmt: skip
        columns = ("import_id", "line", "key", "record", "record_id", "version", "kept")
        many.insert(self._session, import_rows, columns, noted)
        search.add(self._session, ((key, kind, id_) for id_, pairs in found_by for kind, key in pairs))

    def count(self, import_id: int, *, added: int, known: int) -> None:
        """Count rows on the import."""
        run = self._session.get_one(ImportRun, import_id)
        run.added += added
        run.known += known

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

    def _find_customers(self, known: Known, keys: AbstractSet[str]) -> None:
        for row in self._session.execute(_CUSTOMERS, {"among": sorted(keys)}):
            known.customers[row.key] = self._living(row)
        missing = sorted(key for key in keys if key not in known.customers)
        called: dict[str, list[KnownCustomer]] = {}
        for alias in self._session.execute(_CALLED, {"among": missing}):
            called.setdefault(alias.called, []).append(_known_customer(alias))
        known.customers |= {key: several[0] for key, several in called.items() if len(several) == 1}

    def _find_contacts(self, known: Known, rows: Sequence[Row]) -> None:
        codes = [row.values["credit_code"] for row in rows if row.values.get("credit_code")]
        known.codes = dict(self._pairs(_HOLDERS, codes))
        phones = [row.values["phone"] for row in rows if row.values.get("phone")]
        known.phones = dict(self._pairs(_REACHED, phones))
        known.names = set(self._pairs(_THERE, [customer.id for customer in known.customers.values()]))

    def _pairs(self, query: Select[Any, Any], among: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        return ((row[0], row[1]) for row in self._session.execute(query, {"among": among}))

    def _versions(self, records: AbstractSet[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """Return the versions of records as they are now."""
        found: dict[tuple[str, int], int] = {}
        for record in {record for record, _ in records}:
            table = table_of(_ENTITIES[record])
            query = select(table.c.id, table.c.version).where(
                table.c.id.in_([id_ for of, id_ in records if of == record])
            )
            found |= {(record, row.id): row.version for row in self._session.execute(query)}
        return found

    def _living(self, row: Any) -> KnownCustomer:
        """Return the customer, or the one it was merged into."""
        while row.merged_into_id is not None:
            row = self._session.execute(_CUSTOMER, {"id": row.merged_into_id}).one()
        return _known_customer(row)

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


def _known_customer(row: Any) -> KnownCustomer:
    return KnownCustomer(
        id=row.id,
        name=row.name,
        owner_id=row.owner_id,
        region=row.region,
        credit_code=row.credit_code,
        active=row.active,
    )
