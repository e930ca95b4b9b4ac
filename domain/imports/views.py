"""What is shown of a table on its way in."""

from __future__ import annotations

from dataclasses import dataclass

from domain.imports.run import ImportState


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """An import as its card shows it. ``columns`` pairs headings with our labels; ``headings`` are all there are."""

    id: int
    version: int
    name: str
    state: ImportState
    kind: str
    label: str
    sheet: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """Name and label of every field of this kind."""
    samples: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    good: int = 0
    bad: int = 0
    known: int = 0
    reason: str = ""
    added: int = 0
    refused: int = 0
    taken_back: int = 0
    kept: int = 0
    may_revert: bool = False

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"importrun:{self.id}"
