"""Asking those who know, taking it back, and hearing how it was decided: a flow of its own (S-102)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.approvals.asking import Wish, request, withdraw
from domain.approvals.events import (
    ApprovalCountered,
    ApprovalGranted,
    ApprovalRejected,
    ApprovalReturned,
    StepApproved,
)
from domain.approvals.owed import overdue_fen
from domain.condition import Facts
from domain.customers.customer import Customer
from domain.errors import NotAllowed, Stale
from domain.messages import Command
from domain.solutions.drafting import locked
from domain.solutions.events import SolutionDecided, SolutionSubmitted, SolutionWithdrawn
from domain.solutions.solution import Solution, SolutionState, content_hash
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSolution(Command):
    """Ask the people the policy names for solutions."""

    solution_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSolution(Command):
    """Take it back while it is pending."""

    solution_id: int
    version: int = 0


def submit_solution(command: SubmitSolution, actor: Actor, work: Work) -> int:
    """Return the approval's id."""
    solution, _ = locked(command.solution_id, actor, work)
    solution.check_version(command.version)
    files = work.find.files.of(solution.subject)
    solution.submit(content_hash(solution, (file.file_id for file in files)))
    work.flush()
    work.record(
        SolutionSubmitted(subject=solution.subject, revision=solution.revision, content_hash=solution.content_hash)
    )
    customer = work.get(Customer, solution.customer_id)
    wish = Wish(
        about=solution.subject,
        about_no=solution.no,
        revision=solution.revision,
        content_hash=solution.content_hash,
        exhibit={
            "customer": customer.name,
            "title": solution.title,
            "files": [file.name or file.kind for file in files],
        },
        facts=_facts(customer, work),
        barred={solution.owner_id, *solution.authors},
        reason=solution.words,
        customer_id=solution.customer_id,
    )
    approval = request(wish, actor, work)
    solution.approval_id = approval.id
    work.flush()
    work.redraw(solution.subject)
    return approval.id


def withdraw_solution(command: WithdrawSolution, actor: Actor, work: Work) -> None:
    """By whoever asked, or its owner; Stale when somebody has decided first."""
    solution, approval = locked(command.solution_id, actor, work)
    if approval is None:
        raise Stale(f"技术方案 {solution.no} 没有在审批，不需要撤回。", subject=solution.subject)
    if actor.person_id not in (approval.requester_id, solution.owner_id):
        raise NotAllowed("只有提交人可以撤回这份方案。", subject=solution.subject)
    withdraw(approval, actor, work)
    _back_to_draft(solution, work)


def check_unchanged(event: StepApproved, actor: Actor, work: Work) -> None:
    """Reaction: a yes counts only for the content that was asked (R-107)."""
    del actor
    if _is_solution(event.about):
        _as_asked(event, work)


def take_grant(event: ApprovalGranted, actor: Actor, work: Work) -> None:
    """Reaction: it is approved, its owner is told."""
    del actor
    if _is_solution(event.about):
        said = f"（{event.comment}）" if event.comment else ""
        _decide(event, SolutionState.APPROVED, event.comment, f"已由{event.by}同意{said}，可以发给客户了", work)


def take_rejection(event: ApprovalRejected, actor: Actor, work: Work) -> None:
    """Reaction: it is rejected, its owner is told why."""
    del actor
    if _is_solution(event.about):
        said = f"被{event.by}驳回：{event.reason}。改好后发“方案改成”和新内容，再提交"
        _decide(event, SolutionState.REJECTED, event.reason, said, work)


def take_counter(event: ApprovalCountered, actor: Actor, work: Work) -> None:
    """Reaction: it goes back with the condition, for its owner to write in and ask again."""
    del actor
    if _is_solution(event.about):
        said = f"{event.by}同意，但{event.words}。按此改好后发“方案改成”和新内容，再提交"
        _decide(event, SolutionState.REJECTED, f"同意，但{event.words}", said, work)


def take_return(event: ApprovalReturned, actor: Actor, work: Work) -> None:
    """Reaction: nobody decided in time; it is a draft again, as it was submitted."""
    del actor
    if _is_solution(event.about):
        _back_to_draft(work.lock(Solution, int(event.about.partition(":")[2])), work)


def _facts(customer: Customer, work: Work) -> Facts:
    return {
        "customer_level": customer.level or None,
        "region": customer.region or None,
        "overdue": overdue_fen(customer.id, work),
    }


def _is_solution(about: str) -> bool:
    return about.startswith("solution:")


def _as_asked(event: StepApproved | ApprovalGranted | ApprovalRejected | ApprovalCountered, work: Work) -> Solution:
    """Return the solution the event is about, locked; Stale unless its content is still what was asked."""
    solution = work.lock(Solution, int(event.about.partition(":")[2]))
    now = content_hash(solution, (file.file_id for file in work.find.files.of(solution.subject)))
    submitted = solution.state is SolutionState.SUBMITTED
    if not submitted or (solution.revision, now) != (event.revision, event.content_hash):
        raise Stale(
            f"技术方案 {solution.no} 的内容在提交后改过，这次审批不算数，请等新的审批。", subject=solution.subject
        )
    return solution


def _decide(
    event: ApprovalGranted | ApprovalRejected | ApprovalCountered,
    state: SolutionState,
    words: str,
    said: str,
    work: Work,
) -> None:
    solution = _as_asked(event, work)
    solution.decided(state, event.by, work.now, words)
    work.flush()
    work.record(
        SolutionDecided(
            subject=solution.subject, revision=solution.revision, state=state.value, by=event.by, words=words
        )
    )
    work.redraw(solution.subject)
    work.say(solution.owner_id, f"技术方案 {solution.no} V{solution.revision} {said}。")


def _back_to_draft(solution: Solution, work: Work) -> None:
    solution.withdrawn()
    work.flush()
    work.record(SolutionWithdrawn(subject=solution.subject, revision=solution.revision))
    work.redraw(solution.subject)
