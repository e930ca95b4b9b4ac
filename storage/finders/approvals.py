"""Finding approvals, their seats, who decides for whom, and the rules made in the chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.delegation import Delegation
from domain.approvals.edition import EditionState, RuleEdition
from storage.newly import ASKS

_LIVE = (ApprovalState.PENDING, ApprovalState.APPROVED)


class ApprovalFinder:
    """Seats by approval and by person, delegations by person and day, the edition that holds."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seats(self, approval_id: int, *, step: int | None = None) -> Sequence[Seat]:
        """Return the seats of an approval, or of one of its steps, in the order they were given."""
        query = select(Seat).where(Seat.approval_id == approval_id)
        if step is not None:
            query = query.where(Seat.step == step)
        return self._session.scalars(query.order_by(Seat.step, Seat.id)).all()

    def waiting_seats_of(self, person_id: int) -> Sequence[Seat]:
        """Return where somebody still has a say, by approval so that locks are taken in one order."""
        query = select(Seat).where(Seat.person_id == person_id, Seat.state == SeatState.WAITING)
        return self._session.scalars(query.order_by(Seat.approval_id, Seat.step)).all()

    def recent_fen(self, party: str, since: datetime, about: str) -> int:
        """Return what else this customer was quoted since then: the last live request of every other quotation."""
        query = select(Approval.about, Approval.amount_fen).where(
            Approval.party == party,
            Approval.asked_at >= since,
            Approval.about != about,
            Approval.state.in_(_LIVE),
        )
        rows = self._session.execute(query.order_by(Approval.id), execution_options={ASKS: (Approval,)})
        return sum({row.about: row.amount_fen for row in rows}.values())

    def facts_since(self, since: datetime) -> Sequence[dict[str, Any]]:
        """Return the facts that everything asked since then was asked with."""
        query = select(Approval.facts).where(Approval.asked_at >= since).order_by(Approval.id)
        return [facts for facts in self._session.scalars(query) if facts]

    def delegation_of(self, person_id: int, now: datetime) -> Delegation | None:
        """Return who decides for somebody at this moment."""
        query = select(Delegation).where(
            Delegation.person_id == person_id,
            Delegation.begins <= now,
            Delegation.ends > now,
            Delegation.ended_at.is_(None),
        )
        first = query.order_by(Delegation.id).limit(1)
        return self._session.scalars(first, execution_options={ASKS: (Delegation,)}).first()

    def delegations(self, person_id: int, begins: datetime, ends: datetime) -> Sequence[Delegation]:
        """Return the delegations of somebody that touch this time (half open)."""
        query = select(Delegation).where(
            Delegation.person_id == person_id,
            Delegation.begins < ends,
            Delegation.ends > begins,
            Delegation.ended_at.is_(None),
        )
        return self._session.scalars(query.order_by(Delegation.id)).all()

    def edition(self) -> RuleEdition | None:
        """Return the rules of the chat that hold now."""
        query = select(RuleEdition).where(RuleEdition.state == EditionState.PUBLISHED)
        latest = query.order_by(RuleEdition.published_no.desc()).limit(1)
        return self._session.scalars(latest, execution_options={ASKS: (RuleEdition,)}).first()

    def last_published_no(self) -> int:
        """Return how often rules were published."""
        return self._session.scalar(select(func.max(RuleEdition.published_no))) or 0
