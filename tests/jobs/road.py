"""The road with nothing at its ends: a real database, a real intake, a route of a few words, a line that records.

note <x>      records an event, counts, replies; the effect every test looks at
refuse <x>    does the same, then declines
break <x>     does the same, then fails
later <x>     promises a timer that notes <x> in an hour
card <x>      promises the sender the card ``test.state`` about ``thing:<x>``
redraw <x>    counts ``thing:<x>`` up and promises that its cards are drawn anew
"""

from __future__ import annotations

import itertools
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select

from cards.card import Card, Text
from cards.channel import Media, MediaRef, Receipt
from domain.actor import SYSTEM, Role
from domain.clock import ManualClock, WorkCalendar
from domain.errors import Invalid
from domain.execute import Executor, deed
from domain.messages import Command, Event
from domain.people.commands import EnrolPerson
from domain.policy import DEFAULT_POLICIES
from domain.registry import HANDLERS, REACTIONS
from handlers.envelope import Envelope, Kind
from jobs.business import Business
from jobs.drawing import Drawer, Drawing
from jobs.intake import Intake, Taken
from jobs.relay import Relay
from jobs.timers import TimerJob
from jobs.trouble import Trouble
from storage.database import Database
from storage.inbox import Arrival, Inbox
from storage.tables import counters, inbox, outbox, timeline
from tests.support.prepared import lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """Something was noted."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Command):
    """Note something; ``after`` runs first and may raise."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nag(Command):
    """Note something, as a reminder."""

    nags: ClassVar[bool] = True

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Command):
    """Cancel another timer by name, then note."""

    name: str


def note(command: Note, actor: Any, work: Any) -> None:
    number = work.count("notes")
    if command.text.startswith("broken"):
        raise RuntimeError(command.text)
    if command.text.startswith("moot"):
        raise Invalid("已经没有意义了")
    work.record(Noted(subject=f"note:{number}", text=command.text))


def take_back(command: TakeBack, actor: Any, work: Any) -> None:
    work.cancel(command.name)
    work.record(Noted(subject="note:0", text=f"took back {command.name}"))


class Words:
    """A ``jobs.intake.Route``."""

    def __init__(self) -> None:
        self.verbs: dict[str, Callable[[Any, Envelope, str], dict[str, Any] | None]] = {
            "note": self._note,
            "refuse": self._refuse,
            "break": self._break,
            "later": self._later,
            "card": self._card,
            "redraw": self._redraw,
        }

    def __call__(self, envelope: Envelope, actor: Any, work: Any, queries: Any) -> dict[str, Any]:
        verb, _, rest = envelope.text.partition(" ")
        return self.verbs[verb](work, envelope, rest) or {}

    def refuse(self, envelope: Envelope, refusal: Any, work: Any, queries: Any) -> dict[str, Any]:
        work.reply(envelope.platform, envelope.account, refusal.message)
        return {"refused": refusal.message}

    def give_up(self, envelope: Envelope, work: Any, queries: Any) -> None:
        work.reply(envelope.platform, envelope.account, f"没做成：{envelope.text[:40]}")

    def _note(self, work: Any, envelope: Envelope, rest: str) -> dict[str, Any]:
        work.act(Note(text=rest), SYSTEM)
        work.reply(envelope.platform, envelope.account, f"好 {rest}")
        return {"noted": rest}

    def _refuse(self, work: Any, envelope: Envelope, rest: str) -> None:
        self._note(work, envelope, rest)
        self._later(work, envelope, rest)
        raise Invalid(f"不行 {rest}")

    def _break(self, work: Any, envelope: Envelope, rest: str) -> None:
        self._note(work, envelope, rest)
        raise RuntimeError(rest)

    def _later(self, work: Any, envelope: Envelope, rest: str) -> None:
        work.promise(f"later:{rest}", work.now + timedelta(hours=1), Note(text=rest))

    def _card(self, work: Any, envelope: Envelope, rest: str) -> None:
        work.tell(work.actor.person_id, "test.state", f"thing:{rest}")

    def _redraw(self, work: Any, envelope: Envelope, rest: str) -> None:
        work.count(f"thing:{rest}")
        work.redraw(f"thing:{rest}")


class Line:
    """A ``cards.channel.Channel`` that records; ``answers`` are raised or returned in turn, then all goes well."""

    def __init__(self, platform: str) -> None:
        self.platform = platform
        self.knows_texts = platform == "wecom"
        self.sent: list[tuple[str, str, str]] = []
        """(account, words, key)"""
        self.redrawn: list[tuple[str, str]] = []
        self.answers: deque[Exception | None] = deque()
        self.update_answers: deque[Exception | None] = deque()
        self.media: dict[str, Any] = {}
        self.before_send: Callable[[], Any] | None = None

    async def send(self, account: str, message: Any, *, key: str, group: bool = False) -> Receipt:
        if self.before_send is not None:
            await self.before_send()
        if self.answers and (error := self.answers.popleft()) is not None:
            raise error
        words = message.text if isinstance(message, Text) else message.title
        self.sent.append((account, words, key))
        handle = {"task_id": f"task-{key}"} if isinstance(message, Card) else {}
        return Receipt(message_id=f"m{len(self.sent)}", handle=handle)

    async def update(self, account: str, card: Card, handle: Mapping[str, str]) -> Mapping[str, str]:
        if self.update_answers and (error := self.update_answers.popleft()) is not None:
            raise error
        self.redrawn.append((account, card.title))
        return handle

    async def fetch(self, ref: MediaRef) -> Media:
        found = self.media[ref.ref]
        if isinstance(found, Exception):
            raise found
        return Media(name=ref.name or "图.jpg", mime="image/jpeg", data=found)


def _state(queries: Any, id_: int, viewer: Any) -> int:
    row = queries._session.execute(select(counters.c.value).where(counters.c.name == f"thing:{id_}")).scalar()
    return row or 0


DRAWINGS = {
    "test.state": Drawing(
        _state, lambda state, glance: Card(kind="test.state", subject="thing:1", version=1, title=f"第{state}版")
    )
}


@dataclass(slots=True)
class Road:
    """Everything between keeping and telling."""

    database: Database
    business: Business
    clock: ManualClock
    inbox: Inbox
    words: Words
    intake: Intake
    timers: TimerJob
    trouble: Trouble
    people: dict[str, int] = field(default_factory=dict)
    keys: Iterator[int] = field(default_factory=itertools.count)

    def arrival(
        self, text: str, *, key: str = "", account: str = "chenjing", fetch: bool = False, **more: Any
    ) -> Arrival:
        envelope = Envelope(
            key=key or f"test:{next(self.keys)}",
            platform="wecom",
            account=account,
            conversation=account,
            kind=Kind.TEXT,
            sent_at=self.clock.now(),
            text=text,
            **more,
        )
        return Arrival(
            key=envelope.key,
            platform="wecom",
            account=account,
            conversation=f"wecom:{account}",
            kind="text",
            body=envelope.to_json(),
            received_at=self.clock.now(),
            fetch=fetch,
        )

    async def keep(self, text: str, **more: Any) -> str:
        arrival = self.arrival(text, **more)
        await self.inbox.keep(arrival)
        return arrival.key

    async def drain(self) -> Taken:
        """Take in until nothing is left that may be taken now; return the sum of it."""
        total = Taken()
        while True:
            taken = await self.intake.step()
            total.rows += taken.rows
            total.answers.update(taken.answers)
            total.failures += taken.failures
            if not taken.rows:
                return total

    def relay(self, *lines: Line, at_once: int = 16) -> Relay:
        return Relay(
            database=self.database,
            channels={line.platform: line for line in lines},
            drawer=Drawer(zone=ZoneInfo("Asia/Shanghai"), base="http://127.0.0.1", drawings=DRAWINGS),
            clock=self.clock,
            trouble=self.trouble,
            at_once=at_once,
        )

    def act(self, command: Command) -> Any:
        key = f"act:{next(self.keys)}"

        def transaction(session: Any) -> Any:
            batch = self.business.batch(session)
            result = self.business.attempt(batch, key, SYSTEM, lambda work: work.act(command))
            batch.finish()
            return result

        return self.database.transact(transaction)

    def enrol(self, name: str, *roles: Role, wecom: str = "", dingtalk: str = "") -> int:
        self.people[name] = self.act(EnrolPerson(name=name, roles=roles, wecom=wecom, dingtalk=dingtalk))
        return self.people[name]

    def rows(self, table: Table, *columns: str, **where: Any) -> list[Any]:
        """Return the columns of the table's rows in their order (a single column: its values)."""
        order = table.c.seq if table is timeline else table.c.id
        query = select(*(table.c[name] for name in columns)).order_by(order)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        found = self.database.look(lambda session: session.execute(query).all())
        return [row[0] for row in found] if len(columns) == 1 else [tuple(row) for row in found]

    def noted(self) -> list[str]:
        return [body["text"] for body in self.rows(timeline, "body", event="Noted")]

    def states(self, table: Table = inbox) -> list[str]:
        return self.rows(table, "state")

    def told(self) -> list[str]:
        return [body["text"] for body in self.rows(outbox, "body", kind="text")]

    def count(self, name: str) -> int:
        query = select(counters.c.value).where(counters.c.name == name)
        return self.database.look(lambda session: session.execute(query).scalar()) or 0


@contextmanager
def open_road(url: str, *, batch: int = 32) -> Iterator[Road]:
    """Yield the road on an empty database."""
    database = lay_out(url)
    road = build_road(database, batch=batch)
    try:
        yield road
    finally:
        database.close()


def build_road(database: Database, *, batch: int = 32, clock: ManualClock | None = None) -> Road:
    """Return a road on a database that has its tables: also a second process's."""
    clock = clock or ManualClock(MONDAY)
    handlers = {**HANDLERS, Note: deed(note), Nag: deed(note), TakeBack: deed(take_back)}
    business = Business(
        executor=Executor(handlers, REACTIONS), calendar=WorkCalendar(), policies=DEFAULT_POLICIES, clock=clock
    )
    words = Words()
    return Road(
        database=database,
        business=business,
        clock=clock,
        inbox=Inbox(database),
        words=words,
        intake=Intake(
            database=database, business=business, route=words, read=Envelope.from_json, pressed={}, batch=batch
        ),
        timers=TimerJob(database=database, business=business),
        trouble=Trouble(database=database, business=business),
    )


def texts(sent: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Return (account, words) of what a line sent."""
    return [(account, words) for account, words, _ in sent]
