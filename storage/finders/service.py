"""Finding tickets, jobs, and who was asked."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, or_, select, true

from domain.assignment.assignment import Leave
from domain.equipment.equipment import Equipment
from domain.people.person import Person
from domain.service.candidates import Engineer
from domain.service.code_word import CodeKind, CodeWord
from domain.service.states import WITH_ENGINEER, JobState
from domain.service.ticket import FaultReport, Ticket
from domain.service.transfer import JobTransfer, TransferState
from domain.service.types import ServiceType
from domain.service.work_order import Offer, WorkOrder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from domain.actor import Role
    from domain.service.distance import Place


class ServiceFinder:
    """Tickets by machine and by secret, jobs by ticket, offers by job."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_ticket(self, equipment_id: int, type_: ServiceType) -> Ticket | None:
        """Return the machine's open ticket of this kind."""
        query = select(Ticket).where(
            Ticket.equipment_id == equipment_id, Ticket.type == type_, Ticket.closed_at.is_(None)
        )
        return self._session.scalars(query).first()

    def repairs_since(self, equipment_id: int, since: datetime) -> int:
        """Return how often a machine was reported out of order since a moment."""
        query = select(func.count()).where(
            Ticket.equipment_id == equipment_id, Ticket.type == ServiceType.REPAIR, Ticket.opened_at >= since
        )
        return self._session.scalar(query) or 0

    def open_of(self, origin: str) -> Ticket | None:
        """Return the open ticket that was made for this record."""
        query = select(Ticket).where(Ticket.origin == origin, Ticket.closed_at.is_(None))
        return self._session.scalars(query).first()

    def mended_since(self, equipment_id: int, since: datetime) -> Ticket | None:
        """Return the machine's last repair that was finished after ``since``."""
        query = (
            select(Ticket)
            .join(WorkOrder, WorkOrder.ticket_id == Ticket.id)
            .where(
                Ticket.equipment_id == equipment_id,
                Ticket.type == ServiceType.REPAIR,
                Ticket.closed_at.is_not(None),
                WorkOrder.finished_at >= since,
            )
            .order_by(WorkOrder.finished_at.desc())
        )
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

    def consent_of(self, token: str) -> str:
        """Return which consent was given with the report of this secret, empty for none (R-78)."""
        return self._session.scalar(select(FaultReport.consent).where(FaultReport.token == token)) or ""

    def job_of(self, ticket_id: int) -> WorkOrder:
        """Return the job of a ticket; every ticket has one."""
        return self._session.scalars(select(WorkOrder).where(WorkOrder.ticket_id == ticket_id)).one()

    def offers(self, job_id: int) -> Sequence[Offer]:
        """Return whom the job was offered to, in the order of asking."""
        return self._session.scalars(select(Offer).where(Offer.job_id == job_id).order_by(Offer.id)).all()

    def offer_to(self, job_id: int, person_id: int | None) -> Offer | None:
        """Return how this person was asked, None when never."""
        return self._session.scalars(select(Offer).where(Offer.job_id == job_id, Offer.person_id == person_id)).first()

    def open_transfer(self, job_id: int) -> JobTransfer | None:
        """Return the wish to pass this job on that is not answered yet."""
        query = select(JobTransfer).where(JobTransfer.job_id == job_id, JobTransfer.state == TransferState.OPEN)
        return self._session.scalars(query).first()

    def transfer(self, transfer_id: int) -> JobTransfer | None:
        """Return a wish to pass a job on."""
        return self._session.get(JobTransfer, transfer_id)

    def transfers_to(self, person_id: int | None) -> Sequence[JobTransfer]:
        """Return the wishes that wait for this person's answer, the oldest first."""
        query = (
            select(JobTransfer)
            .where(JobTransfer.to_id == person_id, JobTransfer.state == TransferState.OPEN)
            .order_by(JobTransfer.id)
        )
        return self._session.scalars(query).all()

    def code_words(self, kind: CodeKind) -> Sequence[CodeWord]:
        """Return the words that were learnt for causes, or for actions."""
        return self._session.scalars(select(CodeWord).where(CodeWord.kind == kind).order_by(CodeWord.id)).all()

    def on_duty(
        self, role: Role, now: datetime, *, skill: str = "", region: str = "", also: Sequence[int] = ()
    ) -> list[Engineer]:
        """Return the holders of ``role`` who work here and are not on leave, as far as a decision needs them.

        Of hundreds only those who know ``skill`` and serve ``region`` are read, and whoever is in ``also``.
        """
        away = exists().where(Leave.person_id == Person.id, Leave.begins <= now, Leave.ends > now)
        wanted = [_holds(column, word) for column, word in ((Person.skills, skill), (Person.regions, region)) if word]
        fits = or_(and_(*wanted), Person.id.in_(also)) if wanted else true()
        return self._people(role, ~away, fits)

    def holders(self, role: Role) -> list[Engineer]:
        """Return the holders of ``role`` who work here, on leave or not."""
        return self._people(role)

    def loads(self, person_ids: Sequence[int] | None = None) -> dict[int, int]:
        """Return how many jobs each engineer (of these, when given) has in hand; who has none is missing."""
        query = (
            select(WorkOrder.engineer_id, func.count())
            .where(WorkOrder.state.in_(WITH_ENGINEER), WorkOrder.engineer_id.is_not(None))
            .group_by(WorkOrder.engineer_id)
        )
        if person_ids is not None:
            query = query.where(WorkOrder.engineer_id.in_(person_ids))
        return {person_id: count for person_id, count in self._session.execute(query) if person_id is not None}

    def places(self, person_ids: Sequence[int]) -> dict[int, Place]:
        """Return where each of these is: at his machine, else where he sets out from; who is nowhere is missing."""
        homes = select(Person.id, Person.latitude, Person.longitude).where(Person.id.in_(person_ids))
        at_work = (
            select(WorkOrder.engineer_id, Equipment.latitude, Equipment.longitude)
            .join(Ticket, Ticket.id == WorkOrder.ticket_id)
            .join(Equipment, Equipment.id == Ticket.equipment_id)
            .where(WorkOrder.engineer_id.in_(person_ids), WorkOrder.state == JobState.ON_SITE)
        )
        found: dict[int, Place] = {}
        for query in (homes, at_work):
            for person_id, latitude, longitude in self._session.execute(query):
                if person_id is not None and latitude is not None and longitude is not None:
                    found[person_id] = (latitude, longitude)
        return found

    def _people(self, role: Role, *conditions: ColumnElement[bool]) -> list[Engineer]:
        query = (
            select(Person.id, Person.name, cast(Person.skills, Text), cast(Person.regions, Text))
            .where(Person.active, _holds(Person.roles, role.value), *conditions)
            .order_by(Person.id)
        )
        return [
            Engineer(id=id_, name=name, skills=_unpacked(skills), regions=_unpacked(regions))
            for id_, name, skills, regions in self._session.execute(query)
        ]


def _holds(column: InstrumentedAttribute[list[str]], word: str) -> ColumnElement[bool]:
    """Return the test whether a list kept as JSON has this word."""
    return cast(column, Text).contains(json.dumps(word, ensure_ascii=False), autoescape=True)


@lru_cache(maxsize=1024)
def _unpacked(packed: str) -> tuple[str, ...]:
    """Return a list kept as JSON. Hundreds of engineers share a few skills and regions: each is read once."""
    return tuple(json.loads(packed))
