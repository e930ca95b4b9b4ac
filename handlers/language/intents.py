"""Which deed a sentence asks for or reports: cue weights, role, question and negation."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from handlers.language.cues import CUES, INTENTS, NEGATION, QUESTION, ROLE_GATES, ROLE_PRIOR, YIELDS
from handlers.language.experience import FLOOR, likelihoods
from handlers.language.gate import Gate, alternatives
from handlers.language.mood import DEEDS, meant
from handlers.language.spans import Span

_NEGATION: Final = re.compile(NEGATION)
_QUESTION: Final = re.compile(QUESTION)


def _any_number(phrase: str) -> str:
    """``D`` in a phrase is any document number; E order, J quote, W ticket and A approval are one kind."""
    return phrase.replace("D", "[EJWA]")


_ROWS: Final = tuple((intent, weight) for intent, rows in CUES.items() for weight, _ in rows)
_PHRASES: Final = tuple(
    (row, _any_number(alternative), phrase.startswith("!") or weight < 0)
    for row, (weight, phrase) in enumerate(each for rows in CUES.values() for each in rows)
    for alternative in alternatives(phrase.removeprefix("!"))
)
"""Row, one of its alternatives, and whether it counts behind a negation."""
_GATE: Final = Gate(phrase for _, phrase, _ in _PHRASES)
_compiled: Final = cache(re.compile)
"""A thousand phrases, of which a company says a few hundred: each is compiled when the gate first opens to it."""
_ZERO: Final = dict.fromkeys(INTENTS, 0.0)
_PRIORS: Final = {
    role: {intent: weight for (who, intent), weight in ROLE_PRIOR.items() if who == role}
    for role in {who for who, _ in ROLE_PRIOR}
}
_TOLD: Final = re.compile(r"(?:说|问(?!问|下|一下)|反馈|表示|嫌|担心)[^,，。;；?]{0,14}$")
_NOT_ASKED: Final = {
    "record_payment": -4.0, "create_order": -3.0, "finish_service": -3.0, "arrive": -4.0, "log_follow_up": -3.0, "advance_stage": -3.0,
    "approve": -4.0, "claim_from_pool": -2.0, "release_to_pool": -2.0, "query_order": 1.0, "query_customer": 1.0, "query_funnel": 0.5,
}  # fmt: skip
"""What a question adds: who asks whether it is done does not say that it is."""


_EXPERIENCE: Final = 4.0
"""What one step of likelihood weighs beside the phrases."""
_PRIVATE: Final = 20.0
"""What one phrase of privacy weighs at least, a role's prior taken off."""
_DENIES: Final = -9
"""A phrase of this weight rules an intent out, however much else looks like it: 快修好了 is not done."""
_MORE_THAN_NOT: Final = _EXPERIENCE * (math.log(0.5) - FLOOR)


@dataclass(frozen=True, slots=True)
class Scored:
    """An intent, its total, how much of that was said in so many words, and the phrases that said it."""

    intent: str
    score: float
    said: float
    cues: tuple[str, ...]

    @property
    def likely(self) -> bool:
        """Whether experience alone takes this intent for the right one, more than any other."""
        return self.score - self.said >= _MORE_THAN_NOT


def settled(intent: str, said: float, cue: str = "") -> Scored:
    """Return an intent that something surer than phrases has decided; ``cue`` names it."""
    return Scored(intent, said - _EXPERIENCE * FLOOR, said, (cue,) if cue else ())


def score_intents(masked: str, role: str, spans: Sequence[Span]) -> tuple[Scored, ...]:
    """Return the intents that phrases or experience speak for, at least two, best first; ``masked`` as in ``spans.mask``."""
    totals = _ZERO.copy()
    strongest = _ZERO.copy()
    fired: dict[str, list[str]] = {}
    denied: set[str] = set()
    counted = -1
    for position in _GATE.open_to(masked):
        row, phrase, immune = _PHRASES[position]
        if row == counted:
            continue  # each row counts once
        found = _first(_compiled(phrase), masked, immune)
        if found is not None:
            counted = row
            intent, weight = _ROWS[row]
            totals[intent] += weight
            if weight <= _DENIES:
                denied.add(intent)
            if weight > 0:
                fired.setdefault(intent, []).append(found)
                strongest[intent] = max(strongest[intent], weight)
    asked = is_question(masked)
    priors = _PRIORS.get(role, {})
    for intent, total in totals.items():
        if total > 0:
            asking = _NOT_ASKED.get(intent, 0.0) if asked else 0.0
            totals[intent] = total + priors.get(intent, 0.0) + asking
    _weigh_evidence(totals, role, spans, asked=asked)
    likely = likelihoods(masked, role)
    gates = ROLE_GATES.get(role, frozenset())
    scored = [
        Scored(
            intent,
            said + (0.0 if intent in denied else _EXPERIENCE * (likely[intent] - FLOOR)),
            said,
            tuple(fired.get(intent, ())),
        )
        for intent, said in totals.items()
        if intent not in gates
    ]
    return tuple(sorted(_yielding(scored, strongest, totals), key=lambda each: (not _is_private(each), -each.score)))


def rank_intents(masked: str, role: str, spans: Sequence[Span]) -> tuple[Scored, ...]:
    """Return ``score_intents`` without the deeds at its head that the sentence asks for, denies or retells (see ``mood``)."""
    ranked = score_intents(masked, role, spans)
    for place, each in enumerate(ranked):
        if place and each.intent in DEEDS and not each.likely:
            continue  # one deed was talked of: a weaker one is not done either
        rest = meant(masked, each.intent)
        if rest == masked or (rest and _says(rest, each.intent, role, spans)):
            return ranked[place:] if place + 1 < len(ranked) else (each, settled("other", 0.0))
    return (settled("other", 0.0), settled("help", 0.0))


def _is_private(each: Scored) -> bool:
    """Whether a sentence says that it is for its author alone: that comes before whatever else it is like."""
    return each.intent == "private_note" and each.said >= _PRIVATE


def _says(rest: str, intent: str, role: str, spans: Sequence[Span]) -> bool:
    """Whether what is left of a sentence says ``intent`` by itself, in so many words."""
    first = score_intents(rest, role, spans)[0]
    return first.intent == intent and (first.said > 0 or intent not in {"approve", "reject"})


def _yielding(
    scored: Sequence[Scored], strongest: Mapping[str, float], totals: Mapping[str, float]
) -> Iterator[Scored]:
    """Put what only follows from another intent behind it: 见了王总，下周三前给报价."""
    by_intent = {each.intent: each for each in scored}
    for each in scored:
        ahead = [
            by_intent[stronger].score
            for intent, stronger, weight in YIELDS
            if intent == each.intent
            and stronger in by_intent
            and strongest[stronger] >= weight
            and totals[stronger] >= weight
        ]
        yield replace(each, score=min(each.score, *(score - 0.5 for score in ahead))) if ahead else each


def is_question(masked: str) -> bool:
    """Whether the sentence asks; 他问能不能便宜 tells what somebody asked."""
    return any(not _TOLD.search(masked[: match.start()]) for match in _QUESTION.finditer(masked))


def _first(pattern: re.Pattern[str], text: str, immune: bool) -> str | None:
    match = pattern.search(text)
    while match:
        if immune or not _NEGATION.search(text[max(0, match.start() - 5) : match.start()]):
            return match[0]
        match = pattern.search(text, match.start() + 1)
    return None


def _weigh_evidence(totals: dict[str, float], role: str, spans: Sequence[Span], *, asked: bool) -> None:
    """Let what was recognised tip the balance, but never make an intent on its own."""
    kinds = {span.kind for span in spans}
    numbers = {span.value[0] for span in spans if span.kind == "document"}
    tips: list[tuple[str, float]] = []
    if "approval_no" in numbers:
        tips += [("approve", 1.5), ("reject", 1.5)]
    if "ticket_no" in numbers:
        tips += [("dispatch", 1.0), ("accept_dispatch", 0.5), ("arrive", 0.5), ("finish_service", 0.5)]
    if "order_no" in numbers:
        tips += [("query_order", 1.0), ("record_payment", 0.5)]
    if "part" in kinds and role == "engineer":
        tips += [("request_part", 0.5), ("finish_service", 0.5)]
    if "quote_no" in numbers:
        tips += [("request_quote", 2.0), ("create_order", 1.0)]
    if "stage" in kinds:
        tips += [("advance_stage", 1.5)]
    if kinds & {"company", "product"} and any(span.rule == "stage.closed" for span in spans) and not asked:
        totals["advance_stage"] += 5.0
    if "discount" in kinds:
        tips += [("request_quote", 1.0), ("approve", 0.5)]
    if "money" in kinds:
        tips += [("record_payment", 0.5), ("create_opportunity", 0.5)]
    if "staff" in kinds:
        tips += [("dispatch", 0.5), ("transfer_customer", 0.5)]
    for intent, tip in tips:
        if totals[intent] > 0:
            totals[intent] += tip
