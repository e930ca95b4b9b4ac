"""Deals for reading."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.catalog.product import Product
from domain.customers.customer import Customer
from domain.errors import NotFound
from domain.files.kept_file import KeptFile
from domain.inquiries.fields import INQUIRY
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.inquiries.views import WantedView
from domain.opportunities.fields import OPPORTUNITY
from domain.opportunities.opportunity import Closing, Opportunity, OpportunityState
from domain.opportunities.version import PipelineVersion
from domain.opportunities.views import DealView, MoveView, StepView
from domain.people.person import Person
from domain.pipelines import Pipeline
from domain.quotes.quote import Quote
from domain.scope import UNSEEN, line_above, require, within
from storage.finders.customers import CustomerFinder
from storage.finders.opportunities import RUNNING, OpportunityFinder
from storage.finders.people import PeopleFinder
from storage.scope import in_scope


class OpportunityQueries:
    """What a viewer may see of deals: his own, his people's, or all."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._find = OpportunityFinder(session)
        self._leader_of = PeopleFinder(session).leader_of

    def card(self, opportunity_id: int, viewer: Actor) -> DealView:
        """Return one deal; NotFound when unknown or not for this viewer."""
        opportunity = self._session.get(Opportunity, opportunity_id)
        if opportunity is None:
            raise NotFound(UNSEEN)
        require(viewer, opportunity.owner_id, self._leader_of)
        return self._view(opportunity, viewer)

    def by_no(self, no: str, viewer: Actor) -> DealView:
        """Return one deal by its number."""
        opportunity = self._session.scalars(select(Opportunity).where(Opportunity.no == no.strip().upper())).first()
        if opportunity is None or not within(viewer, opportunity.owner_id, self._leader_of):
            raise NotFound(f"没有找到商机 {no}，可能不在您的范围内。")
        return self._view(opportunity, viewer)

    def with_customer(self, customer_id: int, viewer: Actor, limit: int = 20) -> list[DealView]:
        """Return a customer's deals, those under way before the closed ones, then the newest first."""
        query = (
            select(Opportunity)
            .where(
                Opportunity.customer_id == customer_id,
                Opportunity.state != OpportunityState.UNDONE,
                in_scope(OPPORTUNITY, viewer),
            )
            .order_by(Opportunity.closed_at.is_not(None), Opportunity.id.desc())
            .limit(limit)
        )
        return [self._view(each, viewer) for each in self._session.scalars(query)]

    def mine(self, viewer: Actor, limit: int = 9) -> Sequence[DealView]:
        """Return the viewer's own running deals, those that should close first before the others."""
        query = (
            select(Opportunity)
            .where(Opportunity.owner_id == viewer.person_id, Opportunity.state.in_(RUNNING))
            .order_by(Opportunity.expected_close.is_(None), Opportunity.expected_close, Opportunity.touched_at)
            .limit(limit)
        )
        return [self._view(each, viewer) for each in self._session.scalars(query)]

    def customer_called(self, name: str) -> int | None:
        """Return the only customer of this name, whoever may see it."""
        found = CustomerFinder(self._session).by_name(name)
        return None if found is None else found.id

    def convertible(self, customer_id: int, viewer: Actor) -> int | None:
        """Return the newest inquiry of a customer that may still become a deal."""
        deals = select(Opportunity.inquiry_id).where(Opportunity.inquiry_id.is_not(None))
        query = select(Inquiry.id).where(
            Inquiry.customer_id == customer_id,
            Inquiry.state != InquiryState.UNDONE,
            Inquiry.id.not_in(deals),
            in_scope(INQUIRY, viewer),
        )
        return self._session.scalars(query.order_by(Inquiry.id.desc()).limit(1)).first()

    def _view(self, opportunity: Opportunity, viewer: Actor) -> DealView:
        pipeline = self._session.get_one(PipelineVersion, opportunity.pipeline_id).pipeline
        stage = pipeline.stage(opportunity.stage)
        quote = None if opportunity.quote_id is None else self._session.get(Quote, opportunity.quote_id)
        inquiry = None if opportunity.inquiry_id is None else self._session.get(Inquiry, opportunity.inquiry_id)
        steps = self._find.steps(opportunity.id, opportunity.stage)
        owner = self._session.get_one(Person, opportunity.owner_id)
        return DealView(
            id=opportunity.id,
            version=opportunity.version,
            no=opportunity.no,
            state=opportunity.state.value,
            owner=owner.name,
            customer=self._session.get_one(Customer, opportunity.customer_id).name,
            contact=opportunity.contact,
            pipeline=pipeline.name,
            stage=opportunity.stage,
            stages=_open(pipeline),
            won_stage=pipeline.won.name,
            lost_stage=pipeline.lost.name,
            stage_since=opportunity.stage_since,
            touched_at=opportunity.touched_at,
            touched_by=opportunity.touched_by,
            stale_days=stage.stale_days if stage is not None else 30,
            wanted=self._wanted(opportunity.id),
            amount_fen=opportunity.amount_fen,
            expected_close=opportunity.expected_close,
            contract_no=opportunity.contract_no,
            quote_no="" if quote is None else quote.no,
            inquiry_no="" if inquiry is None else inquiry.no,
            files=self._files(opportunity),
            source=opportunity.source,
            moves=tuple(
                MoveView(
                    kind=move.kind.value,
                    from_stage=move.from_stage,
                    to_stage=move.to_stage,
                    at=move.at,
                    by=move.by,
                    because=move.because,
                )
                for move in self._find.moves(opportunity.id)
            ),
            steps=tuple(
                StepView(
                    position=step.position,
                    title=step.title,
                    done=step.done_at is not None,
                    who=step.done_by or self._name(step.person_id),
                )
                for step in steps
            ),
            playbook=steps[0].playbook if steps else "",
            wins=self._find.wins(opportunity.customer_id),
            closing=opportunity.closing.value,
            may_check=opportunity.closing is Closing.CHECKING and self._above(opportunity, viewer),
            loss_reason="" if opportunity.loss_reason is None else opportunity.loss_reason.label,
            competitor=opportunity.competitor,
            loss_note=opportunity.loss_note,
            wakes_at=opportunity.wakes_at,
        )

    def _wanted(self, opportunity_id: int) -> tuple[WantedView, ...]:
        views = []
        for line in self._find.lines(opportunity_id):
            product = None if line.product_id is None else self._session.get(Product, line.product_id)
            views.append(
                WantedView(
                    said=line.said,
                    name="" if product is None else product.name,
                    quantity=line.quantity,
                    unit="" if product is None else product.unit,
                )
            )
        return tuple(views)

    def _files(self, opportunity: Opportunity) -> int:
        """Count what was sent to the deal and to the inquiry it was made from."""
        carried = [] if opportunity.inquiry_id is None else [KeptFile.subject == f"inquiry:{opportunity.inquiry_id}"]
        query = select(func.count()).where(or_(KeptFile.subject == opportunity.subject, *carried))
        return self._session.execute(query).scalar_one()

    def _name(self, person_id: int | None) -> str:
        person = None if person_id is None else self._session.get(Person, person_id)
        return person.name if person is not None and person.active else ""

    def _above(self, opportunity: Opportunity, viewer: Actor) -> bool:
        return any(leader.id == viewer.person_id for leader in line_above(opportunity.owner_id, self._leader_of))


def _open(pipeline: Pipeline) -> tuple[str, ...]:
    return tuple(stage.name for stage in pipeline.stages if stage.kind == "open")
