"""Turns of the conversation in callback mode: a question that is open until its answer went out with a response.

    callback ─► Turn ─► answered at once?  yes: the answer is the response, the stream is finished
                          │ no: "正在处理…", unfinished
                          └─► the platform asks again (stream refresh) until it is finished, for minutes

Turns live in memory. What is not told in time, or was being told when the process ended, goes to
``response_url`` instead, so nothing hangs on them but the place where the words appear.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.wecom.aibot.reply import Reply

MOST = 10_000
"""Turns in memory; the oldest make room."""


@dataclass(slots=True, kw_only=True, eq=False)
class Turn:
    """One message and its answer. A message delivered twice is one turn, and is answered the same both times."""

    key: str
    opened: float
    reply: Reply | None = None
    begun: bool = False
    """The platform shows an unfinished stream and asks for more."""
    closed: bool = False
    """Too late for an answer here."""
    given: asyncio.Event = field(default_factory=asyncio.Event)
    written: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def stream_id(self) -> str:
        """The name of the stream: the same whenever this message is delivered."""
        return stream_id_of(self.key)

    async def answered(self, seconds: float) -> Reply | None:
        """Return the answer as soon as it is given, None after ``seconds`` without one."""
        try:
            async with asyncio.timeout(seconds):
                await self.given.wait()
        except TimeoutError:
            return None
        return self.reply


class Turns:
    """Every turn of the last minutes; ``life`` in seconds is how long the platform asks for more."""

    def __init__(self, *, life: float, clock: Callable[[], float], patience: float = 5.0) -> None:
        self._life = life
        self._clock = clock
        self._patience = patience
        self._turns: dict[str, Turn] = {}

    def open(self, key: str) -> Turn:
        """Return the turn of a message: a new one, or the one it already is."""
        self._forget()
        return self._turns.setdefault(stream_id_of(key), Turn(key=key, opened=self._clock()))

    def of_stream(self, stream_id: str) -> Turn | None:
        """Return the turn whose stream the platform asks about."""
        self._forget()
        return self._turns.get(stream_id)

    async def give(self, key: str, reply: Reply) -> bool:
        """Answer the message ``key`` and return whether the answer went out; False: say it another way.

        Waits until the platform has fetched the answer, for ``patience`` seconds at most.
        """
        turn = self.of_stream(stream_id_of(key))
        if turn is None or turn.closed or turn.reply is not None:
            return False
        turn.reply = reply
        turn.given.set()
        try:
            async with asyncio.timeout(self._patience):
                await turn.written.wait()
        except TimeoutError:
            turn.closed = not turn.written.is_set()
        return not turn.closed

    def _forget(self) -> None:
        """Drop what nobody asks about any more; turns are in the order of their opening."""
        until = self._clock() - self._life
        while self._turns:
            oldest = next(iter(self._turns))
            if self._turns[oldest].opened > until and len(self._turns) < MOST:
                return
            self._turns.pop(oldest).closed = True


def stream_id_of(key: str) -> str:
    """Return the stream's id for the message ``key``."""
    return f"gendan-{hashlib.sha256(key.encode()).hexdigest()[:40]}"
