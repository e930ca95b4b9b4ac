"""Which task a sentence means: by its place in the list shown last, by words of its title, else the one in hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.tasks.views import TaskView
from handlers.context import Ask, Route, Understood
from handlers.language.meaning import Draft
from handlers.moments import find_moments

_PLACE: Final = re.compile(r"^第?(?P<n>\d{1,2}|[一二两三四五六七八九十])(?:个|条|件|项)")
_DIGITS: Final = "零一二三四五六七八九十"
_SUBJECTS: Final = ("task", "activity", "daylist", "inquiry")


def _task(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``第2个做完了``, ``联系恒力的事不用做了``, ``没做完``."""
    task = _meant(draft, text, ask)
    if task is None:
        return _unknown(draft, text, ask)
    return Understood(intent=draft.deed, slots={"task": task})


def _moved(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``推到下周五``."""
    found = find_moments(text, ask.now, ask.calendar)
    if not found:
        return None
    task = _meant(draft, text, ask)
    if task is None:
        return _unknown(draft, text, ask)
    return Understood(intent=draft.deed, slots={"task": task, "moment": found[-1].moment})


def _unknown(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """Return that nobody knows which one, where the sentence can neither be about a record nor correct one."""
    other = draft.intent == "other" and "改" not in text and ask.in_hand.partition(":")[0] in ("", "daylist")
    return Understood(intent="which_task", slots={}) if other else None


def _meant(draft: Draft, text: str, ask: Ask) -> TaskView | None:
    said: Mapping[str, Any] = draft.deed_slots
    if (place := _PLACE.match(text.strip())) is not None:
        number = place["n"]
        return _by_place(int(number) if number.isdigit() else _DIGITS.index(number.replace("两", "二")), ask)
    if said.get("words"):
        found = ask.queries.tasks.mine(ask.actor, str(said["words"]))
        return found[0] if len(found) == 1 else None
    subject = ask.in_hand
    if subject.startswith("task:"):
        return ask.queries.tasks.card(int(subject.partition(":")[2]), ask.actor)
    if draft.deed == "reopen_task":
        return None
    about = ask.queries.tasks.of(subject, ask.actor) if subject.partition(":")[0] in _SUBJECTS else []
    if about:
        return about[0] if len(about) == 1 else None
    return ask.queries.tasks.last_reminded(ask.actor) if not subject or subject.startswith("daylist:") else None


def _by_place(place: int, ask: Ask) -> TaskView | None:
    listed: Sequence[str] = ()
    if ask.focus is not None and ask.focus.fresh(ask.now):
        listed = [each for each in ask.focus.listed if each.startswith("task:")]
    if not listed and ask.actor.person_id is not None:
        listed = ask.queries.tasks.listed_today(ask.actor.person_id, ask.calendar.local(ask.now).date())
    if not 1 <= place <= len(listed):
        return None
    return ask.queries.tasks.card(int(listed[place - 1].partition(":")[2]), ask.actor)


ROUTES: Final[Mapping[str, Route]] = {
    **dict.fromkeys(("complete_task", "snooze_task", "cancel_task", "reopen_task"), _task),
    "postpone_task": _moved,
}
