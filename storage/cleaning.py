"""What is wrong with the records of one person's customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.customers.cleaning import Dirt
from domain.customers.credit_code import is_credit_code
from domain.customers.customer import Contact, Customer
from domain.customers.fields import CUSTOMER
from domain.customers.keys import legal_name_in
from domain.people.person import Person
from storage.scope import in_scope
from storage.search import sound_of

_NAMED = 3


def dirt_of(session: Session, viewer: Actor) -> Dirt:
    """Return it for the viewer's own customers, and for those whose owner left within his scope."""
    own = (Customer.owner_id == viewer.person_id, Customer.active)
    reachable = select(Contact.id).where(Contact.customer_id == Customer.id, Contact.active, Contact.phone.is_not(None))
    without_phone = (*own, ~reachable.exists())
    pairs = _alike(session, own)
    left = (Customer.active, _left_behind(), in_scope(CUSTOMER, viewer))
    first = session.execute(
        select(Customer.id, Customer.name).where(*without_phone).order_by(Customer.id).limit(_NAMED)
    ).all()
    nameless = session.scalars(select(Customer.name).where(*own, Customer.legal_name == "")).all()
    codes = session.scalars(select(Customer.credit_code).where(*own, Customer.credit_code.is_not(None)))
    return Dirt(
        without_phone=_count(session, without_phone),
        without_phone_names=tuple(name for _, name in first),
        unreachable=first[0][0] if first else None,
        without_legal_name=len(nameless),
        nameable=sum(bool(legal_name_in(name)) for name in nameless),
        invalid_codes=sum(not is_credit_code(code or "") for code in codes),
        alike=len(pairs),
        pair=pairs[0] if pairs else (),
        kept_by_nobody=_count(session, left),
        leavers=tuple(
            session.scalars(select(Person.name).where(Person.id.in_(select(Customer.owner_id).where(*left))))
        ),
    )


def _left_behind() -> ColumnElement[bool]:
    return Customer.owner_id.in_(select(Person.id).where(~Person.active))


def _count(session: Session, clauses: Sequence[Any]) -> int:
    return session.execute(select(func.count()).select_from(Customer).where(*clauses)).scalar_one()


def _alike(session: Session, clauses: Sequence[Any]) -> list[tuple[tuple[int, str], ...]]:
    sounds: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for id_, name in session.execute(select(Customer.id, Customer.name).where(*clauses).order_by(Customer.id)):
        sounds[sound_of(name)].append((id_, name))
    return [(group[0], other) for group in sounds.values() for other in group[1:]]
