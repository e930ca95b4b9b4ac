"""The inbox: what arrived, kept before it is acknowledged, taken once.

Arrivals wait for each other for as long as one commit takes and share its fsync (group commit).
A group is one statement: row by row, the driver would let go of the interpreter and want it back
each time, and the event loop, which has the next arrivals to read, would wait as often.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import BindParameter, Connection, RowMapping, Select, bindparam, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from domain.record import UtcDateTime
from storage.database import Database, is_passing
from storage.tables import inbox

MOST_TRIES = 5
_OPEN = ("ready", "fetch")
_GROUP_MAX = 256

_COLUMNS = "key, platform, account, conversation, kind, body, state, tries, not_before, received_at"
_SQLITE_ROWS = 32
"""Rows per statement: each number of rows is a statement of its own, which the driver keeps prepared."""
_POSTGRES = f"""
WITH kept AS (
    INSERT INTO inbox ({_COLUMNS})
    SELECT key, platform, account, conversation, kind, body, state, tries,
           not_before AT TIME ZONE 'UTC', received_at AT TIME ZONE 'UTC'
    FROM ROWS FROM (
        jsonb_to_recordset(%s::jsonb) AS (
            key text, platform text, account text, conversation text, kind text, body jsonb, state text, tries integer,
            not_before timestamp, received_at timestamp
        )
    ) WITH ORDINALITY AS row
    ORDER BY ordinality
    ON CONFLICT (key) DO NOTHING
)
SELECT pg_notify('gendan_inbox', '')
"""  # noqa: S608 - the columns are the constant above


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A row to keep. ``body`` is the envelope as JSON data; ``fetch`` when media must be downloaded first."""

    key: str
    platform: str
    account: str
    conversation: str
    kind: str
    body: dict[str, Any]
    received_at: datetime
    fetch: bool = False
    hold: timedelta = timedelta(0)
    """How long the row may wait for what is asked about it meanwhile; it is taken afterwards in any case."""

    def row(self) -> dict[str, Any]:
        """Return the columns."""
        return {
            "key": self.key,
            "platform": self.platform,
            "account": self.account,
            "conversation": self.conversation,
            "kind": self.kind,
            "body": self.body,
            "state": "fetch" if self.fetch else "ready",
            "tries": 0,
            "not_before": self.received_at + self.hold,
            "received_at": self.received_at,
        }


class Inbox:
    """Keeps arrivals durably, many per commit. ``kept`` is set whenever there is something new to take."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._flusher: asyncio.Task[None] | None = None
        self.kept = asyncio.Event()
        self.media_kept = asyncio.Event()
        self.held_kept = asyncio.Event()

    async def keep(self, arrival: Arrival) -> None:
        """Return when ``arrival`` is on the disk; the second arrival of a key is the same row (R-10).

        Raises what the database raised: the caller must then not acknowledge (R-20, R-95, R-96).
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, done))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:_GROUP_MAX], self._waiting[_GROUP_MAX:]
            await self._keep_together(group)

    async def _keep_together(self, group: list[tuple[Arrival, asyncio.Future[None]]]) -> None:
        rows = [arrival.row() for arrival, _ in group]
        try:
            await self._database.write_raw(lambda connection: self._store(connection, rows))
        except Exception as error:  # noqa: BLE001 - every waiting arrival must learn that it was not kept
            if len(group) > 1 and not is_passing(error):
                # One row that the database will not take must not cost the others theirs.
                for one in group:
                    await self._keep_together([one])
                return
            for _, done in group:
                if not done.done():
                    done.set_exception(error)
            return
        for _, done in group:
            if not done.done():
                done.set_result(None)
        self.kept.set()
        if any(arrival.fetch for arrival, _ in group):
            self.media_kept.set()
        if any(arrival.hold for arrival, _ in group):
            self.held_kept.set()

    def _store(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        if self._database.is_sqlite:
            for start in range(0, len(rows), _SQLITE_ROWS):
                group = rows[start : start + _SQLITE_ROWS]
                values = tuple(chain.from_iterable(map(_sqlite_values, group)))
                connection.exec_driver_sql(_sqlite_insert(len(group)), values)
        else:
            packed = orjson.dumps(rows, default=_moment, option=orjson.OPT_PASSTHROUGH_DATETIME)
            connection.exec_driver_sql(_POSTGRES, (packed.decode(),))


@cache
def _sqlite_insert(rows: int) -> str:
    one = f"({', '.join('?' * len(_COLUMNS.split()))})"
    return f"INSERT INTO inbox ({_COLUMNS}) VALUES {', '.join([one] * rows)} ON CONFLICT (key) DO NOTHING"  # noqa: S608


def _sqlite_values(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["key"],
        row["platform"],
        row["account"],
        row["conversation"],
        row["kind"],
        orjson.dumps(row["body"]).decode(),
        row["state"],
        row["tries"],
        _moment(row["not_before"]),
        _moment(row["received_at"]),
    )


def _moment(value: object) -> str:
    """Return a moment as SQLite keeps it, in the very words of ``UtcDateTime``: it will be compared as text."""
    if not isinstance(value, datetime):
        raise TypeError(type(value).__name__)
    return value.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


def take(session: Session, now: datetime, limit: int) -> Sequence[RowMapping]:
    """Return up to ``limit`` rows ready to be carried out, oldest first, locked on PostgreSQL.

    A conversation's rows come in order: on PostgreSQL one per conversation and call, because another
    process may hold the earlier one; on SQLite there is one writer, so several may follow each other.
    """
    query = _READY[session.get_bind().dialect.name]
    return session.execute(query, {"now": now, "most": limit}).mappings().all()


def _ready(*, several: bool) -> Select[Any]:
    earlier = aliased(inbox)
    now: BindParameter[datetime] = bindparam("now", type_=UtcDateTime())
    blocked = exists().where(
        earlier.c.conversation == inbox.c.conversation, earlier.c.id < inbox.c.id, earlier.c.state.in_(_OPEN)
    )
    if several:
        blocked = blocked.where((earlier.c.state == "fetch") | (earlier.c.not_before > now))
    return (
        select(inbox)
        .where(inbox.c.state == "ready", inbox.c.not_before <= now, ~blocked)
        .order_by(inbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


_READY = {"sqlite": _ready(several=True), "postgresql": _ready(several=False)}
"""Built once: putting a statement together costs as much as running it."""


def waiting_for_media(session: Session, now: datetime, limit: int) -> Sequence[RowMapping]:
    """Return rows whose pictures still lie on the platform."""
    return (
        session.execute(
            select(inbox).where(inbox.c.state == "fetch", inbox.c.not_before <= now).order_by(inbox.c.id).limit(limit)
        )
        .mappings()
        .all()
    )


def held(session: Session, now: datetime, limit: int) -> Sequence[RowMapping]:
    """Return new texts that are held back for a second opinion."""
    waiting = (inbox.c.state == "ready") & (inbox.c.kind == "text") & (inbox.c.tries == 0) & (inbox.c.not_before > now)
    return session.execute(select(inbox).where(waiting).order_by(inbox.c.id).limit(limit)).mappings().all()


def release(session: Session, row_id: int, now: datetime, body: dict[str, Any] | None = None) -> None:
    """Let a held row be taken, with ``body`` if something was added to it; one already taken stays as it is."""
    values: dict[str, Any] = {"not_before": now} | ({} if body is None else {"body": body})
    still = (inbox.c.id == row_id) & (inbox.c.state == "ready") & (inbox.c.not_before > now)
    session.execute(update(inbox).where(still).values(values))


def fetched(session: Session, row_id: int, body: dict[str, Any]) -> None:
    """Note that the media are in our files now; the row may be carried out."""
    session.execute(
        update(inbox).where(inbox.c.id == row_id, inbox.c.state == "fetch").values(state="ready", body=body, tries=0)
    )


def done(session: Session, row_ids: Sequence[int], now: datetime) -> None:
    """Mark rows as carried out, in the transaction that carried them out."""
    session.execute(_DONE, {"ids": row_ids, "now": now})


_DONE = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(state="done", done_at=bindparam("now"), error=None)
)


def scrub(session: Session, keys: Sequence[str]) -> None:
    """Forget the words, the quotation and the attachments of arrivals that were for nobody's eyes."""
    if not keys:
        return
    for row_id, body in session.execute(select(inbox.c.id, inbox.c.body).where(inbox.c.key.in_(keys))).all():
        bare = {**body, "text": "", "quoted": "", "attachments": [], "data": {}}
        session.execute(update(inbox).where(inbox.c.id == row_id).values(body=bare))


def answer(session: Session, row_id: int, result: dict[str, Any]) -> None:
    """Keep what a page is waiting to hear."""
    session.execute(update(inbox).where(inbox.c.id == row_id).values(result=result))


def failed(session: Session, row_id: int, now: datetime, error: str, *, most: int = MOST_TRIES) -> bool:
    """Count a failure; after ``most`` the row is parked. Return whether it was parked now."""
    tries = session.execute(select(inbox.c.tries).where(inbox.c.id == row_id)).scalar_one() + 1
    parked: bool = tries >= most
    session.execute(
        update(inbox)
        .where(inbox.c.id == row_id)
        .values(
            tries=tries,
            error=error[:2000],
            state="parked" if parked else inbox.c.state,
            not_before=now + timedelta(seconds=min(2**tries, 60) / 4),
        )
    )
    return parked


def result(session: Session, key: str) -> tuple[str, dict[str, Any] | None] | None:
    """Return (state, result) of the row with this key, None when there is none."""
    row = session.execute(select(inbox.c.state, inbox.c.result).where(inbox.c.key == key)).first()
    return None if row is None else (row.state, row.result)


def asked(session: Session, promise: str) -> dict[str, Any] | None:
    """Return the body of the arrival whose effect made the ``promise`` (an outbox key: ``<inbox key>#<n>``)."""
    return session.execute(select(inbox.c.body).where(inbox.c.key == promise.rpartition("#")[0])).scalar()


def depth(session: Session) -> int:
    """Return how many rows wait."""
    return session.execute(select(func.count()).select_from(inbox).where(inbox.c.state.in_(_OPEN))).scalar_one()
