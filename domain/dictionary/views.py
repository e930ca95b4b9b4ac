"""What cards and lists show of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.condition import Measure
from domain.fields import Field, RecordType


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionView:
    """A field as an administrator described it."""

    id: int
    version: int
    state: str
    record: str
    field: Field
    shown: str
    """When it is shown, in words; empty for always."""

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"fielddefinition:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """One record of a list. ``touched_at`` and ``touched_by`` say when and by whom it was last worked on.

    ``cells`` are labels with what stands there in words; a moment is as it is, since its words depend on the reader's
    zone.
    """

    subject: str
    cells: tuple[tuple[str, str | datetime], ...]
    touched_at: datetime | None
    touched_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table that goes out: its label, what its values are measured in, and the unit of a number."""

    label: str
    measure: Measure
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A whole list. A cell is text, a Decimal (money in yuan, a share of 1 for a percentage), a day or a moment."""

    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingView:
    """One page of a list, as its owner may see it. ``next_after`` is empty on the last page."""

    id: int
    version: int
    kind: RecordType
    said: str
    page: int
    first: int
    count: int
    rows: tuple[ListedRow, ...]
    next_after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"listing:{self.id}"
