"""What an administrator has to put right is told to him, once an hour for each kind (R-29)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.actor import SYSTEM, Actor, Role
from jobs.business import Business
from storage import timeline
from storage.database import Database
from storage.uow import UnitOfWork

_log = structlog.get_logger()
_AGAIN_AFTER = timedelta(hours=1)


class Trouble:
    """Collects what the channels report: misconfigurations, and people whom nothing reaches."""

    def __init__(self, *, database: Database, business: Business) -> None:
        self._database = database
        self._business = business

    async def unreachable(self, person: Actor, reasons: Sequence[str]) -> None:
        """Tell every administrator that nothing reaches this person on any platform; once a day for each."""
        _log.warning("unreachable", person=person.person_id, reasons=list(reasons))
        code = f"unreachable.{person.person_id}"
        said = f"{person.name}收不到跟单的消息：{'；'.join(reasons)}。请在管理后台检查他的账号和应用的可见范围。"
        await self._tell(f"trouble:{code}:{self._business.clock.now():%Y%m%d}", said)

    async def report(self, reason: str, code: str) -> None:
        """Tell every administrator, unless this kind was told within the hour."""
        _log.error("misconfigured", reason=reason, code=code)
        hour = int(self._business.clock.now().timestamp() // _AGAIN_AFTER.total_seconds())
        said = f"跟单有消息发不出去，需要您处理：{reason}（{code}）。处理好后会自动补发。"
        await self._tell(f"trouble:{code}:{hour}", said)

    async def contradicts(self, said: str, mark: str) -> None:
        """Tell every administrator that the books contradict each other, once for each ``mark``."""
        _log.error("contradiction", said=said)
        await self._tell(f"trouble:{mark}", f"{said}。")

    async def _tell(self, key: str, said: str) -> None:
        def tell(session: Session) -> None:
            batch = self._business.batch(session)
            if timeline.knows(session, key):
                return

            def run(work: UnitOfWork) -> None:
                for admin in work.find.people.with_role(Role.ADMIN):
                    work.say(admin.id, said)
                work.handled("trouble")

            self._business.attempt(batch, key, SYSTEM, run)
            batch.finish()

        # Another delivery, here or in another process, may have told them in this very moment.
        with suppress(IntegrityError):
            await self._database.write(tell)
