"""The table of what customers are found by, and looking in it.

A derived table: ``index`` makes a customer's rows from the records, and leaves alone those that are right.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    and_,
    delete,
    insert,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from domain.customers.customer import Contact, Customer
from domain.customers.search import LONGEST, Key, KeyKind, keys_of, sought
from domain.equipment.equipment import Equipment
from domain.record import Identity, Record

_AFTER = "\U0010ffff"
"""Behind every sign: a key begins with x when it lies between x and x followed by this."""
_BYTEWISE = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")

search_keys = Table(
    "search_keys",
    Record.metadata,
    Column("key", _BYTEWISE, nullable=False),
    Column("kind", String(1), nullable=False),
    Column("customer_id", Identity, ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("key", "kind", "customer_id", name="pk_search_keys"),
    Index("ix_search_keys_customer_id", "customer_id"),
)


def index(session: Session, customer_id: int) -> None:
    """Bring the rows of one customer up to date; a customer that is gone has none."""
    session.flush()
    customer = session.get(Customer, customer_id)
    wanted = _keys(session, customer) if customer is not None and customer.active else set()
    query = select(search_keys.c.kind, search_keys.c.key).where(search_keys.c.customer_id == customer_id)
    there = {(KeyKind(kind), key) for kind, key in session.execute(query)}
    gone, new = there - wanted, wanted - there
    if gone:
        ours = search_keys.c.customer_id == customer_id
        which = or_(*(_is(kind, key) for kind, key in gone))
        session.execute(delete(search_keys).where(ours, which))
    if new:
        rows = [{"key": key, "kind": kind.value, "customer_id": customer_id} for kind, key in sorted(new)]
        session.execute(insert(search_keys), rows)


def find(session: Session, said: str, scope: ColumnElement[bool], limit: int) -> list[tuple[Customer, KeyKind]]:
    """Return customers within ``scope`` that ``said`` may mean, each with what fitted best: whole keys first."""
    keys = sought(said)
    if not keys:
        return []
    for fits in (_is, _begins):
        # One select for each key, so that each is answered from the index, whatever the order asked for.
        fitting = union_all(*(_SELECTED.where(fits(kind, key)) for kind, key in keys)).subquery()
        query = (
            select(fitting.c.customer_id, fitting.c.kind)
            .join(Customer, Customer.id == fitting.c.customer_id)
            .where(Customer.active, scope)
            .order_by(fitting.c.customer_id)
            .limit(limit * len(KeyKind))
        )
        best: dict[int, KeyKind] = {}
        for customer_id, kind in session.execute(query):
            found = KeyKind(kind)
            if customer_id not in best or _RANK[found] < _RANK[best[customer_id]]:
                best[customer_id] = found
        if best:
            ids = sorted(best, key=lambda id_: (_RANK[best[id_]], id_))[:limit]
            named = {each.id: each for each in session.scalars(select(Customer).where(Customer.id.in_(ids)))}
            return [(named[id_], best[id_]) for id_ in ids]
    return []


def sound_of(name: str) -> str:
    """Return how the whole of a name sounds, as its key says it; empty for one without Chinese signs."""
    return max((key for kind, key in keys_of([name]) if kind is KeyKind.PINYIN), key=len, default=name)


def sounding_like(session: Session, customer: Customer) -> list[Customer]:
    """Return other live customers whose whole names sound like this one's."""
    sound = sound_of(customer.name)
    query = (
        select(Customer)
        .join(search_keys, search_keys.c.customer_id == Customer.id)
        .where(_is(KeyKind.PINYIN, sound), Customer.id != customer.id, Customer.active)
        .order_by(Customer.id)
        .limit(3)
    )
    return list(session.scalars(query))


_RANK = {kind: place for place, kind in enumerate(KeyKind)}


_SELECTED = select(search_keys.c.customer_id, search_keys.c.kind)


def _is(kind: KeyKind, key: str) -> ColumnElement[bool]:
    return and_(search_keys.c.kind == kind, search_keys.c.key == key)


def _begins(kind: KeyKind, key: str) -> ColumnElement[bool]:
    return and_(search_keys.c.kind == kind, search_keys.c.key >= key, search_keys.c.key < key + _AFTER)


def _keys(session: Session, customer: Customer) -> set[Key]:
    phones = select(Contact.phone).where(Contact.customer_id == customer.id, Contact.active, Contact.phone.is_not(None))
    serials = select(Equipment.serial).where(Equipment.customer_id == customer.id, ~Equipment.retired)
    return keys_of(
        [customer.name, *([customer.legal_name] if customer.legal_name else []), *customer.aliases],
        phones=[phone for phone in session.scalars(phones) if phone],
        serials=session.scalars(serials),
        code=customer.credit_code or "",
    )
