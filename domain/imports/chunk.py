"""Some hundred rows on their way in: what is known of them, what became of each, and what they brought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.actor import Actor
from domain.errors import Invalid
from domain.fields import Field
from domain.imports.known import Known
from domain.imports.row import FoundBy, Problem, Row
from domain.scope import within
from domain.work import Work


@dataclass(slots=True, kw_only=True)
class Taken:
    """``added`` and ``known`` count rows (``known`` brought nothing new); ``problems`` are those left out."""

    added: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


class Brought(NamedTuple):
    """What a row brought: a record, by its kind and number; ``version`` None stands for the one it has in the end."""

    line: int
    key: str
    record: str
    record_id: int
    version: int | None


@dataclass(slots=True, kw_only=True)
class Chunk:
    """What whoever takes a row may use; ``dry`` only says what would become of it."""

    actor: Actor
    work: Work
    known: Known
    fields: tuple[Field, ...]
    """Those the company has added to customers."""
    dry: bool
    taken: Taken = field(default_factory=Taken)
    brought: list[Brought] = field(default_factory=list)
    found_by: list[tuple[int, FoundBy]] = field(default_factory=list)
    """Customers, and by what they are found from now on."""

    def leave_out(self, row: Row, column: str, value: str, reason: str, fix: str) -> None:
        """Note why a row stays outside."""
        self.taken.problems.append(Problem(line=row.line, column=column, value=value, reason=reason, fix=fix))

    def bring(self, row: Row, record: str, record_id: int, version: int | None = 1) -> None:
        """Note what a row brought, so that it is known the next time, and can be taken back."""
        self.brought.append(Brought(row.line, row.key, record, record_id, version))

    def carry_out(self, row: Row, column: str, value: str, enrol: Callable[[], int]) -> int | None:
        """Return the id of what the noun's own deed made; its refusal is the row's."""
        try:
            return enrol()
        except Invalid as refusal:
            reason, _, fix = refusal.message.rstrip("。").partition("，请")
            self.leave_out(row, column, value, reason, f"请{fix}" if fix else "请核对后重填")
            return None

    def may(self, owner_id: int | None, region: str) -> bool:
        """Return whether whoever imports may change what is this owner's."""
        return self.actor.is_system or within(self.actor, owner_id, self.work.find.people.leader_of, region=region)
