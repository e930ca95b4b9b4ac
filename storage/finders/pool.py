"""Finding stays in the pool, what somebody has taken and holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.customers.customer import Customer
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.pool.stay import PoolStay, StayState


class PoolFinder:
    """What the pool's rules ask."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self, customer_id: int) -> PoolStay | None:
        """Return the stay under way."""
        query = select(PoolStay).where(PoolStay.customer_id == customer_id, PoolStay.state == StayState.WAITING)
        return self._session.scalars(query.order_by(PoolStay.id.desc()).limit(1)).first()

    def left_last(self, customer_id: int) -> PoolStay | None:
        """Return the last stay that began, whoever ended it."""
        query = select(PoolStay).where(PoolStay.customer_id == customer_id, PoolStay.state != StayState.PROPOSED)
        return self._session.scalars(query.order_by(PoolStay.since.desc(), PoolStay.id.desc()).limit(1)).first()

    def claimed_since(self, person_id: int, since: datetime) -> int:
        """Return how many customers somebody has taken since a moment."""
        query = select(func.count()).where(PoolStay.claimed_by == person_id, PoolStay.claimed_at >= since)
        return self._session.execute(query).scalar_one()

    def holds(self, person_id: int) -> int:
        """Return how many customers somebody looks after."""
        query = select(func.count()).where(Customer.owner_id == person_id, Customer.active)
        return self._session.execute(query).scalar_one()

    def open_inquiries(self, customer_id: int) -> Sequence[Inquiry]:
        """Return the customer's open inquiries."""
        query = select(Inquiry).where(Inquiry.customer_id == customer_id, Inquiry.state == InquiryState.OPEN)
        return self._session.scalars(query.order_by(Inquiry.id)).all()

    def last_taken(self, customer_id: int) -> datetime | None:
        """Return when the customer was last taken out of the pool."""
        taken = select(func.max(PoolStay.claimed_at)).where(PoolStay.customer_id == customer_id)
        return self._session.execute(taken).scalar_one()
