"""Jobs and tickets, for reading."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from domain.actor import Role
from domain.catalog.stock import MoveReason, StockMove
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.errors import NotFound
from domain.people.person import Person
from domain.scope import within
from domain.service.candidates import Wanted, rank
from domain.service.code_word import CodeKind
from domain.service.distance import place
from domain.service.states import WITH_ENGINEER, JobState
from domain.service.tell import KEEPERS, called
from domain.service.ticket import FaultReport, Ticket
from domain.service.views import JobLine, JobView, Pick, Progress, Similar, Stand, TransferView, UnassignedView
from domain.service.work_order import Offer, OfferState, WorkOrder
from storage.finders.parts import PartsFinder
from storage.finders.people import PeopleFinder
from storage.finders.service import ServiceFinder
from storage.queries.parts import PartQueries
from storage.queries.service_background import ServiceBackground
from storage.queries.spares import SpareQueries
from storage.tables import timeline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.actor import Actor
    from domain.service.transfer import JobTransfer

_PICKS = 5
_FOUND = 20
"""Jobs of a search, the newest."""
_SEARCHED = 5_000
"""Tickets whose words are searched, the newest."""
_SHOWN_FOR = timedelta(days=90)
"""How long a progress page stays open after its ticket was closed."""


_JOBS = (
    select(WorkOrder, Ticket, Equipment.model, Customer, Person.name)
    .join(Ticket, Ticket.id == WorkOrder.ticket_id)
    .join(Customer, Customer.id == Ticket.customer_id)
    .outerjoin(Equipment, Equipment.id == Ticket.equipment_id)
    .outerjoin(Person, Person.id == WorkOrder.engineer_id)
    .order_by(WorkOrder.id)
)
"""Built once: every short reply asks what jobs its sender has."""


class ServiceQueries:
    """Jobs for cards and lists, progress for customers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._find = ServiceFinder(session)

    def job(self, job_id: int, viewer: Actor) -> JobView:
        """Return the job as ``viewer`` may see it; NotFound for whoever has nothing to do with it."""
        job = self._session.get(WorkOrder, job_id)
        stand = None if job is None else self._stand(job, viewer)
        if job is None or stand is None:
            raise NotFound("没有找到这张工单，可能已撤销或不在您的范围内。")
        ticket, machine, customer = self._about(job)
        reports = self._reports(ticket)
        offers = self._find.offers(job.id)
        mine = next((offer for offer in offers if offer.person_id == viewer.person_id), None)
        background = ServiceBackground(self._session)
        return JobView(
            id=job.id,
            no=job.no,
            version=job.version,
            type=job.type,
            state=job.state,
            stand=stand,
            model=machine.model if machine is not None else ticket.product,
            serial=machine.serial if machine is not None else "",
            customer=called(customer),
            level=customer.level,
            site=machine.site if machine is not None else "",
            fault="；".join(dict.fromkeys(report.words for report in reports)) or ticket.fault,
            fault_code=ticket.fault_code,
            urgent=ticket.urgent,
            photos=sum(len(report.photos) for report in reports),
            phone="" if stand is Stand.OUT else ticket.phone,
            warranty=machine.warranty_on(ticket.opened_at.date()) if machine is not None else "",
            opened_at=ticket.opened_at,
            history=background.history(ticket),
            why=mine.why if mine else "",
            said_no=mine is not None and mine.state is OfferState.DECLINED,
            asked=tuple(self._name(offer.person_id) for offer in offers if offer.state is OfferState.OPEN),
            declined=tuple((self._name(o.person_id), o.reason) for o in offers if o.state is OfferState.DECLINED),
            engineer=self._name(job.engineer_id),
            accepted_at=job.accepted_at,
            departed_at=job.departed_at,
            eta=job.eta,
            eta_end=job.eta_end,
            proposed_at=job.proposed_at,
            arrived_at=job.arrived_at,
            blocked=job.blocked,
            finished_at=job.finished_at,
            ended_at=job.ended_at,
            resolve_due=None if ticket.paused_at is not None else ticket.resolve_due,
            repeats=self._repeats(ticket),
            windows=_windows(ticket),
            words=job.words,
            parts=self._parts(job),
            requests=SpareQueries(self._session).of_job(job.id),
            minutes=job.minutes,
            cause=job.cause,
            action=job.action,
            asks_cause=stand is Stand.OWNER and job.finished_at is not None and not job.cause and not job.type.is_desk,
            background=background.of(job, ticket, customer, stand),
            token=reports[0].token if reports else "",
            rating=job.rating,
            comment=job.comment,
        )

    def unassigned(self, job_id: int, viewer: Actor) -> UnassignedView:
        """Return a job that needs somebody; only for dispatchers and their like."""
        view = self.job(job_id, viewer)
        if view.stand is not Stand.KEEPER:
            raise NotFound("没有找到这张工单，可能已撤销或不在您的范围内。")
        job = self._session.get_one(WorkOrder, job_id)
        return UnassignedView(job=view, picks=tuple(self._picks(job)))

    def transfer(self, transfer_id: int, viewer: Actor) -> TransferView:
        """Return the wish to pass a job on, for the two of them and for whoever answers for service."""
        from_ = self._find.transfer(transfer_id)
        if from_ is None or not (viewer.person_id in (from_.from_id, from_.to_id) or viewer.has(*KEEPERS)):
            raise NotFound("没有找到要转的工单，可能已经转给别人。")
        return self._transfer(from_)

    def handed_to(self, person_id: int | None) -> list[TransferView]:
        """Return the jobs that somebody wants to pass on to this person, the oldest first."""
        return [self._transfer(each) for each in self._find.transfers_to(person_id)]

    def jobs_of(self, person_id: int | None, states: Iterable[JobState]) -> list[JobLine]:
        """Return the jobs that this engineer has in hand in one of ``states``, the oldest first."""
        return self._lines(WorkOrder.engineer_id == person_id, WorkOrder.state.in_(tuple(states)))

    def offered_to(self, person_id: int | None) -> list[JobLine]:
        """Return the jobs that wait for this engineer's answer, the oldest first."""
        asked = select(Offer.job_id).where(Offer.person_id == person_id, Offer.state == OfferState.OPEN)
        return self._lines(WorkOrder.id.in_(asked), WorkOrder.state == JobState.OFFERED)

    def without_engineer(self) -> list[JobLine]:
        """Return the jobs nobody has taken yet, the oldest first."""
        return self._lines(WorkOrder.state.in_((JobState.REPORTED, JobState.OFFERED)))

    def open_jobs(self) -> list[JobLine]:
        """Return every job that is not ended, the oldest first; for those who dispatch."""
        return self._lines(WorkOrder.state.in_([state for state in JobState if state.is_open]))

    def open_of(self, customer: str) -> list[JobLine]:
        """Return a customer's jobs that are not ended, the oldest first."""
        return self._lines(
            Customer.name == customer, WorkOrder.state.in_([state for state in JobState if state.is_open])
        )

    def last_of(self, customer: str) -> list[JobLine]:
        """Return a customer's newest job, if he ever had one."""
        newest = (
            select(WorkOrder.id)
            .join(Ticket, Ticket.id == WorkOrder.ticket_id)
            .join(Customer, Customer.id == Ticket.customer_id)
            .where(Customer.name == customer)
            .order_by(WorkOrder.id.desc())
            .limit(1)
        )
        return self._lines(WorkOrder.id.in_(newest))

    def standing(self, no: str, viewer: Actor) -> tuple[JobLine, str]:
        """Return a job by its number, or its ticket's, and its engineer's name; also for the customer's owner.

        NotFound for whoever has nothing to do with it and for an unknown number alike.
        """
        line = self.by_no(no)
        job = None if line is None else self._session.get(WorkOrder, line.id)
        if line is None or job is None or self._stand(job, viewer) is None:
            raise NotFound(f"没有找到 {no}，请核对单号，或它不在您的范围内。")
        return line, self._name(job.engineer_id)

    def searched(self, about: str) -> list[JobLine]:
        """Return the newest jobs by a machine's serial, an alarm, a part that was fitted, or words of the fault.

        Each is looked for by itself, so that every search has its index; words among the newest tickets only.
        """
        parts = [part.id for part in PartsFinder(self._session).said(about)]
        used = select(StockMove.subject).where(StockMove.part_id.in_(parts), StockMove.reason == MoveReason.USED)
        jobs = self._session.scalars(used.order_by(StockMove.id.desc()).limit(_FOUND * 4))
        machines = select(Equipment.id).where(Equipment.serial == about.upper())
        newest = self._session.scalar(select(func.max(Ticket.id))) or 0
        found = {int(subject.rpartition(":")[2]) for subject in jobs if subject.startswith("workorder:")}
        for said in (
            Ticket.equipment_id.in_(machines),
            Ticket.fault_code == about.upper(),
            (Ticket.id > newest - _SEARCHED) & Ticket.fault.contains(about, autoescape=True),
        ):
            tickets = select(Ticket.id).where(said).order_by(Ticket.id.desc()).limit(_FOUND)
            found.update(self._session.scalars(select(WorkOrder.id).where(WorkOrder.ticket_id.in_(tickets))))
        return self._lines(WorkOrder.id.in_(sorted(found)[-_FOUND:]))[::-1]

    def ownerless(self) -> list[str]:
        """Return the numbers of jobs that somebody must have and nobody has: never any (R-45)."""
        owned = (*WITH_ENGINEER, JobState.SIGNING, JobState.CONFIRMED)
        query = select(WorkOrder.no).where(WorkOrder.state.in_(owned), WorkOrder.engineer_id.is_(None))
        return list(self._session.scalars(query))

    def by_no(self, no: str) -> JobLine | None:
        """Return the job of this number (of the work order or of its ticket)."""
        of_ticket = select(Ticket.id).where(Ticket.no == no)
        return next(iter(self._lines((WorkOrder.no == no) | WorkOrder.ticket_id.in_(of_ticket))), None)

    def engineer_called(self, name: str) -> int | None:
        """Return the only active engineer of this name or nickname."""
        person = PeopleFinder(self._session).by_name(name)
        return person.id if person is not None and person.has(Role.ENGINEER) else None

    def keeper_called(self, name: str) -> int | None:
        """Return the only active person of this name who answers for service: complaints go to them."""
        person = PeopleFinder(self._session).by_name(name)
        return person.id if person is not None and person.has(*KEEPERS) else None

    def learnt(self, kind: CodeKind) -> dict[str, str]:
        """Return the learnt words for causes, or for actions, each with its code."""
        return {each.word: each.code for each in self._find.code_words(kind)}

    def mended(self, fault: str) -> tuple[Similar, ...]:
        """Return how a fault was mended before; for those who serve."""
        return ServiceBackground(self._session).mended(fault)

    def progress(self, token: str, now: datetime, *, reopens_within: timedelta = timedelta(days=7)) -> Progress | None:
        """Return what the holder of this secret may see; None for an unknown one and an expired one alike.

        ``now`` is the company's own time: its day decides whether parts are free. For ``reopens_within`` after the
        signature the customer may say that it is broken again.
        """
        ticket = self._find.by_token(token)
        if ticket is None or (ticket.closed_at is not None and now - ticket.closed_at > _SHOWN_FOR):
            return None
        job = self._find.job_of(ticket.id)
        _, machine, _ = self._about(job)
        requests = SpareQueries(self._session).of_job(job.id)
        charged = machine is not None and machine.charges_on(ticket.opened_at.astimezone(now.tzinfo).date())
        return Progress(
            no=ticket.no,
            type=ticket.type,
            state=job.state,
            model=machine.model if machine is not None else ticket.product,
            tail=machine.tail if machine is not None else "",
            urgent=ticket.urgent,
            opened_at=ticket.opened_at,
            dispatched_at=job.dispatched_at,
            accepted_at=job.accepted_at if job.engineer_id else None,
            departed_at=job.departed_at,
            eta=job.eta,
            eta_end=job.eta_end,
            proposed_at=job.proposed_at if job.state.is_open else None,
            arrived_at=job.arrived_at,
            blocked=bool(job.blocked),
            finished_at=job.finished_at,
            ended_at=job.ended_at,
            engineer=_master(self._name(job.engineer_id)),
            hands=self._hands(job),
            parts=tuple(f"{name} ×{pieces}" for name, pieces in PartQueries(self._session).used_by(job.subject)),
            waits=tuple(line for line in requests if line.state.is_open),
            asked=tuple(line.said for line in requests if line.asks_customer),
            charges=tuple(PartQueries(self._session).priced(job.subject)) if charged else (),
            asked_fen=sum(line.amount_fen for line in requests if line.asks_customer),
            urged=ticket.urged,
            repeats=ticket.repeats_id is not None,
            reopens=_reopens(job, ticket, now, reopens_within),
            rating=job.rating,
            signs=self._find.may_sign(ticket.id, token),
        )

    def _stand(self, job: WorkOrder, viewer: Actor) -> Stand | None:
        if viewer.person_id is not None and job.engineer_id == viewer.person_id:
            return Stand.OWNER
        offer = self._find.offer_to(job.id, viewer.person_id)
        if offer is not None and offer.state is OfferState.OPEN:
            return Stand.ASKED
        if viewer.has(*KEEPERS, Role.MANAGEMENT):
            return Stand.KEEPER
        if self._sells_to(job, viewer):
            return Stand.SELLER
        return None if offer is None else Stand.OUT

    def _sells_to(self, job: WorkOrder, viewer: Actor) -> bool:
        _, _, customer = self._about(job)
        return within(viewer, customer.owner_id, PeopleFinder(self._session).leader_of)

    def _about(self, job: WorkOrder) -> tuple[Ticket, Equipment | None, Customer]:
        ticket = self._session.get_one(Ticket, job.ticket_id)
        machine = None if ticket.equipment_id is None else self._session.get_one(Equipment, ticket.equipment_id)
        return ticket, machine, self._session.get_one(Customer, ticket.customer_id)

    def _reports(self, ticket: Ticket) -> list[FaultReport]:
        query = select(FaultReport).where(FaultReport.ticket_id == ticket.id).order_by(FaultReport.id)
        return list(self._session.scalars(query))

    def _repeats(self, ticket: Ticket) -> str:
        return "" if ticket.repeats_id is None else self._session.get_one(Ticket, ticket.repeats_id).no

    def _parts(self, job: WorkOrder) -> tuple[str, ...]:
        used = PartQueries(self._session).used_by(job.subject)
        return (*(f"{name} ×{pieces}" for name, pieces in used), *(f"{each}（目录外）" for each in job.outside))

    def _picks(self, job: WorkOrder) -> list[Pick]:
        """Return whom a dispatcher may choose: who fits, then who knows the trade, then anybody; nobody who said no."""
        roles = KEEPERS if job.type.is_desk else (Role.ENGINEER,)
        people = list({each.id: each for role in roles for each in self._find.holders(role)}.values())
        said_no = {offer.person_id for offer in self._find.offers(job.id) if offer.state is OfferState.DECLINED}
        loads, places = self._find.loads(), self._find.places([each.id for each in people])
        notes = {person.id: "、".join([*person.skills, *person.regions]) for person in people}
        _, machine, _ = self._about(job)
        there = None if machine is None else place(machine.latitude, machine.longitude)
        picks: dict[int, Pick] = {}
        for skill, region in ((job.skill, job.region), (job.skill, ""), ("", job.region), ("", "")):
            wanted = Wanted(kind=job.kind, skill=skill, region=region, there=there)
            for each in rank(people, loads, wanted, asked=said_no, places=places):
                note = f"{notes[each.person_id] or '未登记专长'} · 手上 {each.load} 单"
                picks.setdefault(each.person_id, Pick(person_id=each.person_id, name=each.name, note=note))
        return list(picks.values())[:_PICKS]

    def _transfer(self, wish: JobTransfer) -> TransferView:
        to = self._session.get_one(Person, wish.to_id)
        job = self._session.get_one(WorkOrder, wish.job_id)
        ticket, machine, customer = self._about(job)
        return TransferView(
            id=wish.id,
            version=wish.version,
            state=wish.state,
            by=self._name(wish.from_id),
            to=to.name,
            reason=wish.reason,
            holder=self._name(job.engineer_id),
            job_id=job.id,
            job_no=job.no,
            customer=called(customer),
            model=machine.model if machine is not None else ticket.product,
            site=machine.site if machine is not None else "",
            fault=ticket.fault,
            urgent=ticket.urgent,
            eta=job.eta,
        )

    def _lines(self, *conditions: ColumnElement[bool]) -> list[JobLine]:
        return [
            JobLine(
                id=job.id,
                no=job.no,
                state=job.state,
                customer=called(customer),
                model=model or ticket.product or job.type.label,
                is_desk=job.type.is_desk,
                engineer=engineer or "",
                urgent=ticket.urgent,
                opened_at=ticket.opened_at,
            )
            for job, ticket, model, customer, engineer in self._session.execute(_JOBS.where(*conditions))
        ]

    def _hands(self, job: WorkOrder) -> tuple[tuple[datetime, str], ...]:
        lines = self._session.execute(
            select(timeline.c.at, timeline.c.body)
            .where(timeline.c.subject == job.subject, timeline.c.event.in_(("JobAccepted", "JobHandedOver")))
            .order_by(timeline.c.seq)
        )
        return tuple((at, _master(str(body.get("to") or body.get("engineer")))) for at, body in lines)

    def _name(self, person_id: int | None) -> str:
        person = None if person_id is None else self._session.get(Person, person_id)
        return "" if person is None else person.name


_DOUBLE_NAMES = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "司徒", "慕容", "端木", "夏侯", "令狐")


def _master(name: str) -> str:
    """Return ``何师傅`` for 何平: all that a customer needs to greet him."""
    if not name:
        return ""
    family = name[:2] if name.startswith(_DOUBLE_NAMES) else name[:1]
    return f"{family}师傅"


def _reopens(job: WorkOrder, ticket: Ticket, now: datetime, within: timedelta) -> bool:
    return (
        job.state is JobState.CONFIRMED
        and not job.type.is_desk
        and ticket.closed_at is not None
        and now - ticket.closed_at <= within
    )


def _windows(ticket: Ticket) -> tuple[str, ...]:
    """Return when somebody is there and when nobody is: ``11-20 15:00 以后``, ``11-22 不行``."""
    there = tuple(_window(each) for each in ticket.windows)
    return (*there, *(f"{_window(each)} 不行" for each in ticket.exclusions))


def _window(said: dict[str, Any]) -> str:
    day = f"{date.fromisoformat(said['date']):%m-%d}"
    if said.get("date_end"):
        day = f"{day} 到 {date.fromisoformat(said['date_end']):%m-%d}"
    begins, ends = said.get("from", ""), said.get("to", "")
    hours = (
        f" {begins} 到 {ends}" if begins and ends else f" {begins} 以后" if begins else f" {ends} 以前" if ends else ""
    )
    return f"{day}{hours}{' 以后都行' if said.get('onwards') else ''}"
