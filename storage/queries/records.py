"""Service records, for printing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.errors import NotFound
from domain.files.kept_file import KeptFile
from domain.service.record_views import ServiceRecord
from domain.service.states import JobState
from domain.service.ticket import Ticket
from domain.service.views import Stand
from domain.service.work_order import WorkOrder
from storage.finders.service import ServiceFinder
from storage.queries.service import ServiceQueries

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.actor import Actor

_PHOTOS = 6


class RecordQueries:
    """The record of a job: ours with everything, the customer's with what his page shows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._service = ServiceQueries(session)

    def of_job(self, job_id: int, viewer: Actor) -> ServiceRecord:
        """Return our copy; NotFound for whoever has nothing to do with the job."""
        view = self._service.job(job_id, viewer)
        if view.stand is Stand.OUT:
            raise NotFound("没有找到这张工单，可能已撤销或不在您的范围内。")
        job = self._session.get_one(WorkOrder, job_id)
        ticket = self._session.get_one(Ticket, job.ticket_id)
        return self._record(
            job,
            ticket,
            serial=view.serial,
            customer=self._session.get_one(Customer, ticket.customer_id).name,
            site=view.site,
            warranty=view.warranty,
            engineer=view.engineer,
            parts=view.parts,
        )

    def of_token(self, token: str, now: datetime) -> ServiceRecord | None:
        """Return the customer's copy once he has signed; None for any other link and any other time alike."""
        progress = self._service.progress(token, now)
        if progress is None or not progress.signs or progress.state is not JobState.CONFIRMED:
            return None
        find = ServiceFinder(self._session)
        ticket = find.by_token(token)
        if ticket is None:
            return None
        return self._record(
            find.job_of(ticket.id),
            ticket,
            serial=progress.tail,
            customer="",
            site="",
            warranty="",
            engineer=progress.engineer,
            parts=progress.parts,
        )

    def _record(
        self,
        job: WorkOrder,
        ticket: Ticket,
        *,
        serial: str,
        customer: str,
        site: str,
        warranty: str,
        engineer: str,
        parts: tuple[str, ...],
    ) -> ServiceRecord:
        machine = None if ticket.equipment_id is None else self._session.get(Equipment, ticket.equipment_id)
        return ServiceRecord(
            no=ticket.no,
            job_no=job.no,
            state=job.state.label,
            model=machine.model if machine is not None else ticket.product,
            serial=serial,
            customer=customer,
            site=site,
            warranty=warranty,
            fault=ticket.fault,
            opened_at=ticket.opened_at,
            arrived_at=job.arrived_at,
            finished_at=job.finished_at,
            ended_at=job.ended_at,
            engineer=engineer,
            words=job.words,
            parts=parts,
            minutes=job.minutes,
            checks=dict(job.checklist),
            photos=self._photos(job),
            rating=job.rating,
            comment=job.comment,
            signature=job.signature,
            signer=job.signer,
        )

    def _photos(self, job: WorkOrder) -> tuple[tuple[str, str], ...]:
        """Return what the engineer photographed."""
        query = (
            select(KeptFile.file_id, KeptFile.name)
            .where(
                KeptFile.subject == job.subject, KeptFile.mime == "image/jpeg", KeptFile.person_id == job.engineer_id
            )
            .order_by(KeptFile.id)
            .limit(_PHOTOS)
        )
        return tuple((file_id, name.removesuffix(".jpg")) for file_id, name in self._session.execute(query))
