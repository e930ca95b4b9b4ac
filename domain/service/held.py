"""Reports beyond the budgets wait for a person: kept, answered with a link, and no ticket yet (R-72).

A flood must neither bury the dispatchers nor drown the few genuine reports in it. So what comes in
too fast is only kept; somebody looks at it on the board and makes it a report, or puts it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.equipment.equipment import Equipment
from domain.errors import Invalid, NotFound, Stale
from domain.messages import Command, Event
from domain.record import Entity, Identity, Record, choice
from domain.service.report import WORDS_MAX, ReportFault, report_fault
from domain.service.tell import keepers

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.service.report import Reported
    from domain.work import Work


class HeldState(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    RELEASED = "released"
    DROPPED = "dropped"


class HeldReport(Entity, Record):
    """One submission that waits; ``token`` is the secret of the progress page it will have."""

    __tablename__ = "held_reports"
    __table_args__ = (
        Index("ix_held_reports_equipment_id", "equipment_id"),
        Index("ix_held_reports_state", "state"),
    )

    equipment_id: Mapped[int] = mapped_column(Identity, ForeignKey("equipment.id"))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column()
    urgent: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(String(32), default="")
    consent: Mapped[str] = mapped_column(String(16), default="")
    windows: Mapped[list[Any]] = mapped_column(default_factory=list)
    state: Mapped[HeldState] = mapped_column(choice(HeldState), default=HeldState.WAITING)

    def settle(self, state: HeldState) -> None:
        """End the waiting; Stale when somebody has done so already."""
        if self.state is not HeldState.WAITING:
            done = "立过案了" if self.state is HeldState.RELEASED else "被搁置了"
            raise Stale(f"这条报修已经{done}。", subject=self.subject)
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReport(Command):
    """Keep a report that came beyond the budgets. Its photos are not taken."""

    equipment_id: int
    words: str
    token: str
    urgent: bool = False
    phone: str = ""
    consent: str = ""
    windows: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHeld(Command):
    """Somebody who dispatches has looked at it: it is genuine."""

    held_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DropHeld(Command):
    """It is none, and neither are the others that wait for the same machine when ``all_of_machine``."""

    held_id: int
    all_of_machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsHeld(Event):
    """More reports than usual come in; told once an hour, with the first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReleased(Event):
    """A report that waited became one."""

    ticket_no: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDropped(Event):
    """Reports that waited were put away."""

    count: int
    by: str


def hold_report(command: HoldReport, actor: Actor, work: Work) -> int:
    """Return the id; whoever answers for service hears of the first one in an hour."""
    del actor
    words = command.words.strip()
    if not words or len(words) > WORDS_MAX:
        raise Invalid(f"请用 1 到 {WORDS_MAX} 个字写清哪里不对。")
    machine = work.get(Equipment, command.equipment_id)
    if machine.retired:
        raise NotFound("没有找到这台设备，请核对二维码或联系厂家。")
    held = work.add(
        HeldReport(
            equipment_id=machine.id,
            token=command.token,
            words=words,
            at=work.now,
            urgent=command.urgent,
            phone=command.phone,
            consent=command.consent,
            windows=list(command.windows),
        )
    )
    if work.count(f"held:{work.now:%Y%m%d%H}") == 1:
        work.record(ReportsHeld(subject=machine.subject))
        for person in keepers(work):
            work.say(person.id, "短时间内来了太多报修，超出的先放着没有派单。请打开调度看板，核对后立案或搁置。")
    return held.id


def release_held(command: ReleaseHeld, actor: Actor, work: Work) -> Reported:
    """Make it a report like any other, under the link its sender has already."""
    held = work.lock(HeldReport, command.held_id)
    held.settle(HeldState.RELEASED)
    reported = report_fault(
        ReportFault(
            equipment_id=held.equipment_id,
            words=held.words,
            urgent=held.urgent,
            phone=held.phone,
            token=held.token,
            consent=held.consent,
            windows=tuple(held.windows),
        ),
        actor,
        work,
    )
    work.record(HeldReleased(subject=held.subject, ticket_no=reported.ticket_no, by=actor.name))
    return reported


def drop_held(command: DropHeld, actor: Actor, work: Work) -> int:
    """Return how many were put away; they are kept, and their links say so."""
    held = work.lock(HeldReport, command.held_id)
    held.settle(HeldState.DROPPED)
    others = work.find.held.waiting_of(held.equipment_id) if command.all_of_machine else ()
    for other in others:
        if other.id != held.id:
            other.settle(HeldState.DROPPED)
    count = 1 + sum(other.id != held.id for other in others)
    work.flush()
    work.record(HeldDropped(subject=held.subject, count=count, by=actor.name))
    return count
