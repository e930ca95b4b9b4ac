"""Activities for reading: the card, a customer's history, silent customers, the map and the board."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process
from sqlalchemy import String, case, cast, distinct, func, literal, or_, select
from sqlalchemy.orm import Session

from domain.activities.activity import Activity, Outcome
from domain.activities.plans import CallPlan
from domain.activities.views import (
    ActivityView,
    BoardRow,
    HeatRow,
    HeatView,
    NearView,
    PlanView,
    SilenceView,
    SilentView,
)
from domain.actor import Actor, Role
from domain.customers.customer import Contact, Customer
from domain.customers.keys import name_key
from domain.errors import NotFound
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.opportunities.opportunity import Opportunity, OpportunityState
from domain.people.person import Person
from domain.scope import UNSEEN, require, within
from domain.tasks.task import Task, TaskKind, TaskSource, TaskState
from storage.finders.customers import CustomerFinder
from storage.finders.people import PeopleFinder

_NEAR = 55
"""Of 100: below this a customer's name is not worth suggesting."""
_LATELY = 5
_WEEKS = 8
_ROWS = 20


class ActivityQueries:
    """What a viewer may see of follow-ups: his own, his people's, or all."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._leader_of = PeopleFinder(session).leader_of

    def card(self, activity_id: int, viewer: Actor) -> ActivityView:
        """Return one activity; NotFound when unknown or not for this viewer."""
        activity = self._session.get(Activity, activity_id)
        if activity is None:
            raise NotFound(UNSEEN)
        require(viewer, activity.author_id, self._leader_of)
        customer = None if activity.customer_id is None else self._session.get(Customer, activity.customer_id)
        inquiry = None if activity.inquiry_id is None else self._session.get(Inquiry, activity.inquiry_id)
        tasks = self._session.scalars(
            select(Task).where(Task.origin == activity.subject, Task.state == TaskState.OPEN).order_by(Task.id)
        )
        done = self._session.scalars(
            select(Task.title).where(Task.closed_by == activity.subject, Task.state == TaskState.DONE)
        )
        return ActivityView(
            id=activity.id,
            version=activity.version,
            kind=activity.kind.label,
            outcome=activity.outcome.value,
            author=self._name(activity.author_id),
            customer="" if customer is None else customer.name,
            company=activity.company,
            contact=activity.contact,
            inquiry="" if inquiry is None else inquiry.no,
            at=activity.at,
            at_whole_day=activity.at_whole_day,
            people=tuple(activity.people),
            place=activity.place,
            text=activity.text,
            next_step=activity.next_step,
            next_at=activity.next_at,
            next_whole_day=activity.next_whole_day,
            deposit_fen=activity.deposit_fen,
            bid_result=activity.bid_result.value,
            undone=activity.undone,
            tasks=tuple(
                (task.title, task.due, task.due_whole_day, task.source is TaskSource.PROMISE) for task in tasks
            ),
            done=tuple(done),
            near=() if customer is not None else tuple(self._near(activity.company, activity.contact, viewer)),
        )

    def latest_of(self, viewer: Actor) -> int | None:
        """Return the activity the viewer logged last, unless he took it back."""
        query = select(Activity.id).where(
            Activity.author_id == viewer.person_id, ~Activity.undone, Activity.outcome != Outcome.NOTED
        )
        return self._session.scalars(query.order_by(Activity.id.desc()).limit(1)).first()

    def customer_of_contact(self, contact: str, viewer: Actor) -> list[NearView]:
        """Return the viewer's own customers where somebody of this name or surname works."""
        query = (
            select(Customer.id, Customer.name)
            .join(Contact, Contact.customer_id == Customer.id)
            .where(
                Customer.active,
                Contact.active,
                Customer.owner_id == viewer.person_id,
                or_(Contact.name == contact, Contact.name.startswith(contact[:1], autoescape=True)),
            )
            .distinct()
            .order_by(Customer.id)
            .limit(4)
        )
        return [NearView(id=id_, name=name) for id_, name in self._session.execute(query)]

    def known(self, company: str) -> int | None:
        """Return the only customer called so."""
        found = CustomerFinder(self._session).by_name(company)
        return None if found is None else found.id

    def silence(self, viewer: Actor, days: Sequence[int], now: datetime, *, over: int, limit: int = 10) -> SilenceView:
        """Return the viewer's customers (a leader's: his people's) not contacted for ``over`` days, longest first."""
        mine = (Customer.active, Customer.owner_id.in_(self._people(viewer)))
        last = Customer.last_contact_at
        silent = [func.count().filter(or_(last.is_(None), last <= now - timedelta(days=each))) for each in days]
        total, *counts = self._session.execute(select(func.count(), *silent).where(*mine)).one()
        before = now - timedelta(days=over)
        query = (
            select(Customer)
            .where(*mine, or_(Customer.last_contact_at.is_(None), Customer.last_contact_at <= before))
            .order_by(Customer.last_contact_at.is_not(None), Customer.last_contact_at, Customer.id)
            .limit(limit)
        )
        return SilenceView(
            owner=viewer.name,
            total=total,
            counts=tuple(zip(days, counts, strict=True)),
            longest=tuple(self._silent(customer) for customer in self._session.scalars(query)),
        )

    def plan(self, plan_id: int, viewer: Actor) -> PlanView:
        """Return a plan of calls; only whoever asked for it sees it."""
        plan = self._session.get(CallPlan, plan_id)
        if plan is None or plan.person_id != viewer.person_id:
            raise NotFound("没有找到这份安排，请发“一键排跟进”重新排。")
        days: defaultdict[date, list[str]] = defaultdict(list)
        for call in plan.calls:
            days[date.fromisoformat(call["day"])].append(call["name"])
        return PlanView(
            id=plan.id,
            version=plan.version,
            state=plan.state.value,
            days=plan.days,
            per_day=plan.per_day,
            calls=tuple((day, tuple(names)) for day, names in sorted(days.items())),
        )

    def heat(self, viewer: Actor, now: datetime, zone: ZoneInfo) -> HeatView:
        """Return the viewer's own map by week: where a deal was lost first, then those with most contacts."""
        weeks = _weeks(now, zone)
        counted = self._contacts(Activity.customer_id, [viewer.person_id or 0], weeks, zone)
        query = select(Customer.id, Customer.name).where(Customer.active, Customer.owner_id == viewer.person_id)
        lost = self._lost(viewer.person_id or 0, weeks, zone)
        known = [(id_, name) for id_, name in self._session.execute(query.order_by(Customer.id))]
        known.sort(key=lambda each: (each[0] not in lost, -counted.get(each[0], Counter()).total()))
        left = len(known) - _ROWS
        return HeatView(
            title=f"{viewer.name}的跟进热力图",
            weeks=weeks,
            rows=tuple(
                HeatRow(
                    name=name,
                    counts=tuple(counted.get(id_, Counter())[week] for week in weeks),
                    lost=lost[id_][0] if id_ in lost else None,
                    lost_to=lost[id_][1] if id_ in lost else "",
                )
                for id_, name in known[:_ROWS]
            ),
            note=f"另有 {left} 家没有列出" if left > 0 else "",
        )

    def team_heat(self, viewer: Actor, now: datetime, zone: ZoneInfo) -> HeatView:
        """Return a leader's map: totals of each of his people by week, no customers (S-058)."""
        weeks = _weeks(now, zone)
        people = self._team(viewer)
        counted = self._contacts(Activity.author_id, [person.id for person in people], weeks, zone)
        return HeatView(
            title="团队跟进热力图（合计）",
            weeks=weeks,
            rows=tuple(
                HeatRow(name=person.name, counts=tuple(counted.get(person.id, Counter())[week] for week in weeks))
                for person in people
            ),
        )

    def heat_of(self, name: str, viewer: Actor, now: datetime, zone: ZoneInfo) -> HeatView:
        """Return the map of one of a leader's people; NotFound when he is none of his."""
        person = next((each for each in self._team(viewer) if name in (each.name, *each.nicknames)), None)
        if person is None:
            raise NotFound(f"没有找到“{name}”，可能不在您的团队里。")
        return self.heat(person.actor(""), now, zone)

    def board(self, viewer: Actor, now: datetime, zone: ZoneInfo) -> list[BoardRow]:
        """Return a leader's people with how they follow up, those with most trouble first."""
        this, last = _weeks(now, zone)[-1], _weeks(now, zone)[-2]
        rows = []
        for person in self._team(viewer):
            overdue = select(func.count()).where(
                Task.owner_id == person.id, Task.state == TaskState.OPEN, Task.due < now
            )
            live = (Inquiry.owner_id == person.id, Inquiry.state == InquiryState.OPEN)
            planned = select(Task.id).where(
                Task.state == TaskState.OPEN,
                Task.due.is_not(None),
                or_(
                    (Task.customer_id.is_not(None)) & (Task.customer_id == Inquiry.customer_id),
                    Task.about == literal("inquiry:") + cast(Inquiry.id, String),
                ),
            )
            rows.append(
                BoardRow(
                    person_id=person.id,
                    name=person.name,
                    touched=self._touched(person.id, _midnight(this, zone), now),
                    last_week=self._touched(person.id, _midnight(last, zone), _midnight(this, zone)),
                    overdue=self._session.execute(overdue).scalar_one(),
                    red=self._session.execute(select(func.count()).where(*live, Inquiry.at_risk)).scalar_one(),
                    no_next=self._session.execute(select(func.count()).where(*live, ~planned.exists())).scalar_one(),
                )
            )
        return sorted(rows, key=lambda row: (-row.red, -row.overdue, -row.no_next, row.person_id))

    def of_person(self, person_id: int, viewer: Actor, limit: int = 10) -> tuple[str, list[SilentView]]:
        """Return one of a leader's people's name and customers with an open inquiry, the longest silent first."""
        require(viewer, person_id, self._leader_of)
        query = (
            select(Customer)
            .where(
                Customer.id.in_(
                    select(Inquiry.customer_id).where(Inquiry.owner_id == person_id, Inquiry.state == InquiryState.OPEN)
                )
            )
            .order_by(Customer.last_contact_at.is_not(None), Customer.last_contact_at, Customer.id)
            .limit(limit)
        )
        return self._name(person_id), [self._silent(customer) for customer in self._session.scalars(query)]

    def _touched(self, person_id: int, since: datetime, until: datetime) -> int:
        query = select(func.count(distinct(Activity.customer_id))).where(
            Activity.author_id == person_id,
            ~Activity.undone,
            Activity.outcome == Outcome.REACHED,
            Activity.at >= since,
            Activity.at < until,
        )
        return int(self._session.execute(query).scalar_one())

    def _contacts(
        self, column: object, people: Sequence[int], weeks: Sequence[date], zone: ZoneInfo
    ) -> dict[int, Counter[date]]:
        """Return contacts by the column's value and week; weeks begin at the company's own midnights."""
        ends = [_midnight(week + timedelta(weeks=1), zone) for week in weeks]
        week = case(*((Activity.at < end, place) for place, end in enumerate(ends[:-1])), else_=len(ends) - 1)
        query = (
            select(column, week, func.count())  # type: ignore[call-overload]
            .where(
                Activity.author_id.in_(people),
                ~Activity.undone,
                Activity.outcome == Outcome.REACHED,
                Activity.at >= _midnight(weeks[0], zone),
            )
            .group_by(column, week)
        )
        counted: defaultdict[int, Counter[date]] = defaultdict(Counter)
        for id_, place, count in self._session.execute(query):
            if id_ is not None:
                counted[id_][weeks[place]] = count
        return counted

    def _lost(self, owner_id: int, weeks: Sequence[date], zone: ZoneInfo) -> dict[int, tuple[int, str]]:
        """Return the customers where a deal was lost in these weeks: the week's place, and to whom."""
        query = select(Opportunity.customer_id, Opportunity.closed_at, Opportunity.competitor).where(
            Opportunity.owner_id == owner_id,
            Opportunity.state == OpportunityState.LOST,
            Opportunity.closed_at >= _midnight(weeks[0], zone),
        )
        rows = self._session.execute(query.order_by(Opportunity.closed_at))
        return {id_: (weeks.index(_monday(at, zone)), to) for id_, at, to in rows if id_ is not None and at is not None}

    def _silent(self, customer: Customer) -> SilentView:
        planned = select(func.min(Task.due)).where(
            Task.customer_id == customer.id, Task.state == TaskState.OPEN, Task.kind == TaskKind.CONTACT
        )
        return SilentView(
            id=customer.id,
            name=customer.name,
            last_at=customer.last_contact_at,
            last_by=self._name(customer.last_contact_by),
            planned=self._session.execute(planned).scalar(),
        )

    def _near(self, company: str, contact: str, viewer: Actor) -> list[NearView]:
        if not company:
            return self.customer_of_contact(contact, viewer)[:3] if contact else []
        query = select(Customer.id, Customer.name, Customer.aliases).where(
            Customer.active, Customer.owner_id == viewer.person_id
        )
        names = [
            (NearView(id=id_, name=name), name_key(said))
            for id_, name, aliases in self._session.execute(query)
            for said in (name, *aliases)
        ]
        hits = process.extract(
            name_key(company), [key for _, key in names], scorer=fuzz.ratio, score_cutoff=_NEAR, limit=6
        )
        return list({names[index][0].id: names[index][0] for _, _, index in hits}.values())[:3]

    def _people(self, viewer: Actor) -> list[int]:
        own = [] if viewer.person_id is None else [viewer.person_id]
        return own + [person.id for person in self._team(viewer)]

    def _team(self, viewer: Actor) -> list[Person]:
        """Return who sells and is led by the viewer; for management everybody who sells."""
        if not viewer.has(Role.MANAGER, Role.MANAGEMENT, Role.ADMIN):
            return []
        active = self._session.scalars(select(Person).where(Person.active).order_by(Person.id)).all()
        return [
            person
            for person in active
            if person.has(Role.SALES) and person.id != viewer.person_id and within(viewer, person.id, self._leader_of)
        ]

    def _name(self, person_id: int | None) -> str:
        person = None if person_id is None else self._session.get(Person, person_id)
        return "" if person is None else person.name


def _weeks(now: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    this = _monday(now, zone)
    return tuple(this - timedelta(weeks=back) for back in range(_WEEKS - 1, -1, -1))


def _monday(at: datetime, zone: ZoneInfo) -> date:
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
