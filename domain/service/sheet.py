"""The customer signs on the engineer's phone: the same end as on his own progress page, and the timeline says whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Invalid, NotFound
from domain.messages import Command, Event
from domain.service.holding import mine
from domain.service.sign import SignOff, sign_off

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


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
