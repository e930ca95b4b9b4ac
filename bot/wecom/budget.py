"""Our own limits below the platform's, which drops the excess without a word (WeCom reference 4.2, R-31).

Counted in memory by one process: after a restart the first minute may hold twice the budget, so
the defaults leave room below the platform's 30 a minute and 1,000 an hour.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cards.channel import Retry

if TYPE_CHECKING:
    from collections.abc import Callable

ON_THE_WAY = timedelta(seconds=10)
"""The longest a call takes. The platform counts when a message arrives, we when it leaves: without this,
one that took long and one that did not would lie closer together there than here."""
MINUTE = timedelta(minutes=1) + ON_THE_WAY
HOUR = timedelta(hours=1) + ON_THE_WAY
PLATFORM_ZONE = ZoneInfo("Asia/Shanghai")
"""The natural day of the platform's daily limit."""


class SendBudget:
    """Spends messages per member and per application.

    ``per_day`` is the platform's allowance for the whole application (accounts × 200); None when
    it is not known.
    """

    def __init__(
        self, now: Callable[[], datetime], *, per_minute: int = 25, per_hour: int = 900, per_day: int | None = None
    ) -> None:
        self._now = now
        self._limits = ((MINUTE, per_minute), (HOUR, per_hour))
        self._per_day = per_day
        self._sent: dict[str, deque[datetime]] = {}
        self._day = now().astimezone(PLATFORM_ZONE).date()
        self._today = 0

    def spend(self, member: str, messages: int = 1) -> None:
        """Count ``messages`` to ``member``; raise Retry with the seconds to wait if there is no room for them.

        More messages at once than a limit ever allows go out when the window is empty, since waiting
        longer would not help them.
        """
        now = self._now()
        self._turn_day(now)
        sent = self._sent.setdefault(member.lower(), deque())
        while sent and sent[0] <= now - HOUR:
            sent.popleft()
        for window, limit in self._limits:
            room = max(limit - messages, 0)
            inside = [at for at in sent if at > now - window] if window < HOUR else list(sent)
            if len(inside) > room:
                free_at = inside[len(inside) - room - 1] + window
                raise Retry(
                    "the budget of this member is used up", code="budget", after=(free_at - now).total_seconds()
                )
        if self._per_day is not None and self._today + messages > self._per_day:
            raise Retry("the budget of the day is used up", code="budget", after=_until_tomorrow(now))
        sent.extend([now] * messages)
        self._today += messages

    def _turn_day(self, now: datetime) -> None:
        day = now.astimezone(PLATFORM_ZONE).date()
        if day != self._day:
            self._day, self._today = day, 0
            self._sent = {member: sent for member, sent in self._sent.items() if sent and sent[-1] > now - HOUR}


def _until_tomorrow(now: datetime) -> float:
    here = now.astimezone(PLATFORM_ZONE)
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - here).total_seconds()
