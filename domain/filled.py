"""The kept fields of a record as its card shows them, and the question for the next one that is missing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """What is asked for next on a record; ``options`` are the answers to choose from, empty for free words."""

    name: str
    label: str
    asks: str
    example: str
    options: tuple[str, ...] = ()
    may_skip: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledView:
    """The kept fields of a record, label and value, and the question for the next one that is missing."""

    rows: tuple[tuple[str, str], ...] = ()
    question: QuestionView | None = None


NOTHING_FILLED = FilledView()
