"""Short answers to what waits for a yes: ``确认``, ``算了``, ``第2个``, a correction of a draft.

Read before the reader, because they mean nothing by themselves. A bare word is never guessed: with
several things open it is answered with what is open (touchstone M1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from domain.errors import NotFound
from handlers.context import Ask, Understood

if TYPE_CHECKING:
    from domain.dialogue.views import DraftView

_ENDS: Final = r"[的吧了啊呀哈嘞 。.!！~]*"
_YES: Final = re.compile(rf"(?:确认|确定|没错|对|是的?|没问题){_ENDS}")
_WEAK_YES: Final = re.compile(rf"(?:好的?|行|可以|嗯+|[oO][kK]|就这样){_ENDS}")
"""Also what one says to an approval, an offered job or to nobody in particular."""
_NO: Final = re.compile(rf"(?:取消|算了|不要了|不用了|不记了|别记了?|放弃){_ENDS}")
_ALL: Final = re.compile(rf"(?:全部?|都|统统)(?P<verb>确认|对|取消|算了|不要){_ENDS}")
_PLACE: Final = "[0-9一二三四五六七八]"
_NUMBERED: Final = re.compile(
    rf"(?P<before>确认|取消)?\s*第?(?P<places>{_PLACE}(?:\s*[、，,和跟 ]\s*{_PLACE})*)\s*[个条]?\s*"
    r"(?P<after>确认|取消)?"
)
_UNDONE: Final = re.compile(rf"撤销\s*第?(?P<place>{_PLACE})[个条]?{_ENDS}")
_CORRECTED: Final = re.compile(r"第(?P<place>[0-9一二三四五六七八])[个条][\s，,：:]*(?P<rest>.*\S)")
_DIGITS: Final = "零一二三四五六七八"


def reply(text: str, ask: Ask) -> Understood | None:
    """Return what a short answer means for the draft of this place; None when it is not one."""
    plain = text.strip()
    if len(plain) > 40:
        return None
    draft = draft_here(ask)
    undone = _UNDONE.fullmatch(plain)
    latest = latest_draft(ask) if undone else None
    if undone and latest is not None:
        return _about(latest, "undo_draft", (_place(undone["place"]),))
    everything = _ALL.fullmatch(plain)
    if everything and draft is not None:
        said = everything["verb"]
        return _about(draft, "confirm_draft" if said in ("确认", "对") else "drop_draft", draft.open)
    for pattern, intent in ((_YES, "confirm_draft"), (_NO, "drop_draft"), (_WEAK_YES, "confirm_draft")):
        if pattern.fullmatch(plain):
            return _bare(draft, intent, ask, weak=pattern is _WEAK_YES)
    return None if draft is None else _numbered(draft, plain)


def draft_here(ask: Ask) -> DraftView | None:
    """Return the draft that can still be answered in this chat."""
    draft = latest_draft(ask)
    return draft if draft is not None and draft.answerable(ask.now) and draft.open else None


def latest_draft(ask: Ask) -> DraftView | None:
    """Return what was put to a card in this chat last, however it stands."""
    if ask.focus is None or ask.focus.draft_id is None:
        return None
    try:
        return ask.queries.dialogue.draft(ask.focus.draft_id, ask.actor)
    except NotFound:
        return None


def corrected(text: str, ask: Ask) -> tuple[str, int | None]:
    """Return the words of a correction and which wish of the draft they are about (``第2条 改成3台``)."""
    match = _CORRECTED.fullmatch(text.strip())
    if match is None or draft_here(ask) is None:
        return text, None
    return match["rest"], _place(match["place"])


def _bare(draft: DraftView | None, intent: str, ask: Ask, *, weak: bool) -> Understood:
    approvals = ask.queries.approvals.pending_for(ask.actor, 1) if weak else ()
    service = ask.queries.service
    offered = service.offered_to(ask.actor.person_id) or service.handed_to(ask.actor.person_id) if weak else ()
    if draft is None and weak and not approvals and not offered and (parts := ask.queries.spares.to_approve(ask.actor)):
        subjects = [f"partrequest:{each.id}" for each in parts]
        return Understood(intent="approve_part", slots={"subjects": subjects, "named": False, "reason": ""})
    if draft is None:
        # An approval asks for its own tap; of several offers the handler shows the list.
        return Understood(intent="approve" if approvals else "accept_dispatch" if offered else "no_draft", slots={})
    if approvals or offered:
        return _about(draft, "which_draft", ())
    return _about(draft, intent, draft.open if len(draft.open) == 1 else ())


def _numbered(draft: DraftView, plain: str) -> Understood | None:
    match = _NUMBERED.fullmatch(plain)
    if match is None:
        return None
    places = tuple(_place(each) for each in re.findall(_PLACE, match["places"]))
    verb = match["before"] or match["after"]
    if verb:
        return _about(draft, "confirm_draft" if verb == "确认" else "drop_draft", places)
    asked = [index for index in draft.open if draft.wishes[index].answers]
    if len(asked) == 1 and len(places) == 1 and places[0] < len(draft.wishes[asked[0]].answers):
        return Understood(intent="answer_draft", slots={"draft": draft.id, "places": asked, "answer": places[0]})
    return _about(draft, "confirm_draft", places) if len(draft.wishes) > 1 else None


def _about(draft: DraftView, intent: str, places: tuple[int, ...]) -> Understood:
    slots: Mapping[str, Any] = {"draft": draft.id, "places": list(places)}
    return Understood(intent=intent, slots=slots)


def _place(said: str) -> int:
    return (int(said) if said.isdigit() else _DIGITS.index(said)) - 1
