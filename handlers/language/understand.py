"""The reader: one message in, what it means out. Pure, deterministic, safe to share between threads."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from rapidfuzz import fuzz, process

from handlers.language.availability import Availability, asks_for_visit, read_availability
from handlers.language.calendar import Calendar, ChineseCalendar
from handlers.language.company_names import take_apart
from handlers.language.corrections import (
    CORRECTION,
    corrects,
    fill_corrected_part,
    intent_of,
    new_values,
    takes_back,
)
from handlers.language.cues import ALSO_PAIRS, DANGEROUS, ROLE_GATES
from handlers.language.decisions import read_decisions
from handlers.language.deeds import read_deed
from handlers.language.delegation import delegates, fill_delegation
from handlers.language.due import with_zone
from handlers.language.filling import Filling
from handlers.language.gazetteer import Gazetteer
from handlers.language.intents import Scored, is_question, rank_intents, settled
from handlers.language.meaning import Context, Draft, Evidence, Understanding
from handlers.language.mood import asked, meant, proposed
from handlers.language.normalize import Normalized, normalize
from handlers.language.recognise import recognise
from handlers.language.referral import find_referral
from handlers.language.scope import settle
from handlers.language.slots import fill
from handlers.language.spans import Masked, Span, best_cover, mask

_EDGES: Final = " ,，。;；、"
_REFERRED: Final = "转介绍"
_SEGMENT: Final = re.compile(r"[^\n;；。,， ]+")
_ONLY_NAMED: Final = "提到客户"
"""The cue of a sentence that says nothing but whom it is about."""


_WEAK: Final = 2.0
"""Below this no intent was really said."""


_WORDS: Final = re.compile(r"[\u4e00-\u9fff]")
_FEW: Final = 2
"""Experience reads sentences: a bare amount or name with fewer words beside it means what it answers."""


_ALSO: Final = 4.0


_SURE: Final = 0.7


_STEP: Final = 2.5
"""A lead that makes the winner e times likelier than its rival."""


class Reader:
    """Reads messages with one company's words; cheap to make, holds no state of its own."""

    __slots__ = ("_calendar", "_gazetteer")

    def __init__(self, gazetteer: Gazetteer, *, holidays: Calendar | None = None) -> None:
        self._gazetteer = gazetteer
        self._calendar = holidays if holidays is not None else ChineseCalendar()

    def understand(self, text: str, *, role: str, now: datetime, context: Context | None = None) -> Understanding:
        """Return what ``text`` means when a person in ``role`` writes it at ``now`` (with a time zone)."""
        normal = normalize(text)
        spans = self._read(normal.text, now)
        whole = mask(normal.text, spans)
        draft, also, correction = self._draft(normal, spans, whole, role, now, context)
        several = self._with_referral(normal, spans, whole, role, now, context)
        also = tuple(each for each in also if each not in {draft.intent for draft in several})
        several = several or self._several(normal, spans, role, now, context)
        return Understanding(
            raw=text,
            text=normal.text,
            drafts=several or (draft,),
            also=also,
            correction=correction,
            question=is_question(normal.text),
            undo=takes_back(normal.text.strip(), whole.text.strip()),
        )

    def read_as(self, intent: str, text: str, now: datetime) -> dict[str, Any]:
        """Return the slots that ``text``, as the reader folds it, fills for a given ``intent``."""
        slots = fill(intent, text, self._read(text, now), now.date()).slots
        return {
            slot: with_zone(value, now.utcoffset()) if slot in {"due", "at"} else value for slot, value in slots.items()
        }

    def masked(self, text: str, now: datetime) -> str:
        """Return ``text`` as intents are read from it: every recognised thing is one capital."""
        normal = normalize(text)
        return mask(normal.text, self._read(normal.text, now)).text.strip()

    def near(self, words: str, most: int = 8) -> tuple[tuple[str, str], ...]:
        """Return (core of the name, legal name) of the customers whose names look most like ``words``."""
        names = self._gazetteer.directory
        hits = process.extract(words, names, scorer=fuzz.partial_ratio, score_cutoff=50, limit=most)
        return tuple((take_apart(name).core, name) for name, _, _ in hits)

    def _read(self, text: str, now: datetime) -> tuple[Span, ...]:
        """Return the best cover of everything the recognisers see, after negation, quotation and correction."""
        return settle(text, best_cover(_outside_names(recognise(text, now, self._gazetteer, self._calendar))))

    def _draft(
        self,
        normal: Normalized,
        spans: Sequence[Span],
        whole: Masked,
        role: str,
        now: datetime,
        context: Context | None,
    ) -> tuple[Draft, tuple[str, ...], bool]:
        masked = whole.text.strip()
        ranked = rank_intents(masked, role, spans)
        best, second = ranked[0], ranked[1]
        last_intent = context.last_intent if context else ""
        last_intent = "" if last_intent in ROLE_GATES.get(role, frozenset()) else last_intent
        correction = corrects(normal.text, masked, last_intent)
        best = _fallback(best, masked, role, spans, table="\t" in normal.raw)
        if correction:
            best, spans = intent_of(best, masked, role, last_intent), new_values(normal.text, spans)
        numbered = bool(spans) and spans[0].kind == "document" and spans[0].start == 0
        decisions = [] if numbered else read_decisions(normal.text, role)
        if decisions:
            best = settled("approve" if decisions[0]["verdict"] == "approve" else "reject", 9.0, "按序号")
        if delegates(normal.text, role):
            best = settled("other", 9.0, "代批")
        free = read_availability(normal.text, spans) if asks_for_visit(best, role) else Availability()
        if free.windows and role == "customer" and best.intent == "other":
            best = settled("report_fault", 3.0, "约时间")
        row = CORRECTION if correction and best.intent in _CORRECTED else best.intent
        filling = fill(row, normal.text, [span for span in spans if span not in free.excluded], now.date())
        free.fill(filling, normal.text)
        if best.intent == "query_funnel" and "stage" not in filling.slots:
            _counted_stage(filling, normal.text, self._gazetteer.stages)
        if best.intent == "advance_stage":
            _imply_stage(filling, normal.text, self._gazetteer.stages)
        if decisions:
            filling.slots["decisions"] = _with_numbers(decisions, context)
        if best.intent == "other" and delegates(normal.text, role):
            fill_delegation(filling, normal.text, spans)
        if correction and best.intent == "finish_service":
            fill_corrected_part(filling, normal.text, spans)
        best = best if correction and best.intent in _CORRECTED else _in_context(best, filling, masked, context)
        also = _also(best, ranked, masked, spans)
        draft = _finish(normal, best, second, filling, now, correction)
        if not decisions and best.intent != "private_note":
            draft = _with_deed(draft, normal.text, spans, whole, role, now, correction=correction)
        return draft, also, correction

    def _with_referral(
        self,
        normal: Normalized,
        spans: Sequence[Span],
        whole: Masked,
        role: str,
        now: datetime,
        context: Context | None,
    ) -> tuple[Draft, ...]:
        """Return what is told of a customer, and the lead he brought along as a draft of its own."""
        found = find_referral(whole, spans) if role == "sales" else None
        if found is None:
            return ()
        start, named = found
        told = self._of_piece(_piece(normal, 0, start), role, now, context)
        brought = self._of_piece(_piece(normal, start, None), role, now, context)
        by = [span for span in spans if start <= span.start < named and span.kind == "contact"]
        who = by[0].value if by else told.slots.get("contact") or told.slots.get("company")
        if told.intent in {"other", "private_note"} or brought.intent == "private_note" or who is None:
            return ()
        slots = {"source": _REFERRED, **self.read_as("log_inquiry", normal.text[named - 1 :], now), "referrer": who}
        return told, replace(brought, intent="log_inquiry", deed="", deed_slots={}, slots=slots)

    def _of_piece(self, piece: Normalized, role: str, now: datetime, context: Context | None) -> Draft:
        inside = self._read(piece.text, now)
        draft, _, _ = self._draft(piece, inside, mask(piece.text, inside), role, now, context)
        return replace(draft, words=piece.quote(0, len(piece.text)).strip(_EDGES))

    def _several(
        self, normal: Normalized, spans: Sequence[Span], role: str, now: datetime, context: Context | None
    ) -> tuple[Draft, ...]:
        """One draft per customer when a message goes through several of them."""
        companies = [span for span in spans if span.kind == "company"]
        if len({span.value for span in companies}) < 2:
            return ()
        drafts = []
        for start, end in _stretches(normal.text, companies):
            draft = self._of_piece(_piece(normal, start, end), role, now, context)
            if draft.intent == "other" or draft.cues == (_ONLY_NAMED,):
                return ()
            drafts.append(draft)
        named = {str(draft.slots["company"]) for draft in drafts if "company" in draft.slots}
        return tuple(drafts) if len(drafts) > 1 and len(named) == len(drafts) else ()


def _piece(normal: Normalized, start: int, end: int | None) -> Normalized:
    """Return a stretch of the message, which still knows its raw text."""
    end = len(normal.text) if end is None else end
    return Normalized(normal.raw, normal.text[start:end], normal.index[start : end + 1])


def _outside_names(spans: Iterable[Span]) -> list[Span]:
    """Drop what is read inside a product's or part's own name: two readings of its pieces would outweigh the whole."""
    found = list(spans)
    names = [span for span in found if span.kind in {"product", "part"} and not span.fuzzy]
    return [
        span
        for span in found
        if not any(name.start <= span.start and span.end <= name.end and span.length < name.length for name in names)
    ]


def _with_deed(
    draft: Draft, text: str, spans: Sequence[Span], whole: Masked, role: str, now: datetime, *, correction: bool
) -> Draft:
    """Add the deed the sentence asks for, when the product has a narrower one than the intent."""
    if draft.intent == "other" and delegates(text, role):
        return replace(draft, deed="delegate_approvals", deed_slots=draft.slots)
    meant = read_deed(whole, text, role, draft.intent, correction=correction)
    if meant is None:
        return draft
    filling = fill(draft.intent, text, spans, now.date(), frozenset(meant.slots.split()))
    slots = {
        slot: with_zone(value, now.utcoffset()) if slot == "due" else value for slot, value in filling.slots.items()
    }
    return replace(draft, deed=meant.name, deed_slots={**slots, **meant.words})


def _stretches(text: str, companies: Sequence[Span]) -> list[tuple[int, int]]:
    """Cut the text before every clause that names a customer."""
    starts = [
        match.start()
        for match in _SEGMENT.finditer(text)
        if any(match.start() <= span.start < match.end() for span in companies)
    ]
    starts[:1] = [0]
    return list(pairwise([*starts, len(text)]))


def _fallback(best: Scored, masked: str, role: str, spans: Sequence[Span], *, table: bool) -> Scored:
    """Where no phrase decided: what is counted is wanted (and with a size, priced); a sentence about a customer is a note on him."""
    weak = best.said <= _WEAK if table else best.said < _WEAK
    if not weak or (best.likely and not table and len(_WORDS.findall(masked)) >= _FEW):
        return best
    kinds = {span.kind for span in spans}
    if role in {"sales", "customer"} and ({"product", "quantity"} <= kinds or (table and "product" in kinds)):
        wants = "request_quote" if "size" in kinds else "log_inquiry"
        return settled(wants, 1.5, "要什么、要多少")
    if role == "sales" and "company" in kinds and asked(masked):
        return settled("query_customer", 1.5, "问到客户")
    if role == "sales" and kinds & {"company", "contact"} and len(masked) >= 6:
        return settled("log_follow_up", 1.5, _ONLY_NAMED)
    if role in {"sales", "manager"} and masked in {"C", "CP", "P", "F", "查C", "C?"}:
        return settled("query_customer", 2.0, "只有名字")
    if role == "engineer" and "part" in kinds and not is_question(masked):
        return settled("request_part", 1.5, "提到备件")
    return settled("other", 0.5)


def _with_numbers(decisions: list[dict[str, Any]], context: Context | None) -> list[dict[str, Any]]:
    shown = context.shown or context.pending_approvals if context else ()
    return [
        {**each, "approval_no": shown[each["ordinal"] - 1]} if 0 < each["ordinal"] <= len(shown) else each
        for each in decisions
    ]


_NEEDS_OPEN: Final = {
    "approve": ("approval_no", "pending_approvals"), "reject": ("approval_no", "pending_approvals"),
    "accept_dispatch": ("ticket_no", "open_jobs"), "reject_dispatch": ("ticket_no", "open_jobs"),
    "arrive": ("ticket_no", "open_jobs"), "finish_service": ("ticket_no", "open_jobs"),
}  # fmt: skip


_CORRECTED: Final = frozenset({"other", "log_inquiry", "request_quote"})
"""What a correction changes field by field; it fills only what it names."""


_ABOUT_CUSTOMER: Final = frozenset(
    {"log_follow_up", "request_quote", "query_customer", "create_opportunity", "advance_stage", "private_note"}
)


def _in_context(best: Scored, filling: Filling, masked: str, context: Context | None) -> Scored:
    """Use what is open: a bare word means the one thing that is open; with several it offers them, with none it means nothing."""
    if context is None:
        return best
    need = _NEEDS_OPEN.get(best.intent)
    if need and need[0] not in filling.slots and "decisions" not in filling.slots:
        slot, source = need
        waiting: tuple[str, ...] = getattr(context, source)
        if len(waiting) == 1:
            filling.slots[slot] = waiting[0]
            filling.evidence.append(
                Evidence(slot=slot, value=waiting[0], quote="", rule="context", note="你手上只有这一件")
            )
        elif len(waiting) > 1:
            filling.candidates[slot] = waiting
        elif len(masked) <= 4:
            return settled("other", 1.0)
    if best.intent in _ABOUT_CUSTOMER and "company" not in filling.slots and context.customer:
        filling.slots["company"] = context.customer
        filling.evidence.append(
            Evidence(slot="company", value=context.customer, quote="", rule="context", note="按正在谈的客户")
        )
    return best


_WON: Final = re.compile(
    r"签(?:了|下|约|合同|完|好|妥|掉|订)|拿下|成交|赢|中标|成了|(?:定|选|要|用)(?:了)?我们|(?<!没)中了"
)


_LOST: Final = re.compile(
    r"没中|落标|落选|流标|出局|没选我们|输|丢|黄了|没戏|抢|截胡|撬|废标|(?:被|让|给)[^,，。 ]{1,10}(?:拿走|签走|拿了|做了|中了)|给了[^,，。 ]{1,8}(?:厂|家|公司)|给[^,，。 ]{1,10}(?:厂|家|公司)了|选了(?:别|对手)|泡汤|飞了|没了|流失"
)


def _imply_stage(filling: Filling, text: str, stages: Sequence[str]) -> None:
    """签了 and 被抢了 name no stage, but the company has one for each."""
    if "stage" in filling.slots or "stage_delta" in filling.slots:
        return
    for said, own in ((_LOST, r"输|丢|失|败|黄|落"), (_WON, r"赢|成交|中标|签|(?<!未)成$")):
        match = said.search(text)
        stage = next((stage for stage in stages if re.search(own, stage)), None)
        if match and stage:
            span = Span(kind="stage", start=match.start(), end=match.end(), value=stage, weight=0, rule="stage.implied")
            filling.put("stage", stage, span, text, note=f"按“{stage}”")
            return


_ASKED_FOR: Final = frozenset({"product", "quantity", "size", "discount"})
"""One of these makes a demand of a conversation: 他嫌贵 下周二再聊 asks for nothing."""


def _counted_stage(filling: Filling, text: str, stages: Sequence[str]) -> None:
    """流失了几家 asks about a stage; 成交了几单 is how deals are counted anyway, and 试用了几天 is a report."""
    for stage in (each for each in stages if not re.search(r"赢|成交|中标|签", each)):
        if match := re.search(rf"{re.escape(stage)}了?(?=几|多少)", text):
            span = Span(kind="stage", start=match.start(), end=match.end(), value=stage, weight=0, rule="stage.counted")
            filling.put("stage", stage, span, text)
            return


def _also(best: Scored, ranked: Sequence[Scored], masked: str, spans: Sequence[Span]) -> tuple[str, ...]:
    if best.intent in {"private_note", "help"}:
        return ()
    nothing_new = {"log_inquiry"} if best.intent == "log_follow_up" and not _wants(ranked, spans) else set()
    return tuple(
        each.intent
        for each in ranked
        if each.said >= _ALSO
        and each.intent not in {best.intent, *nothing_new}
        and (best.intent, each.intent) in ALSO_PAIRS
        and meant(masked, each.intent) == masked
    )[:2]


def _wants(ranked: Sequence[Scored], spans: Sequence[Span]) -> bool:
    """Whether something is asked for: a thing or its number, and likelier than not a new demand."""
    inquiry = next((each for each in ranked if each.intent == "log_inquiry"), None)
    return inquiry is not None and inquiry.likely and not _ASKED_FOR.isdisjoint(span.kind for span in spans)


def _finish(
    normal: Normalized,
    best: Scored,
    second: Scored,
    filling: Filling,
    now: datetime,
    correction: bool,
) -> Draft:
    slots = {
        slot: with_zone(value, now.utcoffset()) if slot in {"due", "at"} else value
        for slot, value in filling.slots.items()
    }
    fuzzy = [span for span in filling.used if span.fuzzy]
    beside = second.intent == best.intent or (best.intent, second.intent) in ALSO_PAIRS
    margin = best.score - (0.0 if beside else second.score)
    confidence = _confidence(margin, len(fuzzy), len(filling.candidates))
    confirm = best.intent in DANGEROUS or _closes(best.intent, slots) or bool(fuzzy or filling.candidates) or correction
    confirm = (
        confirm
        or (best.intent == "dispatch" and proposed(normal.text))
        or (confidence < _SURE and best.intent not in {"other", "help"} and not best.intent.startswith("query_"))
    )
    evidence = tuple(
        Evidence(
            slot=each.slot, value=slots.get(each.slot, each.value), quote=_raw_quote(normal, each), rule=each.rule,
            note=each.note,
        )
        for each in filling.evidence
    )  # fmt: skip
    return Draft(
        intent=best.intent, slots=slots, confidence=confidence, confirm=confirm, evidence=evidence,
        assumptions=tuple(dict.fromkeys(f"{each.quote}：{each.note}" if each.quote else each.note for each in evidence if each.note)),
        candidates=dict(filling.candidates), cues=best.cues,
    )  # fmt: skip


def _raw_quote(normal: Normalized, evidence: Evidence) -> str:
    position = normal.text.find(evidence.quote) if evidence.quote else -1
    return normal.quote(position, position + len(evidence.quote)) if position >= 0 else evidence.quote


def _closes(intent: str, slots: dict[str, Any]) -> bool:
    """Tell an ending: a move to a won or lost stage ends the deal; so may a move whose stage was not said."""
    stage = str(slots.get("stage", ""))
    return intent == "advance_stage" and (
        (not stage and "stage_delta" not in slots)
        or bool(re.search(r"赢|输|成交|丢|失|败|黄|落|中标|签|完成|关闭|合同|结束", stage))
    )


def _confidence(margin: float, fuzzy: int, open_choices: int) -> float:
    """Return how sure the reading is: how far the intent is ahead of its rival, less for what was guessed."""
    value = 1 / (1 + math.exp(-margin / _STEP))
    return round(max(0.05, min(0.99, value - 0.12 * fuzzy - 0.15 * open_choices)), 2)
