"""What people are in the middle of: read for a whole batch at once, written at its end.

The records handed out are nobody's rows: what an effect changed in them counts once it has ended well.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.errors import Conflict
from domain.people.focus import Focus
from storage.newly import table_of

_TABLE = table_of(Focus)
_Key = tuple[int, str]
"""Person and place."""
_SAID = ("at", "subject", "listed", "question", "draft_id", "act_key")
_EMPTY: dict[str, Any] = {"subject": "", "listed": [], "question": {}, "draft_id": None, "act_key": ""}
_READ = select(_TABLE).where(_TABLE.c.person_id.in_(bindparam("people", expanding=True)))


class Foci:
    """Each person's focus in each place, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: set[int] = set()
        """Whose foci were looked for."""
        self._kept: dict[_Key, dict[str, Any]] = {}
        """As the last effect left it; nothing for who has none yet."""
        self._versions: dict[_Key, int] = {}
        self._open: dict[_Key, Focus] = {}
        self._changed: set[_Key] = set()

    def expect(self, people: Collection[int]) -> None:
        """Read at once what ``of`` will be asked for."""
        asked = [person_id for person_id in people if person_id not in self._read]
        if not asked:
            return
        self._read.update(asked)
        for row in self._session.connection().execute(_READ, {"people": asked}).mappings():
            key = (row["person_id"], row["place"])
            self._kept[key] = {name: row[name] for name in _SAID}
            self._versions[key] = row["version"]

    def of(self, person_id: int, place: str, now: datetime) -> Focus:
        """Return what the person is in the middle of there; a new, empty one at the first time."""
        key = (person_id, place)
        if key not in self._open:
            self.expect([person_id])
            kept = self._kept.get(key)
            self._open[key] = Focus(person_id=person_id, place=place, **(_copy(kept) if kept else {"at": now}))
        return self._open[key]

    def keep(self) -> None:
        """Note what the effect that ended now changed."""
        for key, focus in self._open.items():
            said = {name: getattr(focus, name) for name in _SAID}
            if said != self._kept.get(key, {"at": focus.at, **_EMPTY}):
                self._kept[key] = said
                self._changed.add(key)
        self._open.clear()

    def drop(self) -> None:
        """Forget what the effect that failed changed."""
        self._open.clear()

    def write(self) -> None:
        """Write what changed; Conflict when somebody else has written one of them meanwhile."""
        if not self._changed:
            return
        rows = [
            {"person_id": key[0], "place": key[1], "version": self._versions.get(key, 0) + 1, **self._kept[key]}
            for key in sorted(self._changed)
        ]
        connection = self._session.connection()
        written = connection.execute(_PUT[connection.dialect.name], rows, execution_options=_COUNTED).rowcount
        if written != len(rows):
            raise Conflict("somebody's focus was written by another process")
        self._changed.clear()


def _copy(kept: dict[str, Any]) -> dict[str, Any]:
    return {**kept, "listed": [*kept["listed"]], "question": {**kept["question"]}}


def _putting(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["person_id", "place"],
        set_={name: insert.excluded[name] for name in ("version", *_SAID)},
        where=_TABLE.c.version == insert.excluded.version - 1,
    )


_COUNTED = {"preserve_rowcount": True}
_PUT = {"sqlite": _putting(sqlite.insert(_TABLE)), "postgresql": _putting(postgresql.insert(_TABLE))}
