"""Read views: what cards, lists and pages show, already narrowed to what the viewer may see."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy.orm import Session

from storage.queries.people import PeopleQueries


class Queries:
    """All read views over one session, by noun. Never writes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def people(self) -> PeopleQueries:
        return PeopleQueries(self._session)
