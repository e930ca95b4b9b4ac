"""The warehouse answers: 出库 into the engineer's van, or 缺货 with the day it comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from domain.actor import Role
from domain.catalog.part import Part
from domain.catalog.stock import MAIN, MoveReason, move_over, said_stock, van
from domain.errors import Invalid
from domain.messages import Command, Event
from domain.service.states import JobState
from domain.service.tell import machine_words
from domain.service.work_order import WorkOrder
from domain.spares.part_request import PartRequest, RequestState
from domain.spares.waiting import still_missing, stop_waiting

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePart(Command):
    """``part`` is what is really issued (a substitute, or what an unknown name turned out to be); empty: as asked.

    ``outside`` (or the very name that was asked for): bought for this job, not in the catalogue and never in stock.
    """

    request_id: int
    part: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPart(Command):
    """缺货: it will be there at ``arrives_at``."""

    request_id: int
    arrives_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindArrival(Command):
    """The day has come: has the part come as well."""

    nags: ClassVar[bool] = True

    request_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartIssued(Event):
    """Pieces left the store for a job."""

    no: str
    words: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOrdered(Event):
    """None in stock; the day is known."""

    no: str
    words: str
    arrives_at: datetime


def issue_part(command: IssuePart, actor: Actor, work: Work) -> str:
    """Move the pieces into the engineer's van; the job stops waiting with the last of them. Return what was issued."""
    job = work.lock(WorkOrder, work.get(PartRequest, command.request_id).job_id)
    request = work.lock(PartRequest, command.request_id)
    part = _part(request, request.name if command.outside else command.part, work)
    if part is None:
        return _hand_out(request, job, actor, work)
    request.issue(part.id, work.now)
    taker = job.engineer_id or request.person_id
    lacking = move_over(work, part, request.quantity, MAIN, van(taker), MoveReason.ISSUED, job.subject)
    if lacking is not None:
        raise Invalid(f"{lacking}{_instead(part, request.quantity, work)}", subject=request.subject)
    said = f"{part.name} ×{request.quantity}"
    _issued(request, job, said, "已出库到您车上", actor, work)
    return said


def _hand_out(request: PartRequest, job: WorkOrder, actor: Actor, work: Work) -> str:
    """Give what the catalogue does not know: no stock is booked."""
    request.issue(None, work.now)
    said = f"{request.said}（目录外）"
    _issued(request, job, said, "仓库已备好给您", actor, work)
    return said


def _issued(request: PartRequest, job: WorkOrder, said: str, how: str, actor: Actor, work: Work) -> None:
    work.flush()
    work.record(PartIssued(subject=job.subject, no=job.no, words=said, by=actor.name))
    work.cancel(f"request:{request.id}:arrival")
    next_ = _next(job, request, work)
    work.say(
        job.engineer_id or request.person_id, f"{said} {how}（工单 {job.no}，{machine_words(work, job)}）。{next_}"
    )
    work.redraw(request.subject)
    work.redraw(job.subject)


def order_part(command: OrderPart, actor: Actor, work: Work) -> str:
    """Tell the engineer the day; the warehouse is reminded of it. Return what is missing."""
    del actor
    if command.arrives_at <= work.now:
        raise Invalid("到货时间要在以后，例如：缺货 周五到。")
    job = work.lock(WorkOrder, work.get(PartRequest, command.request_id).job_id)
    request = work.lock(PartRequest, command.request_id)
    request.order(command.arrives_at)
    work.flush()
    work.record(PartOrdered(subject=job.subject, no=job.no, words=request.said, arrives_at=command.arrives_at))
    day = work.calendar.local(command.arrives_at)
    work.say(
        job.engineer_id or request.person_id,
        f"{request.said} 缺货，预计 {day:%m月%d日}到（工单 {job.no}，{machine_words(work, job)}）。"
        "客户在进度页上看得到在等备件，要改约请发“下周二再来”。",
    )
    work.promise(f"request:{request.id}:arrival", command.arrives_at, RemindArrival(request_id=request.id))
    work.redraw(request.subject)
    work.redraw(job.subject)
    return request.said


def remind_arrival(command: RemindArrival, actor: Actor, work: Work) -> None:
    """Ask the warehouse; moot once it was issued (R-41)."""
    del actor
    request = work.lock(PartRequest, command.request_id)
    if request.state is not RequestState.ORDERED:
        return
    for person in work.find.people.with_role(Role.WAREHOUSE):
        work.say(person.id, f"{request.said} 说好今天到货。到了请点“出库”，没到请再发一次到货日，例如：缺货 周五到。")
        work.tell(person.id, "spares.request", request.subject)
    work.promise(f"request:{request.id}:arrival", work.now + timedelta(days=1), RemindArrival(request_id=request.id))


def _part(request: PartRequest, said: str, work: Work) -> Part | None:
    """Return what is to be issued, None for what is not in the catalogue; Invalid says what can be typed."""
    if not said and request.part_id is not None:
        return work.get(Part, request.part_id)
    found = work.find.parts.said(said or request.name)
    if len(found) == 1:
        return found[0]
    if not found and said == request.name:
        return None
    names = "、".join(f"{part.name}（{part.code}）" for part in found[:5])
    raise Invalid(
        f"“{said or request.name}”{f'可能是 {names}' if names else '不在备件目录里'}。"
        f"请写明出什么，例如：出库 6205轴承；目录外另买的发“出库 {request.name}”，不动库存。",
        subject=request.subject,
    )


def _instead(part: Part, quantity: int, work: Work) -> str:
    """Return which substitutes there are enough of."""
    known = [found for code in part.substitutes if (found := work.find.parts.by_code(code)) is not None]
    there = [(each, said_stock(work, each)) for each in known]
    enough = [f"{each.name}（主库 {pieces} {each.unit}）" for each, pieces in there if pieces >= quantity]
    if enough:
        return f"可以换用 {'、'.join(enough)}，发“出库 {enough[0].partition('（')[0]}”。"
    return "没有替代件，请发“缺货”加到货日，例如：缺货 周五到。"


def _next(job: WorkOrder, request: PartRequest, work: Work) -> str:
    others = [each for each in still_missing(job, work) if each.id != request.id]
    if others:
        return f"还差 {'、'.join(each.said for each in others)}。"
    stop_waiting(job, work)
    return "备件齐了，到现场发“到了”。" if job.state is JobState.REVISIT else ""
