"""Taking in: rows of the inbox become effects, many per commit, each undone alone when it fails.

    take (locked) → for each: { route → close } → done → write what was gathered, seal the timeline → commit

A refusal is an answer: its effect is undone and the answer promised in its place. Anything
else counts as a failure of the row; after five it is parked and the sender is told (R-21, R-23).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from domain.actor import Role, visitor
from domain.errors import Refusal
from jobs.batches import Pace, ever_fewer
from jobs.business import Business
from storage import inbox, outbox, timeline
from storage.batch import Batch
from storage.database import Database, is_down, is_passing
from storage.uow import UnitOfWork

if TYPE_CHECKING:
    from domain.actor import Actor
    from handlers.envelope import Envelope
    from storage.queries import Queries

_log = structlog.get_logger()

_PARKED = "有消息连续五次处理失败，已原样保存并搁置；gendan inbox list --state parked 列出它们，inbox retry 再试。"
"""Told to every administrator once an hour (R-23)."""


class Route(Protocol):
    """``handlers.router.Router``, seen from here."""

    def __call__(self, envelope: Envelope, actor: Actor | None, work: UnitOfWork, queries: Queries) -> dict[str, Any]:
        """Carry out what arrived; return what a waiting page is answered with."""

    def refuse(self, envelope: Envelope, refusal: Refusal, work: UnitOfWork, queries: Queries) -> dict[str, Any]:
        """Answer a refusal."""

    def give_up(self, envelope: Envelope, work: UnitOfWork, queries: Queries) -> None:
        """Tell the sender that it was kept but could not be carried out."""


Pressed = Callable[[Mapping[str, Any], "Envelope"], dict[str, Any]]
"""Adds what a click brought (WeCom's response code) to the handle of its card."""


@dataclass(slots=True, kw_only=True)
class Taken:
    """What one batch did: inbox keys with what a waiting page hears, and failures for the log."""

    rows: int = 0
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: list[tuple[str, str, bool]] = field(default_factory=list)


class Intake:
    """Carries out what was kept. ``read`` turns a row's body into an envelope."""

    def __init__(
        self,
        *,
        database: Database,
        business: Business,
        route: Route,
        read: Callable[[dict[str, Any]], Envelope],
        pressed: Mapping[str, Pressed],
        batch: int = 64,
    ) -> None:
        self._database = database
        self._business = business
        self._route = route
        self._read = read
        self._pressed = pressed
        self._size = batch

    async def run(self, wake: asyncio.Event, *, finished: Callable[[Taken], None], idle: float = 1.0) -> None:
        """Take in until cancelled; ``wake`` is set when something was kept."""
        while True:
            wake.clear()
            try:
                taken = await self.step()
            except Exception as error:  # noqa: BLE001 - the edge of the loop: what is kept must be taken, whatever happened
                _log.error("intake_failed", error=_said(error), down=is_down(error))
                await asyncio.sleep(idle)
                continue
            finished(taken)
            if taken.rows == 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), idle)

    async def step(self) -> Taken:
        """Take in one batch; its rows are committed when this returns."""
        taken = await ever_fewer(
            lambda most: self._database.write(lambda session: self.take(session, most)),
            lambda error: self._database.write(lambda session: self._blame_oldest(session, error)),
            self._size,
        )
        for key, said, parked in taken.failures:
            _log.error("effect_failed", key=key, error=said, parked=parked)
        return taken

    def take(self, session: Session, most: int | None = None) -> Taken:
        """Carry out one batch (of at most ``most`` rows) inside ``session``'s transaction."""
        taken = Taken()
        rows = inbox.take(session, self._business.clock.now(), most or self._size)
        if not rows:
            return taken
        batch = self._business.batch(session)
        done: list[int] = []
        seen = timeline.known(session, [row["key"] for row in rows])
        batch.expect({(row["platform"], row["account"]) for row in rows}, [row["body"].get("text", "") for row in rows])
        waiting: set[str] = set()
        pace = Pace(self._database)
        for row in rows:
            if taken.rows and pace.is_enough():
                break
            if row["conversation"] in waiting:
                continue  # An earlier row of this conversation has just failed and comes first.
            taken.rows += 1
            if row["key"] in seen:
                # Forgotten by the inbox and delivered once more: the effect is in the books.
                done.append(row["id"])
            elif self._carry_out(session, batch, row, taken):
                done.append(row["id"])
            else:
                waiting.add(row["conversation"])
        if done:
            inbox.done(session, done, batch.now)
        batch.finish()
        return taken

    def _carry_out(self, session: Session, batch: Batch, row: RowMapping, taken: Taken) -> bool:
        try:
            answer = self._effect(session, batch, self._read(row["body"]))
        except Exception as error:  # the edge: one bad row must not stop the others
            if batch.is_broken or is_passing(error):
                raise
            # The edge: a poison row must not stop the others.
            return self._failed(session, batch, row, error, taken)
        if answer:
            inbox.answer(session, row["id"], answer)
        taken.answers[row["key"]] = answer
        return True

    def _effect(self, session: Session, batch: Batch, envelope: Envelope) -> dict[str, Any]:
        actor = batch.queries.people.actor(envelope.platform, envelope.account)
        acting = actor or visitor(account=envelope.account, name=envelope.nick or "客户")

        def route(work: UnitOfWork) -> dict[str, Any]:
            self._note_click(session, envelope)
            answer = self._route(envelope, actor, work, batch.queries)
            work.handled(envelope.kind.value)
            return answer

        try:
            return self._business.attempt(batch, envelope.key, acting, route)
        except Refusal as refusal:
            declined = refusal

        def refuse(work: UnitOfWork) -> dict[str, Any]:
            self._note_click(session, envelope)
            answer = self._route.refuse(envelope, declined, work, batch.queries)
            work.handled("refused")
            return answer

        return self._business.attempt(batch, envelope.key, acting, refuse)

    def _note_click(self, session: Session, envelope: Envelope) -> None:
        pressed = self._pressed.get(envelope.platform)
        if envelope.click is None or not envelope.click.card or pressed is None:
            return
        card = outbox.card_by_ref(session, envelope.platform, envelope.click.card, envelope.account)
        if card is not None:
            outbox.card_redrawn(session, card["id"], pressed(card["handle"], envelope), card["shown"], card["stands"])

    def _blame_oldest(self, session: Session, error: Exception) -> Taken:
        batch = self._business.batch(session)
        taken = Taken()
        for row in inbox.take(session, batch.now, 1):
            taken.rows += 1
            self._failed(session, batch, row, error, taken)
        batch.finish()
        return taken

    def _failed(self, session: Session, batch: Batch, row: RowMapping, error: Exception, taken: Taken) -> bool:
        said = _said(error)
        parked = inbox.failed(session, row["id"], batch.now, said)
        taken.failures.append((row["key"], said, parked))
        if parked:
            self._give_up(batch, row)
        return False

    def _give_up(self, batch: Batch, row: RowMapping) -> None:
        key = f"{row['key']}!parked"
        if outbox.promised_by(batch.session, key):
            return  # It was parked before, put back by an administrator, and failed again.

        def tell(work: UnitOfWork) -> None:
            envelope = self._read(row["body"])
            self._route.give_up(envelope, work, batch.queries)
            if work.count(f"parked:{batch.now:%Y%m%d%H}") == 1:
                for admin in work.find.people.with_role(Role.ADMIN):
                    work.say(admin.id, _PARKED)

        try:
            self._business.attempt(batch, key, visitor(account=row["account"]), tell)
        except Exception as error:  # the edge: one bad row must not stop the others
            if batch.is_broken or is_passing(error):
                raise
            # The row is parked whether or not anybody could be told.
            _log.error("parked_untold", key=row["key"], error=_said(error))


def _said(error: Exception) -> str:
    """Return the error in one line; of a database error not the row, which holds what somebody said."""
    return f"{type(error).__name__}: {error.orig if isinstance(error, DBAPIError) else error}"
