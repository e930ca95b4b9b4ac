"""Slots while they are being filled, each with its evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from handlers.language.meaning import Evidence
from handlers.language.spans import Span


@dataclass(slots=True)
class Filling:
    """Slots being filled, with their evidence."""

    slots: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    used: list[Span] = field(default_factory=list)
    candidates: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def put(self, slot: str, value: Any, span: Span, text: str, note: str = "") -> None:
        """Set a slot and say why; the first value stays."""
        if slot in self.slots:
            return
        self.slots[slot] = value
        self.used.append(span)
        self.evidence.append(
            Evidence(slot=slot, value=value, quote=text[span.start : span.end], rule=span.rule, note=note or span.note)
        )
        if span.candidates:
            self.candidates[slot] = span.candidates

    def ask(self, slot: str, span: Span, candidates: tuple[str, ...], text: str) -> None:
        """Leave a slot open with what it may be; ``span.note`` is the question."""
        self.candidates[slot] = candidates
        self.evidence.append(
            Evidence(slot=slot, value=None, quote=text[span.start : span.end], rule=span.rule, note=span.note)
        )


NOT: Final = re.compile(r"(?:(?<!是)不是|并非|别是|而不是|除了|不给|不派|别派|不让)$")
"""What stands before a thing that is named only to be ruled out."""
