"""A wish: one deed as it was understood, written down until it is confirmed, corrected or dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

SAID_MAX = 500
"""Characters of the words that are kept with a wish; longer messages are not read either."""


class WishState(StrEnum):
    """``open → done | dropped``; ``done → undone`` when its author took it back."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a slot has its value: the words it was read from, the rule that fired, the convention in words."""

    slot: str
    quote: str
    rule: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``intent`` and ``slots`` are the reader's (docs/understanding.md), as JSON.

    ``notes`` had to be assumed. ``question`` asks for the slot ``asks``; ``answers`` are what it may be.
    ``subjects`` and ``result`` say what became of it: ``inquiry:7`` and ``XJ-2611-0007``.
    """

    intent: str
    words: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    asks: str = ""
    question: str = ""
    answers: tuple[str, ...] = ()
    state: WishState = WishState.OPEN
    subjects: tuple[str, ...] = ()
    result: str = ""

    def changed(self, slots: Mapping[str, Any], notes: tuple[str, ...] = (), reasons: tuple[Reason, ...] = ()) -> Wish:
        """Return the wish with corrected ``slots``; what was read of them before is forgotten."""
        kept = tuple(reason for reason in self.reasons if reason.slot not in slots)
        old = {reason.note for reason in self.reasons if reason.slot in slots and reason.note}
        stays = tuple(note for note in self.notes if not any(note.endswith(each) for each in old))
        answered = self.asks in slots
        return replace(
            self,
            slots={**self.slots, **slots},
            notes=(*stays, *notes),
            reasons=(*kept, *reasons),
            asks="" if answered else self.asks,
            question="" if answered else self.question,
            answers=() if answered else self.answers,
        )


_WISHES = TypeAdapter(list[Wish])


def to_rows(wishes: list[Wish]) -> list[Any]:
    """Return the wishes as JSON data."""
    rows: list[Any] = _WISHES.dump_python(wishes, mode="json")
    return rows


def from_rows(rows: list[Any]) -> list[Wish]:
    """Return the wishes that ``to_rows`` wrote down."""
    return _WISHES.validate_python(rows)
