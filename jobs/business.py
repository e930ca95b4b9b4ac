"""One effect inside a batch: undone alone, tried again on fresh rows after a conflict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.clock import Clock, WorkCalendar
from domain.errors import Conflict
from domain.execute import Executor
from domain.policy import Policies
from storage.batch import Batch
from storage.uow import UnitOfWork

T = TypeVar("T")
_TRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """What an effect needs besides the database: the same for intake, timers and the command line."""

    executor: Executor
    calendar: WorkCalendar
    policies: Policies
    clock: Clock

    def batch(self, session: Session) -> Batch:
        """Return an empty batch on ``session``, whose transaction the caller owns."""
        return Batch(
            session=session,
            executor=self.executor,
            calendar=self.calendar,
            policies=self.policies,
            now=self.clock.now(),
        )

    @staticmethod
    def attempt(batch: Batch, key: str, actor: Actor, run: Callable[[UnitOfWork], T]) -> T:
        """Run one effect and write what it promised; whatever it raises undoes it alone."""
        for left in range(_TRIES - 1, -1, -1):
            try:
                with batch.effect(key, actor) as work:
                    return run(work)
            except Conflict:
                if left == 0 or batch.is_broken:
                    raise
        raise AssertionError("unreachable")
