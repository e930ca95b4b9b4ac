"""Once a week everybody is shown what is wrong with his customers' records (S-046)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.messages import Command, Event
from domain.people.person import Person
from domain.work import Work

CARD = "customers.cleaning"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCleaning(Command):
    """Show ``person_id`` his clean-up card; ``week`` (``2026-W48``) makes it one a week."""

    person_id: int
    week: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningSent(Event):
    """Somebody was shown what to clean up."""

    week: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dirt:
    """Counts and the first few names; ``pair`` are two that sound the same, ids and names."""

    without_phone: int
    without_phone_names: tuple[str, ...]
    without_legal_name: int
    alike: int
    pair: tuple[tuple[int, str], ...]
    kept_by_nobody: int

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.without_phone or self.without_legal_name or self.alike or self.kept_by_nobody)


def send_cleaning(command: SendCleaning, actor: Actor, work: Work) -> bool:
    """Return whether it was sent: not twice in a week, and not to somebody with nothing to clean up."""
    del actor
    person = work.get(Person, command.person_id)
    if not person.active or not work.find.customers.needs_cleaning(person):
        return False
    if work.count(f"cleaning:{command.week}:{person.id}") > 1:
        return False
    work.record(CleaningSent(subject=person.subject, week=command.week))
    work.tell(person.id, CARD, person.subject)
    return True
