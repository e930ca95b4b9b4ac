"""What a second opinion changes of the reader's own understanding, and the marks it leaves.

Values are computed here, by the same grammar as everything else, from the words that were quoted. What the reader
knows exactly stays. Whatever is changed of a deed that writes is put to a confirm card, marked 〔AI〕.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from handlers.language.meaning import Draft, Evidence, Understanding
from handlers.language.understand import Reader
from handlers.refine import NEVER, UNSURE, Opinion, offered, untouchable

MARK: Final = "〔AI〕"
RULE: Final = "second.opinion"
_SURE: Final = 0.7
"""From this confidence on the reader's own intent stands."""
_ADVISED: Final = 0.5
"""The confidence of what was changed by advice: never enough to be done without a tap."""
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "quantity": ("quantity", "quantity_min", "quantity_max"),
    "amount": ("amount_cny", "amount_approx", "amount_min_cny", "amount_max_cny", "unit_price_cny"),
    "due": ("due", "due_end", "due_window"),
}
"""Type of a quotation → the slots it may fill, where they have other names."""
_NAMES: Final = {
    "company": "客户", "contact": "联系人", "product": "产品", "quantity": "数量", "amount": "金额", "due": "时间",
    "region": "区域", "source": "来源", "staff": "同事",
}  # fmt: skip


def merge(reader: Reader, result: Understanding, opinion: Opinion, *, role: str, now: datetime) -> Understanding:
    """Return ``result`` with what ``opinion`` may change of it; the very same when that is nothing."""
    if untouchable(result):
        return result
    draft = result.drafts[0]
    intent = _intent(draft, opinion, role)
    own = dict(draft.slots) if intent == draft.intent else reader.read_as(intent, result.text, now)
    slots, evidence = _filled(reader, result, opinion, intent, own, now)
    also = _also(reader, result, opinion, intent, role, now)
    if intent == draft.intent and not evidence and also == result.also:
        return result
    notes = [f"{MARK}{_NAMES[each.note]}按“{each.quote}”理解，请核对" for each in evidence]
    if intent != draft.intent or also != result.also:
        notes.insert(0, f"{MARK}这句话要做什么是按大模型的意见理解的，请核对")
    changed = {each.slot for each in evidence}
    writes = any(_writes(each) for each in (intent, *also))
    merged = replace(
        draft,
        intent=intent,
        slots=slots,
        confirm=draft.confirm or writes,
        confidence=min(draft.confidence, _ADVISED) if writes else draft.confidence,
        evidence=(*(each for each in draft.evidence if each.slot not in changed), *evidence),
        assumptions=(*draft.assumptions, *notes),
        candidates={slot: values for slot, values in draft.candidates.items() if slot not in changed},
    )
    return replace(result, drafts=(merged, *result.drafts[1:]), also=also)


def changes(before: Understanding, after: Understanding) -> tuple[str, ...]:
    """Return the names of the fields that differ, for the log."""
    was, now = before.drafts[0], after.drafts[0]
    found = [slot for slot in {**was.slots, **now.slots} if was.slots.get(slot) != now.slots.get(slot)]
    found += ["intent"] if was.intent != now.intent else []
    found += ["also"] if before.also != after.also else []
    return tuple(sorted(found))


def _intent(draft: Draft, opinion: Opinion, role: str) -> str:
    proposed = bool(opinion.intent) and opinion.intent in offered(role)
    return opinion.intent if proposed and draft.confidence < _SURE else draft.intent


def _filled(
    reader: Reader, result: Understanding, opinion: Opinion, intent: str, own: dict[str, Any], now: datetime
) -> tuple[dict[str, Any], tuple[Evidence, ...]]:
    """Return the slots and what was said for those that were filled from quotations."""
    draft = result.drafts[0]
    guessed = {each.slot for each in draft.evidence if each.rule in UNSURE} | set(draft.candidates)
    slots, evidence = dict(own), []
    for quoted in opinion.slots:
        fields = _FIELDS.get(quoted.type, (quoted.type,))
        if quoted.quote not in result.text or any(field in slots and field not in guessed for field in fields):
            continue
        read = {"company": quoted.value} if quoted.value else reader.read_as(intent, quoted.quote, now)
        for field in fields:
            if field in read and read[field] != slots.get(field):
                slots[field] = read[field]
                note = Evidence(slot=field, value=read[field], quote=quoted.quote, rule=RULE, note=quoted.type)
                evidence.append(note)
    return slots, tuple(evidence)


def _also(
    reader: Reader, result: Understanding, opinion: Opinion, intent: str, role: str, now: datetime
) -> tuple[str, ...]:
    """Return the further deeds, with those that the clauses say when each is read by itself."""
    also = list(result.also)
    for clause in opinion.clauses if len(opinion.clauses) > 1 else ():
        if clause not in result.text:
            continue
        alone = reader.understand(clause, role=role, now=now).drafts[0]
        if alone.intent not in {intent, "other", "help", *also} | NEVER and alone.confidence >= _SURE:
            also.append(alone.intent)
    return tuple(also[:2]) if len(also) > len(result.also) else result.also


def _writes(intent: str) -> bool:
    return intent not in {"other", "help"} and not intent.startswith("query_")
