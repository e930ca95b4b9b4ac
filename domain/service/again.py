"""Broken again soon after the signature: the customer says so on his progress page, a new ticket is linked (S-143)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import NotAllowed, NotFound, Stale
from domain.messages import Command
from domain.service.report import Reported, ReportFault, report_fault
from domain.service.states import JobState

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAgain(Command):
    """``token`` is the secret of the old ticket's page; ``new_token`` of the new one's, made when empty."""

    token: str
    words: str
    new_token: str = ""


def report_again(command: ReportAgain, actor: Actor, work: Work) -> Reported:
    """Open a ticket for the same machine; the earlier one is linked by its repair, the phone is taken over."""
    ticket = work.find.service.by_token(command.token)
    if ticket is None or ticket.equipment_id is None:
        raise NotFound("没有找到这张报修单，请核对链接。")
    if not work.find.service.may_sign(ticket.id, command.token):
        raise NotAllowed("这个链接只能看进度和催一下，又坏了请由最先报修的人来说，或扫设备上的码报修。")
    job = work.find.service.job_of(ticket.id)
    if job.state is not JobState.CONFIRMED or ticket.closed_at is None:
        raise Stale("这一单还没有结束，没修好请点“没修好”。")
    if work.now - ticket.closed_at > work.policies.service.upkeep.reopen_within:
        raise Stale("这一单结束很久了，请扫设备上的码重新报修。")
    again = ReportFault(
        equipment_id=ticket.equipment_id, words=command.words, phone=ticket.phone, token=command.new_token
    )
    return report_fault(again, actor, work)
