"""What effects decided about timers, in their order, until it is written.

A promise that a later effect of the same batch takes back or replaces never reaches the database.
"""

from __future__ import annotations

from typing import Any


class Agenda:
    """Promises by name, and what was taken back of what the database already knows."""

    def __init__(self) -> None:
        self.promised: dict[str, dict[str, Any]] = {}
        """Rows of ``timers``."""
        self.cancelled: set[str] = set()
        """Names, also of what was promised anew."""
        self.prefixes: list[str] = []
        """Beginnings of names, each once."""

    def promise(self, row: dict[str, Any]) -> None:
        """Promise ``row``; an earlier promise of its name is replaced."""
        self.promised[row["name"]] = row
        self.cancelled.add(row["name"])

    def cancel(self, name: str) -> None:
        """Take one promise back."""
        self.promised.pop(name, None)
        self.cancelled.add(name)

    def cancel_like(self, prefix: str) -> None:
        """Take back every promise whose name starts with ``prefix``."""
        for name in [name for name in self.promised if name.startswith(prefix)]:
            del self.promised[name]
        if prefix not in self.prefixes:
            self.prefixes.append(prefix)

    def follow(self, later: Agenda) -> None:
        """Add what an effect decided after everything here."""
        for prefix in later.prefixes:
            self.cancel_like(prefix)
        for name in later.cancelled:
            self.cancel(name)
        self.promised.update(later.promised)

    def took_back(self, name: str) -> bool:
        """Return whether what the database knows under ``name`` no longer counts."""
        return name in self.cancelled or name.startswith(tuple(self.prefixes))
