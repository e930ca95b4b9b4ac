"""Approvals for reading."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.views import ApprovalView, ExhibitLine, Vote
from domain.errors import NotFound
from domain.people.person import Person

_UNKNOWN = "没有找到这份审批，可能已经撤回或不需要您审批。"


_SEATS = select(Seat).where(Seat.approval_id == bindparam("approval_id")).order_by(Seat.step, Seat.id)
_PENDING = (
    select(Approval)
    .join(Seat, (Seat.approval_id == Approval.id) & (Seat.step == Approval.step))
    .where(
        Approval.state == ApprovalState.PENDING,
        Seat.person_id == bindparam("person_id"),
        Seat.state == SeatState.WAITING,
    )
    .order_by(Approval.step_since, Approval.id)
    .limit(bindparam("most"))
)
"""Built once: every short reply asks what waits for its sender."""


class ApprovalQueries:
    """What asker, approvers of the steps reached, management and admin may see."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, approval_id: int, viewer: Actor) -> ApprovalView:
        """Return one approval; NotFound when unknown or not for this viewer."""
        approval = self._session.get(Approval, approval_id)
        if approval is None:
            raise NotFound(_UNKNOWN)
        return self._view(approval, viewer)

    def by_no(self, no: str, viewer: Actor) -> ApprovalView:
        """Return one approval by its own number (``SP-2611-0001``, or its end ``0001``) or the quote's.

        An end that several pending approvals share finds the latest the viewer may see.
        """
        wanted = no.strip().upper()
        query = select(Approval).where(
            (Approval.no == wanted)
            | (Approval.about_no == wanted)
            | Approval.no.endswith(f"-{wanted.rpartition('-')[2]}")
        )
        found = self._session.scalars(query.order_by(Approval.id.desc())).all()
        for approval in sorted(found, key=lambda each: (wanted not in (each.no, each.about_no), -each.id)):
            if self._may_see(approval, viewer):
                return self._view(approval, viewer)
        raise NotFound(f"没有找到审批 {no}，发“待审批”可以看到等您处理的。")

    def pending_for(self, viewer: Actor, limit: int = 20) -> Sequence[ApprovalView]:
        """Return what waits for the viewer, the longest waiting first."""
        pending = self._session.scalars(_PENDING, {"person_id": viewer.person_id, "most": limit})
        return [self._view(approval, viewer) for approval in pending]

    def _may_see(self, approval: Approval, viewer: Actor) -> bool:
        if viewer.person_id == approval.requester_id or viewer.has(Role.MANAGEMENT, Role.ADMIN):
            return True
        return any(seat.person_id == viewer.person_id and seat.step <= approval.step for seat in self._seats(approval))

    def _view(self, approval: Approval, viewer: Actor) -> ApprovalView:
        if not self._may_see(approval, viewer):
            raise NotFound(_UNKNOWN)
        seats = self._seats(approval)
        now = [seat for seat in seats if seat.step == approval.step and seat.state is SeatState.WAITING]
        pending = approval.state is ApprovalState.PENDING
        asked = any(seat.person_id == viewer.person_id for seat in seats)
        exhibit = approval.exhibit
        entitled = asked or viewer.has(Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.ADMIN)
        return ApprovalView(
            id=approval.id,
            version=approval.version,
            no=approval.no,
            state=approval.state.value,
            about_no=approval.about_no,
            revision=approval.revision,
            requester=self._name(approval.requester_id),
            customer=exhibit["customer"],
            amount_fen=exhibit["amount_fen"],
            discount_ppm=exhibit["discount_ppm"],
            margin_ppm=exhibit["margin_ppm"] if entitled else None,
            lines=tuple(ExhibitLine(**line) for line in exhibit["lines"]),
            reason=approval.reason,
            rule=approval.rule,
            waiting_since=approval.step_since,
            waiting_for=tuple(self._name(seat.person_id) for seat in now) if pending else (),
            votes=tuple(
                Vote(name=self._name(seat.person_id), state=seat.state.value, at=seat.at, comment=seat.comment)
                for seat in seats
                if seat.state in (SeatState.APPROVED, SeatState.REJECTED)
            ),
            my_turn=pending and any(seat.person_id == viewer.person_id for seat in now),
            decided_by=approval.decided_by,
            decided_at=approval.decided_at,
            comment=approval.comment,
        )

    def _seats(self, approval: Approval) -> Sequence[Seat]:
        return self._session.scalars(_SEATS, {"approval_id": approval.id}).all()

    def _name(self, person_id: int) -> str:
        person = self._session.get(Person, person_id)
        return "" if person is None else person.name
