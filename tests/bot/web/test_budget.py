"""A bucket of tokens that refills steadily."""

from __future__ import annotations

from datetime import timedelta

from bot.web import budget
from bot.web.budget import Budget


def test_so_many_at_once_then_one_by_one():
    now = [0.0]
    bucket = Budget(3, timedelta(seconds=30), clock=lambda: now[0])
    assert [bucket.spend("a") for _ in range(4)] == [True, True, True, False]
    assert bucket.spend("b")
    now[0] = 9.9
    assert not bucket.spend("a")
    now[0] = 20.0
    assert [bucket.spend("a") for _ in range(3)] == [True, True, False]
    now[0] = 1000.0
    assert [bucket.spend("a") for _ in range(4)] == [True, True, True, False]


def test_a_flood_of_senders_forgets_the_longest_silent(monkeypatch):
    monkeypatch.setattr(budget, "_KEYS_MAX", 2)
    bucket = Budget(1, timedelta(hours=1), clock=lambda: 0.0)
    assert [bucket.spend(key) for key in ("a", "b", "a", "c", "b")] == [True, True, False, True, True]
