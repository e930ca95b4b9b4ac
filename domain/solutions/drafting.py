"""Writing a technical solution and changing it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.approvals.approval import Approval
from domain.approvals.asking import supersede
from domain.errors import Conflict, Invalid, NotAllowed
from domain.files.commands import FilesAttached
from domain.messages import Command
from domain.scope import require
from domain.solutions.events import SolutionDrafted, SolutionRevised, SolutionVoided
from domain.solutions.solution import Solution, SolutionState, title_of
from domain.work import Work

_WORDS_MAX = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSolution(Command):
    """Write ``words`` down as a solution for the customer called ``company``."""

    company: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseSolution(Command):
    """Say something else instead: a pending or granted approval is void in the same transaction (R-107)."""

    solution_id: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidSolution(Command):
    """Throw a draft or a rejected one away."""

    solution_id: int
    version: int = 0


def draft_solution(command: DraftSolution, actor: Actor, work: Work) -> int:
    """Return its id."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能写技术方案。")
    customer = work.find.customers.by_name(command.company) if command.company else None
    if customer is None:
        raise Invalid("是哪个客户的方案？请带上客户名，例如：技术方案 苏州恒力 X200配自动上下料，节拍45秒。")
    require(actor, customer.owner_id, work.find.people.leader_of)
    words = command.words.strip()[:_WORDS_MAX]
    solution = work.add(
        Solution(
            no=work.number("FA"),
            owner_id=actor.person_id,
            customer_id=customer.id,
            title=title_of(words),
            words=words,
            created_at=work.now,
            authors=[actor.person_id],
        )
    )
    work.flush()
    work.record(SolutionDrafted(subject=solution.subject, no=solution.no, title=solution.title))
    return solution.id


def revise_solution(command: ReviseSolution, actor: Actor, work: Work) -> None:
    """By its owner, or whoever leads him."""
    solution, approval = locked(command.solution_id, actor, work)
    words = command.words.strip()[:_WORDS_MAX]
    title = title_of(words)
    _edit(solution, approval, actor, work)
    solution.title, solution.words = title, words
    work.flush()


def void_solution(command: VoidSolution, actor: Actor, work: Work) -> None:
    """By its owner, or whoever leads him."""
    solution, _ = locked(command.solution_id, actor, work)
    solution.check_version(command.version)
    solution.cancel()
    work.flush()
    work.record(SolutionVoided(subject=solution.subject, revision=solution.revision))
    work.redraw(solution.subject)


def take_drawings(event: FilesAttached, actor: Actor, work: Work) -> None:
    """Reaction: a drawing that comes to a solution is part of it, so what was asked of it is void (R-107)."""
    kind, _, id_ = event.subject.partition(":")
    if kind != "solution":
        return
    solution, approval = locked(int(id_), actor, work)
    if solution.state is SolutionState.DRAFT and not solution.content_hash:
        work.redraw(solution.subject)
        return
    _edit(solution, approval, actor, work)
    work.flush()
    work.say(solution.owner_id, f"{solution.no} 加了附件，成了 V{solution.revision}，请重新提交审批。")


def locked(solution_id: int, actor: Actor, work: Work) -> tuple[Solution, Approval | None]:
    """Return a solution and its approval, both locked, the approval first as everybody does; NotFound out of scope."""
    known = work.get(Solution, solution_id)
    require(actor, known.owner_id, work.find.people.leader_of)
    approval = None if known.approval_id is None else work.lock(Approval, known.approval_id)
    solution = work.lock(Solution, solution_id)
    if solution.approval_id != (None if approval is None else approval.id):
        raise Conflict("asked anew between looking and locking")
    return solution, approval


def _edit(solution: Solution, approval: Approval | None, actor: Actor, work: Work) -> None:
    assert actor.person_id is not None
    solution.edit(actor.person_id)
    if approval is not None:
        supersede(approval, actor, work)
    work.record(SolutionRevised(subject=solution.subject, no=solution.no, revision=solution.revision))
    work.redraw(solution.subject)
