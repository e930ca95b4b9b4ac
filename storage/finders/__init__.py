"""Look-ups that commands need: by what people say, inside the effect's own transaction."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from storage.finders.people import PeopleFinder
from storage.tables import timeline


class Finders:
    """All finders of one unit of work, by noun."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def people(self) -> PeopleFinder:
        return PeopleFinder(self._session)

    def happened(self, subject: str, event: str) -> bool:
        """Return whether ``event`` is already on the timeline of ``subject`` (committed before this effect)."""
        query = select(exists().where(timeline.c.subject == subject, timeline.c.event == event))
        return bool(self._session.execute(query).scalar())
