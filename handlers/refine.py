"""A language model as a second opinion: what it may be asked, and what of its answer is believed.

It selects and segments, it never computes: an intent of those offered, clauses and quotations that stand in the
message word for word, customers by the ids it was given. Anything else is dropped, field by field. What belongs to
one person alone, and what needs a tap in any case, is never asked about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from handlers.language.cues import DANGEROUS, INTENTS, ROLE_GATES
from handlers.language.meaning import Understanding
from handlers.language.phone import find_emails, find_phones
from handlers.language.unheard import unheard_name

TYPES: Final = ("company", "contact", "product", "quantity", "amount", "due", "region", "source", "staff")
"""What a quotation may be named as. Telephone numbers are masked, so they are none of it."""

NEVER: Final = DANGEROUS | {"approve", "reject", "advance_stage", "private_note"}
"""Deeds that a model neither hears of nor proposes."""

UNSURE: Final = frozenset({"company.new", "company.alike", "company.sound", "company.pinyin", "company.initials"})
"""Rules whose value is a guess, so that a choice among candidates may replace it."""

_SHORTEST: Final = 6
_CANDIDATES: Final = 8
_CLAUSES: Final = 6
_QUOTE: Final = 60
_FIGURES: Final = re.compile(r"\d(?:[\d -]{5,}\d)")
_MASK: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A customer that may be meant: ``id`` says nothing about it, ``short`` is what people say, ``name`` stays here."""

    id: str
    short: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything that leaves the house about one message; of the candidates only ``id`` and ``short`` do."""

    text: str
    intents: tuple[str, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """``quote`` of the message is a ``type``; ``value`` is the customer chosen for it, empty for none."""

    type: str
    quote: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What of an answer may be believed; an empty ``intent`` is no opinion on it."""

    intent: str = ""
    clauses: tuple[str, ...] = ()
    slots: tuple[Quoted, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept with the arrival, so that carrying it out again gives the same."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Opinion:
        """Return the opinion that was kept."""
        slots = tuple(Quoted(**each) for each in kept["slots"])
        return cls(intent=kept["intent"], clauses=tuple(kept["clauses"]), slots=slots)


def question_of(
    result: Understanding, role: str, near: Sequence[tuple[str, str]], *, threshold: float
) -> Question | None:
    """Return what to ask about a message that was understood as ``result``; None when it is sure, or nobody's business.

    ``near`` are (short, legal) names of customers that may be meant, the likeliest first.
    """
    if untouchable(result) or not _unsure(result, threshold):
        return None
    shown = tuple(
        Candidate(id=f"c{number}", short=short, name=name) for number, (short, name) in enumerate(near[:_CANDIDATES], 1)
    )
    return Question(text=_masked(result.text), intents=offered(role), candidates=shown)


def untouchable(result: Understanding) -> bool:
    """Whether any part of a message is private, needs a tap, is a deed of its own, or corrects an earlier one."""
    said = {draft.intent for draft in result.drafts} | set(result.also)
    decides = any(draft.deed or "decisions" in draft.slots for draft in result.drafts)
    return bool(said & NEVER) or decides or result.undo or result.correction or len(result.text) < _SHORTEST


def offered(role: str) -> tuple[str, ...]:
    """Return the intents a model may choose for somebody in ``role``."""
    return tuple(intent for intent in INTENTS if intent not in NEVER | ROLE_GATES.get(role, frozenset()))


def words_of_company(result: Understanding) -> str:
    """Return the words that may name a customer nobody is sure of, empty for none."""
    draft = result.drafts[0]
    for each in draft.evidence:
        if each.slot == "company":
            return each.quote if each.rule in UNSURE or "company" in draft.candidates else ""
    return unheard_name(result.text, [each.quote for each in draft.evidence])


def believed(question: Question, answer: Any) -> Opinion | None:
    """Return what of ``answer``, the model's JSON, may be believed; None when that is nothing."""
    if not isinstance(answer, dict):
        return None
    intent = answer.get("intent")
    clauses = answer.get("clauses")
    slots = answer.get("slots")
    opinion = Opinion(
        intent=intent if isinstance(intent, str) and intent in question.intents else "",
        clauses=tuple(each for each in clauses if _verbatim(question, each, len(question.text)))[:_CLAUSES]
        if isinstance(clauses, list)
        else (),
        slots=tuple(quoted for each in slots if (quoted := _quoted(question, each)) is not None)
        if isinstance(slots, list)
        else (),
    )
    return None if opinion == Opinion() else opinion


def _quoted(question: Question, said: Any) -> Quoted | None:
    if (
        not isinstance(said, dict)
        or said.get("type") not in TYPES
        or not _verbatim(question, said.get("quote"), _QUOTE)
    ):
        return None
    choice = said.get("choice_id")
    if choice in (None, ""):
        return Quoted(type=said["type"], quote=said["quote"])
    chosen = next((each for each in question.candidates if each.id == choice), None)
    if chosen is None or said["type"] != "company":
        return None
    return Quoted(type="company", quote=said["quote"], value=chosen.name)


def _verbatim(question: Question, quote: Any, most: int) -> bool:
    return isinstance(quote, str) and 0 < len(quote.strip()) <= most and quote in question.text and _MASK not in quote


def _unsure(result: Understanding, threshold: float) -> bool:
    draft = result.drafts[0]
    several = len(result.drafts) > 1 or bool(result.also)
    guessed = bool(draft.candidates) or any(each.rule in UNSURE for each in draft.evidence)
    return draft.confidence < threshold or several or guessed or bool(words_of_company(result))


def _masked(text: str) -> str:
    """Return ``text``, as long as it was, without telephone numbers and addresses of people."""
    signs = list(text)
    places = [(span.start, span.end) for find in (find_phones, find_emails) for span in find(text)]
    places += [match.span() for match in _FIGURES.finditer(text)]
    for start, end in places:
        signs[start:end] = _MASK * (end - start)
    return "".join(signs)
