"""Drafts under attack: at once, twice, too late, by somebody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.dialogue.commands import ConfirmWish, DropWishes, ExpireDraft, KeepDraft, ReviseWish
from domain.dialogue.draft import WISHES_MAX, Draft, DraftState
from domain.dialogue.wish import Reason, Wish, WishState
from domain.errors import Invalid, NotFound, Stale
from tests.support.company import Company, open_company

WISH = Wish(intent="log_inquiry", words="锦腾要两台X200", slots={"product": "X200", "quantity": 2})


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        yield opened


def test_eight_at_once_make_one_draft(company: Company) -> None:
    """R-15: a burst of one person in one chat."""
    keeping = KeepDraft(place="wecom", wishes=(WISH,))
    assert company.race(*[(keeping, "陈静")] * 8) == [None] * 8
    assert [len(draft.wishes) for draft in company.all(Draft)] == [8]


def test_eight_presses_at_once_are_one_yes(company: Company) -> None:
    company.keeps(WISH)
    version = company.get(Draft, 1).version
    outcomes = company.race(*[(ConfirmWish(draft_id=1, index=0, version=version), "陈静")] * 8)
    assert [type(each) for each in outcomes if each is not None] == [Stale] * 7
    assert company.happened("draft:1").count("WishConfirmed") == 1


def test_yes_and_expiry_at_once_never_both(company: Company) -> None:
    company.keeps(WISH)
    company.clock.move(timedelta(minutes=29, seconds=59))
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def confirm() -> None:
        barrier.wait(10)
        company.act(ConfirmWish(draft_id=1, index=0), "陈静")
        outcomes.append("confirmed")

    def expire() -> None:
        barrier.wait(10)
        company.act(ExpireDraft(draft_id=1))

    threads = [threading.Thread(target=each) for each in (confirm, expire)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes == ["confirmed"]
    assert company.get(Draft, 1).state is DraftState.CLOSED
    assert "DraftExpired" not in company.happened("draft:1")


def test_an_early_or_late_timer_is_moot(company: Company) -> None:
    company.keeps(WISH)
    company.act(ExpireDraft(draft_id=1))
    assert company.get(Draft, 1).state is DraftState.OPEN
    company.act(ExpireDraft(draft_id=99))
    company.act(DropWishes(draft_id=1), "陈静")
    company.clock.move(timedelta(hours=1))
    company.act(ExpireDraft(draft_id=1))
    assert company.get(Draft, 1).state is DraftState.CLOSED
    assert company.told("陈静") == []


def test_a_word_about_it_moves_its_end(company: Company) -> None:
    company.keeps(WISH)
    company.clock.move(timedelta(minutes=20))
    company.act(ReviseWish(draft_id=1, index=0, slots={"quantity": 3}), "陈静")
    company.clock.move(timedelta(minutes=20))
    company.fire()
    assert company.get(Draft, 1).state is DraftState.OPEN
    company.act(ConfirmWish(draft_id=1, index=0), "陈静")
    assert company.pending() == {}


@pytest.mark.parametrize(
    ("command", "refusal", "words"),
    [
        (ConfirmWish(draft_id=1, index=5), Invalid, "没有第 6 条"),
        (ConfirmWish(draft_id=1, index=-1), Invalid, "没有第 0 条"),
        (ConfirmWish(draft_id=1, index=0, version=7), Stale, "刚刚有变化"),
        (ConfirmWish(draft_id=2, index=0), NotFound, "没有找到"),
        (DropWishes(draft_id=1, indexes=(3,)), Invalid, "没有第 4 条"),
    ],
)
def test_what_is_not_there_is_refused(
    company: Company, command: ConfirmWish | DropWishes, refusal: type[Exception], words: str
) -> None:
    company.keeps(WISH)
    with pytest.raises(refusal, match=words):
        company.act(command, "陈静")
    assert [wish.state for wish in company.get(Draft, 1).wishes] == [WishState.OPEN]


def test_a_colleague_and_his_leader_cannot_answer(company: Company) -> None:
    company.keeps(WISH)
    for name in ("何雨", "周敏", "梁宁"):
        with pytest.raises(NotFound):
            company.act(ConfirmWish(draft_id=1, index=0), name)


def test_a_card_holds_eight(company: Company) -> None:
    company.keeps(*[WISH] * WISHES_MAX)
    with pytest.raises(Invalid, match="全部确认"):
        company.keeps(WISH)


def test_a_draft_that_is_over_makes_room(company: Company) -> None:
    company.keeps(WISH)
    company.clock.move(timedelta(minutes=31))
    assert company.keeps(WISH) == "draft:2"
    assert company.get(Draft, 1).state is DraftState.EXPIRED


def test_a_correction_forgets_what_was_read_before() -> None:
    wednesday = Reason(slot="due", quote="下周三前", rule="time.weekday", note="2026-12-02 周三")
    count = Reason(slot="quantity", quote="两台", rule="quantity.single")
    wish = Wish(
        intent="log_inquiry",
        words="…",
        slots={"due": "2026-12-02", "quantity": 2},
        notes=("下周三前：2026-12-02 周三",),
        reasons=(wednesday, count),
    )
    friday = Reason(slot="due", quote="下周五", rule="time.weekday", note="2026-12-04 周五")
    corrected = wish.changed({"due": "2026-12-04"}, ("下周五：2026-12-04 周五",), (friday,))
    assert corrected.slots == {"due": "2026-12-04", "quantity": 2}
    assert (corrected.notes, corrected.reasons) == (("下周五：2026-12-04 周五",), (count, friday))
