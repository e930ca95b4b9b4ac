"""How service is doing in a period: times, first-fix rate, parts, ratings, fault rates (S-146…S-148, S-154)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import String, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from domain.actor import Role
from domain.catalog.part import Part
from domain.catalog.stock import MoveReason, StockMove
from domain.equipment.equipment import Equipment
from domain.errors import NotAllowed
from domain.people.person import Person
from domain.service.report_views import FaultRate, Score, ServiceReport
from domain.service.states import JobState
from domain.service.tell import KEEPERS
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.work_order import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from domain.actor import Actor

_TOP = 5
_GRACE = timedelta(minutes=15)
"""Whoever comes this much after the hour he told is in time."""


@dataclass(slots=True)
class _Sum:
    """Figures on their way to a score."""

    jobs: int = 0
    responses: list[float] = field(default_factory=list)
    repairs: list[float] = field(default_factory=list)
    ratings: list[int] = field(default_factory=list)
    handled: list[float] = field(default_factory=list)
    punctual: int = 0
    awaited: int = 0
    fixed: int = 0
    judged: int = 0
    revisits: int = 0
    parts_fen: int = 0

    def score(self, name: str) -> Score:
        return Score(
            name=name,
            jobs=self.jobs,
            response_minutes=_mean(self.responses),
            repair_minutes=_mean(self.repairs),
            handled_minutes=_mean(self.handled),
            first_fix_ppm=self.fixed * 1_000_000 // self.judged if self.judged else None,
            on_time_ppm=self.punctual * 1_000_000 // self.awaited if self.awaited else None,
            revisits=self.revisits,
            parts_fen=self.parts_fen,
            rating_hundredths=_mean([each * 100 for each in self.ratings]),
        )


class ServiceReports:
    """One period at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def report(
        self,
        viewer: Actor,
        since: date,
        until: date,
        zone: ZoneInfo,
        *,
        complaint_before: int = 0,
        handled_before: int = 0,
    ) -> ServiceReport:
        """Return the report of ``since`` to ``until`` (both included); an engineer sees his own figures alone.

        ``complaint_before`` and ``handled_before`` are the company's own figures in minutes; 0: the period before.
        """
        sees_all = viewer.has(*KEEPERS, Role.MANAGEMENT)
        if not sees_all and not viewer.has(Role.ENGINEER):
            raise NotAllowed("服务报表给服务主管和管理层看；工程师看自己的。")
        begins = datetime.combine(since, time(0), zone)
        ends = datetime.combine(until + timedelta(days=1), time(0), zone)
        earlier = begins - (ends - begins)
        sums = self._sums(begins, ends)
        names = self._names(sums)
        rows = sorted(
            ((names[each], total) for each, total in sums.items() if each is not None), key=lambda row: row[0]
        )
        mine = [total.score(name) for name, total in rows if sees_all or name == viewer.name]
        own = sums[viewer.person_id] if viewer.person_id in sums else _Sum()
        return ServiceReport(
            since=since,
            until=until,
            total=(_added(sums.values()) if sees_all else own).score(""),
            complaint_minutes=self._complaints(begins, ends) if sees_all else None,
            complaint_before=(complaint_before or self._complaints(earlier, begins)) if sees_all else None,
            handled_before=(handled_before or self._handled(earlier, begins)) if sees_all else None,
            scores=tuple(sorted(mine, key=lambda score: -score.jobs)),
            models=self._models(begins, ends) if sees_all else (),
            batches=self._batches(begins, ends) if sees_all else (),
            parts=self._parts(begins, ends) if sees_all else (),
        )

    def _sums(self, begins: datetime, ends: datetime) -> dict[int | None, _Sum]:
        again = aliased(Ticket)
        query = (
            select(
                WorkOrder.id,
                WorkOrder.engineer_id,
                WorkOrder.visits,
                WorkOrder.rating,
                WorkOrder.type,
                Ticket.opened_at,
                Ticket.responded_at,
                WorkOrder.finished_at,
                again.id,
                case((WorkOrder.state == JobState.CONFIRMED, WorkOrder.ended_at)),
                func.coalesce(WorkOrder.eta_end, WorkOrder.eta),
                WorkOrder.arrived_at,
            )
            .join(Ticket, Ticket.id == WorkOrder.ticket_id)
            .outerjoin(again, again.repeats_id == Ticket.id)
            .where(WorkOrder.finished_at >= begins, WorkOrder.finished_at < ends)
        )
        sums: dict[int | None, _Sum] = defaultdict(_Sum)
        seen: set[int] = set()
        for (
            id_,
            engineer,
            visits,
            rating,
            type_,
            opened,
            responded,
            finished,
            repeated,
            ended,
            told,
            arrived,
        ) in self._session.execute(query):
            if id_ in seen:
                continue
            seen.add(id_)
            total = sums[engineer]
            total.handled += [_minutes(ended, opened)] if ended is not None else []
            if told is not None and arrived is not None:
                total.awaited += 1
                total.punctual += arrived <= told + _GRACE
            total.jobs += 1
            total.responses += [_minutes(responded, opened)] if responded is not None else []
            total.repairs += [_minutes(finished, opened)] if finished is not None else []
            total.ratings += [rating] if rating is not None else []
            total.revisits += max(visits - 1, 0)
            if type_ is ServiceType.REPAIR:
                total.judged += 1
                total.fixed += visits <= 1 and repeated is None
        for engineer, fen in self._costs(begins, ends):
            if engineer in sums:
                sums[engineer].parts_fen += fen
        return dict(sums)

    def _costs(self, begins: datetime, ends: datetime) -> Iterable[tuple[int | None, int]]:
        used = (MoveReason.USED, MoveReason.RETURNED)
        query = (
            select(WorkOrder.engineer_id, func.sum(-StockMove.quantity * Part.price_fen))
            .join(StockMove, StockMove.subject == literal("workorder:") + cast(WorkOrder.id, String))
            .join(Part, Part.id == StockMove.part_id)
            .where(WorkOrder.finished_at >= begins, WorkOrder.finished_at < ends, StockMove.reason.in_(used))
            .group_by(WorkOrder.engineer_id)
        )
        return [(engineer, int(fen)) for engineer, fen in self._session.execute(query)]

    def _names(self, sums: dict[int | None, _Sum]) -> dict[int, str]:
        ids = [each for each in sums if each is not None]
        rows = self._session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
        return {row.id: row.name for row in rows}

    def _complaints(self, begins: datetime, ends: datetime) -> int | None:
        rows = self._session.execute(
            select(Ticket.opened_at, Ticket.responded_at).where(
                Ticket.opened_at >= begins,
                Ticket.opened_at < ends,
                Ticket.type == ServiceType.COMPLAINT,
                Ticket.responded_at.is_not(None),
            )
        )
        return _mean([_minutes(responded, opened) for opened, responded in rows if responded is not None])

    def _handled(self, begins: datetime, ends: datetime) -> int | None:
        rows = self._session.execute(
            select(Ticket.opened_at, WorkOrder.ended_at)
            .join(Ticket, Ticket.id == WorkOrder.ticket_id)
            .where(WorkOrder.finished_at >= begins, WorkOrder.finished_at < ends, WorkOrder.state == JobState.CONFIRMED)
        )
        return _mean([_minutes(ended, opened) for opened, ended in rows if ended is not None])

    def _batches(self, begins: datetime, ends: datetime) -> tuple[FaultRate, ...]:
        serials = self._session.scalars(
            select(Equipment.serial)
            .join(Ticket, Ticket.equipment_id == Equipment.id)
            .where(Ticket.opened_at >= begins, Ticket.opened_at < ends, Ticket.type == ServiceType.REPAIR)
        )
        counts = Counter(batch for serial in serials if (batch := serial.rpartition("-")[0]))
        most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:_TOP]
        return tuple(FaultRate(model=batch, faults=count, machines=self._made(batch)) for batch, count in most)

    def _made(self, batch: str) -> int:
        """Return how many machines of a batch are in use."""
        query = select(func.count()).select_from(Equipment)
        beginning = Equipment.serial.startswith(f"{batch}-", autoescape=True)
        return self._session.scalar(query.where(~Equipment.retired, beginning)) or 0

    def _models(self, begins: datetime, ends: datetime) -> tuple[FaultRate, ...]:
        faults = (
            select(Equipment.model, func.count().label("faults"))
            .join(Ticket, Ticket.equipment_id == Equipment.id)
            .where(Ticket.opened_at >= begins, Ticket.opened_at < ends, Ticket.type == ServiceType.REPAIR)
            .group_by(Equipment.model)
            .order_by(func.count().desc(), Equipment.model)
            .limit(_TOP)
            .subquery()
        )
        standing = (
            select(Equipment.model, func.count().label("machines"))
            .where(~Equipment.retired, Equipment.model.in_(select(faults.c.model)))
            .group_by(Equipment.model)
            .subquery()
        )
        rows = self._session.execute(
            select(faults.c.model, faults.c.faults, standing.c.machines)
            .outerjoin(standing, standing.c.model == faults.c.model)
            .order_by(faults.c.faults.desc(), faults.c.model)
        )
        return tuple(
            FaultRate(model=model, faults=int(count), machines=int(there or 0)) for model, count, there in rows
        )

    def _parts(self, begins: datetime, ends: datetime) -> tuple[tuple[str, int], ...]:
        pieces = func.sum(-StockMove.quantity)
        rows = self._session.execute(
            select(Part.name, pieces)
            .join(StockMove, StockMove.part_id == Part.id)
            .where(
                StockMove.at >= begins,
                StockMove.at < ends,
                StockMove.reason.in_((MoveReason.USED, MoveReason.RETURNED)),
            )
            .group_by(Part.id, Part.name)
            .having(pieces > 0)
            .order_by(pieces.desc(), Part.name)
            .limit(_TOP)
        )
        return tuple((name, int(count)) for name, count in rows)


def _added(sums: Iterable[_Sum]) -> _Sum:
    total = _Sum()
    for each in sums:
        total.jobs += each.jobs
        total.responses += each.responses
        total.repairs += each.repairs
        total.ratings += each.ratings
        total.handled += each.handled
        total.punctual += each.punctual
        total.awaited += each.awaited
        total.fixed += each.fixed
        total.judged += each.judged
        total.revisits += each.revisits
        total.parts_fen += each.parts_fen
    return total


def _minutes(later: datetime, earlier: datetime) -> float:
    return max((later - earlier).total_seconds() / 60, 0.0)


def _mean(values: list[float] | list[int]) -> int | None:
    return round(sum(values) / len(values)) if values else None
