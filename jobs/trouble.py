"""What an administrator has to put right is told to him, once an hour for each kind (R-29)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.actor import SYSTEM, Role
from jobs.business import Business
from storage import timeline
from storage.database import Database
from storage.uow import UnitOfWork

_log = structlog.get_logger()
_AGAIN_AFTER = timedelta(hours=1)


class Trouble:
    """Collects misconfigurations reported by the channels."""

    def __init__(self, *, database: Database, business: Business) -> None:
        self._database = database
        self._business = business

    async def report(self, reason: str, code: str) -> None:
        """Tell every administrator, unless this kind was told within the hour."""
        _log.error("misconfigured", reason=reason, code=code)
        hour = int(self._business.clock.now().timestamp() // _AGAIN_AFTER.total_seconds())

        def tell(session: Session) -> None:
            batch = self._business.batch(session)
            key = f"trouble:{code}:{hour}"
            if timeline.knows(session, key):
                return

            def run(work: UnitOfWork) -> None:
                for admin in work.find.people.with_role(Role.ADMIN):
                    work.say(admin.id, f"跟单有消息发不出去，需要您处理：{reason}（{code}）。处理好后会自动补发。")
                work.handled("trouble")

            self._business.attempt(batch, key, SYSTEM, run)
            batch.finish()

        # Another delivery, here or in another process, may have told them in this very moment.
        with suppress(IntegrityError):
            await self._database.write(tell)
