"""What must hold in the books at any moment, checked from outside the code that keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from storage import timeline as chain
from storage.named_files import named
from storage.queries import Queries
from storage.schema import metadata
from storage.tables import inbox, outbox, timeline, timers


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that does not hold, and where."""

    rule: str
    detail: str


def counts(session: Session) -> dict[str, int]:
    """Return rows by table, and of the queues by state (``inbox.done``)."""
    found: dict[str, int] = {}
    for name, table in sorted(metadata.tables.items()):
        found[name] = session.execute(select(func.count()).select_from(table)).scalar_one()
    for table in (inbox, outbox, timers):
        for state, number in session.execute(select(table.c.state, func.count()).group_by(table.c.state)):
            found[f"{table.name}.{state}"] = number
    return found


def effects_per_key(session: Session) -> dict[str, int]:
    """Return for every callback key how often it was carried out (1 when all is well, 0 when still waiting)."""
    done = (
        select(timeline.c.key, func.count().label("times"))
        .where(timeline.c.event == "Handled")
        .group_by(timeline.c.key)
        .subquery()
    )
    rows = session.execute(
        select(inbox.c.key, func.coalesce(done.c.times, 0)).outerjoin(done, done.c.key == inbox.c.key)
    )
    return {key: int(times) for key, times in rows}


def violations(session: Session, file_exists: Callable[[str], bool]) -> Iterator[Violation]:
    """Yield every rule that does not hold."""
    for broken in chain.verify(session):
        yield Violation("audit_chain", f"第 {broken.seq} 行：{broken.reason}")
    yield from _effects(session)
    yield from _promises(session)
    yield from _files(session, file_exists)
    yield from _business(Queries(session))


def _effects(session: Session) -> Iterator[Violation]:
    handled = exists().where(timeline.c.key == inbox.c.key, timeline.c.event == "Handled")
    for key in session.scalars(select(inbox.c.key).where(inbox.c.state == "done", ~handled)):
        yield Violation("done_without_effect", key)
    for key in session.scalars(select(inbox.c.key).where(inbox.c.state.in_(("ready", "parked")), handled)):
        yield Violation("effect_without_done", key)
    twice = (
        select(timeline.c.key).where(timeline.c.event == "Handled").group_by(timeline.c.key).having(func.count() > 1)
    )
    for key in session.scalars(twice):
        yield Violation("effect_twice", key)


def _promises(session: Session) -> Iterator[Violation]:
    for key in session.scalars(select(outbox.c.key).where(outbox.c.state == "sent", outbox.c.sent_at.is_(None))):
        yield Violation("sent_without_time", key)
    fired_unseen = select(timers.c.id, timers.c.name).where(timers.c.state == "fired", timers.c.ended_at.is_(None))
    for timer_id, name in session.execute(fired_unseen):
        yield Violation("fired_without_time", f"{timer_id} {name}")


def _files(session: Session, file_exists: Callable[[str], bool]) -> Iterator[Violation]:
    for where, file_id in named(session):
        if not file_exists(file_id):
            yield Violation("dangling_file", f"{where}: {file_id}")


def _business(queries: Queries) -> Iterator[Violation]:
    for part_id, place, difference in queries.parts.unbalanced():
        yield Violation("stock_sum", f"备件 {part_id} 在 {place} 差 {difference}")
    for no in queries.quotes.changed_after_approval():
        yield Violation("approval_hash", f"报价 {no} 的内容和审批时不一致")
    for no in queries.quotes.at_odds_with_approval():
        yield Violation("approval_state", f"报价 {no} 的状态和它的审批不一致")
    for no in queries.service.ownerless():
        yield Violation("job_without_engineer", f"工单 {no} 已有人在做，却没有工程师")
