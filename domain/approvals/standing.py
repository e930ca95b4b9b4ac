"""Whether some content may go out: asked again in the transaction that sends, prints or exports it (R-107)."""

from __future__ import annotations

from domain.approvals.approval import Approval, ApprovalState
from domain.errors import Invalid, Stale
from domain.work import Work


def require_approved(approval_id: int | None, content_hash: str, named: str, work: Work) -> Approval:
    """Return the approval given for exactly this content, locked; a refusal says what is missing.

    ``named`` is the content for people: ``报价 Q-2611-0001``.
    """
    if approval_id is None:
        raise Invalid(f"{named}还没有审批，不能发出。请先发“提交审批”。")
    approval = work.lock(Approval, approval_id)
    if approval.state is ApprovalState.PENDING:
        raise Invalid(f"{named}还在审批（{approval.no}），同意以后才能发出。", subject=approval.subject)
    if approval.state is not ApprovalState.APPROVED:
        end = approval.said_end(work.calendar, work.now)
        raise Invalid(f"{named}{end}，不能发出。请改好后重新提交审批。", subject=approval.subject)
    if approval.content_hash != content_hash:
        raise Stale(f"{named}在审批以后改过，不能发出。请重新提交审批。", subject=approval.subject)
    return approval
