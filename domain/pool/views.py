"""What cards and lists show of the pool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledView:
    """A customer anybody may take, or one taken just now (``owner``). No numbers, no people: those come with it."""

    id: int
    version: int
    name: str
    region: str
    level: str
    owner: str
    since: datetime | None
    reason: str
    inquiries: int

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"customer:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolView:
    """The pool: who waits longest comes first; ``more`` are not shown."""

    customers: tuple[PooledView, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseView:
    """A customer about to be given back."""

    id: int
    version: int
    state: str
    customer: str
    keeper: str
    reason: str

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"poolstay:{self.id}"
