"""The access token of one application: fetched once for everybody, and never in a loop (WeCom reference 4.1)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cards.channel import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MARGIN = timedelta(minutes=5)
"""A token is renewed this long before it ends, at most a tenth of its life."""
REST = timedelta(minutes=10)
"""After a wrong secret nobody asks again for so long: the platform bans an address that does."""
_WRONG_SECRET = ("40001", "40013")


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """One answer of gettoken. Two answers may hold the same text, so tokens are told apart by identity."""

    value: str = field(repr=False)
    renew_at: datetime


class TokenSource:
    """Hands out the current token; ``fetch`` asks the platform and returns the text and its life in seconds."""

    def __init__(self, fetch: Callable[[], Awaitable[tuple[str, float]]], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._token: Token | None = None
        self._lock = asyncio.Lock()
        self._refused: tuple[datetime, Misconfigured] | None = None

    async def get(self, dead: Token | None = None) -> Token:
        """Return a token that is not ``dead``, fetching one if need be; others wait and share it (R-30).

        Raises what ``fetch`` raises; a wrong secret is reported for ``REST`` without asking again.
        """
        if (token := self._usable(dead)) is not None:
            return token
        async with self._lock:
            if (token := self._usable(dead)) is not None:
                return token
            self._check_rest()
            try:
                value, life = await self._fetch()
            except Misconfigured as error:
                if error.code in _WRONG_SECRET:
                    self._refused = (self._now() + REST, error)
                raise
            lifetime = timedelta(seconds=life)
            token = self._token = Token(value, self._now() + lifetime - min(MARGIN, lifetime / 10))
            return token

    def _usable(self, dead: Token | None) -> Token | None:
        token = self._token
        return token if token is not None and token is not dead and self._now() < token.renew_at else None

    def _check_rest(self) -> None:
        if self._refused is not None:
            until, error = self._refused
            if self._now() < until:
                raise Misconfigured(str(error), code=error.code)
