"""Access tokens: one request at a time, kept until five minutes before they end (DingTalk reference 6.1; R-30)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.dingtalk.crypto import Clock
from cards.channel import Misconfigured

MARGIN = timedelta(minutes=5)
REFUSED_FOR = timedelta(minutes=1)
"""After wrong credentials nobody asks again for so long: each send would only repeat the mistake."""

Fetch = Callable[[], Awaitable[tuple[str, float]]]
"""Asks the platform; returns the token and its life in seconds, or raises ChannelError."""


class Tokens:
    """The token of one API generation."""

    def __init__(self, fetch: Fetch, *, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token = ""
        self._good_until: datetime | None = None
        self._refused: tuple[datetime, Misconfigured] | None = None
        self._asking = asyncio.Lock()

    async def get(self) -> str:
        """Return a token that is good now; raise Misconfigured where the credentials are wrong."""
        async with self._asking:
            now = self._clock()
            if self._good_until is not None and now < self._good_until:
                return self._token
            if self._refused is not None and now < self._refused[0]:
                known = self._refused[1]
                raise Misconfigured(str(known), code=known.code)
            try:
                token, life = await self._fetch()
            except Misconfigured as error:
                self._refused = (now + REFUSED_FOR, error)
                raise
            self._token, self._refused = token, None
            self._good_until = now + max(timedelta(seconds=life) - MARGIN, timedelta(seconds=life / 2))
            return token

    def drop(self, token: str) -> None:
        """Forget ``token``, which the platform refused; a newer one that somebody fetched meanwhile stays."""
        if token == self._token:
            self._good_until = None
