"""From the reader's understanding to the deeds of this product, for one sender.

The reader knows what a sentence means in general; here it meets what the sender is in the middle of:
the answer to a question, an ordinal of the last list, a correction after 修改 or of a card that waits,
a document's number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from domain.actor import Actor, Role
from domain.dialogue.wish import Reason
from domain.service.states import WITH_ENGINEER
from handlers import (
    agenda,
    approval_words,
    bulk,
    channels,
    customer_adding,
    customers,
    dictionary,
    explain,
    handover,
    joining,
    learning,
    listed,
    listing,
    notes,
    notifications,
    offer_words,
    opportunity_words,
    part_corrections,
    quote_words,
    service_calls,
    service_words,
    solutions,
    spare_words,
    tallies,
    vocabulary,
)
from handlers.activity_words import promises_quote
from handlers.caution import only_talked_of
from handlers.context import Ask, Understood
from handlers.deeds import routed
from handlers.field_words import taken_out
from handlers.language.meaning import Context, Draft, Understanding
from handlers.language.mood import asked
from handlers.language.normalize import normalize
from handlers.language.numbers import tidy
from handlers.language.slots import ALLOWED
from handlers.language.understand import Reader
from handlers.merging import merge
from handlers.named import NUMBERS, named, subject_of
from handlers.refine import Opinion
from handlers.replies import corrected, draft_here, reply

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
        (r"(?:查?看?一?下?)?(?:我|团队|大家)?(?:的)?报价(?:效率|速度|质量|出错率|统计|用时)[？?]?", "quote_figures"),
        (r"(?:查?看?一?下?)?钉钉(?:的)?(?:用量|额度)[？?]?", "show_quota"),
        (r"(?:这个?)?(?:为什么|为啥)(?:这样|这么(?:记|填|写|报|派|算))?[？?]?", "explain"),
        (r"(?:你|这个?)?(?:是)?(?:怎么|咋)(?:理解|想|看|判断|认)(?:出来)?的?[？?]?", "explain"),
        (r"(?:取消|撤掉)(?:这个?|这张|这单|那单)?(?:工单|报修|派工)(?:吧|了)?", "cancel_job"),
        (r"(?:派单|派工|派一下|派个人|自动派|自动派单|随便派(?:一?个)?|你看着派|让系统派)(?:吧)?", "dispatch"),
        (r"(?:帮助|help|怎么用|你都?能干(?:啥|什么|嘛)|\?|？)", "help"),
    )
)
"""Deeds of the product that are not among the reader's intents: whole messages only."""

_PHRASES = (
    *_SET_PHRASES,
    *explain.PHRASES,
    *solutions.PHRASES,
    *agenda.PHRASES,
    *channels.PHRASES,
    *notes.PHRASES,
    *notifications.PHRASES,
    *listed.PHRASES,
    *vocabulary.PHRASES,
    *learning.PHRASES,
)
"""Named groups become slots; ``about`` and ``customer`` are read as customers."""

_BARE: Mapping[str, str] = {
    "同意": "approve",
    "不同意": "reject",
    "不批": "reject",
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
_LAST: Mapping[str, str] = {
    "inquiry": "log_inquiry",
    "quote": "request_quote",
    "activity": "log_follow_up",
    "opportunity": "create_opportunity",
}
"""Kind of the subject in focus → the deed a correction would correct."""
_NOT_MENDED = re.compile(r"(?:还是|又)?(?:没有?|还没)(?:修好|弄好|搞定|搞好)|又(?:坏|不行)了")
_MOVED = re.compile(r"^(?:记|写|录|填)?(?:串|错)了[，,。 ]*.{0,6}(?:挪|移|转|改|记)(?:到|成|给)")
"""记串了 挪到华鑫门窗: what was said last belongs to another customer."""
_PRICE = re.compile(r"多少钱|什么价|啥价|几多钱|怎么卖|价格(?:是)?多少|单价多少|卖多少")
_ORDERS_QUOTE = re.compile(r"报|出个|做份|做个|发(?:一?份|个)")
_FOR_SOMEBODY = ("company", "contact", "phone", "email", "discount", "due", "amount_cny")
_SENTENCE = re.compile(r"[了吗呢吧么没？?换改]|怎么|咋|多少|什么|啥|谁|哪|凭")
"""华鑫没打通 and 玻璃换成A类的 are no products, whatever was asked before them."""
_TERMS = frozenset({"discount", "quantity", "size", "due", "due_window"})
"""What goes with a thing that is still asked for: 打个九三折."""
_LEAST = 0.2
_SAID = frozenset({"other", "report_fault", "reject", "log_inquiry", "log_follow_up", "request_part", "not_mended"})
"""Intents that the answer to such a question may look like: 主库只剩1根 要留给停机的那台."""
_TOLD = frozenset({"fault", "reason"})
"""Slots that are answered by a whole sentence: whatever is said is what is wrong, or why."""
_LINE = 40
"""Characters of a correction at most."""
_SHORT = 16
"""Characters. Only bare replies (到了, 同意, 第二个) mean different things by what is open."""


def understood_by(reader: Reader, text: str, ask: Ask) -> Understood:
    """Return what the sender of ``ask`` means by ``text``."""
    plain = text.strip().strip("。.!！")
    result = _read(reader, text, ask)
    private = _private(result, ask)
    if private is not None and not any(pattern.fullmatch(plain) for pattern, _ in notes.PHRASES):
        return private
    own = (
        _chosen(text, ask)
        or _of_parts(reader, result.text, text, ask)
        or (reply(text, ask) if draft_here(ask) is not None else None)
        or spare_words.read(text, ask)
        or _by_number(text, ask)
        or _of_set_phrase(reader, plain, ask)
        or _of_its_noun(result.drafts[0], text, ask)
        or _of_question(result.drafts[0], text, ask)
        or reply(text, ask)
        or _listed(text, ask)
        or _of_a_call(reader, result, text, ask)
        or routed(result.drafts[0], text, ask)
    )
    if own is not None:
        return own
    words, place = corrected(text, ask)
    sentence, fields = taken_out(words, ask)
    if sentence != text:
        result = _read(reader, sentence, ask, words)
    if opinion := ask.envelope.data.get("opinion"):
        kept = Opinion.from_json(json.loads(opinion))
        result = merge(reader, result, kept, role=role_of(ask.actor), now=ask.calendar.local(ask.now))
    draft = result.drafts[0]
    if result.undo:
        no = draft.slots.get("quote_no")
        return Understood(intent="withdraw_quote" if no else "undo", slots={"quote_no": no} if no else {})
    if draft.intent == "other" and Role.ENGINEER in ask.actor.roles and _NOT_MENDED.match(plain):
        return Understood(intent="not_mended", slots={})
    if draft.intent == "other" and plain in _BARE:
        return Understood(intent=_BARE[plain], slots={})
    if draft.intent == "other" and asked(plain) and (asks_of := _document(draft)):
        return Understood(intent="show_record", slots=asks_of)
    slots = _slots(draft) or _answered(reader, words, draft.intent, ask)
    if _MOVED.search(words) and "company" in slots:
        slots, draft = {"company": slots["company"], "correction": True}, replace(draft, intent="revise")
    elif result.correction:
        slots["correction"] = True
    if fields:
        slots["fields"] = fields
    waiting = _of_draft(slots, place, words, ask)
    if waiting is not None:
        return _understood(draft, "revise_draft", waiting)
    several = result.drafts[1:] if not result.correction else ()
    understood = replace(
        _understood(draft, _intent(draft, slots, ask, words), slots),
        confirm=draft.confirm and not _FULL_DECISION.fullmatch(plain),
        also=_also(result.also, draft.intent, words, ask),
        others=tuple(_understood(each, each.intent, _slots(each)) for each in several),
    )
    understood = service_words.reread(understood, draft, text, ask)
    understood = approval_words.reread(understood, draft)
    return dictionary.reread(opportunity_words.reread(understood, draft, text, ask), text, ask)


def _of_its_noun(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """Return what a noun's own phrases make of the whole message, unless it only asks for it or retells it."""
    found = (
        handover.read(text)
        or approval_words.read(text, ask)
        or service_words.read(text, ask)
        or dictionary.read(text, ask)
        or bulk.read(text, ask)
        or joining.read(text, ask)
        or customer_adding.read(text)
        or customers.read(text, ask)
        or listing.read(text, ask)
        or quote_words.read(text, ask, draft)
        or offer_words.read(text, ask)
        or tallies.read(text, ask)
    )
    return None if found is None or only_talked_of(found, text) else found


def _of_parts(reader: Reader, folded: str, text: str, ask: Ask) -> Understood | None:
    """Return how an engineer corrects the parts he has told."""
    if Role.ENGINEER not in ask.actor.roles or len(text) > _LINE or not part_corrections.may_be_one(text):
        return None
    said = reader.read_as("finish_service", folded, ask.calendar.local(ask.now)).get("part") or ()
    return part_corrections.read(text, said, ask)


def _of_a_call(reader: Reader, result: Understanding, text: str, ask: Ask) -> Understood | None:
    """Return the service that somebody asks for on a customer's behalf, with the slots of such a report."""
    draft = result.drafts[0]
    if len(result.drafts) > 1 or result.correction or (draft_here(ask) is not None and "company" not in draft.slots):
        return None
    intent = service_calls.deed_in(draft, text, ask)
    if not intent:
        return None
    read = reader.read_as("report_fault", result.text, ask.calendar.local(ask.now))
    slots = {name: _plain(value) for name, value in read.items() if name != "fault"}
    if serial := service_calls.serial_in(text, ask):
        slots["serial_no"] = serial
    named = [each.quote for each in draft.evidence if each.slot in ("company", "product", "serial_no")]
    product = slots.get("product") or ()
    named += [product] if isinstance(product, str) else list(product)
    if intent == "report_fault" and (fault := service_calls.fault_in(text, slots, (*named, serial))):
        slots["fault"] = fault
    open_ = {slot: each for slot, each in draft.candidates.items() if slot == "company"}
    return Understood(intent=intent, slots=slots, confirm=bool(open_), candidates=open_)


def _of_set_phrase(reader: Reader, plain: str, ask: Ask) -> Understood | None:
    for pattern, intent in _PHRASES:
        match = pattern.fullmatch(plain)
        if match is not None and (slots := _named_in(reader, match, ask)) is not None:
            return _of_phrase(intent, slots, ask)
    return None


def is_set_phrase(text: str) -> bool:
    """Whether the whole message is a phrase of the product's own."""
    plain = text.strip().strip("。.!！")
    return plain in _BARE or any(pattern.fullmatch(plain) for pattern, _ in _PHRASES)


def _read(reader: Reader, text: str, ask: Ask, words: str = "") -> Understanding:
    """Read ``text`` in the sender's context; ``words`` are those it was taken out of."""
    now = ask.calendar.local(ask.now)
    return reader.understand(text, role=role_of(ask.actor), now=now, context=_context(words or text, ask))


def _private(result: Understanding, ask: Ask) -> Understood | None:
    """Return a private note, when any part of the message is one, or corrects one: nothing of it may go public."""
    note = next((draft for draft in result.drafts if draft.intent == "private_note"), None)
    if note is not None:
        return Understood(intent="private_note", slots=_slots(note))
    focus = ask.focus
    if result.correction and focus and focus.fresh(ask.now) and focus.subject.startswith(f"{notes.RECORD}:"):
        return Understood(intent="private_note", slots=_slots(result.drafts[0]))
    return None


def _also(also: Sequence[str], intent: str, words: str, ask: Ask) -> tuple[str, ...]:
    """Return the further deeds to be done now: what a follow-up promises for another day is kept as a promise."""
    later = intent == "log_follow_up" and promises_quote(words, ask.now, ask.calendar)
    return tuple(each for each in also if not (later and each == "request_quote"))


def _named_in(reader: Reader, match: re.Match[str], ask: Ask) -> dict[str, Any] | None:
    """Return the named groups of a set phrase; ``about`` and ``customer`` also as the customer they name.

    None when ``customer`` names none, or nothing is open that could be his: 客户是做食品的 tells something else.
    """
    slots: dict[str, Any] = {name: said for name, said in match.groupdict().items() if said is not None}
    called = slots.get("about") or slots.get("customer")
    if called:
        read = reader.understand(called, role="sales", now=ask.calendar.local(ask.now)).drafts[0]
        slots |= {"company": read.slots["company"]} if "company" in read.slots else {}
    focus = ask.focus
    inquiry = focus is not None and focus.fresh(ask.now) and focus.subject.startswith("inquiry:")
    open_ = inquiry or draft_here(ask) is not None
    return None if "customer" in slots and not ("company" in slots and open_) else slots


def _of_phrase(intent: str, slots: dict[str, Any], ask: Ask) -> Understood:
    """Return what a set phrase means; who the customer is may be said of a card that still waits."""
    if "customer" in slots:
        correction = {"company": slots["company"], "correction": True}
        waiting = _of_draft(correction, None, "", ask)
        if waiting is not None:
            return Understood(intent="revise_draft", slots=waiting)
    return Understood(intent=intent, slots=slots)


def _understood(draft: Draft, intent: str, slots: Mapping[str, Any]) -> Understood:
    return Understood(
        intent=intent,
        slots=slots,
        confirm=draft.confirm,
        notes=draft.assumptions,
        reasons=tuple(
            Reason(slot=each.slot, quote=each.quote, rule=each.rule, note=each.note) for each in draft.evidence
        ),
        candidates={slot: _choices(slot, values) for slot, values in draft.candidates.items()},
        confidence=draft.confidence,
        words=draft.words,
    )


def _choices(slot: str, values: Sequence[str]) -> tuple[str, ...]:
    """Return what may be chosen as people say it; 1.2 折 is a price nobody gives, and so no choice."""
    if slot != "discount":
        return tuple(values)
    return tuple(f"{tidy(round(float(each) * 10, 3))}折" for each in values if float(each) >= _LEAST)


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


def _listed(text: str, ask: Ask) -> Understood | None:
    """Return a look at the record that an ordinal of the last list names, when nothing was asked with it."""
    match = _ORDINAL.fullmatch(text.strip())
    if match is None or ask.focus is None or not ask.focus.fresh(ask.now):
        return None
    place = int(match[1]) if match[1].isdigit() else _DIGITS.index(match[1])
    if not 1 <= place <= len(ask.focus.listed):
        return None
    return Understood(intent="show_record", slots={"subject": ask.focus.listed[place - 1]})


def _by_number(text: str, ask: Ask) -> Understood | None:
    """Return what is to be done with the document that is named; its record where the deed needs one."""
    understood = named(text)
    if understood is not None and understood.intent in ("undo", "explain"):
        return replace(understood, slots={**understood.slots, "subject": subject_of(ask, understood.slots)})
    return understood


def _document(draft: Draft) -> dict[str, str]:
    """Return the one document a question names: SP-2611-0001批了没 is answered with how it stands."""
    named_ = {slot: str(draft.slots[slot]) for slot in NUMBERS if slot in draft.slots}
    return named_ if len(named_) == 1 else {}


def _answered(reader: Reader, words: str, intent: str, ask: Ask) -> dict[str, Any]:
    """Return the bare answer to what was asked last (``X200``), which means nothing by itself."""
    draft = draft_here(ask)
    asked = [draft.wishes[index] for index in draft.open if draft.wishes[index].asks] if draft is not None else []
    if intent != "other" or len(words) > _SHORT or _SENTENCE.search(words) or not asked:
        return {}
    wish = asked[-1]
    if wish.intent not in ALLOWED:
        return {wish.asks: words.strip()}
    read = reader.read_as(wish.intent, normalize(words).text, ask.calendar.local(ask.now))
    fits = wish.asks in read or (bool(read) and read.keys() <= _TERMS)
    return {name: _plain(value) for name, value in read.items()} if fits else {wish.asks: words.strip()}


def _of_question(read: Draft, text: str, ask: Ask) -> Understood | None:
    """Return the answer to a card's question for words, of any length and whatever the reader sees in it."""
    draft = draft_here(ask) if read.intent in _SAID and "company" not in read.slots else None
    if draft is None or ask.focus is None or "intent" in ask.focus.question:
        return None
    asks = {draft.wishes[index].asks: index for index in draft.open if draft.wishes[index].asks}
    if len(asks) != 1 or not asks.keys() <= _TOLD:
        return None
    [(slot, place)] = asks.items()
    return Understood(intent="revise_draft", slots={slot: text.strip(), "draft": draft.id, "places": [place]})


def _of_draft(slots: Mapping[str, Any], place: int | None, words: str, ask: Ask) -> dict[str, Any] | None:
    """Return the slots of a correction of the card that waits; None when the sentence is something else.

    Something new leaves the draft open: only a correction, the sentence after 修改, a sentence with the
    place of a wish in front, and the bare answer to what was missing belong to it.
    """
    draft = draft_here(ask)
    if draft is None or ask.focus is None:
        return None
    short = len(words) <= _SHORT and not asked(words) and not _PRICE.search(words)
    answered = [index for index in draft.open if draft.wishes[index].asks in slots]
    answers = short and len(answered) == 1
    only = list(draft.open) if len(draft.open) == 1 else []
    goes_with = short and bool(only and slots and draft.wishes[only[0]].asks) and slots.keys() <= _TERMS
    revises = ask.focus.question.get("asks") == "revise_draft"
    if place is None and not (slots.get("correction") or answers or goes_with or revises):
        return None
    places = [place] if place is not None else answered if answers else only
    return {**slots, "draft": draft.id, "places": places}


def _context(text: str, ask: Ask) -> Context | None:
    """Return what is open for the sender; of long sentences the words themselves say enough."""
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    kind = focus.subject.partition(":")[0] if focus is not None else ""
    draft = draft_here(ask)
    last_intent = draft.wishes[draft.open[-1]].intent if draft is not None else _LAST.get(kind, "")
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


def _intent(draft: Draft, slots: Mapping[str, Any], ask: Ask, words: str) -> str:
    if slots.get("correction") and draft.intent in _SMALL:
        return "revise"
    if draft.intent == "request_quote" and _asks_price(slots, words):
        return "query_price"
    if slots.get("company") and _waits_for_a_customer(draft, ask):
        return "name_activity"
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    if focus is None or draft.intent not in _SMALL:
        return draft.intent
    if focus.question.get("asks") == "revise" and not slots.get("company"):
        return "revise"
    if draft.intent == "other" and slots.get("discount") is not None and focus.subject:
        return "request_quote"
    return draft.intent


def _asks_price(slots: Mapping[str, Any], words: str) -> bool:
    """Tell a question (你们X200多少钱一台) from a wish for a quotation: nobody is named, nothing is ordered."""
    return (
        bool(_PRICE.search(words))
        and not _ORDERS_QUOTE.search(words)
        and bool(slots.get("product"))
        and not any(slots.get(name) for name in _FOR_SOMEBODY)
    )


def _waits_for_a_customer(draft: Draft, ask: Ask) -> bool:
    """Return whether a bare company name answers which customer the follow-up in focus was about."""
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    if focus is None or not focus.subject.startswith("activity:") or set(draft.slots) != {"company"}:
        return False
    if draft.intent not in ("query_customer", "other") or len(ask.envelope.text) > _SHORT:
        return False
    return not ask.queries.activities.card(int(focus.subject.partition(":")[2]), ask.actor).customer


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
