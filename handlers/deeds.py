"""From the deed the reader has seen to the handler of that name: the one road of everything that is typed.

A deed whose handler needs more than its slots (which task, which list) has a route, kept with its noun. A deed that
nobody handles yet is told as what it is, with what can be typed instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers import activities, assignment, channels, task_words
from handlers.context import Ask, Route, Understood
from handlers.language.deeds import RISKY
from handlers.language.meaning import Draft
from handlers.tables import TABLES

ROUTES: Final[Mapping[str, Route]] = {
    **task_words.ROUTES,
    **activities.ROUTES,
    **assignment.ROUTES,
    **channels.ROUTES,
}
"""Deed → what it means for this sender now; None when it means nothing to him and the intent counts."""

_OPEN: Final = frozenset({"other", "help"})
"""Intents that say nothing by themselves."""


def routed(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """Return what the deed of ``draft`` is handled as; None when its intent says more."""
    if not draft.deed:
        return None
    if (route := ROUTES.get(draft.deed)) is not None:
        return route(draft, text, ask)
    handled = draft.deed in TABLES.intents
    if not handled and draft.intent in TABLES.intents and draft.intent not in _OPEN:
        return None
    slots = {name: str(value) if name in {"due", "due_end"} else value for name, value in draft.deed_slots.items()}
    return Understood(intent=draft.deed, slots=slots, confirm=handled and draft.deed in RISKY and draft.confirm)
