"""Inquiries for reading."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.catalog.product import Product
from domain.channels.channel import Campaign
from domain.customers.customer import Customer
from domain.errors import NotFound
from domain.filled import NOTHING_FILLED, FilledView
from domain.inquiries.inquiry import Inquiry, InquiryLine, InquiryState
from domain.inquiries.views import InquiryView, WantedView
from domain.people.person import Person
from domain.scope import require, within
from storage.finders.people import PeopleFinder
from storage.queries.assignment import AssignmentQueries
from storage.queries.fields import FieldQueries


class InquiryQueries:
    """What a viewer may see of inquiries: his own, his people's, or all."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, inquiry_id: int, viewer: Actor) -> InquiryView:
        """Return one inquiry; NotFound when unknown or not for this viewer."""
        inquiry = self._session.get(Inquiry, inquiry_id)
        if inquiry is None:
            raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
        require(viewer, inquiry.owner_id, PeopleFinder(self._session).leader_of)
        return self._view(inquiry, FieldQueries(self._session).filled("inquiry", inquiry, viewer))

    def id_of(self, no: str) -> int | None:
        """Return the inquiry of this number, whoever may see it."""
        return self._session.scalars(select(Inquiry.id).where(Inquiry.no == no)).first()

    def by_no(self, no: str, viewer: Actor) -> InquiryView:
        """Return one inquiry by its number."""
        inquiry = self._session.scalars(select(Inquiry).where(Inquiry.no == no.strip().upper())).first()
        if inquiry is None or not within(viewer, inquiry.owner_id, PeopleFinder(self._session).leader_of):
            raise NotFound(f"没有找到询价 {no}，可能不在您的范围内。")
        return self._view(inquiry)

    def mine(self, viewer: Actor, limit: int = 10) -> Sequence[InquiryView]:
        """Return the viewer's own open inquiries, the most pressing first."""
        query = (
            select(Inquiry)
            .where(Inquiry.owner_id == viewer.person_id, Inquiry.state == InquiryState.OPEN)
            .order_by(Inquiry.due.is_(None), Inquiry.due, Inquiry.id)
            .limit(limit)
        )
        return [self._view(inquiry) for inquiry in self._session.scalars(query)]

    def _view(self, inquiry: Inquiry, filled: FilledView = NOTHING_FILLED) -> InquiryView:
        customer = None if inquiry.customer_id is None else self._session.get(Customer, inquiry.customer_id)
        owner = self._session.get(Person, inquiry.owner_id)
        assignments = AssignmentQueries(self._session)
        contact_due, contact_late = assignments.deadline(inquiry.id)
        campaign = None if inquiry.campaign_id is None else self._session.get(Campaign, inquiry.campaign_id)
        return InquiryView(
            id=inquiry.id,
            version=inquiry.version,
            no=inquiry.no,
            state=inquiry.state.value,
            owner="" if owner is None else owner.name,
            customer="" if customer is None else customer.name,
            contact=inquiry.contact,
            phone=inquiry.phone,
            wanted=self._wanted(inquiry.id),
            budget_fen=inquiry.budget_fen,
            budget_max_fen=inquiry.budget_max_fen,
            budget_approx=inquiry.budget_approx,
            source=inquiry.source,
            region=inquiry.region,
            due=inquiry.due,
            due_whole_day=inquiry.due_whole_day,
            requirement=inquiry.requirement,
            notes=tuple(inquiry.notes),
            created_at=inquiry.created_at,
            filled=filled,
            contacted=inquiry.contacted_at is not None,
            at_risk=inquiry.at_risk,
            last_contact_at=inquiry.last_contact_at,
            invalid=inquiry.invalid,
            campaign="" if campaign is None else campaign.name,
            assigned=assignments.of(inquiry.id),
            contact_due=contact_due,
            contact_late=contact_late,
        )

    def _wanted(self, inquiry_id: int) -> tuple[WantedView, ...]:
        query = (
            select(InquiryLine, Product)
            .outerjoin(Product, Product.id == InquiryLine.product_id)
            .where(InquiryLine.inquiry_id == inquiry_id)
            .order_by(InquiryLine.position, InquiryLine.id)
        )
        return tuple(
            WantedView(
                said=line.said,
                name="" if product is None else product.name,
                quantity=line.quantity,
                unit="" if product is None else product.unit,
            )
            for line, product in self._session.execute(query)
        )
