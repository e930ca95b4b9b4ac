"""The record of approvals (全程留痕): what each line of it is called, and taking it out as a table (S-097)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.actor import Actor
from domain.errors import Invalid, NotAllowed
from domain.messages import Command, Event
from domain.work import Work

LOG = "approvals.log"
SUBJECT = "approvals:0"
A_DAY = 10
"""How many tables one person may take out in a day."""

SAID: Mapping[str, str] = {
    "ApprovalRequested": "提交审批",
    "StepApproved": "同意",
    "ApprovalGranted": "审批通过",
    "ApprovalRejected": "驳回",
    "ApprovalCountered": "附条件退回",
    "ApprovalWithdrawn": "撤回",
    "ApprovalSuperseded": "内容修改，审批作废",
    "StepHandedOn": "转交",
    "ApproverAdded": "加签",
    "ApprovalUrged": "催办",
    "ImpactSaid": "说明影响范围",
    "ApprovalCopied": "抄送",
    "ApprovalReturned": "超时退回",
    "ApprovalReminded": "提醒",
    "ApprovalEscalated": "超时上报",
    "ApproverReplaced": "审批人离开，换人",
}
"""What happened to an approval, by the name of its event."""
CHANNELS: Mapping[str, str] = {"wecom": "企业微信", "dingtalk": "钉钉", "web": "网页", "system": "系统"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportApprovals(Command):
    """Send what happened to approvals in ``[since, until)`` as a table."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsExported(Event):
    """Somebody took the record of these days out."""

    since: datetime
    until: datetime


def export_approvals(command: ExportApprovals, actor: Actor, work: Work) -> None:
    """Promise it; the table is written when it is sent, with what the person may see then."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能导出审批记录。")
    if command.since >= command.until:
        raise Invalid("导出的日子要从早到晚，例如：导出上个月的审批记录。")
    day = work.calendar.local(work.now).date()
    if work.count(f"export:{actor.person_id}:{day:%y%m%d}") > A_DAY:
        raise NotAllowed(f"今天已经导出 {A_DAY} 次，明天再导。急用请找管理员。")
    work.record(ApprovalsExported(subject=SUBJECT, since=command.since, until=command.until))
    work.tell(actor.person_id, LOG, SUBJECT, since=command.since.isoformat(), until=command.until.isoformat())


def remark(body: Mapping[str, Any]) -> str:
    """Return what was said with it: the comment, the reason, who for whom."""
    said = str(body.get("comment") or body.get("reason") or body.get("words") or "")
    was, now = body.get("was") or body.get("left"), body.get("now")
    moved = f"{was} → {now}" if was and now else ""
    people = "、".join(body.get("people") or ()) or str(body.get("name") or "")
    return "；".join(part for part in (moved, people, said) if part)
