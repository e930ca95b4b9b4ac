"""One transaction and everything promised in it: the implementation of ``domain.work.Work``.

Promises are gathered while the effect runs and handed to the batch at its end: events with their
place in the chain, outbox rows under keys that are stable over replays (``<effect>#<n>``), timers.
A batch of effects shares one commit, one writing of what was promised and one sealing of the timeline.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from domain.actor import SYSTEM, Actor
from domain.clock import WorkCalendar
from domain.errors import Conflict, NotFound
from domain.execute import Executor
from domain.messages import Command, Event, summary
from domain.policy import Policies
from domain.record import Entity
from storage import outbox, timeline, timers
from storage.agenda import Agenda
from storage.finders import Finders
from storage.queries import Queries
from storage.tables import counters

E = TypeVar("E", bound=Entity)


@dataclass(slots=True, kw_only=True)
class Batch:
    """What several effects of one transaction have gathered; ``finish`` writes it."""

    session: Session
    executor: Executor
    calendar: WorkCalendar
    policies: Policies
    now: datetime
    find: Finders = field(init=False)
    queries: Queries = field(init=False)
    events: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    timers: Agenda = field(default_factory=Agenda)

    def __post_init__(self) -> None:
        self.find = Finders(self.session)
        self.queries = Queries(self.session)

    def expect(self, accounts: Collection[tuple[str, str]]) -> None:
        """Read at once who writes (platform and account) and what they are in the middle of."""
        self.find.people.expect(self.queries.people.expect(accounts))

    def effect(self, key: str, actor: Actor) -> UnitOfWork:
        """Return the unit of work of one effect; call its ``close`` inside the effect's own savepoint."""
        return UnitOfWork(batch=self, key=key, actor=actor)

    def finish(self) -> None:
        """Write what was promised, then seal the timeline: the last thing before the commit."""
        outbox.put(self.session, self.outbox)
        timers.put(self.session, self.timers, self.now)
        timeline.seal(self.session, self.events)


class UnitOfWork:
    """One effect. See ``domain.work.Work`` for what each method promises."""

    def __init__(self, *, batch: Batch, key: str, actor: Actor) -> None:
        self.key = key
        self.actor = actor
        self.now = batch.now
        self.calendar = batch.calendar
        self.policies = batch.policies
        self.find = batch.find
        self.session = batch.session
        self._batch = batch
        self._events: list[dict[str, Any]] = []
        self._outbox: list[dict[str, Any]] = []
        self._timers = Agenda()
        self._depth = 0

    @property
    def system(self) -> Actor:
        """The system as actor, for what no person asked for."""
        return SYSTEM

    def act(self, command: Command, actor: Actor | None = None) -> Any:
        """Carry out ``command`` inside this effect."""
        return self._batch.executor(command, actor or self.actor, self)

    def add(self, record: E) -> E:
        self.session.add(record)
        return record

    def get(self, kind: type[E], id_: int) -> E:
        record = self.session.get(kind, id_)
        if record is None:
            raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
        return record

    def lock(self, kind: type[E], id_: int) -> E:
        self.flush()
        record = self.session.scalars(
            select(kind).where(kind.id == id_).with_for_update().execution_options(populate_existing=True)
        ).first()
        if record is None:
            raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
        return record

    def flush(self) -> None:
        try:
            self.session.flush()
        except StaleDataError as error:
            raise Conflict(str(error)) from error

    def number(self, prefix: str) -> str:
        month = self.calendar.local(self.now).strftime("%y%m")
        return f"{prefix}-{month}-{count(self.session, f'{prefix}-{month}'):04d}"

    def count(self, name: str) -> int:
        return count(self.session, name)

    def secret(self) -> str:
        return secrets.token_urlsafe(16)

    def record(self, event: Event) -> None:
        self._note(event.subject, type(event).__name__, summary(event))
        self._depth += 1
        self._batch.executor.react(event, self.actor, self, depth=self._depth)
        self._depth -= 1

    def handled(self, outcome: str) -> None:
        """Write the effect's own first line: that this arrival was carried out, once."""
        self._events.insert(0, self._line("inbox", "Handled", {"outcome": outcome}))

    def tell(self, person_id: int, kind: str, subject: str = "", *, urgent: bool = False, **args: Any) -> None:
        self._promise_to_tell(kind, subject, {"args": args}, person_id=person_id, priority=0 if urgent else 1)

    def say(self, person_id: int, text: str) -> None:
        self._promise_to_tell("text", "", {"text": text}, person_id=person_id, priority=1)

    def reply(self, platform: str, account: str, text: str, *, group: bool = False) -> None:
        """Promise a sentence to an account that is nobody's yet, or to a group."""
        self._promise_to_tell(
            "text", "", {"text": text, "group": group}, platform=platform, account=account, priority=0
        )

    def redraw(self, subject: str) -> None:
        if not any(row["kind"] == "redraw" and row["subject"] == subject for row in self._outbox):
            self._promise_to_tell("redraw", subject, {}, priority=0)

    def promise(self, name: str, due: datetime, command: Command) -> None:
        self._timers.promise(
            {
                "name": name,
                "due": due,
                "command": self._batch.executor.book.encode(command),
                "state": "pending",
                "tries": 0,
                "made_by": self.key,
                "created_at": self.now,
            }
        )

    def cancel(self, name: str) -> None:
        self._timers.cancel(name)

    def cancel_like(self, prefix: str) -> None:
        self._timers.cancel_like(prefix)

    def close(self) -> None:
        """Write the records and hand everything promised to the batch; raises when any of it cannot be written down.

        Nothing is handed over before all of it has proved sound, so an effect that fails here leaves no trace.
        """
        self.flush()
        outbox.check(self._outbox)
        for step, line in enumerate(self._events):
            line["step"] = step
            timeline.prepare(line)
        self._batch.events.extend(self._events)
        self._batch.outbox.extend(self._outbox)
        self._batch.timers.follow(self._timers)

    @property
    def recorded(self) -> Sequence[Mapping[str, Any]]:
        """The lines this effect has written on the timeline so far."""
        return self._events

    @property
    def told(self) -> list[dict[str, Any]]:
        """What this effect promises to tell, for whoever answers at once (a card's callback)."""
        return self._outbox

    def _note(self, subject: str, event: str, body: dict[str, Any]) -> None:
        self._events.append(self._line(subject, event, body))

    def _line(self, subject: str, event: str, body: dict[str, Any]) -> dict[str, Any]:
        return {
            "key": self.key,
            "step": 0,
            "at": self.now,
            "subject": subject,
            "event": event,
            "actor_id": self.actor.person_id,
            "actor": self.actor.name,
            "platform": self.actor.platform,
            "body": body,
        }

    def _promise_to_tell(
        self,
        kind: str,
        subject: str,
        body: dict[str, Any],
        *,
        priority: int,
        person_id: int | None = None,
        platform: str = "",
        account: str = "",
    ) -> None:
        self._outbox.append(
            {
                "key": f"{self.key}#{len(self._outbox)}",
                "person_id": person_id,
                "platform": platform,
                "account": account,
                "kind": kind,
                "subject": subject,
                "body": body,
                "priority": priority,
                "state": "ready",
                "tries": 0,
                "due": self.now,
                "created_at": self.now,
            }
        )


def count(session: Session, name: str, by: int = 1) -> int:
    """Add to a counter and return its new value; one statement, so two writers never get the same."""
    statement = _COUNT[session.get_bind().dialect.name]
    return int(session.execute(statement, {"name": name, "value": by}).scalar_one())


def _counting(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["name"], set_={"value": counters.c.value + insert.excluded.value}
    ).returning(counters.c.value)


_COUNT = {
    "sqlite": _counting(sqlite.insert(counters)),
    "postgresql": _counting(postgresql.insert(counters)),
}
"""Built once: putting a statement together costs as much as running it."""
