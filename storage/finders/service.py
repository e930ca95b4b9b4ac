"""Finding tickets, jobs, and who was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from domain.service.states import WITH_ENGINEER
from domain.service.ticket import FaultReport, Ticket
from domain.service.work_order import Offer, WorkOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class ServiceFinder:
    """Tickets by machine and by secret, jobs by ticket, offers by job."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_ticket(self, equipment_id: int) -> Ticket | None:
        """Return the machine's open ticket."""
        query = select(Ticket).where(Ticket.equipment_id == equipment_id, Ticket.closed_at.is_(None))
        return self._session.scalars(query).first()

    def by_token(self, token: str) -> Ticket | None:
        """Return the ticket whose progress page this secret opens."""
        return self._session.scalars(
            select(Ticket).join(FaultReport, FaultReport.ticket_id == Ticket.id).where(FaultReport.token == token)
        ).first()

    def may_sign(self, ticket_id: int, token: str) -> bool:
        """Return whether this secret is the one of the first report: the only one that may sign for the machine."""
        first = select(FaultReport.token).where(FaultReport.ticket_id == ticket_id).order_by(FaultReport.id).limit(1)
        return self._session.scalar(first) == token

    def job_of(self, ticket_id: int) -> WorkOrder:
        """Return the job of a ticket; every ticket has one."""
        return self._session.scalars(select(WorkOrder).where(WorkOrder.ticket_id == ticket_id)).one()

    def offers(self, job_id: int) -> Sequence[Offer]:
        """Return whom the job was offered to, in the order of asking."""
        return self._session.scalars(select(Offer).where(Offer.job_id == job_id).order_by(Offer.id)).all()

    def offer_to(self, job_id: int, person_id: int | None) -> Offer | None:
        """Return how this person was asked, None when never."""
        return self._session.scalars(select(Offer).where(Offer.job_id == job_id, Offer.person_id == person_id)).first()

    def loads(self) -> dict[int, int]:
        """Return how many jobs each engineer has in hand; who has none is missing."""
        rows = self._session.execute(
            select(WorkOrder.engineer_id, func.count())
            .where(WorkOrder.state.in_(WITH_ENGINEER), WorkOrder.engineer_id.is_not(None))
            .group_by(WorkOrder.engineer_id)
        )
        return {person_id: count for person_id, count in rows if person_id is not None}
