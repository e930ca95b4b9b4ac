"""今日待办 by itself: at the start of work, on working days only, once for everybody who has something to do."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from domain.actor import SYSTEM
from domain.tasks.quiet import evening_of, morning_of
from domain.tasks.today import ShowToday
from jobs.business import Business
from storage import care
from storage.database import Database, Urgency
from storage.queries import Queries
from storage.uow import UnitOfWork


class MorningJob:
    """Comes round every minute; the day's mark in the database says that it is done."""

    every = timedelta(minutes=1)

    def __init__(self, *, database: Database, business: Business) -> None:
        self._database = database
        self._business = business

    async def run(self) -> int:
        """Show everybody his day when work has begun, unless that was done; return how many people were looked at."""
        calendar, now = self._business.calendar, self._business.clock.now()
        day = calendar.local(now).date()
        begins = morning_of(now, calendar)
        if not calendar.works_on(day) or not begins <= now < evening_of(now, calendar):
            return 0
        mark = f"morning:{day:%Y%m%d}"
        if await self._database.read(lambda session: care.number(session, mark)):
            return 0
        people = await self._database.read(lambda session: Queries(session).people.everybody())
        for person_id in people:
            await self._database.write(partial(self._show, person_id, mark), urgency=Urgency.CARE)
        await self._database.write(lambda session: care.set_number(session, mark, 1), urgency=Urgency.CARE)
        return len(people)

    def _show(self, person_id: int, mark: str, session: Session) -> None:
        batch = self._business.batch(session)
        command = ShowToday(person_id=person_id)
        self._business.attempt(batch, f"{mark}:{person_id}", SYSTEM, partial(UnitOfWork.act, command=command))
        batch.finish()
