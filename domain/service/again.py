"""又坏了: the customer says, shortly after he signed, that the same machine is out of order again."""

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
    """``before`` is the secret of the page he stands on, ``token`` the one of the page the new ticket will have."""

    before: str
    token: str
    words: str = ""


def report_again(command: ReportAgain, actor: Actor, work: Work) -> Reported:
    """Open a ticket that is linked to the one before (first-fix rate); Stale when that is too long ago."""
    ticket = work.find.service.by_token(command.before)
    if ticket is None:
        raise NotFound("没有找到这张报修单，请核对链接。")
    if not work.find.service.may_sign(ticket.id, command.before):
        raise NotAllowed("这个链接只能看进度，又坏了请重新扫机器上的二维码报修。")
    job = work.find.service.job_of(ticket.id)
    within = work.policies.service.upkeep.reopen_within
    if (
        job.state is not JobState.CONFIRMED
        or ticket.equipment_id is None
        or ticket.closed_at is None
        or work.now - ticket.closed_at > within
    ):
        raise Stale("这张报修单不能直接再报了，请重新扫机器上的二维码报修。")
    words = command.words.strip() or f"又坏了：{ticket.fault}"
    again = ReportFault(
        equipment_id=ticket.equipment_id,
        words=words,
        urgent=ticket.urgent,
        phone=ticket.phone,
        token=command.token,
        consent=work.find.service.consent_of(command.before),
    )
    return report_fault(again, actor, work)
