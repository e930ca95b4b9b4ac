"""One wish on its way to becoming a command: what a handler is handed.

A handler translates. It reads, asks what is missing, and ends in at most a few commands; it
decides nothing about the business. Three tables per noun name its handlers: ``INTENTS`` for what
was typed, ``BUTTONS`` for what was pressed, ``FORMS`` for pages that were filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cards.action import Action
    from domain.actor import Actor
    from domain.clock import WorkCalendar
    from domain.dialogue.wish import Reason
    from domain.messages import Command
    from domain.people.focus import Focus
    from domain.policy import Policies
    from handlers.envelope import Envelope
    from handlers.language.meaning import Draft
    from storage.queries import Queries


@dataclass(slots=True, kw_only=True)
class Understood:
    """What was typed, read. ``slots`` are those of docs/understanding.md; ``notes`` what had to be assumed."""

    intent: str
    slots: Mapping[str, Any]
    confirm: bool = False
    notes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    """Per slot the words, the rule and the convention: kept with the act, for ``为什么``."""
    candidates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Slot → values of which one has to be chosen."""
    confidence: float = 1.0
    others: tuple[Understood, ...] = ()
    """Further customers of the same message, each with its own slots."""
    words: str = ""
    """The part of the message it was read from; empty for all of it."""
    tapped: bool = False
    """It was put to a card and confirmed there."""


class Missing(Exception):
    """A handler needs one more slot: it is asked for once, with ``answers`` to choose from. Raised before any deed."""

    def __init__(self, slot: str, question: str, answers: tuple[str, ...] = ()) -> None:
        super().__init__(question)
        self.slot = slot
        self.question = question
        self.answers = answers


class Confirm(Exception):
    """A handler has found what is meant and wants one tap first, on a card that names it. Raised before any deed.

    ``slots`` name the object exactly, ``notes`` say it to the person.
    """

    def __init__(self, slots: Mapping[str, Any], notes: tuple[str, ...]) -> None:
        super().__init__(" ".join(notes))
        self.slots = slots
        self.notes = notes


def _nothing(ask: Ask, understood: Understood) -> None:
    raise NotImplementedError("only the router carries wishes out")


@dataclass(slots=True, kw_only=True)
class Ask:
    """The wish, its sender and the means to answer.

    ``act`` carries a command out as the sender, inside this effect, and returns its result; a Refusal
    it raises goes through to the router, which answers in words. ``say`` answers the sender in a
    sentence, ``show`` with a card (``show("quotes.draft", "quote:7")``). ``forget_words`` keeps nothing of
    what was typed in the inbox.
    """

    envelope: Envelope
    actor: Actor
    now: datetime
    calendar: WorkCalendar
    policies: Policies
    queries: Queries
    act: Callable[[Command], Any]
    say: Callable[[str], None]
    show: Callable[..., None]
    forget_words: Callable[[], None] = lambda: None
    focus: Focus | None = None
    """What the sender is in the middle of; None for visitors of public pages."""
    result: dict[str, Any] = field(default_factory=dict)
    """What a page that waits for this effect is answered with."""
    place: str = ""
    """Which chat this is, for what is kept of a dialogue."""
    recorded: Callable[[], Sequence[Mapping[str, Any]]] = tuple
    """The lines of the timeline that this effect has written so far."""
    carry: Callable[[Ask, Understood], None] = _nothing
    """Carry out a wish as if its sender had just said it; the router's own way of doing so."""

    @property
    def in_hand(self) -> str:
        """The record the sender is looking at, empty when that is long ago."""
        return self.focus.subject if self.focus is not None and self.focus.fresh(self.now) else ""


Route = Callable[["Draft", str, Ask], "Understood | None"]
"""What a deed, as it was read in a text, means for this sender; None when it means nothing to him now."""
IntentHandler = Callable[[Ask, Understood], None]
ButtonHandler = Callable[[Ask, "Action"], None]
FormHandler = Callable[[Ask, Mapping[str, str]], None]
