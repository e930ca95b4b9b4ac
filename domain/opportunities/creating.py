"""A deal begins: in its own words, or out of an inquiry in one step (转商机, S-066)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.actor import Actor
from domain.customers.commands import Met, meet
from domain.customers.customer import Contact, Customer
from domain.customers.scope import line_above, require, within
from domain.errors import Invalid, NotAllowed, Stale
from domain.inquiries.commands import InquiryUndone
from domain.inquiries.inquiry import Inquiry
from domain.inquiries.lines import NOT_SAID, Found, Wanted, look_up
from domain.inquiries.people import usable_phone
from domain.messages import Command
from domain.opportunities.events import OpportunityCreated, OpportunityUndone
from domain.opportunities.facts import product_words
from domain.opportunities.moves import keep_move, locked
from domain.opportunities.opportunity import MoveKind, Opportunity, OpportunityLine, OpportunityState
from domain.opportunities.playbook import begin_stage
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateOpportunity(Command):
    """Begin a deal with the customer that is named; money in fen, ``said`` is the sentence."""

    said: str
    company: str = ""
    contact: str = ""
    phone: str = ""
    wanted: tuple[Wanted, ...] = ()
    amount_fen: int | None = None
    expected_close: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertInquiry(Command):
    """Make a deal of an inquiry, with its customer, contact, products, budget, source and quotation.

    ``company`` is whose it is, when the inquiry does not know yet.
    """

    inquiry_id: int
    company: str = ""
    amount_fen: int | None = None
    expected_close: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoOpportunity(Command):
    """Take a new deal back, with the customer it created."""

    opportunity_id: int
    version: int = 0


def create_opportunity(command: CreateOpportunity, actor: Actor, work: Work) -> int:
    """Return the deal's id. Refused for a colleague's customer, and when the same deal is under way already."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能建商机。")
    phone, _ = usable_phone(command.phone)
    met = _met(command.company, command.contact, phone, actor.person_id, actor, work)
    assert met.customer is not None
    return _begin(
        met.customer,
        look_up(command.wanted, work),
        None,
        actor,
        work,
        owner_id=actor.person_id,
        contact_id=None if met.contact is None else met.contact.id,
        contact=command.contact or ("" if met.contact is None else met.contact.name),
        amount_fen=command.amount_fen,
        expected_close=command.expected_close,
        source=command.source,
        region=met.customer.region,
        said=command.said,
        made_customer=met.new_customer,
    )


def convert_inquiry(command: ConvertInquiry, actor: Actor, work: Work) -> int:
    """Return the deal's id. What hangs on the inquiry (files, follow-ups, tasks) is found through it."""
    inquiry = work.lock(Inquiry, command.inquiry_id)
    require(actor, inquiry.owner_id, work.find.people.leader_of)
    inquiry.check_not_undone()
    known = work.find.opportunities.of_inquiry(inquiry.id)
    if known is not None:
        raise Stale(f"询价 {inquiry.no} 已经转成商机 {known.no}。", subject=known.subject)
    customer, contact, made = _whose(inquiry, command.company, actor, work)
    found = [
        Found(said=line.said, quantity=line.quantity, product_id=line.product_id)
        for line in work.find.inquiries.lines(inquiry.id)
    ]
    quote = work.find.opportunities.quote_of_inquiry(inquiry.id)
    budget = inquiry.budget_fen if inquiry.budget_fen is not None else inquiry.budget_max_fen
    worth = budget if quote is None else quote.total_fen
    opportunity_id = _begin(
        customer,
        found,
        inquiry,
        actor,
        work,
        owner_id=inquiry.owner_id,
        contact_id=None if contact is None else contact.id,
        contact=inquiry.contact,
        inquiry_id=inquiry.id,
        quote_id=None if quote is None else quote.id,
        amount_fen=worth if command.amount_fen is None else command.amount_fen,
        expected_close=command.expected_close,
        source=inquiry.source,
        region=inquiry.region or customer.region,
        said=inquiry.requirement,
        made_customer=made,
    )
    work.redraw(inquiry.subject)
    return opportunity_id


def undo_opportunity(command: UndoOpportunity, actor: Actor, work: Work) -> None:
    """Only its owner or somebody above him, and only while nothing came of it."""
    opportunity, _ = locked(command.opportunity_id, actor, work)
    above = [leader.id for leader in line_above(opportunity.owner_id, work.find.people.leader_of)]
    if actor.person_id not in [opportunity.owner_id, *above]:
        raise NotAllowed("只有负责人本人或他的上级可以撤销这个商机。")
    opportunity.check_version(command.version)
    opportunity.check_running()
    if len(work.find.opportunities.moves(opportunity.id)) > 1 or opportunity.state is OpportunityState.DORMANT:
        raise Invalid(
            f"商机 {opportunity.no} 已经有进展，不能撤销。不跟了请点“流失”，写明原因。", subject=opportunity.subject
        )
    opportunity.state = OpportunityState.UNDONE
    opportunity.inquiry_id = None
    opportunity.drop_closing()
    if opportunity.made_customer and not work.find.opportunities.in_use(opportunity.customer_id, but=opportunity.id):
        work.get(Customer, opportunity.customer_id).active = False
    work.flush()
    work.record(OpportunityUndone(subject=opportunity.subject, no=opportunity.no))
    work.redraw(opportunity.subject)


def keep_converted(event: InquiryUndone, actor: Actor, work: Work) -> None:
    """Reaction: an inquiry that became a deal is not taken back behind the deal's back."""
    del actor
    opportunity = work.find.opportunities.of_inquiry(int(event.subject.partition(":")[2]))
    if opportunity is not None:
        raise Invalid(f"询价 {event.no} 已转成商机 {opportunity.no}，请先撤销商机。", subject=opportunity.subject)


def _whose(inquiry: Inquiry, company: str, actor: Actor, work: Work) -> tuple[Customer, Contact | None, bool]:
    contact = None if inquiry.contact_id is None else work.get(Contact, inquiry.contact_id)
    if inquiry.customer_id is not None:
        customer = work.get(Customer, inquiry.customer_id)
        _check_ours(customer, actor, work)
        return customer, contact, False
    if not company:
        raise Invalid(
            f"询价 {inquiry.no} 还没有公司名，转商机前请补上，例如：客户是苏州某某机械。", subject=inquiry.subject
        )
    met = _met(company, inquiry.contact, inquiry.phone, inquiry.owner_id, actor, work)
    assert met.customer is not None
    inquiry.customer_id = met.customer.id
    inquiry.contact_id = None if met.contact is None else met.contact.id
    return met.customer, met.contact, met.new_customer


def _met(company: str, contact: str, phone: str, owner_id: int, actor: Actor, work: Work) -> Met:
    met = meet(company=company, contact=contact, phone=phone, region="", owner_id=owner_id, actor=actor, work=work)
    if met.customer is None and met.others is None:
        raise Invalid("不知道是哪家客户的商机。请带上公司名，例如：恒力机械建个商机，两台X200，50万。")
    _check_ours(met.others or met.customer, actor, work)
    work.flush()
    return met


def _check_ours(customer: Customer | None, actor: Actor, work: Work) -> None:
    assert customer is not None
    owner_id = customer.owner_id
    if owner_id is not None and not within(actor, owner_id, work.find.people.leader_of):
        raise NotAllowed("这家客户由同事负责，不能为它建商机。请找主管转给您，或先记一条询价。")


def _begin(
    customer: Customer, found: Sequence[Found], inquiry: Inquiry | None, actor: Actor, work: Work, **said: Any
) -> int:
    """Keep the deal at the first stage of the pipeline its products ask for, and return its id."""
    things = [each for each in found if each.product_id is not None or each.said != NOT_SAID]
    _check_new(customer, things, work)
    pipeline = work.policies.pipelines.for_products(product_words(things, work))
    stage = (pipeline.converts_to if inquiry is not None else "") or pipeline.stages[0].name
    opportunity = work.add(
        Opportunity(
            no=work.number("SJ"),
            customer_id=customer.id,
            pipeline_id=work.find.opportunities.version_of(pipeline).id,
            stage=stage,
            created_at=work.now,
            stage_since=work.now,
            touched_at=work.now,
            touched_by=actor.name,
            **said,
        )
    )
    work.flush()
    for position, each in enumerate(things):
        work.add(
            OpportunityLine(
                opportunity_id=opportunity.id,
                position=position,
                said=each.said,
                quantity=each.quantity,
                product_id=each.product_id,
            )
        )
    began = "" if inquiry is None else f"由询价 {inquiry.no} 转来"
    move = keep_move(opportunity, stage, MoveKind.CREATED, began, actor, work)
    move.from_stage, move.since = "", None
    work.flush()
    begin_stage(opportunity, work)
    work.record(
        OpportunityCreated(
            subject=opportunity.subject,
            no=opportunity.no,
            customer=customer.name,
            pipeline=f"{pipeline.name} {pipeline.fingerprint}",
            stage=stage,
            inquiry="" if inquiry is None else inquiry.no,
        )
    )
    return opportunity.id


def _check_new(customer: Customer, things: Sequence[Found], work: Work) -> None:
    """Refuse a second deal with the same customer about nothing else than one under way."""
    wanted = {each.product_id or each.said for each in things}
    for other in work.find.opportunities.running_with(customer.id):
        if wanted <= {line.product_id or line.said for line in work.find.opportunities.lines(other.id)}:
            raise Stale(
                f"{customer.name} 已有商机 {other.no}（{other.stage}），没有重复建。另一个项目请写明产品。",
                subject=other.subject,
            )
