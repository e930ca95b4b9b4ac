"""Moving a deal from stage to stage: what a move needs, what it leaves behind, how it is taken back."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.customers.customer import Customer
from domain.customers.scope import require
from domain.errors import Invalid, NotFound, Stale
from domain.messages import Command
from domain.opportunities.events import OpportunityWoke, StageMoved, StageMoveUndone
from domain.opportunities.facts import facts
from domain.opportunities.opportunity import MoveKind, Opportunity, OpportunityState, StageMove
from domain.opportunities.playbook import begin_stage
from domain.opportunities.version import PipelineVersion
from domain.pipelines import Guard, Pipeline, Stage
from domain.work import Work

CARD = "opportunities.deal"
_MOVES = (MoveKind.FORWARD, MoveKind.BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStage(Command):
    """Put the deal at another open stage. Going back needs ``because``; going forward keeps it as a note."""

    opportunity_id: int
    stage: str
    version: int = 0
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoMove(Command):
    """Take the last move between open stages back."""

    opportunity_id: int
    version: int = 0


def move_stage(command: MoveStage, actor: Actor, work: Work) -> None:
    """Refused with what is missing and how to bring it (S-065), or without a reason for going back."""
    opportunity, pipeline = locked(command.opportunity_id, actor, work)
    opportunity.check_version(command.version)
    opportunity.check_running()
    target = wanted_stage(command.stage, opportunity, pipeline)
    if target.kind != "open":
        raise Invalid(f"“{target.name}”要点卡片上的按钮确认。", subject=opportunity.subject)
    if target.name == opportunity.stage:
        raise Stale(f"商机 {opportunity.no} 已经在“{target.name}”了。", subject=opportunity.subject)
    kind = direction(opportunity, target, pipeline)
    if kind is MoveKind.BACK and not command.because.strip():
        raise Invalid(
            f"退回要说明原因，例如：{opportunity.no} 退回{target.name}，客户要重新选型。", subject=opportunity.subject
        )
    if kind is MoveKind.FORWARD:
        check_guards(opportunity, target, pipeline, work)
    wake(opportunity, work)
    opportunity.drop_closing()
    shift(opportunity, target.name, kind, command.because.strip(), pipeline, actor, work)


def undo_move(command: UndoMove, actor: Actor, work: Work) -> None:
    """Back to where it stood, since when it stood there; Stale when something else came after the move."""
    opportunity, _ = locked(command.opportunity_id, actor, work)
    opportunity.check_version(command.version)
    opportunity.check_running()
    last = next(iter(work.find.opportunities.moves(opportunity.id)), None)
    if last is None or last.kind not in _MOVES or last.to_stage != opportunity.stage:
        raise Stale(f"商机 {opportunity.no} 没有可以撤销的阶段变化。", subject=opportunity.subject)
    last.undone = True
    assert last.since is not None
    opportunity.stand(last.from_stage, last.since)
    opportunity.touch(work.now, actor.name)
    work.flush()
    work.record(StageMoveUndone(subject=opportunity.subject, stage=opportunity.stage))
    work.redraw(opportunity.subject)


def locked(opportunity_id: int, actor: Actor, work: Work) -> tuple[Opportunity, Pipeline]:
    """Return the deal, locked, with its own version of the pipeline; NotFound outside the actor's scope."""
    opportunity = work.lock(Opportunity, opportunity_id)
    require(actor, opportunity.owner_id, work.find.people.leader_of)
    return opportunity, work.get(PipelineVersion, opportunity.pipeline_id).pipeline


def wanted_stage(word: str, opportunity: Opportunity, pipeline: Pipeline) -> Stage:
    """Return the stage that is meant; NotFound names those there are."""
    stage = pipeline.called(word)
    if stage is None:
        names = "、".join(each.name for each in pipeline.stages)
        raise NotFound(f"“{pipeline.name}”没有“{word[:20]}”这个阶段，可选：{names}。", subject=opportunity.subject)
    return stage


def direction(opportunity: Opportunity, target: Stage, pipeline: Pipeline) -> MoveKind:
    """Return whether ``target`` lies before or behind where the deal stands."""
    ahead = pipeline.position(target.name) > pipeline.position(opportunity.stage)
    return MoveKind.FORWARD if ahead else MoveKind.BACK


def check_guards(opportunity: Opportunity, target: Stage, pipeline: Pipeline, work: Work) -> None:
    """Raise Invalid with everything that is missing; a skipped open stage asks for its own as well."""
    lacks = missing(opportunity, target, pipeline, work)
    if lacks:
        name = work.get(Customer, opportunity.customer_id).name
        items = "、".join(guard.missing for guard in lacks)
        supply = "".join(guard.supply for guard in lacks)
        raise Invalid(
            f"{name}（{opportunity.no}）还不能到“{target.name}”，缺{items}。{supply}", subject=opportunity.subject
        )


def missing(opportunity: Opportunity, target: Stage, pipeline: Pipeline, work: Work) -> list[Guard]:
    """Return the conditions that keep the deal from ``target``, each once."""
    here, there = pipeline.position(opportunity.stage), pipeline.position(target.name)
    passed = pipeline.stages[here + 1 : there] if target.kind == "open" else ()
    known = facts(opportunity, work)
    return [
        guard
        for stage in (*passed, target)
        for guard in stage.guards
        if (not guard.coming_from or opportunity.stage in guard.coming_from) and not guard.holds(known)
    ]


def shift(
    opportunity: Opportunity, to: str, kind: MoveKind, because: str, pipeline: Pipeline, actor: Actor, work: Work
) -> None:
    """Stand at ``to``, leave the transition behind, tell the owner when somebody else did it."""
    before = opportunity.stage
    keep_move(opportunity, to, kind, because, actor, work)
    opportunity.stand(to, work.now)
    if not actor.is_system:
        opportunity.touch(work.now, actor.name)
    work.flush()
    begin_stage(opportunity, work)
    work.record(
        StageMoved(
            subject=opportunity.subject,
            from_stage=before,
            to_stage=to,
            because=because,
            policy=f"{pipeline.name} {pipeline.fingerprint}",
        )
    )
    work.redraw(opportunity.subject)
    if actor.person_id != opportunity.owner_id:
        name = work.get(Customer, opportunity.customer_id).name
        why = f"，因为{because}" if because else ""
        work.say(opportunity.owner_id, f"{name}（{opportunity.no}）从“{before}”到了“{to}”{why}（{actor.name}）。")


def keep_move(opportunity: Opportunity, to: str, kind: MoveKind, because: str, actor: Actor, work: Work) -> StageMove:
    """Write the history's next line."""
    return work.add(
        StageMove(
            opportunity_id=opportunity.id,
            owner_id=opportunity.owner_id,
            pipeline_id=opportunity.pipeline_id,
            kind=kind,
            from_stage=opportunity.stage,
            to_stage=to,
            at=work.now,
            by=actor.name,
            by_id=actor.person_id,
            since=opportunity.stage_since,
            because=because[:200],
        )
    )


def wake(opportunity: Opportunity, work: Work) -> None:
    """Wake a sleeping deal; nothing happens to one that is awake."""
    if opportunity.state is OpportunityState.DORMANT:
        opportunity.state, opportunity.wakes_at = OpportunityState.OPEN, None
        work.cancel(f"{opportunity.subject}:wake")
        work.record(OpportunityWoke(subject=opportunity.subject, no=opportunity.no))
