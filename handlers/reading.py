"""From the reader's understanding to the deeds of this product, for one sender.

The reader knows what a sentence means in general; here it meets what the sender is in the middle of:
the answer to a question, an ordinal of the last list, a correction after 修改.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from domain.actor import Actor, Role
from domain.service.states import WITH_ENGINEER
from handlers import dictionary, listing
from handlers.context import Ask, Understood
from handlers.field_words import taken_out
from handlers.language.meaning import Context, Draft
from handlers.language.understand import Reader

_ROLES: Sequence[tuple[Role, str]] = (
    (Role.MANAGEMENT, "manager"),
    (Role.MANAGER, "manager"),
    (Role.SALES, "sales"),
    (Role.ENGINEER, "engineer"),
    (Role.CUSTOMER, "customer"),
)
"""The first that fits; a role the reader does not know is read neutrally."""

_SET_PHRASES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), intent)
    for pattern, intent in (
        (r"(?:查?看?一?下?)?(?:我的?)?待(?:我)?审批的?(?:单子?|列表)?(?:有哪些|有什么)?[？?]?", "list_approvals"),
        (r"(?:查?看?一?下?)?我的询[价单](?:列表)?(?:有哪些)?[？?]?", "list_inquiries"),
        (r"(?:查?看?一?下?)?待派工的?(?:单子?|列表)?[？?]?", "list_unassigned"),
        (r"(?:把?(?:这个|这份)?(?:报价)?)?提交(?:审批|报价|吧)?(?:给.{1,4}批)?", "submit_quote"),
        (r"(?:这个|这份)?(?:报价)?作废(?:了|吧)?", "void_quote"),
        (r"(?:查?看?一?下?)?钉钉(?:的)?(?:用量|额度)[？?]?", "show_quota"),
        (r"(?:帮助|help|怎么用|你都?能干(?:啥|什么|嘛)|\?|？)", "help"),
    )
)
"""Deeds of the product that are not among the reader's intents: whole messages only."""

_BARE: Mapping[str, str] = {
    "同意": "approve",
    "驳回": "reject",
    "接了": "accept_dispatch",
    "接单": "accept_dispatch",
    "拒单": "reject_dispatch",
    "到了": "arrive",
    "修好了": "finish_service",
}
"""Whole messages that mean something by what is open. With nothing open the reader sees no meaning in
them; they still have their handler, which says that nothing is open and what to do."""

_ORDINAL = re.compile(r"第?([0-9一二三四五六七八九])[个条张份单]?[。.]?")
_FULL_DECISION = re.compile(r"(?:同意|驳回)\s*SP-\d{4}-\d{4,}(?:\s+\S.*)?")
"""As cards ask to have it typed: this is the confirmation, to be asked for another would go round in circles."""
_DIGITS = "零一二三四五六七八九"
_SMALL = {"other", "log_inquiry", "log_follow_up", "request_quote", "set_reminder", "create_opportunity"}
"""Intents that a bare figure after 修改 may be mistaken for."""
_LAST: Mapping[str, str] = {"inquiry": "log_inquiry", "quote": "request_quote"}
"""Kind of the subject in focus → the deed a correction would correct."""
_SHORT = 16
"""Characters. Only bare replies (到了, 同意, 第二个) mean different things by what is open."""


def understood_by(reader: Reader, text: str, ask: Ask) -> Understood:
    """Return what the sender of ``ask`` means by ``text``."""
    chosen = _chosen(text, ask)
    if chosen is not None:
        return chosen
    plain = text.strip().strip("。.!！")
    for pattern, intent in _SET_PHRASES:
        if pattern.fullmatch(plain):
            return Understood(intent=intent, slots={})
    own = dictionary.read(text, ask) or listing.read(text, ask)
    if own is not None:
        return own
    sentence, fields = taken_out(text, ask)
    result = reader.understand(
        sentence, role=role_of(ask.actor), now=ask.calendar.local(ask.now), context=_context(text, ask)
    )
    draft = result.drafts[0]
    if result.undo:
        no = draft.slots.get("quote_no")
        return Understood(intent="withdraw_quote" if no else "undo", slots={"quote_no": no} if no else {})
    if draft.intent == "other" and plain in _BARE:
        return Understood(intent=_BARE[plain], slots={})
    slots = _slots(draft)
    if result.correction:
        slots["correction"] = True
    if fields:
        slots["fields"] = fields
    understood = Understood(
        intent=_intent(draft, slots, ask),
        slots=slots,
        confirm=draft.confirm and not _FULL_DECISION.fullmatch(plain),
        notes=draft.assumptions,
        also=result.also,
    )
    return dictionary.reread(understood, text, ask)


def role_of(actor: Actor) -> str:
    """Return the reader's name of the actor's first role."""
    return next((name for role, name in _ROLES if role in actor.roles), "other")


def _chosen(text: str, ask: Ask) -> Understood | None:
    """Return what was asked about, when the answer is an ordinal of the list shown with the question."""
    match = _ORDINAL.fullmatch(text.strip())
    if match is None or ask.focus is None or not ask.focus.fresh(ask.now):
        return None
    question: Mapping[str, Any] = ask.focus.question
    place = int(match[1]) if match[1].isdigit() else _DIGITS.index(match[1])
    if "intent" not in question or not 1 <= place <= len(ask.focus.listed):
        return None
    slots = {**question.get("slots", {}), "subject": ask.focus.listed[place - 1]}
    return Understood(intent=question["intent"], slots=slots)


def _context(text: str, ask: Ask) -> Context | None:
    """Return what is open for the sender; of long sentences the words themselves say enough."""
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    kind = focus.subject.partition(":")[0] if focus is not None else ""
    last_intent = _LAST.get(kind, "")
    if len(text) > _SHORT:
        return Context(last_intent=last_intent) if last_intent else None
    person_id = ask.actor.person_id
    jobs = [*ask.queries.service.offered_to(person_id), *ask.queries.service.jobs_of(person_id, WITH_ENGINEER)]
    return Context(
        pending_approvals=tuple(view.no for view in ask.queries.approvals.pending_for(ask.actor)),
        open_jobs=tuple(job.no for job in jobs),
        shown=tuple(focus.listed) if focus is not None else (),
        last_intent=last_intent,
    )


def _intent(draft: Draft, slots: Mapping[str, Any], ask: Ask) -> str:
    if slots.get("correction") and draft.intent in _SMALL:
        return "revise"
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    if focus is None or draft.intent not in _SMALL:
        return draft.intent
    if focus.question.get("asks") == "revise" and not slots.get("company"):
        return "revise"
    if draft.intent == "other" and slots.get("discount") is not None and focus.subject:
        return "request_quote"
    return draft.intent


def _slots(draft: Draft) -> dict[str, Any]:
    slots = {name: _plain(value) for name, value in draft.slots.items()}
    if "decisions" in slots:
        slots["decisions"] = [
            {"decision": each["verdict"], "ordinals": [each["ordinal"]], "reason": each.get("reason") or ""}
            for each in slots["decisions"]
        ]
    return slots


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
