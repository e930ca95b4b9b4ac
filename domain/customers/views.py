"""What cards and lists show of a customer."""

from __future__ import annotations

from dataclasses import dataclass

from domain.filled import NOTHING_FILLED, FilledView


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """Somebody at a customer's; an empty ``phone`` is not known."""

    name: str
    title: str
    phone: str


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
    filled: FilledView = NOTHING_FILLED

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"customer:{self.id}"
