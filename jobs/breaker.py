"""A breaker per platform: after a run of transport failures it answers "later" itself for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from cards.channel import ChannelError, Retry
from domain.clock import Clock

_FAILURES = 5
_OPEN_FOR = timedelta(seconds=5)


class Breaker:
    """Opens after five failures in a row, lets one call try again after five seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._open_until: datetime | None = None
        self._open_since: datetime | None = None

    def has_been_open_for(self, long: timedelta) -> bool:
        """Return whether no call has come through for so long; False whenever one is due to try again."""
        now = self._clock.now()
        if self._open_since is None or self._open_until is None or now >= self._open_until:
            return False
        return now - self._open_since >= long

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Run a call to the platform; raise Retry at once while the breaker is open."""
        now = self._clock.now()
        if self._open_until is not None:
            if now < self._open_until:
                raise Retry("平台暂时不可用", code="breaker.open", after=(self._open_until - now).total_seconds())
            # This call is the one that tries; the others go on waiting until it is known how it went.
            self._open_until = now + _OPEN_FOR
        try:
            yield
        except Retry as error:
            # A limit with its own waiting time is the platform at work, not away.
            if error.after is None:
                self._failures += 1
                if self._failures >= _FAILURES:
                    self._open_until = self._clock.now() + _OPEN_FOR
                    self._open_since = self._open_since or now
            else:
                self._close()
            raise
        except ChannelError:
            self._close()
            raise
        self._close()

    def _close(self) -> None:
        self._failures = 0
        self._open_until = None
        self._open_since = None
