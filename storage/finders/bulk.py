"""Finding the records of a change of many."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import not_, select, true
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.condition import Condition
from domain.fields import RecordType
from storage.scope import in_scope
from storage.where import where


class BulkFinder:
    """Ids by condition, within a scope."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ids(self, kind: RecordType, condition: Condition, actor: Actor, limit: int) -> Sequence[int]:
        """Return the live records of the actor's scope for which the condition holds, the oldest first."""
        live = true() if kind.gone is None else not_(kind.gone())
        query = select(kind.entity.id).where(live, in_scope(kind, actor), where(condition, kind))
        return self._session.scalars(query.order_by(kind.entity.id).limit(limit)).all()
