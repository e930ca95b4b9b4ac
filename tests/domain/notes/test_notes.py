"""Private notes: whose they are, and that nothing else of them is written anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.notes.keeping import DropNote, KeepNote
from domain.notes.note import PrivateNote
from storage.queries import Queries
from storage.tables import timeline
from tests.support.company import Company, open_company


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        yield opened


def keep(company: Company, text: str = "老李爱喝茶", name: str = "陈静", customer: str = "锦腾") -> int:
    return company.act(KeepNote(text=text, company=customer), name)


def test_the_author_sees_it_and_nobody_else(company: Company) -> None:
    note = keep(company)

    def sees(name: str) -> str:
        viewer = company.actor(name)
        return company.database.look(lambda session: Queries(session).notes.card(note, viewer).text)

    assert sees("陈静") == "老李爱喝茶"
    for name in ("周敏", "秦岚", "梁宁", "何雨"):
        with pytest.raises(NotFound):
            sees(name)
        with pytest.raises(NotFound):
            company.act(DropNote(note_id=note), name)


def test_a_note_without_words_or_an_author_is_refused(company: Company) -> None:
    with pytest.raises(Invalid):
        keep(company, "  ")
    with pytest.raises(NotAllowed):
        keep(company, "x", "")


def test_a_customer_nobody_knows_is_left_out(company: Company) -> None:
    keep(company, customer="没有这家")
    assert [note.customer_id for note in company.all(PrivateNote)] == [None]


def test_deleting_takes_the_words_away_once(company: Company) -> None:
    note = keep(company)
    outcomes = company.race(*[(DropNote(note_id=note), "陈静")] * 8)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType"] + ["Stale"] * 7
    assert [each.text for each in company.all(PrivateNote)] == [""]
    with pytest.raises(Stale):
        company.act(DropNote(note_id=note), "陈静")


def test_the_timeline_and_what_prints_a_note_hold_no_words(company: Company) -> None:
    note = keep(company)
    company.act(DropNote(note_id=note), "陈静")
    rows = company.database.look(lambda session: [dict(row) for row in session.execute(timeline.select()).mappings()])
    assert [row["event"] for row in rows if row["subject"] == f"privatenote:{note}"] == [
        "PrivateNoteKept",
        "PrivateNoteDropped",
    ]
    assert "老李" not in json.dumps(rows, ensure_ascii=False, default=str)
    assert "老李" not in repr(KeepNote(text="老李爱喝茶"))
