"""The dialogue for reading: what waits for a yes, and why something was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.dialogue.draft import Draft
from domain.dialogue.events import WishCarriedOut
from domain.dialogue.views import ActView, DraftView
from domain.dialogue.wish import Reason
from domain.errors import NotFound
from domain.files.kept_file import KeptFile
from storage.tables import timeline

_CARRIED_OUT = WishCarriedOut.__name__


class DialogueQueries:
    """A draft is its author's alone; an explanation is asked for by whoever may see the record."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def draft(self, draft_id: int, viewer: Actor) -> DraftView:
        """Return one draft; NotFound when unknown or somebody else's."""
        draft = self._session.get(Draft, draft_id)
        if draft is None or viewer.person_id is None or draft.person_id != viewer.person_id:
            raise NotFound("没有找到这条待确认的内容，可能不是您发起的。")
        files = select(func.count()).where(KeptFile.subject == draft.subject)
        return DraftView(
            id=draft.id,
            version=draft.version,
            place=draft.place,
            state=draft.state,
            wishes=tuple(draft.wishes),
            opened_at=draft.opened_at,
            expires_at=draft.expires_at,
            files=self._session.execute(files).scalar_one(),
        )

    def acts_of(self, key: str) -> Sequence[ActView]:
        """Return what the arrival ``key`` was understood as, in the order it was carried out."""
        query = select(timeline).where(timeline.c.key == key, timeline.c.event == _CARRIED_OUT)
        return [_act(row) for row in self._session.execute(query.order_by(timeline.c.step)).mappings()]

    def last_act_on(self, subject: str) -> ActView | None:
        """Return the last act about a record that was typed."""
        query = select(timeline).where(timeline.c.subject == subject, timeline.c.event == _CARRIED_OUT)
        row = self._session.execute(query.order_by(timeline.c.seq.desc()).limit(1)).mappings().first()
        return None if row is None else _act(row)


def _act(row: RowMapping) -> ActView:
    body: dict[str, Any] = row["body"]
    return ActView(
        at=row["at"],
        by=row["actor"],
        intent=body["intent"],
        subjects=tuple(body["subjects"]),
        slots=body["slots"],
        notes=tuple(body["notes"]),
        reasons=tuple(Reason(**reason) for reason in body["reasons"]),
        tapped=body["tapped"],
    )
