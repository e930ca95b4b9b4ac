"""Finding deals and what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.activities.activity import Activity
from domain.files.kept_file import KeptFile
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.opportunities.opportunity import Opportunity, OpportunityLine, OpportunityState, StageMove
from domain.opportunities.step import DealStep
from domain.opportunities.version import PipelineVersion
from domain.people.person import Person
from domain.pipelines import Pipeline
from domain.quotes.quote import Quote, QuoteState

RUNNING = (OpportunityState.OPEN, OpportunityState.DORMANT)
_TO_DO = (
    select(DealStep)
    .join(Opportunity, Opportunity.id == DealStep.opportunity_id)
    .where(DealStep.done_at.is_(None), DealStep.stage == Opportunity.stage, Opportunity.state == OpportunityState.OPEN)
)


class OpportunityFinder:
    """Lines, history, and the facts that lie with other nouns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def version_of(self, pipeline: Pipeline) -> PipelineVersion:
        """Return the row that keeps this version, written now when it is the first deal's; never a double."""
        insert = (sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql).insert(PipelineVersion)
        values = {
            "version": 1,
            "name": pipeline.name,
            "fingerprint": pipeline.fingerprint,
            "body": pipeline.model_dump(mode="json"),
        }
        known = select(PipelineVersion).where(PipelineVersion.fingerprint == pipeline.fingerprint)
        found = self._session.scalars(known).first()
        if found is None:
            self._session.execute(insert.values(values).on_conflict_do_nothing(index_elements=["fingerprint"]))
            found = self._session.scalars(known).one()
        return found

    def lines(self, opportunity_id: int) -> list[OpportunityLine]:
        """Return the wanted things in their order."""
        query = select(OpportunityLine).where(OpportunityLine.opportunity_id == opportunity_id)
        return list(self._session.scalars(query.order_by(OpportunityLine.position, OpportunityLine.id)))

    def moves(self, opportunity_id: int) -> Sequence[StageMove]:
        """Return the history that stands, the newest first."""
        query = select(StageMove).where(StageMove.opportunity_id == opportunity_id, ~StageMove.undone)
        return self._session.scalars(query.order_by(StageMove.id.desc())).all()

    def steps(self, opportunity_id: int, stage: str = "") -> Sequence[DealStep]:
        """Return the playbook's steps of a deal, or of one of its stages, in their order."""
        query = select(DealStep).where(DealStep.opportunity_id == opportunity_id)
        if stage:
            query = query.where(DealStep.stage == stage)
        return self._session.scalars(query.order_by(DealStep.id)).all()

    def steps_without_holder(self, title: str = "") -> Sequence[tuple[DealStep, Opportunity]]:
        """Return the steps to be done now that nobody answers for (or somebody who left), with their deals."""
        query = (
            _TO_DO.add_columns(Opportunity)
            .outerjoin(Person, Person.id == DealStep.person_id)
            .where(or_(DealStep.person_id.is_(None), ~Person.active))
        )
        if title:
            query = query.where(DealStep.title == title)
        return [(step, deal) for step, deal in self._session.execute(query.order_by(DealStep.id))]

    def has_open_steps(self) -> bool:
        """Return whether any deal has a step to be done now."""
        return self._session.execute(_TO_DO.limit(1)).first() is not None

    def of_inquiry(self, inquiry_id: int) -> Opportunity | None:
        """Return the deal an inquiry became."""
        return self._session.scalars(select(Opportunity).where(Opportunity.inquiry_id == inquiry_id)).first()

    def running_with(self, customer_id: int) -> Sequence[Opportunity]:
        """Return the deals under way with a customer, oldest first."""
        query = select(Opportunity).where(Opportunity.customer_id == customer_id, Opportunity.state.in_(RUNNING))
        return self._session.scalars(query.order_by(Opportunity.id)).all()

    def concerned_by(self, subject: str) -> Sequence[Opportunity]:
        """Return the running deals something is about: a follow-up all with its customer, a quotation one.

        That is the deal of its inquiry, or the customer's only one.
        """
        kind, _, number = subject.partition(":")
        if kind == "quote":
            quote = self._session.get_one(Quote, int(number))
            deal = None if quote.inquiry_id is None else self.of_inquiry(quote.inquiry_id)
            if deal is None and quote.customer_id is not None:
                deals = self.running_with(quote.customer_id)
                deal = deals[0] if len(deals) == 1 else None
        elif kind == "activity":
            customer_id = self._session.get_one(Activity, int(number)).customer_id
            return [] if customer_id is None else self.running_with(customer_id)
        elif kind in ("inquiry", "opportunity"):
            deal = self.of_inquiry(int(number)) if kind == "inquiry" else self._session.get(Opportunity, int(number))
        else:
            return []
        return [] if deal is None or deal.state not in RUNNING else [deal]

    def quote_of_inquiry(self, inquiry_id: int) -> Quote | None:
        """Return the newest quotation for an inquiry that is not void."""
        query = select(Quote).where(Quote.inquiry_id == inquiry_id, Quote.state != QuoteState.VOID)
        return self._session.scalars(query.order_by(Quote.id.desc()).limit(1)).first()

    def approved_quotes(self, opportunity: Opportunity) -> int:
        """Return how many of the deal's quotations stand approved: the one put to it, and those for its inquiry."""
        mine = [Quote.id == opportunity.quote_id] if opportunity.quote_id is not None else []
        if opportunity.inquiry_id is not None:
            mine.append(Quote.inquiry_id == opportunity.inquiry_id)
        if not mine:
            return 0
        query = select(func.count()).where(or_(*mine), Quote.state == QuoteState.APPROVED)
        return self._session.execute(query).scalar_one()

    def pictures(self, subject: str) -> int:
        """Return how many pictures were put to a subject."""
        query = select(func.count()).where(KeptFile.subject == subject, KeptFile.kind == "image")
        return self._session.execute(query).scalar_one()

    def wins(self, customer_id: int) -> int:
        """Return how many deals a customer has given us."""
        query = select(func.count()).where(
            Opportunity.customer_id == customer_id, Opportunity.state == OpportunityState.WON
        )
        return self._session.execute(query).scalar_one()

    def in_use(self, customer_id: int, *, but: int) -> bool:
        """Return whether anything but the deal ``but`` refers to a customer."""
        deals = select(Opportunity.id).where(
            Opportunity.customer_id == customer_id,
            Opportunity.id != but,
            Opportunity.state != OpportunityState.UNDONE,
        )
        inquiries = select(Inquiry.id).where(Inquiry.customer_id == customer_id, Inquiry.state != InquiryState.UNDONE)
        return any(self._session.execute(query.limit(1)).first() is not None for query in (deals, inquiries))
