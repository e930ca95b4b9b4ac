"""What happens elsewhere moves deals by itself, with a line that says why (S-071)."""

from __future__ import annotations

from domain.activities.activity import Outcome
from domain.activities.events import ActivityLogged
from domain.actor import SYSTEM, Actor
from domain.messages import Event
from domain.opportunities.moves import missing, shift, wake
from domain.opportunities.opportunity import MoveKind, Opportunity
from domain.opportunities.playbook import tick_by_event
from domain.opportunities.version import PipelineVersion
from domain.pipelines import SIGNALS, Pipeline, Stage
from domain.work import Work


def heed(event: Event, actor: Actor, work: Work) -> None:
    """Reaction: every deal the event is about goes on to the stage that waits for it; never back, never closed."""
    name = type(event).__name__
    if isinstance(event, ActivityLogged) and event.outcome is not Outcome.REACHED:
        return
    for found in work.find.opportunities.concerned_by(event.subject):
        opportunity = work.lock(Opportunity, found.id)
        if isinstance(event, ActivityLogged):
            _touch(opportunity, event, actor, work)
        if event.subject.startswith("quote:"):
            opportunity.quote_id = int(event.subject.partition(":")[2])
            if not actor.is_system and actor.person_id == opportunity.owner_id:
                opportunity.touch(work.now, actor.name)
            work.flush()
            work.redraw(opportunity.subject)
        pipeline = work.get(PipelineVersion, opportunity.pipeline_id).pipeline
        tick_by_event(opportunity, name, actor.name, work)
        target = _awaiting(name, opportunity, pipeline, work)
        if target is not None:
            wake(opportunity, work)
            opportunity.drop_closing()
            shift(opportunity, target.name, MoveKind.FORWARD, SIGNALS[name], pipeline, SYSTEM, work)


def _touch(opportunity: Opportunity, event: ActivityLogged, actor: Actor, work: Work) -> None:
    """Note the contact as of the day it took place; one told late does not hide a later one."""
    if event.at > opportunity.touched_at:
        opportunity.touch(event.at, actor.name)
        work.flush()
        work.redraw(opportunity.subject)


def _awaiting(name: str, opportunity: Opportunity, pipeline: Pipeline, work: Work) -> Stage | None:
    """Return the furthest stage ahead that this event brings deals to and whose conditions hold."""
    ahead = pipeline.stages[pipeline.position(opportunity.stage) + 1 :]
    waiting = [stage for stage in ahead if stage.kind == "open" and name in stage.entered_by]
    return next((stage for stage in reversed(waiting) if not missing(opportunity, stage, pipeline, work)), None)
