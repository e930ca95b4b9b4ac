"""What happens in a dialogue, for the timeline. Words that were typed stay with the draft, not here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftKept(Event):
    """Something waits for a yes."""

    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRevised(Event):
    """A wish was corrected before it was confirmed."""

    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WishConfirmed(Event):
    """The person said yes to one wish."""

    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesDropped(Event):
    """The person said no."""

    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishUndone(Event):
    """A confirmed wish was taken back from the card it was confirmed on."""

    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftExpired(Event):
    """Nobody said yes or no in time; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishCarriedOut(Event):
    """Why something was done: what was understood by which rule. ``为什么`` is answered from this line.

    ``slots`` are values as written; ``reasons`` per slot the words, the rule and the convention.
    ``tapped``: it was put to a card first.
    """

    intent: str
    subjects: tuple[str, ...]
    slots: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reasons: tuple[dict[str, str], ...] = ()
    tapped: bool = False
