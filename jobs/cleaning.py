"""The clean-up card of the week: Monday at half past eight, once for everybody whose records need it."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial

from sqlalchemy.orm import Session

from domain.actor import SYSTEM
from domain.customers.cleaning import SendCleaning
from jobs.business import Business
from storage import care
from storage.database import Database, Urgency
from storage.finders.people import PeopleFinder
from storage.uow import UnitOfWork

_MONDAY = 0
_BEGINS = time(8, 30)


class CleaningJob:
    """Comes round every few minutes; the week's mark in the database says that it is done."""

    every = timedelta(minutes=5)

    def __init__(self, *, database: Database, business: Business) -> None:
        self._database = database
        self._business = business

    async def run(self) -> int:
        """Send the cards when it is time, unless that was done; return how many people were looked at."""
        local = self._business.calendar.local(self._business.clock.now())
        year, week, _ = local.isocalendar()
        name = f"{year}-W{week:02d}"
        mark = f"cleaning:{name}"
        if local.weekday() != _MONDAY or local.time() < _BEGINS:
            return 0
        if await self._database.read(lambda session: care.number(session, mark)):
            return 0
        people = await self._database.read(lambda session: [each.id for each in PeopleFinder(session).active()])
        for person_id in people:
            await self._database.write(partial(self._send, person_id, name), urgency=Urgency.CARE)
        await self._database.write(lambda session: care.set_number(session, mark, 1), urgency=Urgency.CARE)
        return len(people)

    def _send(self, person_id: int, week: str, session: Session) -> None:
        batch = self._business.batch(session)
        command = SendCleaning(person_id=person_id, week=week)
        key = f"cleaning:{week}:{person_id}"
        self._business.attempt(batch, key, SYSTEM, partial(UnitOfWork.act, command=command))
        batch.finish()
