"""The checklist of a deal's stage: written on entering, ticked by events or by hand, with a holder for each step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.actor import Actor, Role
from domain.errors import Invalid, NotFound
from domain.messages import Command, Event
from domain.opportunities.opportunity import Opportunity
from domain.opportunities.step import DealStep
from domain.opportunities.version import PipelineVersion
from domain.people.person import Person
from domain.scope import UNSEEN, within
from domain.work import Work

_NIGHT = time(2, 0)
_CHECK = "playbooks:check"


@dataclass(frozen=True, slots=True, kw_only=True)
class TickStep(Command):
    """A step was done; ``step`` is its place in the stage, from 0."""

    opportunity_id: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHolder(Command):
    """``技术交流由高原负责``: for every open step of this title that has nobody."""

    title: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHolders(Command):
    """A timer of every night: steps without a holder are put to the deal owner's leader (S-070)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTicked(Event):
    """A step was done, by somebody or by what happened."""

    title: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderNamed(Event):
    """Somebody answers for a step from now on, on so many deals."""

    title: str
    person: str
    deals: int


def begin_stage(opportunity: Opportunity, work: Work) -> None:
    """Write the steps of the stage the deal stands at, unless that was done on an earlier visit."""
    pipeline = work.get(PipelineVersion, opportunity.pipeline_id)
    began = work.calendar.local(opportunity.created_at).date()
    playbook = work.policies.playbooks.in_force(pipeline.name, began)
    steps = () if playbook is None else playbook.stages.get(opportunity.stage, ())
    if playbook is None or not steps or work.find.opportunities.steps(opportunity.id, opportunity.stage):
        return
    for position, step in enumerate(steps):
        work.add(
            DealStep(
                opportunity_id=opportunity.id,
                stage=opportunity.stage,
                position=position,
                title=step.step,
                by=step.by,
                playbook=playbook.said,
                ticks_on=list(step.ticks_on),
                person_id=_holder(step.by, opportunity, work),
            )
        )
    work.flush()
    work.promise(_CHECK, _next_night(work), CheckHolders())


def tick_by_event(opportunity: Opportunity, name: str, by: str, work: Work) -> None:
    """Tick every open step of the deal that waits for this event."""
    for step in work.find.opportunities.steps(opportunity.id):
        if step.done_at is None and name in step.ticks_on:
            _tick(opportunity, step, by, work)


def tick_step(command: TickStep, actor: Actor, work: Work) -> None:
    """Tick one step of the present stage by hand; one that is done stays as it is."""
    opportunity = work.lock(Opportunity, command.opportunity_id)
    steps = work.find.opportunities.steps(opportunity.id, opportunity.stage)
    step = next((each for each in steps if each.position == command.step), None)
    seen = within(actor, opportunity.owner_id, work.find.people.leader_of)
    if not seen and all(each.person_id != actor.person_id for each in steps):
        raise NotFound(UNSEEN)
    if step is None or not (seen or step.person_id == actor.person_id):
        raise NotFound("没有找到这一步，可能已经换了阶段或不在您的范围内。", subject=opportunity.subject)
    if step.done_at is None:
        _tick(opportunity, step, actor.name, work)


def name_holder(command: NameHolder, actor: Actor, work: Work) -> int:
    """Return on how many deals of one's own or one's people the step has a holder now."""
    person = work.find.people.by_name(command.person)
    if person is None:
        raise Invalid(f"没有找到“{command.person}”，请写全名。")
    steps = [
        (step, opportunity)
        for step, opportunity in work.find.opportunities.steps_without_holder(command.title)
        if within(actor, opportunity.owner_id, work.find.people.leader_of)
    ]
    if not steps:
        raise NotFound(f"没有缺负责人的“{command.title[:20]}”，可能已经有人指定了。")
    for step, opportunity in steps:
        step.person_id = person.id
        work.redraw(opportunity.subject)
    work.flush()
    work.record(HolderNamed(subject=person.subject, title=command.title, person=person.name, deals=len(steps)))
    titles = "、".join(opportunity.no for _, opportunity in steps[:5])
    work.say(person.id, f"{actor.name}指定您负责“{command.title}”：{titles}{' 等' if len(steps) > 5 else ''}。")
    return len(steps)


def check_holders(command: CheckHolders, actor: Actor, work: Work) -> None:
    """Find a holder for steps that lost theirs; ask each deal owner's leader about the rest, once a night."""
    del command, actor
    asked: dict[int, dict[str, list[str]]] = {}
    for step, opportunity in work.find.opportunities.steps_without_holder():
        step.person_id = _holder(step.by, opportunity, work)
        if step.person_id is None:
            leader = work.find.people.leader_of(opportunity.owner_id)
            asks = opportunity.owner_id if leader is None else leader.id
            asked.setdefault(asks, {}).setdefault(step.title, []).append(opportunity.no)
    for person_id, steps in asked.items():
        lines = [f"· {title}（{'、'.join(sorted(set(nos))[:3])}）" for title, nos in steps.items()]
        example = next(iter(steps))
        work.say(person_id, "\n".join(["这些步骤没有人负责：", *lines, f"请指定，例如回复：{example}由某某负责"]))
    work.flush()
    if work.find.opportunities.has_open_steps():
        work.promise(_CHECK, _next_night(work), CheckHolders())


def _tick(opportunity: Opportunity, step: DealStep, by: str, work: Work) -> None:
    step.done_at, step.done_by = work.now, by
    work.flush()
    work.record(StepTicked(subject=opportunity.subject, title=step.title, by=by))
    work.redraw(opportunity.subject)


def _holder(by: str, opportunity: Opportunity, work: Work) -> int | None:
    """Return who the playbook's word means for this deal, if there is such an active person."""
    kind, _, name = by.partition(":")
    found: Person | None
    match kind:
        case "owner":
            found = work.get(Person, opportunity.owner_id)
        case "leader":
            found = work.find.people.leader_of(opportunity.owner_id)
        case "person":
            found = work.find.people.by_name(name)
        case _:
            found = next(iter(work.find.people.with_role(Role(name))), None)
    return found.id if found is not None and found.active else None


def _next_night(work: Work) -> datetime:
    local = work.calendar.local(work.now)
    tonight = datetime.combine(local.date(), _NIGHT, work.calendar.zone)
    return tonight if tonight > local else tonight + timedelta(days=1)
