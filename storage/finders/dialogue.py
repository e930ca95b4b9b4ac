"""Finding what is open between a person and the bot."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.dialogue.draft import Draft, DraftState


class DialogueFinder:
    """Drafts by person and place."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_draft(self, person_id: int, place: str) -> Draft | None:
        """Return the one open draft of this person in this place, locked."""
        query = select(Draft).where(Draft.person_id == person_id, Draft.place == place, Draft.state == DraftState.OPEN)
        return self._session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
