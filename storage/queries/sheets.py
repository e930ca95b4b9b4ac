"""The page of a job, for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.catalog.part import Part
from domain.catalog.stock import MAIN, Stock, van
from domain.errors import NotFound
from domain.files.kept_file import KeptFile
from domain.people.person import Person
from domain.service.sheet_views import SheetFile, SheetView, StockLine
from domain.service.states import WITH_ENGINEER, JobState
from domain.service.ticket import FaultReport
from domain.service.views import Stand
from domain.service.work_order import WorkOrder
from storage.queries.service import ServiceQueries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.actor import Actor

_PARTS = 300
_FILES = 60
_FILLED_IN = (*WITH_ENGINEER, JobState.SIGNING)


class SheetQueries:
    """A job with its pictures and voices, and what its engineer chooses from when he fills in the form."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, job_id: int, viewer: Actor) -> SheetView:
        """Return the page as ``viewer`` may see it; NotFound for whoever has nothing to do with the job."""
        job = ServiceQueries(self._session).job(job_id, viewer)
        fills = job.stand is Stand.OWNER and job.state in _FILLED_IN
        return SheetView(
            job=job,
            files=() if job.stand is Stand.OUT else tuple(self._files(job_id)),
            parts=tuple(self._parts(viewer.person_id)) if fills and viewer.person_id is not None else (),
            checks=dict(self._session.get_one(WorkOrder, job_id).checklist),
            fills=fills,
            signs=fills and bool(job.token),
        )

    def file(self, job_id: int, number: int, viewer: Actor) -> SheetFile:
        """Return the file at this place of the page; NotFound for none and for whoever may not see it alike."""
        files = self.of(job_id, viewer).files
        if not 0 <= number < len(files):
            raise NotFound("没有找到这个文件，可能已删除或不在您的范围内。")
        return files[number]

    def _files(self, job_id: int) -> list[SheetFile]:
        """Return what customers sent with their reports, then what came to the job, the oldest first."""
        job = self._session.get_one(WorkOrder, job_id)
        reports = self._session.scalars(
            select(FaultReport).where(FaultReport.ticket_id == job.ticket_id).order_by(FaultReport.id).limit(_FILES)
        )
        sent = [
            SheetFile(file_id=photo, kind="image", mime="image/jpeg", name="", by="客户", at=report.at)
            for report in reports
            for photo in report.photos
        ]
        rows = self._session.execute(
            select(KeptFile, Person.name)
            .outerjoin(Person, Person.id == KeptFile.person_id)
            .where(KeptFile.subject.in_((f"workorder:{job_id}", f"ticket:{job.ticket_id}")))
            .order_by(KeptFile.id)
            .limit(_FILES)
        )
        kept = [
            SheetFile(
                file_id=file.file_id, kind=file.kind, mime=file.mime, name=file.name, by=name or "客户", at=file.at
            )
            for file, name in rows
        ]
        return [*sent, *kept][:_FILES]

    def _parts(self, person_id: int) -> list[StockLine]:
        """Return what lies in the engineer's van, then what lies in the store."""
        lines: dict[int, StockLine] = {}
        rows = self._session.execute(
            select(Part, Stock.place, Stock.on_hand)
            .join(Stock, Stock.part_id == Part.id)
            .where(Stock.place.in_((van(person_id), MAIN)), Stock.on_hand > 0)
            .order_by(Stock.place == MAIN, Part.code)
            .limit(2 * _PARTS)
        )
        for part, place, pieces in rows:
            known = lines.get(part.id)
            lines[part.id] = StockLine(
                code=part.code,
                name=part.name,
                unit=part.unit,
                van=pieces if place != MAIN else known.van if known else 0,
                main=pieces if place == MAIN else known.main if known else 0,
            )
        return list(lines.values())[:_PARTS]
