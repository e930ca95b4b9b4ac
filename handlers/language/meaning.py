"""What the reader is told and what it answers: plain values without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is open for the person who writes; all of it optional.

    ``pending_approvals`` wait for his decision and ``open_jobs`` for his work, both as numbers. ``shown`` are the
    numbers of the last list he saw, in its order, for 第二个. ``customer`` is whom the conversation is about,
    ``last_intent`` what he last did, which a correction corrects.
    """

    pending_approvals: tuple[str, ...] = ()
    open_jobs: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    customer: str = ""
    last_intent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a slot has its value: the raw ``quote``, the ``rule`` that fired, and the convention in ``note``."""

    slot: str
    value: Any
    quote: str
    rule: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One deed as understood.

    ``slots`` follow docs/understanding.md. ``confirm`` means: show a card first. ``candidates`` is slot → values
    to choose from. ``assumptions`` are sentences for the card.
    """

    intent: str
    slots: Mapping[str, Any]
    deed: str = ""
    """A deed of the product beyond the 27 intents (``deeds.DEEDS``), or nothing: handlers key on ``deed or intent``."""
    deed_slots: Mapping[str, Any] = field(default_factory=dict)
    """The slots of ``deed``; those of the intent stay as they are without one."""
    confidence: float
    confirm: bool
    evidence: tuple[Evidence, ...] = ()
    assumptions: tuple[str, ...] = ()
    candidates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: str = ""
    """The part of the message, as typed, that it was read from; empty for all of it."""
    cues: tuple[str, ...] = ()
    """The phrases that decided the intent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """The answer for one message: at least one draft, the first being the main one.

    ``also`` names further deeds said in the same breath; ``undo`` is a bare 撤销; ``correction`` one that puts
    something said before right.
    """

    raw: str
    text: str
    drafts: tuple[Draft, ...]
    also: tuple[str, ...] = ()
    correction: bool = False
    question: bool = False
    undo: bool = False
