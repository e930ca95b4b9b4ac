"""What a month of calls costs (DingTalk reference 6.6), counted before the platform says that it is used up.

A free organisation has 5,000 paid API calls and 3,000 Webhook&Stream calls a calendar month, shared by all its
apps; we see only our own. The administrator's page shows the counters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta, timezone

from bot.dingtalk.crypto import Clock

API_LIMIT = 5_000
PUSH_LIMIT = 3_000

Snapshot = Mapping[str, str | int]
"""``{"month": "2026-11", "api": 12, "push": 40, "api_limit": 5000, "push_limit": 3000}``"""

_BEIJING = timezone(timedelta(hours=8))
"""The month that DingTalk bills; no other zone and no summer time."""
_FREE = (
    "/v1.0/oauth2/",
    "/v1.0/gateway/connections/open",
    "/v1.0/contact/",
    "/gettoken",
    "/topapi/v2/user/",
    "/topapi/user/",
    "/topapi/v2/department/",
)


class Quota:
    """Counts calls and pushes of the current month.

    ``store`` is called with the snapshot after every count; ``kept`` is what it stored last, read at the start.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        api_limit: int = API_LIMIT,
        push_limit: int = PUSH_LIMIT,
        store: Callable[[Snapshot], None] | None = None,
        kept: Snapshot | None = None,
    ) -> None:
        self._clock = clock
        self._limits = {"api_limit": api_limit, "push_limit": push_limit}
        self._store = store
        self._month = self._present_month()
        self._api = self._push = 0
        if kept and kept.get("month") == self._month:
            self._api, self._push = int(kept.get("api", 0)), int(kept.get("push", 0))

    def count_api(self, path: str) -> None:
        """Count one API call that DingTalk answered, unless its path is on the free list."""
        if not path.startswith(_FREE):
            self._turn_month()
            self._api += 1
            self._remember()

    def count_push(self) -> None:
        """Count one robot message, click, paid event or webhook send."""
        self._turn_month()
        self._push += 1
        self._remember()

    def snapshot(self) -> Snapshot:
        """Return the counters of the current month and their limits."""
        self._turn_month()
        return {"month": self._month, "api": self._api, "push": self._push, **self._limits}

    def _turn_month(self) -> None:
        month = self._present_month()
        if month != self._month:
            self._month, self._api, self._push = month, 0, 0

    def _present_month(self) -> str:
        return self._clock().astimezone(_BEIJING).strftime("%Y-%m")

    def _remember(self) -> None:
        if self._store is not None:
            self._store(self.snapshot())
