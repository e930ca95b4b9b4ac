"""An inquiry that comes from outside, or from a colleague who does not sell: kept, given to somebody, told to him.

All of it is one transaction: nobody is assigned without being told (U6), and a rule's task and the director's
notice are there or the assignment is not (S-025).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.actor import SYSTEM, Actor
from domain.assignment.assignment import Assignment
from domain.assignment.choosing import Chosen, choose
from domain.assignment.events import InquiryAssigned, InquiryJoined
from domain.assignment.first_contact import require_contact
from domain.assignment.telling import listeners
from domain.condition import Facts
from domain.customers.regions import province_of, region_of
from domain.dictionary.filling import FillFields, fill_fields
from domain.errors import Invalid
from domain.inquiries.commands import CARD, LogInquiry, keep_inquiry, meet_said
from domain.inquiries.inquiry import Inquiry
from domain.inquiries.origins import channel_of
from domain.inquiries.people import tell_their_keeper, usable_phone
from domain.inquiries.promises import further_task
from domain.messages import Command
from domain.people.person import Person
from domain.work import Work

_DOOR = "外来询价"
"""Locked while one is taken in, so that the same one twice at once meets itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveInquiry(Command):
    """Keep what was said and give it to whom the rules name. Empty ``industry`` and ``intent``: read from the words."""

    said: LogInquiry
    industry: str = ""
    intent: str = ""
    channel: str = ""
    """The code of the channel it came by, which needs no word for the source (S-002)."""
    key: str = ""
    """What the sender calls it; sent again under the same key it is the same inquiry."""
    fields: tuple[tuple[str, str], ...] = ()
    """Answers to what is asked of this channel alone: a field's name and what was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The inquiry and who has it now: ``because`` is ``华东+官网``."""

    inquiry_id: int
    no: str
    owner: str
    because: str
    joined: bool = False
    """It was known already: the same key, or the same number within ``duplicate_days``."""


def receive_inquiry(command: ReceiveInquiry, actor: Actor, work: Work) -> Received:
    """Return who got it. What is sent twice at once is one: arrivals from outside wait for each other."""
    said = _attributed(command, work)
    work.find.assignment.locked_rotation(_DOOR)
    known = _known(command, work)
    if known is not None:
        return _join(known, command, work)
    command = replace(command, said=said)
    meeting = meet_said(said, None, SYSTEM, work)
    customer = meeting.met.customer
    facts = facts_of(command, "" if customer is None else customer.level, work)
    chosen = choose(facts, customer, work)
    owner = chosen.person
    if customer is not None and customer.owner_id is None:
        customer.owner_id = owner.id
    inquiry = keep_inquiry(said, meeting, owner.id, work)
    inquiry.outside_key = command.key
    if command.fields:
        work.flush()
        fill_fields(FillFields(subject=inquiry.subject, values=command.fields), SYSTEM, work)
    give(inquiry, chosen, actor, work)
    require_contact(inquiry, facts, work)
    if customer is not None and customer.owner_id not in (None, owner.id):
        tell_their_keeper(inquiry, customer, owner.name, work)
    return Received(inquiry_id=inquiry.id, no=inquiry.no, owner=owner.name, because=chosen.because)


def facts_of(command: ReceiveInquiry, level: str, work: Work) -> Facts:
    """Return what the rules may ask of it. Places are brought to their province and region (苏州 → 江苏 → 华东)."""
    said, policy = command.said, work.policies.assignment
    words = f"{said.company} {said.requirement}"
    products = (work.find.catalog.product(each.said) for each in said.wanted if each.said)
    place = next((each for each in (said.region, said.company) if region_of(each)), said.region)
    return {
        "region": region_of(place) or place or None,
        "province": province_of(place) or None,
        "industry": command.industry or policy.industry(words) or None,
        "channel": said.source or None,
        "product": tuple(product.code for product in products if product is not None),
        "amount": said.budget_fen if said.budget_fen is not None else said.budget_max_fen,
        "level": level or None,
        "intent": command.intent or policy.intent(said.requirement) or None,
    }


def _attributed(command: ReceiveInquiry, work: Work) -> LogInquiry:
    if not command.channel:
        return replace(command.said, source=channel_of(command.said.source, work)[0])
    channel = work.find.channels.by_code(command.channel)
    if channel is None:
        raise Invalid(f"没有渠道 {command.channel}，请核对渠道的代码。")
    return replace(command.said, source=channel.name)


def _known(command: ReceiveInquiry, work: Work) -> Inquiry | None:
    if command.key and (sent := work.find.inquiries.sent_as(command.key)) is not None:
        return sent
    phone, _ = usable_phone(command.said.phone)
    since = work.now - timedelta(days=work.policies.assignment.duplicate_days)
    return work.find.inquiries.recent_by_phone(phone, since) if phone else None


def _join(known: Inquiry, command: ReceiveInquiry, work: Work) -> Received:
    """Add to the inquiry what is new; its card says so, and its owner hears of it."""
    inquiry = work.lock(Inquiry, known.id)
    note = f"同一号码又来询：{command.said.requirement[:100]}"
    again = bool(command.key) and inquiry.outside_key == command.key
    if not again and note not in inquiry.notes and command.said.requirement != inquiry.requirement:
        inquiry.notes = [*inquiry.notes, note]
        work.flush()
        work.record(InquiryJoined(subject=inquiry.subject, no=inquiry.no, requirement=command.said.requirement))
        work.say(
            inquiry.owner_id,
            f"{inquiry.no} 的客户又来询了：{command.said.requirement[:100]}。已并入原来那条，请一起跟。",
        )
        work.redraw(inquiry.subject)
    owner = work.get(Person, inquiry.owner_id)
    return Received(inquiry_id=inquiry.id, no=inquiry.no, owner=owner.name, because="已有这条询价", joined=True)


def give(inquiry: Inquiry, chosen: Chosen, actor: Actor, work: Work) -> None:
    """Write down who got it and why, tell him with the card, and whoever the rule wants to hear of it."""
    owner = chosen.person
    work.add(
        Assignment(
            inquiry_id=inquiry.id,
            person_id=owner.id,
            method=chosen.method,
            rule=chosen.name,
            because=chosen.because[:128],
            policy=work.policies.assignment.fingerprint,
            at=work.now,
        )
    )
    work.flush()
    work.record(
        InquiryAssigned(
            subject=inquiry.subject, to=owner.name, method=chosen.method, rule=chosen.name, because=chosen.because
        )
    )
    work.tell(owner.id, CARD, inquiry.subject)
    rule = chosen.rule
    if rule is not None and rule.task:
        further_task(inquiry, rule.task, work)
    for person in listeners(() if rule is None else rule.tell, owner, work):
        if person.id not in (owner.id, actor.person_id):
            work.say(
                person.id, f"新询价 {inquiry.no}（{chosen.because}）已分给{owner.name}：{inquiry.requirement[:100]}"
            )
            work.tell(person.id, CARD, inquiry.subject)
