"""``恒力还差什么``: the checklist of a deal's stage, ticked on its card; ``技术方案对接由高原负责``."""

from __future__ import annotations

from collections.abc import Mapping

from cards.action import Action
from domain.errors import Invalid
from domain.opportunities.playbook import NameHolder, TickStep
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.inquiries import look_at, number
from handlers.opportunities import meant

CARD = "opportunities.steps"


def show_playbook(ask: Ask, understood: Understood) -> None:
    """Show what is done and what is not."""
    view = meant(ask, understood)
    if view is not None:
        look_at(ask, view.subject)
        ask.show(CARD, view.subject)


def name_holder(ask: Ask, understood: Understood) -> None:
    """Name who answers for a step from now on."""
    title, person = str(understood.slots["title"]), str(understood.slots["person"])
    deals = ask.act(NameHolder(title=title, person=person))
    ask.say(f"已指定{person}负责“{title}”，涉及 {deals} 个商机。")


def _press_tick(ask: Ask, action: Action) -> None:
    assert ask.envelope.click is not None
    chosen = [each for each in ask.envelope.click.selections.get("steps", ()) if each.isdecimal()]
    if not chosen:
        raise Invalid("请先勾选做完的步骤。", subject=action.subject)
    for each in chosen:
        ask.act(TickStep(opportunity_id=number(action.subject), step=int(each)))
    look_at(ask, action.subject)


INTENTS: Mapping[str, IntentHandler] = {"show_playbook": show_playbook, "name_holder": name_holder}
BUTTONS: Mapping[str, ButtonHandler] = {"tick_steps": _press_tick}
