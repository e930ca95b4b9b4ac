"""Finding who is on duty, whose turn it is, and who holds how much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.assignment.assignment import Leave, Rotation
from domain.assignment.first_contact import FirstContact
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.people.person import Person


class AssignmentFinder:
    """What choosing an owner needs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def on_duty(self, now: datetime) -> Sequence[Person]:
        """Return everybody who works here and is not on leave."""
        away = exists().where(Leave.person_id == Person.id, Leave.begins <= now, Leave.ends > now)
        return self._session.scalars(select(Person).where(Person.active, ~away).order_by(Person.id)).all()

    def leaves(self, person_id: int, now: datetime) -> Sequence[Leave]:
        """Return a person's leaves that are not over."""
        query = select(Leave).where(Leave.person_id == person_id, Leave.ends > now).order_by(Leave.begins)
        return self._session.scalars(query).all()

    def locked_rotation(self, name: str) -> Rotation:
        """Return where the turn of a rule stands, locked until the end; the first to ask creates the row."""
        insert = (sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql).insert(Rotation)
        self._session.flush()
        self._session.execute(
            insert.values(version=1, name=name, last_id=0).on_conflict_do_nothing(index_elements=["name"])
        )
        query = select(Rotation).where(Rotation.name == name).with_for_update()
        return self._session.scalars(query.execution_options(populate_existing=True)).one()

    def first_contact(self, inquiry_id: int) -> FirstContact | None:
        """Return the deadline of an inquiry's first contact."""
        return self._session.scalars(select(FirstContact).where(FirstContact.inquiry_id == inquiry_id)).first()

    def holds(self, person_id: int) -> int:
        """Return how many open inquiries a person has."""
        query = select(func.count()).where(Inquiry.owner_id == person_id, Inquiry.state == InquiryState.OPEN)
        return self._session.execute(query).scalar_one()
