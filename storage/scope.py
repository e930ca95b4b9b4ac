"""Whose records a viewer may list, as SQL: what ``domain.scope.within`` says of one record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from domain.actor import Actor
from domain.fields import RecordType
from domain.people.person import Person
from domain.scope import SEE_ALL, SEE_REGION


def in_scope(kind: RecordType, viewer: Actor) -> ColumnElement[bool]:
    """Return the clause over ``kind.entity``: his own, his people's down the line, nobody's in his regions, or all."""
    if viewer.has(*SEE_ALL, *kind.seen_by):
        return true()
    if viewer.person_id is None:
        return false()
    owners = line_below(viewer.person_id)
    owned = and_(kind.owner.is_not(None), or_(kind.owner == viewer.person_id, kind.owner.in_(owners)))
    region = getattr(kind.owner.class_, "region", None)
    if region is not None and viewer.regions and viewer.has(*SEE_REGION):
        owned = or_(owned, and_(kind.owner.is_(None), region.in_(sorted(viewer.regions))))
    if kind.owner_via is None:
        return owned
    holders: Select[Any] = select(kind.owner.class_.id).where(owned)
    held: ColumnElement[bool] = kind.owner_via.in_(holders)
    return held


def staff_in_scope(viewer: Actor) -> ColumnElement[bool]:
    """Return the clause over Person: whose records the viewer may count."""
    if viewer.has(*SEE_ALL):
        return true()
    if viewer.person_id is None:
        return false()
    return or_(Person.id == viewer.person_id, Person.id.in_(line_below(viewer.person_id)))


def line_below(person_id: int) -> Select[Any]:
    """Return everybody who reports to the person, however far below; a circle in the line ends it (R-59)."""
    line = select(Person.id.label("id")).where(Person.leader_id == person_id).cte(recursive=True)
    line = line.union(select(Person.id).where(Person.leader_id == line.c.id))
    return select(line.c.id)
