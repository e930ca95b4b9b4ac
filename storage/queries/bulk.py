"""Changes of many records, for reading by whoever proposed them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.bulk.bulk_edit import BulkEdit, BulkState
from domain.bulk.views import BulkView
from domain.condition_words import said_value
from domain.errors import NotFound
from domain.fields import RecordType, facts_of
from domain.scope import UNSEEN
from storage import dictionary
from storage.scope import in_scope

_SHOWN = 4


class BulkQueries:
    """Seen by their author alone."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, bulk_id: int, viewer: Actor) -> BulkView:
        """Return one; NotFound for anybody else's."""
        bulk = self._session.get(BulkEdit, bulk_id)
        if bulk is None or bulk.owner_id != viewer.person_id:
            raise NotFound(UNSEEN)
        kind = dictionary.record_type(self._session, bulk.record)
        field = kind.field(bulk.field)
        return BulkView(
            id=bulk.id,
            version=bulk.version,
            state=bulk.state.value,
            kind=kind.label,
            said=bulk.said,
            field=bulk.field if field is None else field.label,
            value=bulk.value,
            adds=bulk.adds,
            count=len(bulk.ids),
            sample=self._sample(bulk, kind, viewer),
            changed=len(bulk.before),
            refused=bulk.refused,
            may_undo=bulk.state is BulkState.DONE,
        )

    def _sample(self, bulk: BulkEdit, kind: RecordType, viewer: Actor) -> tuple[tuple[str, str], ...]:
        shown = [kind.entity.id.in_(bulk.ids[:_SHOWN]), in_scope(kind, viewer)]
        records = self._session.scalars(select(kind.entity).where(*shown).order_by(kind.entity.id)).all()
        kept = dictionary.kept_facts(self._session, kind, [record.id for record in records])
        rows = []
        for record in records:
            facts = facts_of(kind, record, kept.get(record.id, {}), self._session.get_one)
            words = [
                "" if field is None or facts[name] is None else said_value(facts[name], field.fact)
                for name in (kind.listed[0], bulk.field)
                for field in (kind.field(name),)
            ]
            rows.append((words[0] or record.subject, words[1]))
        return tuple(rows)
