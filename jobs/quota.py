"""DingTalk's monthly allowance: what was used is written down, and the administrators hear before it is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from domain.actor import SYSTEM
from domain.people.commands import ReportTrouble
from jobs.business import Business
from storage import care
from storage.database import Database, Urgency

NAMES = {"api": "接口调用", "push": "消息与回调"}
_WARN_AT = (80, 100)
"""Percent."""


class QuotaJob:
    """Keeps the counters over restarts; ``snapshot`` is ``bot.dingtalk.quota.Quota.snapshot``."""

    def __init__(
        self, *, database: Database, business: Business, snapshot: Callable[[], Mapping[str, str | int]]
    ) -> None:
        self._database = database
        self._business = business
        self._snapshot = snapshot

    async def run(self) -> None:
        """Write the counters down; warn once a month at 80 % and when nothing is left."""
        counted = self._snapshot()
        month = str(counted["month"])

        def write(session: Session) -> None:
            batch = self._business.batch(session)
            for kind, name in NAMES.items():
                used, limit = int(counted[kind]), int(counted[f"{kind}_limit"])
                care.set_number(session, f"dingtalk.{kind}:{month}", used)
                for percent in _WARN_AT:
                    if limit and used * 100 >= limit * percent:
                        command = ReportTrouble(
                            code=f"dingtalk.{kind}.{percent}:{month}",
                            said=f"钉钉本月的{name}额度已用 {used} / {limit}（{percent}% 提醒）。"
                            "用完后机器人会收不到消息内容或发不出卡片，请及时增购，或让大家改用企业微信。",
                            once=True,
                        )
                        key = f"quota:{kind}:{percent}:{batch.now.isoformat()}"
                        self._business.attempt(batch, key, SYSTEM, lambda work, command=command: work.act(command))  # type: ignore[misc]
            batch.finish()

        await self._database.write(write, urgency=Urgency.CARE)
