"""The pool for reading: anybody who sells may look at it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.customers.customer import Customer
from domain.errors import NotAllowed, NotFound
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.people.person import Person
from domain.pool.stay import PoolStay, StayState
from domain.pool.views import PooledView, PoolView, ReleaseView
from domain.scope import UNSEEN, require, within
from storage.finders.customers import CustomerFinder
from storage.finders.people import PeopleFinder

SHOWN = 5
"""Customers on one card: as many as there is room for buttons."""
_SEES = (Role.SALES, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)


class PoolQueries:
    """Customers without a keeper, without their people and numbers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self, viewer: Actor) -> PoolView:
        """Return who waits longest, and how many more there are."""
        if not viewer.has(*_SEES):
            raise NotAllowed("公海由销售查看。")
        free = (Customer.owner_id.is_(None), Customer.active)
        count = self._session.execute(select(func.count()).select_from(Customer).where(*free)).scalar_one()
        since = _since().scalar_subquery()
        query = select(Customer).where(*free).order_by(since.is_not(None), since, Customer.id).limit(SHOWN)
        shown = tuple(self._view(customer) for customer in self._session.scalars(query))
        return PoolView(customers=shown, more=count - len(shown))

    def card(self, customer_id: int, viewer: Actor) -> PooledView:
        """Return a customer of the pool, or one that was taken out of it: who looks on is told that it is gone."""
        customer = self._session.get(Customer, customer_id)
        if (
            customer is None
            or not viewer.has(*_SEES)
            or not customer.active
            or not (customer.owner_id is None or self._was_pooled(customer) or self._looks_after(viewer, customer))
        ):
            raise NotFound("公海里没有这个客户。发“公海有什么”看现在的公海。")
        return self._view(customer)

    def called(self, name: str) -> int | None:
        """Return the customer of the pool that is called so; None when it is somebody's or not known."""
        customer = CustomerFinder(self._session).by_name(name)
        return customer.id if customer is not None and customer.owner_id is None else None

    def release(self, stay_id: int, viewer: Actor) -> ReleaseView:
        """Return a proposed or done return; NotFound when not for this viewer."""
        stay = self._session.get(PoolStay, stay_id)
        if stay is None:
            raise NotFound(UNSEEN)
        require(viewer, stay.from_id, PeopleFinder(self._session).leader_of)
        customer = self._session.get_one(Customer, stay.customer_id)
        return ReleaseView(
            id=stay.id,
            version=stay.version,
            state=stay.state.value,
            customer=customer.name,
            keeper=self._name(stay.from_id),
            reason=stay.reason,
        )

    def _was_pooled(self, customer: Customer) -> bool:
        stays = select(PoolStay.id).where(PoolStay.customer_id == customer.id, PoolStay.state != StayState.PROPOSED)
        return self._session.scalars(stays.limit(1)).first() is not None

    def _looks_after(self, viewer: Actor, customer: Customer) -> bool:
        return within(viewer, customer.owner_id, PeopleFinder(self._session).leader_of)

    def _view(self, customer: Customer) -> PooledView:
        query = select(PoolStay).where(PoolStay.customer_id == customer.id, PoolStay.state != StayState.PROPOSED)
        stay = self._session.scalars(query.order_by(PoolStay.id.desc()).limit(1)).first()
        asked = select(func.count()).where(Inquiry.customer_id == customer.id, Inquiry.state == InquiryState.OPEN)
        return PooledView(
            id=customer.id,
            version=customer.version,
            name=customer.name,
            region=customer.region,
            level=customer.level,
            owner=self._name(customer.owner_id),
            since=None if stay is None else stay.since,
            reason="" if stay is None else stay.reason,
            inquiries=self._session.execute(asked).scalar_one(),
        )

    def _name(self, person_id: int | None) -> str:
        person = None if person_id is None else self._session.get(Person, person_id)
        return "" if person is None else person.name


def _since() -> Select[Any]:
    return (
        select(func.max(PoolStay.since))
        .where(PoolStay.customer_id == Customer.id, PoolStay.state == StayState.WAITING)
        .correlate(Customer)
    )
