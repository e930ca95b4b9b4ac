"""Won or lost: said first, made true by a tap that names the deal, checked by the leader where the pipeline asks."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.customers.customer import Customer
from domain.customers.scope import line_above
from domain.errors import Invalid, NotAllowed, Stale
from domain.messages import Command
from domain.opportunities.events import (
    ClosingAsked,
    ClosingDropped,
    OpportunityLost,
    OpportunityReopened,
    OpportunityWon,
)
from domain.opportunities.loss import LossReason
from domain.opportunities.moves import check_guards, locked, shift, wake
from domain.opportunities.opportunity import Closing, MoveKind, Opportunity, OpportunityState
from domain.pipelines import Pipeline
from domain.work import Work

CARD = "opportunities.closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskClosing(Command):
    """Somebody says that the deal is won or lost: shown to him by name, true with his tap.

    Of a loss ``reason``, ``competitor`` and ``note`` (free words) are what the sentence told already.
    """

    opportunity_id: int
    won: bool
    version: int = 0
    reason: LossReason | None = None
    competitor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseWon(Command):
    """The tap on 成交: by the leader it is won, by the rep too unless the pipeline asks the leader."""

    opportunity_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseLost(Command):
    """The tap on 流失; None and empty leave what was said before."""

    opportunity_id: int
    version: int
    reason: LossReason | None = None
    competitor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropClosing(Command):
    """Not won or lost after all; the leader who does not confirm gives a ``reason``."""

    opportunity_id: int
    version: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLossReason(Command):
    """Say more exactly why a deal was lost, or is about to be."""

    opportunity_id: int
    reason: LossReason | None = None
    competitor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenOpportunity(Command):
    """Go on with a closed deal where it stood."""

    opportunity_id: int
    version: int = 0
    because: str = ""


def ask_closing(command: AskClosing, actor: Actor, work: Work) -> None:
    """Keep what was said; won is refused at once with what is missing for it."""
    opportunity, pipeline = _running(command.opportunity_id, command.version, actor, work)
    if opportunity.closing is Closing.CHECKING:
        raise Stale(f"商机 {opportunity.no} 已报成交，正等上级确认。", subject=opportunity.subject)
    if command.won:
        check_guards(opportunity, pipeline.won, pipeline, work)
    opportunity.drop_closing()
    opportunity.closing = Closing.WON if command.won else Closing.LOST
    opportunity.closing_by_id = actor.person_id
    if not command.won:
        _explain(opportunity, command.reason, command.competitor, command.note)
    work.flush()
    stage = pipeline.won if command.won else pipeline.lost
    work.record(ClosingAsked(subject=opportunity.subject, stage=stage.name))
    work.redraw(opportunity.subject)


def close_won(command: CloseWon, actor: Actor, work: Work) -> bool:
    """Return whether it is won now; False while the leader is asked."""
    opportunity, pipeline = _running(command.opportunity_id, command.version, actor, work)
    check_guards(opportunity, pipeline.won, pipeline, work)
    leaders = [each.id for each in line_above(opportunity.owner_id, work.find.people.leader_of)]
    if opportunity.closing is Closing.CHECKING and actor.person_id not in leaders:
        raise Stale(f"商机 {opportunity.no} 已报成交，正等上级确认。", subject=opportunity.subject)
    if pipeline.won_check == "leader" and leaders and actor.person_id not in leaders:
        opportunity.closing, opportunity.closing_by_id = Closing.CHECKING, actor.person_id
        work.flush()
        work.record(ClosingAsked(subject=opportunity.subject, stage=pipeline.won.name))
        work.tell(leaders[0], CARD, opportunity.subject)
        work.redraw(opportunity.subject)
        return False
    wake(opportunity, work)
    opportunity.drop_closing()
    opportunity.state, opportunity.closed_at = OpportunityState.WON, work.now
    shift(opportunity, pipeline.won.name, MoveKind.WON, "", pipeline, actor, work)
    nth = work.find.opportunities.wins(opportunity.customer_id)
    work.record(OpportunityWon(subject=opportunity.subject, amount_fen=opportunity.amount_fen, nth=nth))
    return True


def close_lost(command: CloseLost, actor: Actor, work: Work) -> None:
    """Refused without a reason; a competitor and 其他 need their words (S-060, S-073)."""
    opportunity, pipeline = _running(command.opportunity_id, command.version, actor, work)
    _explain(opportunity, command.reason, command.competitor, command.note)
    _check_explained(opportunity)
    wake(opportunity, work)
    opportunity.closing, opportunity.closing_by_id = Closing.NONE, None
    opportunity.state, opportunity.closed_at = OpportunityState.LOST, work.now
    reason = opportunity.loss_reason
    assert reason is not None
    shift(opportunity, pipeline.lost.name, MoveKind.LOST, _said(opportunity), pipeline, actor, work)
    work.record(
        OpportunityLost(
            subject=opportunity.subject,
            reason=reason,
            competitor=opportunity.competitor,
            note=opportunity.loss_note,
        )
    )


def drop_closing(command: DropClosing, actor: Actor, work: Work) -> None:
    """Go on as before; the one who said it hears the leader's reason."""
    opportunity, _ = _running(command.opportunity_id, command.version, actor, work)
    if opportunity.closing is Closing.NONE:
        raise Stale(f"商机 {opportunity.no} 没有等待确认的成交或流失。", subject=opportunity.subject)
    asked_by, checking = opportunity.closing_by_id, opportunity.closing is Closing.CHECKING
    opportunity.drop_closing()
    work.flush()
    if checking and asked_by is not None and asked_by != actor.person_id:
        name = work.get(Customer, opportunity.customer_id).name
        why = f"：{command.reason.strip()}" if command.reason.strip() else ""
        work.say(asked_by, f"{actor.name}没有确认 {name}（{opportunity.no}）成交{why}。补齐后可以再报。")
    work.record(ClosingDropped(subject=opportunity.subject, reason=command.reason.strip()))
    work.redraw(opportunity.subject)


def set_loss_reason(command: SetLossReason, actor: Actor, work: Work) -> None:
    """Of a lost deal it replaces the reason; of one about to be lost it is kept for the tap."""
    opportunity, _ = locked(command.opportunity_id, actor, work)
    if opportunity.state is not OpportunityState.LOST and opportunity.closing is not Closing.LOST:
        raise Invalid(f"商机 {opportunity.no} 没有流失，不需要写流失原因。", subject=opportunity.subject)
    _explain(opportunity, command.reason, command.competitor, command.note)
    if opportunity.state is OpportunityState.LOST:
        _check_explained(opportunity)
        reason = opportunity.loss_reason
        assert reason is not None
        work.record(
            OpportunityLost(
                subject=opportunity.subject,
                reason=reason,
                competitor=opportunity.competitor,
                note=opportunity.loss_note,
            )
        )
    opportunity.touch(work.now, actor.name)
    work.flush()
    work.redraw(opportunity.subject)


def reopen_opportunity(command: ReopenOpportunity, actor: Actor, work: Work) -> None:
    """Back to where it stood before it was closed; what it was lost for stays in the history."""
    opportunity, pipeline = locked(command.opportunity_id, actor, work)
    opportunity.check_version(command.version)
    if opportunity.state not in (OpportunityState.WON, OpportunityState.LOST):
        raise Stale(f"商机 {opportunity.no} 没有关闭，可以直接跟。", subject=opportunity.subject)
    if opportunity.state is OpportunityState.WON and not _is_above(opportunity, actor, work):
        raise NotAllowed(f"商机 {opportunity.no} 已成交，要请上级重新打开。", subject=opportunity.subject)
    back_to = opportunity.stage_before if pipeline.stage(opportunity.stage_before) else pipeline.stages[0].name
    opportunity.state, opportunity.closed_at = OpportunityState.OPEN, None
    opportunity.drop_closing()
    shift(opportunity, back_to, MoveKind.REOPENED, command.because.strip(), pipeline, actor, work)
    work.record(OpportunityReopened(subject=opportunity.subject, stage=back_to))


def _running(opportunity_id: int, version: int, actor: Actor, work: Work) -> tuple[Opportunity, Pipeline]:
    opportunity, pipeline = locked(opportunity_id, actor, work)
    opportunity.check_running()
    opportunity.check_version(version)
    return opportunity, pipeline


def _explain(opportunity: Opportunity, reason: LossReason | None, competitor: str, note: str) -> None:
    opportunity.loss_reason = reason or opportunity.loss_reason
    opportunity.competitor = competitor.strip()[:64] or opportunity.competitor
    opportunity.loss_note = note.strip()[:200] or opportunity.loss_note


def _check_explained(opportunity: Opportunity) -> None:
    no, reason = opportunity.no, opportunity.loss_reason
    if reason is None:
        raise Invalid("流失要写明原因，请先选一个再确认。", subject=opportunity.subject)
    if reason is LossReason.COMPETITOR and not opportunity.competitor:
        raise Invalid(f"请先说是哪家竞争对手，例如：{no} 竞争对手是沈阳机床，再点确认。", subject=opportunity.subject)
    if reason is LossReason.OTHER and not opportunity.loss_note:
        raise Invalid(f"选“其他”要写明原因，例如：{no} 丢单原因是项目取消，再点确认。", subject=opportunity.subject)


def _said(opportunity: Opportunity) -> str:
    assert opportunity.loss_reason is not None
    words = (opportunity.loss_reason.label, opportunity.competitor, opportunity.loss_note)
    return "，".join(word for word in words if word)


def _is_above(opportunity: Opportunity, actor: Actor, work: Work) -> bool:
    above = line_above(opportunity.owner_id, work.find.people.leader_of)
    return next(above, None) is None or any(
        leader.id == actor.person_id for leader in line_above(opportunity.owner_id, work.find.people.leader_of)
    )
