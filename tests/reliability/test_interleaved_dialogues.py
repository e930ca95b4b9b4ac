"""R-17: a yes lands on the draft it was meant for, or on none. R-15: one open draft per chat and person."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from domain.actor import Role
from domain.dialogue.draft import LIVES, Draft, DraftState
from domain.files.kept_file import KeptFile
from domain.inquiries.inquiry import Inquiry, InquiryLine
from domain.people.commands import EnrolPerson
from domain.people.person import Person
from handlers.envelope import Kind
from tests.support.company import Company, open_company
from tests.support.typed import Typed

DIALOGUES, TURNS = 50, 20
BURSTS, PICTURES = 40, 5
"""Of R-15's 200 users; each is one more of the same."""


@dataclass
class Dialogue:
    """One person in one chat, and what by rights is open and written there."""

    name: str
    group: str
    open: list[int] = field(default_factory=list)
    ends: datetime | None = None
    written: list[int] = field(default_factory=list)


def enrol(company: Company, count: int) -> list[str]:
    names = [f"销售{number}" for number in range(count)]
    for name in names:
        company.act(EnrolPerson(name=name, roles=(Role.SALES,), leader="周敏", wecom=f"sales-{name[2:]}"))
    for person in company.all(Person):
        if person.name in names:
            company.people[person.name] = person.actor("wecom")
    return names


def test_fifty_interleaved_dialogues_write_nothing_across(tmp_path: Path) -> None:
    """Every count that is said is said once, so a count found anywhere but in its own dialogue is a cross-write."""
    chance = random.Random(17)
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        names = enrol(company, DIALOGUES // 2)
        typed = Typed(company)
        dialogues = [Dialogue(name, group) for name in names for group in ("", f"群{name}")]
        turns = [dialogue for dialogue in dialogues for _ in range(TURNS)]
        chance.shuffle(turns)
        for number, dialogue in enumerate(turns, 1):
            company.clock.move(timedelta(seconds=chance.choice((1, 5, 20, 60))))
            if chance.random() < 0.05:
                company.fire()
            take_a_turn(typed, dialogue, number, chance)
            if chance.random() < 0.01:
                company.clock.move(timedelta(minutes=chance.randint(10, 40)))
        wanted = {dialogue.name: Counter[int | None]() for dialogue in dialogues}
        for dialogue in dialogues:
            wanted[dialogue.name].update(dialogue.written)
        assert sum(len(dialogue.written) for dialogue in dialogues) > DIALOGUES
        assert found(company) == wanted
        assert most_open_in_one_chat(company) <= 1


def take_a_turn(typed: Typed, dialogue: Dialogue, number: int, chance: random.Random) -> None:
    """Say something new, correct it, say yes or no; note what must follow."""
    now = typed.company.clock.now()
    if dialogue.ends is not None and now >= dialogue.ends:
        dialogue.open.clear()
    deed = chance.choice(("new", "yes", "yes", "no", "correct"))
    if deed == "correct" and len(dialogue.open) != 1:
        deed = "new"
    if deed == "new" and len(dialogue.open) >= 8:
        deed = "yes"
    if deed == "new":
        typed.says(dialogue.name, f"锦腾要{number}台X200 预算300", group=dialogue.group)
        dialogue.open.append(number)
        dialogue.ends = now + LIVES
    elif deed == "correct":
        typed.says(dialogue.name, f"不对 是{10_000 + number}台", group=dialogue.group)
        dialogue.open = [10_000 + number]
        dialogue.ends = now + LIVES
    elif deed == "yes":
        typed.says(dialogue.name, chance.choice(("确认", "好", "对")), group=dialogue.group)
        if len(dialogue.open) == 1:
            dialogue.written += dialogue.open
            dialogue.open = []
    else:
        typed.says(dialogue.name, chance.choice(("算了", "取消")), group=dialogue.group)
        if len(dialogue.open) == 1:
            dialogue.open = []


def found(company: Company) -> dict[str, Counter[int | None]]:
    owners = {person.id: person.name for person in company.all(Person)}
    inquiries = {inquiry.id: owners[inquiry.owner_id] for inquiry in company.all(Inquiry)}
    kept = {name: Counter[int | None]() for name in owners.values() if name.startswith("销售")}
    for line in company.all(InquiryLine):
        kept[inquiries[line.inquiry_id]][line.quantity] += 1
    return kept


def most_open_in_one_chat(company: Company) -> int:
    query = select(func.count()).where(Draft.state == DraftState.OPEN).group_by(Draft.person_id, Draft.place)
    return max(company.database.look(lambda session: session.scalars(query).all()), default=0)


def test_a_burst_of_pictures_is_one_draft(tmp_path: Path) -> None:
    """R-15: what somebody said and five pictures within 200 ms."""
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        typed = Typed(company)
        for name in enrol(company, BURSTS):
            typed.says(name, "锦腾要两台X200 预算300")
            for number in range(PICTURES):
                company.clock.move(timedelta(milliseconds=40))
                typed.sends(name, Kind.IMAGE, f"{name}-{number}")
        subjects = Counter(file.subject for file in company.all(KeptFile))
        assert len(company.all(Draft)) == BURSTS
        assert subjects == {draft.subject: PICTURES for draft in company.all(Draft)}
        assert company.all(Inquiry) == []
