"""The record of approvals written as a workbook when it is sent, as whoever asked may see it then."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cards.card import Document
from domain.actor import Actor
from jobs.imports.writing import write_workbook
from storage.database import Database
from storage.queries import Queries
from storage.queries.approval_log import HEADING

_MOST = 5000
"""Lines of one table: some months of a large company, written in half a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalLog:
    """Writes the table; a ``jobs.relay.Write``."""

    database: Database
    zone: ZoneInfo

    async def __call__(self, subject: str, args: Mapping[str, Any], viewer: Actor) -> Document:
        """Return the lines of the days in ``args``; NotFound for whoever leads nobody."""
        del subject
        since, until = datetime.fromisoformat(args["since"]), datetime.fromisoformat(args["until"])
        rows = await self.database.read(lambda session: Queries(session).approval_log.rows(viewer, since, until, _MOST))
        local = [[row[0].astimezone(self.zone), *row[1:]] for row in rows]
        formats = ["#,##0.00" if title == "金额" else "" for title in HEADING]
        data = await asyncio.to_thread(write_workbook, "审批记录", HEADING, local, formats)
        first, last = since.astimezone(self.zone), until.astimezone(self.zone)
        return Document(name=f"审批记录-{first:%Y%m%d}-{last:%Y%m%d}-{len(rows)}条.xlsx", data=data)
