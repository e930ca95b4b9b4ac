"""One effect and everything promised in it: the implementation of ``domain.work.Work``.

What an effect adds, counts and promises is gathered while it runs and handed to the batch at its end:
new records, events with their place in the chain, outbox rows under keys that are stable over replays
(``<effect>#<n>``), timers. What must be in the database earlier is written behind a savepoint.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from domain.actor import SYSTEM, Actor
from domain.errors import Conflict, NotFound
from domain.messages import Command, Event, summary
from domain.record import Entity
from domain.scope import UNSEEN
from storage import newly, outbox, timeline, touches
from storage.agenda import Agenda
from storage.database import is_double

if TYPE_CHECKING:
    from storage.batch import Batch

E = TypeVar("E", bound=Entity)


@cache
def _locking(kind: type[Entity]) -> Select[Any]:
    query = select(kind).where(kind.id == bindparam("id"))
    return query.with_for_update().execution_options(populate_existing=True)


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
        self._new: dict[tuple[type[Entity], int], Entity] = {}
        self._rows: dict[type[Entity], list[dict[str, Any]]] = {}
        self._touched: list[dict[str, Any]] = []
        self._counted: dict[str, int] = {}
        self._events: list[dict[str, Any]] = []
        self._outbox: list[dict[str, Any]] = []
        self._timers = Agenda()
        self._private = False
        self._depth = 0
        self.is_guarded = False

    @property
    def system(self) -> Actor:
        """The system as actor, for what no person asked for."""
        return SYSTEM

    def act(self, command: Command, actor: Actor | None = None) -> Any:
        """Carry out ``command`` inside this effect."""
        return self._batch.executor(command, actor or self.actor, self)

    @property
    def added(self) -> Collection[Entity]:
        """Return the new records that are not in the database yet."""
        return self._new.values()

    def add(self, record: E) -> E:
        self._batch.identities.give(record)
        self._new[type(record), record.id] = record
        return record

    def add_row(self, kind: type[Entity], values: Mapping[str, Any]) -> int:
        id_ = self._batch.identities.next_of(kind)
        self._rows.setdefault(kind, []).append({**values, "id": id_})
        return id_

    def get(self, kind: type[E], id_: int) -> E:
        record: E | None = self._new.get((kind, id_)) or self.session.get(kind, id_)  # type: ignore[assignment]
        if record is None:
            raise NotFound(UNSEEN)
        return record

    def lock(self, kind: type[E], id_: int) -> E:
        self.flush()
        record: E | None = self.session.scalars(_locking(kind), {"id": id_}).first()
        if record is None:
            raise NotFound(UNSEEN)
        return record

    def touch(self, contact: dict[str, Any]) -> None:
        """Note when a customer was in contact (see storage/touches.py)."""
        self._touched.append(contact)

    def flush(self) -> None:
        try:
            self._write_new()
            self._write_touched()
            self.session.flush()
        except StaleDataError as error:
            raise Conflict(str(error)) from error
        except IntegrityError as error:
            if is_double(error):
                raise Conflict(str(error.orig)) from error
            raise

    def number(self, prefix: str) -> str:
        month = self.calendar.local(self.now).strftime("%y%m")
        name = f"{prefix}-{month}"
        return f"{name}-{self._batch.counters.drawn(name) or self.count(name):04d}"

    def count(self, name: str) -> int:
        before = self._counted[name] if name in self._counted else self._batch.counters.value(name)
        self._counted[name] = before + 1
        return before + 1

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

    def show(self, person_id: int, kind: str, subject: str, *, channel: str, **args: Any) -> None:
        """Promise a card where the person has just written: on ``channel``, else wherever he is told."""
        body = {"args": args, "channel": channel}
        self._promise_to_tell(kind, subject, body, person_id=person_id, priority=0)

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

    def forget_words(self) -> None:
        self._private = True

    def cancel_like(self, prefix: str) -> None:
        self._timers.cancel_like(prefix)

    def surface(self, *, writes: bool) -> None:
        """Make what was added visible to the statement that comes."""
        if writes:
            self.guard()
        if self._new or self._rows or self._touched:
            self.flush()

    def guard(self) -> None:
        """Set a savepoint before the first thing written: most effects write nothing before they end."""
        if not self.is_guarded:
            self._batch.settle()
            self.session.connection().exec_driver_sql("SAVEPOINT effect")
            self.is_guarded = True

    def close(self) -> None:
        """Hand everything to the batch; raises when any of it cannot be written down.

        Nothing is handed over before all of it has proved sound, so an effect that fails here leaves no trace.
        """
        if self._rows or self._is_changed():
            self.flush()
        outbox.check(self._outbox)
        for step, line in enumerate(self._events):
            line["step"] = step
            timeline.prepare(line)
        if self.is_guarded:
            self.session.connection().exec_driver_sql("RELEASE SAVEPOINT effect")
        self._batch.records.extend(self._new.values())
        self._batch.touched.extend(self._touched)
        self._batch.counters.keep(self._counted)
        self._batch.events.extend(self._events)
        self._batch.outbox.extend(self._outbox)
        self._batch.timers.follow(self._timers)
        if self._private:
            self._batch.private.append(self.key)

    def undo(self) -> bool:
        """Take back what was written; return whether records in memory differ from those in the database now."""
        if self.is_guarded:
            connection = self.session.connection()
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT effect")
            connection.exec_driver_sql("RELEASE SAVEPOINT effect")
            self._batch.counters.drop(self._counted)
        return self.is_guarded or bool(self._new) or self._is_changed()

    @property
    def recorded(self) -> Sequence[Mapping[str, Any]]:
        """The lines this effect has written on the timeline so far."""
        return self._events

    @property
    def told(self) -> list[dict[str, Any]]:
        """What this effect promises to tell, for whoever answers at once (a card's callback)."""
        return self._outbox

    def _write_touched(self) -> None:
        if self._touched:
            self.guard()
            touches.write(self.session, self._touched)
            self._touched = []

    def _write_new(self) -> None:
        if self._new or self._rows:
            self.guard()
            new, rows = [*self._new.values()], self._rows
            self._new.clear()
            self._rows = {}
            newly.write(self.session, new, rows)
            newly.adopt(self.session, new)

    def _is_changed(self) -> bool:
        return bool(self.session.new or self.session.dirty or self.session.deleted)

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
