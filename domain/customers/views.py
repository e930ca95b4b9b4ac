"""What cards and lists show of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.filled import NOTHING_FILLED, FilledView


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """Somebody at a customer's; an empty ``phone`` is not known, ``more`` are further numbers."""

    name: str
    title: str
    phone: str
    temperament: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HitView:
    """A customer that a few typed words may mean; ``by`` says which of its keys fitted."""

    id: int
    name: str
    region: str = ""
    owner: str = ""
    by: str = ""

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"customer:{self.id}"

    @property
    def said(self) -> str:
        """Return its line in a numbered list."""
        more = "，".join(part for part in (self.region, self.owner, self.by) if part)
        return f"{self.name}（{more}）" if more else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """A customer as its card shows it."""

    id: int
    version: int
    name: str
    active: bool
    aliases: tuple[str, ...]
    region: str
    level: str
    owner: str
    contacts: tuple[ContactView, ...]
    legal_name: str = ""
    credit_code: str = ""
    industry: str = ""
    summary: str = ""
    last_contact_at: datetime | None = None
    last_contact_by: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    """Group (empty for none) and the tags in it."""
    filled: FilledView = NOTHING_FILLED

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"customer:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderView:
    """Whose a customer is, as anybody who sells may know; nobody's in the pool. ``until`` is a registration's end."""

    person_id: int | None
    name: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A change of a customer that can be taken back: the event's name and what it says."""

    event: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceView:
    """A field in which two customers differ, and which side gives it unless somebody chooses."""

    name: str
    label: str
    left: str
    right: str
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeView:
    """Two customers side by side; ``state`` is ``proposed``, ``merged``, ``undone`` or ``dropped``."""

    id: int
    version: int
    state: str
    left: str
    right: str
    differences: tuple[DifferenceView, ...]
    children: int
    may_undo: bool

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"merge:{self.id}"
