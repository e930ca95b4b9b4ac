"""How much the robot may say on the long connection (WeCom reference 8.2.6; the figures are settings, being unsure)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

_DAY = timedelta(days=1)
_CHINA = timezone(timedelta(hours=8))
"""The platform's natural day."""


class ChatBudget:
    """Counts answers of the last 24 hours and messages of the day, per chat; in memory.

    The platform has the last word: beyond its own figures it refuses, and says so.
    """

    def __init__(self, now: Callable[[], datetime], *, replies: int, messages: int) -> None:
        self._now = now
        self._replies = replies
        self._messages = messages
        self._replied: dict[str, deque[datetime]] = {}
        self._sent: dict[str, tuple[str, int]] = {}

    def reply(self, chat: str) -> bool:
        """Count one answer; False when the last 24 hours have had as many as are allowed."""
        now = self._now()
        told = self._replied.setdefault(chat, deque())
        while told and now - told[0] >= _DAY:
            told.popleft()
        if len(told) >= self._replies:
            return False
        told.append(now)
        return True

    def message(self, chat: str) -> bool:
        """Count one message of our own accord; False when the day has had as many as are allowed."""
        today = self._now().astimezone(_CHINA).date().isoformat()
        day, count = self._sent.get(chat, (today, 0))
        count = count if day == today else 0
        if count >= self._messages:
            return False
        self._sent[chat] = (today, count + 1)
        return True
