"""Once a week everybody is shown what is wrong with his customers' records (S-046)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.actor import Actor
from domain.customers.credit_code import is_credit_code
from domain.customers.customer import Customer
from domain.customers.keys import legal_name_in
from domain.errors import NotAllowed
from domain.messages import Command, Event
from domain.people.person import Person
from domain.work import Work

CARD = "customers.cleaning"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCleaning(Command):
    """Show ``person_id`` his clean-up card; ``week`` (``2026-W48``) makes it one a week."""

    person_id: int
    week: str


class Fix(StrEnum):
    """What one tap puts right for all of one's own customers."""

    CODES = "codes"
    NAMES = "names"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixRecords(Command):
    """Put one kind of mistake right."""

    fix: Fix


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFixed(Event):
    """One record was put right; ``before`` is what it said."""

    fix: Fix
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningSent(Event):
    """Somebody was shown what to clean up."""

    week: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dirt:
    """Counts and the first few names; ``pair`` are two that sound the same, ids and names.

    ``nameable`` are those of ``without_legal_name`` whose name is a registered one already. ``unreachable`` is the
    first customer without a telephone number.
    """

    without_phone: int
    without_phone_names: tuple[str, ...]
    without_legal_name: int
    nameable: int
    invalid_codes: int
    unreachable: int | None
    alike: int
    pair: tuple[tuple[int, str], ...]
    kept_by_nobody: int
    leavers: tuple[str, ...]
    """Who has left and still owns customers of the viewer's scope."""

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return bool(
            self.without_phone or self.without_legal_name or self.invalid_codes or self.alike or self.kept_by_nobody
        )


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


def fix_records(command: FixRecords, actor: Actor, work: Work) -> int:
    """Return how many records were put right."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能整理客户资料。")
    fixes = [_FIXES[command.fix](each, work) for each in work.find.customers.owned(actor.person_id)]
    work.redraw(f"person:{actor.person_id}")
    return sum(fixes)


def _drop_code(customer: Customer, work: Work) -> bool:
    """Take an invalid code away: it is worse than none, quotations and invoices would carry it."""
    code = customer.credit_code
    if not code or is_credit_code(code):
        return False
    customer.credit_code = None
    return _fixed(customer, Fix.CODES, code, work)


def _take_name(customer: Customer, work: Work) -> bool:
    name = legal_name_in(customer.name)
    if customer.legal_name or not name:
        return False
    customer.legal_name = name
    return _fixed(customer, Fix.NAMES, "", work)


def _fixed(customer: Customer, fix: Fix, before: str, work: Work) -> bool:
    work.flush()
    work.record(RecordFixed(subject=customer.subject, fix=fix, before=before))
    work.redraw(customer.subject)
    return True


_FIXES = {Fix.CODES: _drop_code, Fix.NAMES: _take_name}
