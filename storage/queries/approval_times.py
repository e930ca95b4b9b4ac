"""How long approvals wait, for those who may see them: everybody's for management and finance, else the own team's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.times import Spoken, Stay, Times, Whole, summarise
from domain.clock import WorkCalendar
from domain.errors import NotFound
from domain.people.person import Person
from domain.scope import within
from storage.finders.people import PeopleFinder

_DECIDED = (ApprovalState.APPROVED, ApprovalState.REJECTED)
_SPOKE = (SeatState.APPROVED, SeatState.REJECTED)


class ApprovalTimeQueries:
    """The report of waiting."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def report(
        self, viewer: Actor, *, since: date, at: datetime, zone: ZoneInfo, target: float, baseline: float = 0.0
    ) -> Times:
        """Return what touched the days from ``since`` to now; ``target`` and ``baseline`` in seconds.

        NotFound for whoever leads nobody.
        """
        if not viewer.has(Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.ADMIN):
            raise NotFound("审批时效只有主管、财务和总经理能看。发“我的审批”可以看您自己的到哪一步了。")
        begins = datetime.combine(since, time(), zone)
        approvals = [approval for approval in self._touching(begins) if self._may_count(approval, viewer)]
        stays: list[Stay] = []
        spoken: list[Spoken] = []
        for approval in approvals:
            seats = self._session.scalars(
                select(Seat).where(Seat.approval_id == approval.id).order_by(Seat.step, Seat.id)
            ).all()
            stays += self._stays(approval, seats, begins)
            spoken += self._spoken(seats, begins)
        wholes = [
            Whole(kind=approval.about.partition(":")[0], begins=approval.asked_at, ends=approval.decided_at)
            for approval in approvals
            if approval.state in _DECIDED and approval.modes and approval.decided_at and approval.decided_at >= begins
        ]
        return summarise(
            stays,
            spoken,
            wholes,
            since=begins,
            until=at,
            target=timedelta(seconds=target),
            calendar=WorkCalendar(zone=zone),
            baseline=timedelta(seconds=baseline),
        )

    def _touching(self, begins: datetime) -> Iterator[Approval]:
        open_or_recent = or_(Approval.state == ApprovalState.PENDING, Approval.decided_at >= begins)
        yield from self._session.scalars(select(Approval).where(open_or_recent).order_by(Approval.id))

    def _may_count(self, approval: Approval, viewer: Actor) -> bool:
        return viewer.has(Role.FINANCE) or within(viewer, approval.requester_id, PeopleFinder(self._session).leader_of)

    def _stays(self, approval: Approval, seats: Sequence[Seat], begins: datetime) -> Iterator[Stay]:
        for step, node in enumerate(approval.nodes):
            here = [seat for seat in seats if seat.step == step]
            came = [seat.since for seat in here if seat.since is not None]
            said = [seat.at for seat in here if seat.state in _SPOKE and seat.at is not None]
            pending = approval.state is ApprovalState.PENDING and step == approval.step
            ends = None if pending else max(said, default=approval.decided_at)
            if not came or (ends is not None and ends < begins):
                continue
            yield Stay(
                approval=approval.no,
                about=approval.about_no,
                node=node,
                people=tuple(self._name(seat.person_id) for seat in here if seat.state is SeatState.WAITING),
                begins=min(came),
                ends=ends,
            )

    def _spoken(self, seats: Sequence[Seat], begins: datetime) -> Iterator[Spoken]:
        for seat in seats:
            if seat.state in _SPOKE and seat.since is not None and seat.at is not None and seat.at >= begins:
                yield Spoken(name=self._name(seat.person_id), begins=seat.since, ends=seat.at)

    def _name(self, person_id: int) -> str:
        person = self._session.get(Person, person_id)
        return "" if person is None else person.name
