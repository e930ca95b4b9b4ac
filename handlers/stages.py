"""From stage to stage: what moves a deal, forward, back, and to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cards.action import Action
from domain.errors import Invalid
from domain.opportunities.moves import MoveStage
from domain.opportunities.views import DealView
from handlers.closing import close
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.inquiries import look_at, number
from handlers.opportunities import meant, show

_WON, _LOST = "成交", "流失"
"""What the reader calls the ends of every pipeline."""


def advance_stage(ask: Ask, understood: Understood) -> None:
    """``恒力谈价格了``, ``恒力退回意向明确，客户要重新选型``, ``恒力签了``."""
    slots = understood.slots
    view = meant(ask, understood)
    if view is None:
        return
    stage = str(slots.get("stage") or "") or _beside(view, int(slots.get("stage_delta") or 0))
    if not stage:
        raise Invalid(f"没听出要换到哪个阶段，可选：{'、'.join(view.stages)}。", subject=view.subject)
    if stage in (_WON, view.won_stage, _LOST, view.lost_stage):
        close(ask, understood, view, won=stage in (_WON, view.won_stage))
        return
    _move(ask, view, MoveStage(opportunity_id=view.id, stage=stage, because=_because(slots, ask)))


def _move(ask: Ask, view: DealView, command: MoveStage) -> None:
    """Move it; what is missing for it can be sent next, so the deal is in focus then."""
    try:
        ask.act(command)
    except Invalid as refusal:
        look_at(ask, view.subject)
        ask.say(refusal.message)
        return
    show(ask, view.subject)


def _beside(view: DealView, delta: int) -> str:
    """Return the stage ``delta`` further on, empty when there is none."""
    if not delta or view.stage not in view.stages:
        return ""
    place = view.stages.index(view.stage) + delta
    return view.stages[place] if 0 <= place < len(view.stages) else ""


def _because(slots: Mapping[str, Any], ask: Ask) -> str:
    """Return the reason that was given; the reader repeats the whole sentence when there was none."""
    reason = str(slots.get("reason") or "")
    return "" if _bare(reason) == _bare(ask.envelope.text) else reason


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _press_move(ask: Ask, action: Action) -> None:
    assert ask.envelope.click is not None
    chosen = ask.envelope.click.selections.get("stage", ())
    view = ask.queries.opportunities.card(number(action.subject), ask.actor)
    if not chosen or not chosen[0].isdecimal() or int(chosen[0]) >= len(view.stages):
        raise Invalid("请先选要换到的阶段。", subject=action.subject)
    ask.act(MoveStage(opportunity_id=view.id, stage=view.stages[int(chosen[0])], version=action.version))
    look_at(ask, action.subject)


INTENTS: Mapping[str, IntentHandler] = {"advance_stage": advance_stage}
BUTTONS: Mapping[str, ButtonHandler] = {"move_stage": _press_move}
