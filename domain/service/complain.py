"""投诉 from the progress page: a complaint of its own beside the job, with its own deadline (S-146, C4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actor import SYSTEM
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.messages import Command
from domain.service.requesting import RequestService, request_service
from domain.service.types import ServiceType

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

_WORDS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Complain(Command):
    """``token`` is the secret of the page the customer stands on; an open complaint about the same ticket is joined."""

    token: str
    words: str


def complain(command: Complain, actor: Actor, work: Work) -> str:
    """Return the complaint's number. The link was checked, so the office's own way of opening one is taken."""
    del actor
    ticket = work.find.service.by_token(command.token)
    if ticket is None:
        raise NotFound("没有找到这张报修单，请核对链接。")
    if not work.find.service.may_sign(ticket.id, command.token):
        raise NotAllowed("这个链接只能看进度和催一下，投诉请由最先报修的人来提。")
    if ticket.type.is_desk:
        raise Stale("这张单已经在处理您的意见了，请等我们联系您。")
    words = command.words.strip()[:_WORDS_MAX]
    if not words:
        raise Invalid("请写一句哪里不满意，我们好处理。")
    wish = RequestService(
        type=ServiceType.COMPLAINT,
        customer_id=ticket.customer_id,
        equipment_id=ticket.equipment_id,
        product=ticket.product,
        words=f"{words}（{ticket.no}）",
        phone=ticket.phone,
        origin=ticket.subject,
    )
    return request_service(wish, SYSTEM, work).ticket_no
