"""R-31: our own limits, so that the platform never drops a message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.wecom.budget import SendBudget
from cards.channel import Retry


def after(budget, *args):
    """Return for how many seconds the budget makes one wait; None if it spends."""
    try:
        budget.spend(*args)
    except Retry as error:
        return error.after
    return None


def test_a_member_gets_25_in_any_minute(clock):
    """Counted as ten seconds longer: one message may be so long on its way, and the next one not."""
    budget = SendBudget(clock.now)
    for _ in range(25):
        budget.spend("lisi")
        clock.move(timedelta(seconds=1))
    assert after(budget, "LiSi") == 45
    assert after(budget, "wangwu") is None
    clock.move(timedelta(seconds=45))
    assert after(budget, "lisi") is None
    assert after(budget, "lisi") == 1


def test_a_member_gets_900_in_any_hour(clock):
    budget = SendBudget(clock.now, per_minute=1000)
    budget.spend("lisi", 450)
    clock.move(timedelta(minutes=30))
    budget.spend("lisi", 450)
    assert after(budget, "lisi") == 1810
    clock.move(timedelta(seconds=1810))
    assert after(budget, "lisi", 450) is None


def test_several_messages_at_once_need_room_for_all(clock):
    budget = SendBudget(clock.now, per_minute=5)
    budget.spend("lisi", 3)
    assert after(budget, "lisi", 3) == 70
    assert after(budget, "lisi", 2) is None


def test_more_than_a_minute_ever_allows_waits_for_an_empty_one(clock):
    budget = SendBudget(clock.now, per_minute=5)
    budget.spend("lisi")
    assert after(budget, "lisi", 9) == 70
    clock.move(timedelta(seconds=70))
    assert after(budget, "lisi", 9) is None


def test_the_day_of_the_application_ends_at_midnight_in_china(clock):
    budget = SendBudget(clock.now, per_day=2)
    budget.spend("a")
    budget.spend("b")
    assert after(budget, "c") == 12 * 3600
    clock.move(timedelta(hours=12))
    assert after(budget, "c") is None


@pytest.mark.parametrize("limit", [1, 25])
def test_within_any_window_no_more_than_the_limit_goes_out(clock, limit):
    budget = SendBudget(clock.now, per_minute=limit)
    sent = []
    for _ in range(500):
        if after(budget, "lisi") is None:
            sent.append(clock.now())
        clock.move(timedelta(seconds=1))
    assert max(sum(1 for at in sent if start <= at < start + timedelta(minutes=1)) for start in sent) == limit
