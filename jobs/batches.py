"""How many rows go into one transaction: fewer when somebody more urgent waits, and when one of them spoils it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from domain.errors import Conflict
from storage.database import Database, Urgency, is_passing

T = TypeVar("T")

_POLITE_SECONDS = 0.008
"""After so long a batch ends as soon as an arrival waits to be kept: somebody's platform is waiting too."""
_LONGEST_SECONDS = 0.2

_UNWRITABLE = (SQLAlchemyError, Conflict, ArithmeticError, TypeError, ValueError)
"""What one row can do to the writing of all: refused by the database, or by what writes it down (a number
beyond 64 bits, half a character)."""


class Pace:
    """How long a batch has been at its effects.

    Begun after what is read once for all, or a slow database would make every batch a batch of one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._began = perf_counter()

    def is_enough(self) -> bool:
        """Return whether what is left should wait for the next batch."""
        seconds = perf_counter() - self._began
        if seconds < _POLITE_SECONDS:
            return False
        return seconds > _LONGEST_SECONDS or self._database.should_yield(Urgency.EFFECT)


async def ever_fewer(
    take: Callable[[int], Awaitable[T]], blame_oldest: Callable[[Exception], Awaitable[T]], most: int
) -> T:
    """Take a batch of ``most`` rows; when it cannot be committed nobody knows whose fault it was, so a quarter of it.

    A single row that cannot be committed is to blame itself (R-23).
    """
    while True:
        try:
            return await take(most)
        except _UNWRITABLE as error:
            if is_passing(error):
                raise
            culprit = error
        if most == 1:
            return await blame_oldest(culprit)
        most = max(1, most // 4)
