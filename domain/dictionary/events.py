"""What happens to fields and their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProposed(Event):
    """A field was described and waits for a yes."""

    record: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWentLive(Event):
    """A field is in use, as ``definition`` says, from this version on."""

    record: str
    label: str
    definition: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRetired(Event):
    """A field is not asked for and not shown any more."""

    record: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsFilled(Event):
    """Values changed; ``changes`` maps each label to what it said before and says now."""

    changes: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLeftEmpty(Event):
    """Somebody was asked for a value and left it empty."""

    label: str
