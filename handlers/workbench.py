"""``工作台``: one card with all that waits for the sender, and the first of each list a tap away."""

from __future__ import annotations

from collections.abc import Mapping

from cards.action import Action
from domain.errors import Stale
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.naming import number_of

CARD = "desk.home"


def open_workbench(ask: Ask, understood: Understood) -> None:
    """Show it as it is now."""
    del understood
    ask.show(CARD, f"desk:{ask.actor.person_id}")


def _press_open(ask: Ask, action: Action) -> None:
    """Open the first of a list; what is done meanwhile is not on the desk any more."""
    card, subject = action.args.get("c", ""), action.args.get("s", "")
    lists = ask.queries.desk.home(number_of(action.subject), ask.actor).lists
    if (card, subject) not in [(each.card, each.first) for each in lists]:
        raise Stale("这一项刚刚处理过了，请再发一次“工作台”。", subject=action.subject)
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=subject)
    ask.show(card, subject)


INTENTS: Mapping[str, IntentHandler] = {"open_workbench": open_workbench}
BUTTONS: Mapping[str, ButtonHandler] = {"open_waiting": _press_open}
