"""Finding tags."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.tags.tag import Tag


class TagFinder:
    """The words customers are marked with."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ensure(self, name: str) -> Tag:
        """Return the tag of this name, made now when there was none; two writers get the same one."""
        insert = (sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql).insert(Tag)
        made = {"version": 1, "name": name, "group": ""}
        self._session.execute(insert.values(made).on_conflict_do_nothing(index_elements=["name"]))
        return self._session.scalars(select(Tag).where(Tag.name == name)).one()
