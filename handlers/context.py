"""One wish on its way to becoming a command: what a handler is handed.

A handler translates. It reads, asks what is missing, and ends in at most a few commands; it
decides nothing about the business. Three tables per noun name its handlers: ``INTENTS`` for what
was typed, ``BUTTONS`` for what was pressed, ``FORMS`` for pages that were filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cards.action import Action
    from domain.actor import Actor
    from domain.clock import WorkCalendar
    from domain.messages import Command
    from domain.people.focus import Focus
    from domain.policy import Policies
    from handlers.envelope import Envelope
    from storage.queries import Queries


@dataclass(slots=True, kw_only=True)
class Understood:
    """What was typed, read. ``slots`` are those of docs/understanding.md; ``notes`` what had to be assumed."""

    intent: str
    slots: Mapping[str, Any]
    confirm: bool = False
    notes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Ask:
    """The wish, its sender and the means to answer.

    ``act`` carries a command out as the sender, inside this effect, and returns its result; a Refusal
    it raises goes through to the router, which answers in words. ``say`` answers the sender in a
    sentence, ``show`` with a card (``show("quotes.draft", "quote:7")``).
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
    focus: Focus | None = None
    """What the sender is in the middle of; None for visitors of public pages."""
    result: dict[str, Any] = field(default_factory=dict)
    """What a page that waits for this effect is answered with."""


IntentHandler = Callable[[Ask, Understood], None]
ButtonHandler = Callable[[Ask, "Action"], None]
FormHandler = Callable[[Ask, Mapping[str, str]], None]
