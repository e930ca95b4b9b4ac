"""Letting a deal rest until a day that wakes it by itself (S-048): long deals are never closed for their age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actor import Actor
from domain.clock import said_day
from domain.customers.customer import Customer
from domain.errors import Invalid, Stale
from domain.messages import Command
from domain.opportunities.events import OpportunitySlept
from domain.opportunities.moves import CARD, keep_move, locked, wake
from domain.opportunities.opportunity import MoveKind, Opportunity, OpportunityState
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepOpportunity(Command):
    """Rest until ``until`` (UTC); a second call moves the day."""

    opportunity_id: int
    until: datetime
    version: int = 0
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeOpportunity(Command):
    """A timer, or a person who does not want to wait: the deal is under way again."""

    opportunity_id: int
    version: int = 0


def sleep_opportunity(command: SleepOpportunity, actor: Actor, work: Work) -> None:
    """Leave it at its stage; nobody is asked about it before its day."""
    opportunity, _ = locked(command.opportunity_id, actor, work)
    opportunity.check_version(command.version)
    opportunity.check_running()
    if command.until <= work.now:
        raise Invalid("唤醒的日子要在今天以后，例如：恒力先放一放，三月再说。", subject=opportunity.subject)
    keep_move(opportunity, opportunity.stage, MoveKind.SLEPT, command.because.strip(), actor, work)
    opportunity.state, opportunity.wakes_at = OpportunityState.DORMANT, command.until
    opportunity.drop_closing()
    opportunity.touch(work.now, actor.name)
    work.flush()
    work.promise(f"{opportunity.subject}:wake", command.until, WakeOpportunity(opportunity_id=opportunity.id))
    work.record(OpportunitySlept(subject=opportunity.subject, until=command.until))
    work.redraw(opportunity.subject)


def wake_opportunity(command: WakeOpportunity, actor: Actor, work: Work) -> None:
    """By the timer: moot unless its day has come. By a person: Stale when it is awake."""
    opportunity, _ = locked(command.opportunity_id, actor, work)
    opportunity.check_version(command.version)
    if opportunity.state is not OpportunityState.DORMANT:
        if actor.is_system:
            return
        raise Stale(f"商机 {opportunity.no} 没有休眠。", subject=opportunity.subject)
    if actor.is_system and opportunity.wakes_at is not None and opportunity.wakes_at > work.now:
        return
    slept = _slept_since(opportunity, work)
    wake(opportunity, work)
    keep_move(opportunity, opportunity.stage, MoveKind.WOKE, "", actor, work)
    if not actor.is_system:
        opportunity.touch(work.now, actor.name)
    work.flush()
    work.redraw(opportunity.subject)
    if actor.is_system:
        name = work.get(Customer, opportunity.customer_id).name
        work.say(opportunity.owner_id, f"{name}（{opportunity.no}）{slept}今天到日子了，请联系客户接着跟。")
        work.tell(opportunity.owner_id, CARD, opportunity.subject)


def _slept_since(opportunity: Opportunity, work: Work) -> str:
    """Return ``11月20日（周四）起休眠，``, empty when it is not known."""
    last = next((move for move in work.find.opportunities.moves(opportunity.id) if move.kind is MoveKind.SLEPT), None)
    if last is None:
        return ""
    return f"{said_day(last.at, work.calendar.zone, today=work.calendar.local(work.now).date())}起休眠，"
