"""From the deed the reader has seen to the handler of that name: the one road of everything that is typed.

A deed whose handler needs more than its slots (which task, which list) has a route, kept with its noun. A deed that
nobody handles yet is told as what it is, with what can be typed instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from domain.actor import Role
from handlers import (
    activities,
    approval_words,
    assigning,
    assignment,
    channels,
    customers,
    fitted,
    handover,
    marking,
    opportunity_words,
    quote_words,
    service_words,
    task_words,
    vocabulary,
)
from handlers.context import Ask, Route, Understood
from handlers.explain import kind_of
from handlers.language.deeds import RISKY
from handlers.language.meaning import Draft
from handlers.named import subject_of
from handlers.tables import TABLES


def _two(first: str, second: str, left: str, right: str) -> Route:
    """Return a route that calls the slots ``first`` and ``second`` what the handler calls them; both are needed."""

    def route(draft: Draft, text: str, ask: Ask) -> Understood | None:
        del text, ask
        said = draft.deed_slots
        if not (said.get(first) and said.get(second)):
            return None
        return Understood(intent=draft.deed, slots={left: said[first], right: said[second]})

    return route


def _merged(draft: Draft, text: str, ask: Ask) -> Understood | None:
    del text, ask
    names: Sequence[str] = draft.deed_slots.get("companies") or ()
    return Understood(intent=draft.deed, slots={"left": names[0], "right": names[1]}) if len(names) == _PAIR else None


def _term(draft: Draft, text: str, ask: Ask) -> Understood:
    del text, ask
    return Understood(intent=draft.deed, slots={"word": str(draft.deed_slots.get("term") or "")})


def _shared(draft: Draft, text: str, ask: Ask) -> Understood:
    del draft, ask
    return Understood(intent="my_share" if "我" in text else "show_fairness", slots={"last": "上" in text})


def _as_it_is_written(draft: Draft, text: str, ask: Ask) -> None:
    """Only in the words that its own noun reads; any other sentence of the kind is kept as what it tells."""


def _in_bulk(draft: Draft, text: str, ask: Ask) -> Understood:
    """``handlers.bulk`` could not take it apart: its handler says how to write it."""
    del text, ask
    return Understood(intent=draft.deed, slots={})


def _bid(draft: Draft, text: str, ask: Ask) -> Understood:
    """``恒力投标 5月20号开标 保证金10万`` is a follow-up of that kind."""
    del text, ask
    slots = {name: str(value) if name in {"due", "due_end"} else value for name, value in draft.deed_slots.items()}
    return Understood(intent="log_follow_up", slots={**draft.slots, **slots}, confirm=draft.confirm)


def _explained(draft: Draft, text: str, ask: Ask) -> Understood:
    """``Q-2611-0001为什么要总经理批``, ``为啥这单派给我``."""
    return Understood(intent=kind_of(text), slots={"subject": subject_of(ask, draft.deed_slots)})


def _urged(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``催一下审批``: one's own that waits; a job that is named is answered with how it stands; else a colleague."""
    if no := draft.deed_slots.get("ticket_no"):
        return Understood(intent="query_ticket", slots={"ticket_no": no})
    found = approval_words.ROUTES["urge"](draft, text, ask)
    who = str(draft.deed_slots.get("staff") or "")
    if found is None or found.intent != draft.deed or not who or draft.deed_slots.get("order_no"):
        return found
    if ask.actor.has(*_DISPATCHES) and ask.queries.service.engineer_called(who) is not None:
        return Understood(intent="urge_engineer", slots={"staff": who})
    return Understood(intent="urge_person", slots={"staff": who, "company": str(draft.deed_slots.get("company") or "")})


_PAIR: Final = 2
_DISPATCHES: Final = (Role.DISPATCHER, Role.SERVICE)
ROUTES: Final[Mapping[str, Route]] = {
    **task_words.ROUTES,
    **assigning.ROUTES,
    **customers.ROUTES,
    **activities.ROUTES,
    **approval_words.ROUTES,
    **assignment.ROUTES,
    **channels.ROUTES,
    **marking.ROUTES,
    **handover.ROUTES,
    **opportunity_words.ROUTES,
    **quote_words.ROUTES,
    **vocabulary.ROUTES,
    **fitted.ROUTES,
    "hand_over": _two("from_staff", "staff", "leaver", "taker"),
    "merge_customers": _merged,
    "explain_field": _term,
    "set_temperament": _as_it_is_written,
    "bulk_edit": _in_bulk,
    "ask_price": _as_it_is_written,
    "count_leads": _shared,
    "log_bid": _bid,
    "explain_why": _explained,
    "urge": _urged,
}
"""Deed → what it means for this sender now; None when it means nothing to him and the intent counts."""

_OPEN: Final = frozenset({"other", "help"})
"""Intents that say nothing by themselves."""


def routed(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """Return what the deed of ``draft`` is handled as; None when its intent says more."""
    if not draft.deed or draft.deed in service_words.DEEDS:
        return None  # field service adds its deeds to what else the sentence tells (service_words.reread)
    if (route := ROUTES.get(draft.deed)) is not None:
        return route(draft, text, ask)
    handled = draft.deed in TABLES.intents
    if not handled and draft.intent in TABLES.intents and draft.intent not in _OPEN:
        return None
    slots = {name: str(value) if name in {"due", "due_end"} else value for name, value in draft.deed_slots.items()}
    return Understood(intent=draft.deed, slots=slots, confirm=handled and draft.deed in RISKY and draft.confirm)
