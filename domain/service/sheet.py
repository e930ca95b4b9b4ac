"""What is filled in on site and a card cannot hold: the checklist, and the customer's signature on this phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Invalid, NotFound, Stale
from domain.messages import Command, Event
from domain.service.holding import mine
from domain.service.sign import SignOff, sign_off

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

OK = "ok"
"""What an item of the checklist says when there is nothing to say."""
_SAID_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepChecklist(Command):
    """``checks`` is item → ``ok`` or what was found; items that are left out stay as they were."""

    work_order_id: int
    checks: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistKept(Event):
    """The engineer went through his list; ``found`` are the items where something was."""

    no: str
    done: int
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnSite(Command):
    """``token`` is the secret of the customer's own page; ``signature`` the id of a kept PNG, drawn by hand."""

    work_order_id: int
    token: str
    rating: int
    signature: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOnSite(Event):
    """The signature was drawn on this engineer's phone."""

    no: str
    engineer: str


def keep_checklist(command: KeepChecklist, actor: Actor, work: Work) -> str:
    """Return the job's number. Only items that this kind of job has are kept."""
    job = mine(command.work_order_id, actor, work)
    if not job.state.is_open:
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，检查表不能再改。", subject=job.subject)
    items = work.policies.service.visit(job.type).checklist
    said = {item: command.checks[item].strip()[:_SAID_MAX] for item in items if command.checks.get(item, "").strip()}
    job.checklist = {**job.checklist, **said}
    work.flush()
    found = tuple(f"{item}：{words}" for item, words in job.checklist.items() if words != OK)
    work.record(ChecklistKept(subject=job.subject, no=job.no, done=len(job.checklist), found=found))
    work.redraw(job.subject)
    return job.no


def sign_on_site(command: SignOnSite, actor: Actor, work: Work) -> str:
    """Return the ticket's number. A name typed by the engineer is no signature of the customer's."""
    job = mine(command.work_order_id, actor, work)
    ticket = work.find.service.by_token(command.token)
    if ticket is None or ticket.id != job.ticket_id:
        raise NotFound("没有找到这张报修单，请刷新页面再试。")
    if not command.signature:
        raise Invalid("请客户在签名框里手写签名；这台手机写不了，就把签收链接发给客户。")
    signed = SignOff(token=command.token, rating=command.rating, words=command.words, signature=command.signature)
    no = sign_off(signed, actor, work)
    work.record(SignedOnSite(subject=job.subject, no=job.no, engineer=actor.name))
    return no
