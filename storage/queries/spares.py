"""Requests for spare parts, for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.actor import Role
from domain.catalog.part import Part
from domain.catalog.stock import MAIN, Stock
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.errors import NotFound
from domain.people.person import Person
from domain.service.tell import KEEPERS, called
from domain.service.ticket import Ticket
from domain.service.work_order import WorkOrder
from domain.spares.part_request import PartRequest, RequestState
from domain.spares.views import PartLine, RequestView
from storage.finders.people import PeopleFinder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.actor import Actor

_STORES = (Role.WAREHOUSE, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)


class SpareQueries:
    """Requests of a job, and those that wait for the warehouse."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_job(self, job_id: int) -> tuple[PartLine, ...]:
        """Return what was asked for one job and not withdrawn, in the order of asking."""
        query = select(PartRequest).where(PartRequest.job_id == job_id, PartRequest.state != RequestState.WITHDRAWN)
        return tuple(_line(each) for each in self._session.scalars(query.order_by(PartRequest.id)))

    def request(self, request_id: int, viewer: Actor) -> RequestView:
        """Return a request; NotFound for whoever neither asked for it nor acts on it."""
        request = self._session.get(PartRequest, request_id)
        leader = None if request is None else PeopleFinder(self._session).leader_of(request.person_id)
        leads = leader is not None and leader.id == viewer.person_id
        acts = leads or viewer.has(*_STORES, *KEEPERS)
        if request is None or not (acts or request.person_id == viewer.person_id):
            raise NotFound("没有找到这条备件申请，可能已撤回或不在您的范围内。")
        return self._view(request, viewer, leads=leads)

    def waiting(self, viewer: Actor) -> list[RequestView]:
        """Return the requests the warehouse has to act on, the oldest first."""
        if not viewer.has(*_STORES):
            return []
        query = select(PartRequest).where(PartRequest.state.in_((RequestState.WAITING, RequestState.ORDERED)))
        found = self._session.scalars(query.order_by(PartRequest.id)).all()
        return [self._view(each, viewer, leads=False) for each in found]

    def to_approve(self, viewer: Actor) -> list[RequestView]:
        """Return the requests whose expense waits for the viewer's word, the oldest first."""
        query = select(PartRequest).where(PartRequest.state == RequestState.ASKED, PartRequest.approver != "")
        leader_of = PeopleFinder(self._session).leader_of
        found = []
        for each in self._session.scalars(query.order_by(PartRequest.id)):
            leader = leader_of(each.person_id)
            view = self._view(each, viewer, leads=leader is not None and leader.id == viewer.person_id)
            if view.approves:
                found.append(view)
        return found

    def _view(self, request: PartRequest, viewer: Actor, *, leads: bool) -> RequestView:
        job = self._session.get_one(WorkOrder, request.job_id)
        ticket = self._session.get_one(Ticket, job.ticket_id)
        machine = None if ticket.equipment_id is None else self._session.get_one(Equipment, ticket.equipment_id)
        part = None if request.part_id is None else self._session.get_one(Part, request.part_id)
        issued = None if request.issued_part_id is None else self._session.get_one(Part, request.issued_part_id)
        customer = called(self._session.get_one(Customer, ticket.customer_id))
        asked = request.state is RequestState.ASKED
        return RequestView(
            id=request.id,
            version=request.version,
            job_id=job.id,
            job_no=job.no,
            machine=f"{customer}的 {machine.model}" if machine is not None else customer,
            engineer=self._session.get_one(Person, request.person_id).name,
            engineer_id=request.person_id,
            said=request.said,
            name=request.name,
            pieces=request.quantity,
            known=part is not None,
            state=request.state,
            consent=request.consent,
            amount_fen=request.price_fen * request.quantity,
            need_by=request.need_by,
            impact=request.impact,
            urgent=ticket.urgent,
            rule=request.approver,
            approved_by="" if request.approved_by is None else self._session.get_one(Person, request.approved_by).name,
            arrives_at=request.arrives_at,
            issued_at=request.issued_at,
            issued="" if issued is None else issued.name,
            reason=request.reason,
            stock=0 if part is None else self._main(part.id),
            unit=part.unit if part is not None else "个",
            instead=self._instead(part, request.quantity),
            issues=viewer.has(*_STORES) and request.state in (RequestState.WAITING, RequestState.ORDERED),
            approves=asked and bool(request.approver) and (leads or viewer.has(*KEEPERS[1:])),
        )

    def _main(self, part_id: int) -> int:
        query = select(Stock.on_hand).where(Stock.part_id == part_id, Stock.place == MAIN)
        return self._session.scalar(query) or 0

    def _instead(self, part: Part | None, quantity: int) -> tuple[str, ...]:
        if part is None or not part.substitutes or self._main(part.id) >= quantity:
            return ()
        found = self._session.scalars(select(Part).where(Part.code.in_(part.substitutes)).order_by(Part.id))
        return tuple(each.name for each in found if self._main(each.id) >= quantity)


def _line(request: PartRequest) -> PartLine:
    return PartLine(
        id=request.id,
        said=request.said,
        state=request.state,
        consent=request.consent,
        amount_fen=request.price_fen * request.quantity,
        arrives_at=request.arrives_at,
    )
