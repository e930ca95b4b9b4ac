"""The record of a service as a PDF."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.service.sheet import OK
from storage.files import NoSuchFile

if TYPE_CHECKING:
    from datetime import datetime

    from bot.typesetting import Typesetter
    from domain.clock import WorkCalendar
    from domain.service.record_views import ServiceRecord
    from storage.files import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Fills the paper ``record``; times are the company's own."""

    papers: Typesetter
    files: Files
    calendar: WorkCalendar
    company: str

    async def pdf(self, record: ServiceRecord, now: datetime) -> bytes:
        """Return the record with its photos and the signature; one that is gone is left out. Raise TypesettingError."""
        pictures: dict[str, bytes] = {}
        photos = []
        for index, (file_id, name) in enumerate(record.photos, start=1):
            if await self._picture(f"photo{index}.jpg", file_id, pictures):
                photos.append({"file": f"photo{index}.jpg", "name": name})
        signed = bool(record.signature) and await self._picture("signature.png", record.signature, pictures)
        values = {
            "company": self.company,
            "no": record.no,
            "job": record.job_no,
            "rows": self._rows(record),
            "fault": record.fault,
            "words": record.words,
            "parts": list(record.parts),
            "checks": [[item, "合格" if said == OK else said] for item, said in record.checks.items()],
            "photos": photos,
            "rating": record.rating or 0,
            "comment": record.comment,
            "signature": "signature.png" if signed else "",
            "signer": record.signer,
            "signed": self._said(record.ended_at),
            "made": f"{self._said(now)} 打印",
        }
        return await self.papers.pdf("record", values, pictures=pictures, at=now)

    def _rows(self, record: ServiceRecord) -> list[list[str]]:
        rows = [
            ["客户", record.customer],
            ["地点", record.site],
            ["型号", record.model],
            ["序列号" if len(record.serial) > 4 else "末四位", record.serial],
            ["保修", record.warranty],
            ["工程师", record.engineer],
            ["报修", self._said(record.opened_at)],
            ["到场", self._said(record.arrived_at)],
            ["完工", self._said(record.finished_at)],
            ["工时", f"{record.minutes // 60} 小时 {record.minutes % 60} 分" if record.minutes else ""],
            ["状态", record.state],
        ]
        return [row for row in rows if row[1]]

    def _said(self, at: datetime | None) -> str:
        return "" if at is None else f"{at.astimezone(self.calendar.zone):%Y-%m-%d %H:%M}"

    async def _picture(self, name: str, file_id: str, pictures: dict[str, bytes]) -> bool:
        try:
            pictures[name] = await asyncio.to_thread(self.files.get, file_id)
        except NoSuchFile:
            return False
        return True
