"""Cards whose click is being answered: the platform takes no other update of them meanwhile.

DingTalk forbids calling the update interface during a card's own callback; the answer itself
redraws the card, so the redrawing that waited finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

_LONGEST = 2.5
"""Seconds; the platform gives up at two."""
_ON_THE_WAY = 0.3
"""Seconds that the answer may need to get there."""


class Held:
    """Remembers for seconds, in this process: the callback is answered by the process it came to."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._until: dict[str, float] = {}

    def hold(self, ref: str) -> None:
        """Let ``ref`` (the platform's id of the card) alone from now on."""
        self._forget()
        self._until[ref] = self._now() + _LONGEST

    def answered(self, ref: str) -> None:
        """Note that the answer is on its way."""
        if ref in self._until:
            self._until[ref] = self._now() + _ON_THE_WAY

    def remaining(self, ref: str) -> float:
        """Return for how many seconds ``ref`` is to be let alone; 0 for now."""
        return max(self._until.get(ref, 0.0) - self._now(), 0.0)

    def _forget(self) -> None:
        now = self._now()
        for ref in [ref for ref, until in self._until.items() if until <= now]:
            del self._until[ref]
