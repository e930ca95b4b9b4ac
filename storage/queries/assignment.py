"""Why an inquiry is somebody's, and how the week's inquiries were shared out (S-027)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.assignment.assignment import Assignment
from domain.assignment.first_contact import FirstContact
from domain.assignment.views import FairnessView, OverdueView, ShareView
from domain.customers.customer import Customer
from domain.errors import NotFound
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.inquiries.views import AssignedView
from domain.people.person import Person
from domain.scope import UNSEEN, require
from storage.finders.people import PeopleFinder
from storage.scope import line_below

_WEEK = timedelta(days=7)
_LAST = select(func.max(Assignment.id)).group_by(Assignment.inquiry_id)
"""Whoever has it now: an inquiry that was handed on counts once."""


class AssignmentQueries:
    """Assignments as their people and their leaders may see them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, inquiry_id: int) -> AssignedView | None:
        """Return why an inquiry is whose it is; None where its owner logged it himself."""
        query = (
            select(Assignment, Person.name)
            .join(Person, Person.id == Assignment.person_id)
            .where(Assignment.inquiry_id == inquiry_id)
            .order_by(Assignment.id.desc())
            .limit(1)
        )
        found = self._session.execute(query).first()
        if found is None:
            return None
        assignment, name = found
        return AssignedView(
            to=name, rule=assignment.rule, method=assignment.method.label, because=assignment.because, at=assignment.at
        )

    def deadline(self, inquiry_id: int) -> tuple[datetime | None, bool]:
        """Return until when the customer must be reached, and whether that has passed without it."""
        first = self._session.scalars(select(FirstContact).where(FirstContact.inquiry_id == inquiry_id)).first()
        return (None, False) if first is None else (first.due, first.red)

    def overdue(self, first_id: int, viewer: Actor) -> OverdueView:
        """Return a first contact for those above its owner; NotFound for others."""
        first = self._session.get(FirstContact, first_id)
        inquiry = None if first is None else self._session.get(Inquiry, first.inquiry_id)
        if first is None or inquiry is None:
            raise NotFound(UNSEEN)
        require(viewer, inquiry.owner_id, PeopleFinder(self._session).leader_of)
        owner = self._session.get_one(Person, inquiry.owner_id)
        customer = None if inquiry.customer_id is None else self._session.get(Customer, inquiry.customer_id)
        beside = select(Person).where(Person.active, Person.id != owner.id, Person.team == owner.team)
        return OverdueView(
            id=first.id,
            version=first.version,
            no=inquiry.no,
            owner=owner.name,
            owner_id=owner.id,
            customer="" if customer is None else customer.name,
            requirement=inquiry.requirement,
            rule=first.rule,
            due=first.due,
            red=first.red,
            contacted=inquiry.contacted_at is not None,
            open=inquiry.state is InquiryState.OPEN,
            urged_at=first.urged_at,
            told=tuple(first.told),
            others=tuple(
                (person.id, person.name)
                for person in self._session.scalars(beside.order_by(Person.id))
                if person.has(Role.SALES)
            ),
        )

    def fairness(self, viewer: Actor, since: datetime, now: datetime) -> FairnessView:
        """Return the week from ``since`` on beside the one before: of himself, of his people, or of everybody."""
        seen = or_(
            Assignment.person_id == viewer.person_id, Assignment.person_id.in_(line_below(viewer.person_id or 0))
        )
        query = (
            select(Assignment, Person.name, Inquiry)
            .join(Person, Person.id == Assignment.person_id)
            .join(Inquiry, Inquiry.id == Assignment.inquiry_id)
            .where(Assignment.at >= since - _WEEK, Assignment.at < since + _WEEK, Inquiry.state != InquiryState.UNDONE)
            .where(Assignment.id.in_(_LAST))
        )
        if not viewer.has(Role.ADMIN, Role.MANAGEMENT):
            query = query.where(seen)
        rows = self._session.execute(query.order_by(Assignment.id)).all()
        people = dict.fromkeys((assignment.person_id, name) for assignment, name, _ in rows)
        shares = []
        for person_id, name in people:
            own = [(each, inquiry) for each, _, inquiry in rows if each.person_id == person_id]
            week = [(each, inquiry) for each, inquiry in own if each.at >= since]
            shares.append(
                ShareView(
                    name=name,
                    count=len(week),
                    before=len(own) - len(week),
                    amount_fen=sum(inquiry.budget_fen or inquiry.budget_max_fen or 0 for _, inquiry in week),
                    methods=dict(Counter(each.method.label for each, _ in week).most_common()),
                    channels=dict(Counter(inquiry.source or "未知渠道" for _, inquiry in week).most_common()),
                )
            )
        due = (
            select(FirstContact.due, Inquiry.contacted_at)
            .join(Inquiry, Inquiry.id == FirstContact.inquiry_id)
            .join(Assignment, Assignment.inquiry_id == Inquiry.id)
            .where(FirstContact.due >= since, FirstContact.due < min(since + _WEEK, now))
            .where(Assignment.id.in_(_LAST), Inquiry.state != InquiryState.UNDONE)
        )
        if not viewer.has(Role.ADMIN, Role.MANAGEMENT):
            due = due.where(seen)
        contacts = [reached is None or reached > by for by, reached in self._session.execute(due)]
        ordered = sorted(shares, key=lambda share: (-share.count, -share.before, share.name))
        return FairnessView(
            viewer_id=viewer.person_id or 0,
            since=since,
            shares=tuple(ordered),
            contacts=len(contacts),
            late=sum(contacts),
        )
