"""The table of what customers are found by, and looking in it.

A derived table: ``index`` makes a customer's rows from the records, and leaves alone those that are right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    String,
    Subquery,
    Table,
    and_,
    delete,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from domain.customers.customer import Contact, Customer
from domain.customers.search import LONGEST, KeyKind, keys_of, sought
from domain.equipment.equipment import Equipment
from domain.record import Identity, Record
from storage import many

_AFTER = "\U0010ffff"
"""Behind every sign: a key begins with x when it lies between x and x followed by this."""
SEARCHES = "gendan_searches"
"""Execution option of a statement that looks here: what waits to be indexed is indexed first."""
_SEARCHING = {SEARCHES: True}
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


def index(session: Session, customer_ids: Collection[int]) -> None:
    """Bring the rows of these customers up to date; one that is gone has none."""
    session.flush()
    wanted = _keys(session, customer_ids)
    ours = search_keys.c.customer_id.in_(customer_ids)
    there = {(KeyKind(row.kind), row.key, row.customer_id) for row in session.execute(select(search_keys).where(ours))}
    for kind, key, customer_id in sorted(there - wanted):
        session.execute(delete(search_keys).where(search_keys.c.customer_id == customer_id, _is(kind, key)))
    add(session, ((key, kind.value, customer_id) for kind, key, customer_id in wanted - there))


def add(session: Session, rows: Iterable[tuple[str, str, int]]) -> None:
    """Write keys of customers: key, kind and customer. One that is there already stays."""
    # In the order of the index; and another process may be about to write the same: both are right.
    many.insert(session, search_keys, ("key", "kind", "customer_id"), sorted(rows), or_known=True)


def find(session: Session, said: str, scope: ColumnElement[bool], limit: int) -> list[tuple[Customer, KeyKind]]:
    """Return customers within ``scope`` that ``said`` may mean, each with what fitted best: whole keys first."""
    keys = sought(said)
    if not keys:
        return []
    for fits in (_is, _begins):
        # One select for each key, so that each is answered from the index, whatever the order asked for.
        fitting = union_all(*(_SELECTED.where(fits(kind, key)) for kind, key in keys)).subquery()
        best: dict[int, KeyKind] = {}
        for customer_id, kind in _within(session, fitting, scope, limit * len(KeyKind)):
            found = KeyKind(kind)
            if customer_id not in best or _RANK[found] < _RANK[best[customer_id]]:
                best[customer_id] = found
        if best:
            ids = sorted(best, key=lambda id_: (_RANK[best[id_]], id_))[:limit]
            named = {each.id: each for each in session.scalars(select(Customer).where(Customer.id.in_(ids)))}
            return [(named[id_], best[id_]) for id_ in ids]
    return []


def _within(session: Session, fitting: Subquery, scope: ColumnElement[bool], limit: int) -> Sequence[tuple[int, str]]:
    """Return the customer and kind of keys that fit, of customers within ``scope``, the oldest customers first."""
    few = session.execute(
        select(fitting.c.customer_id, fitting.c.kind).limit(_FEW + 1), execution_options=_SEARCHING
    ).all()
    if len(few) <= _FEW:
        # Looked at one by one: asked for together, a scope of thousands would be gone through to find these.
        ids = {customer_id for customer_id, _ in few}
        seen = set(session.scalars(select(Customer.id).where(Customer.id.in_(ids), Customer.active, scope)))
        return sorted((id_, kind) for id_, kind in few if id_ in seen)[:limit]
    query = (
        select(fitting.c.customer_id, fitting.c.kind)
        .join(Customer, Customer.id == fitting.c.customer_id)
        .where(Customer.active, scope)
        .order_by(fitting.c.customer_id)
        .limit(limit)
    )
    return [(id_, kind) for id_, kind in session.execute(query, execution_options=_SEARCHING)]


def sound_of(name: str) -> str:
    """Return how the whole of a name sounds, as its key says it; empty for one without Chinese signs."""
    return max((key for kind, key in keys_of([name]) if kind is KeyKind.PINYIN), key=len, default=name)


def sounding(session: Session, sound: str, but: int, options: Mapping[str, Any]) -> list[Customer]:
    """Return live customers other than ``but`` whose whole names sound so, as far as they are indexed."""
    query = (
        select(Customer)
        .join(search_keys, search_keys.c.customer_id == Customer.id)
        .where(_is(KeyKind.PINYIN, sound), Customer.id != but, Customer.active)
        .order_by(Customer.id)
        .limit(3)
    )
    return list(session.scalars(query, execution_options=options))


_FEW = 400
_RANK = {kind: place for place, kind in enumerate(KeyKind)}


_SELECTED = select(search_keys.c.customer_id, search_keys.c.kind)


def _is(kind: KeyKind, key: str) -> ColumnElement[bool]:
    return and_(search_keys.c.kind == kind, search_keys.c.key == key)


def _begins(kind: KeyKind, key: str) -> ColumnElement[bool]:
    return and_(search_keys.c.kind == kind, search_keys.c.key >= key, search_keys.c.key < key + _AFTER)


def _keys(session: Session, customer_ids: Collection[int]) -> set[tuple[KeyKind, str, int]]:
    """Return what the live ones of these customers are found by, each with the customer."""
    phones, serials = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list)
    reached = select(Contact.customer_id, Contact.phone).where(Contact.active, Contact.phone.is_not(None))
    for customer_id, phone in session.execute(reached.where(Contact.customer_id.in_(customer_ids))):
        if phone:
            phones[customer_id].append(phone)
    installed = select(Equipment.customer_id, Equipment.serial).where(~Equipment.retired)
    for customer_id, serial in session.execute(installed.where(Equipment.customer_id.in_(customer_ids))):
        serials[customer_id].append(serial)
    live = select(Customer.id, Customer.name, Customer.legal_name, Customer.aliases, Customer.credit_code)
    return {
        (kind, key, row.id)
        for row in session.execute(live.where(Customer.id.in_(customer_ids), Customer.active))
        for kind, key in keys_of(
            [row.name, *([row.legal_name] if row.legal_name else []), *row.aliases],
            phones=phones[row.id],
            serials=serials[row.id],
            code=row.credit_code or "",
        )
    }
