"""When a job stops waiting: the last part it waited for is in the van, or will not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.service.deadlines import resume
from domain.service.states import JobState

if TYPE_CHECKING:
    from domain.service.work_order import WorkOrder
    from domain.spares.part_request import PartRequest
    from domain.work import Work


def still_missing(job: WorkOrder, work: Work) -> list[PartRequest]:
    """Return what the job still waits for, in the order of asking."""
    return [each for each in work.find.spares.of_job(job.id) if each.state.is_open]


def stop_waiting(job: WorkOrder, work: Work) -> None:
    """Let the job be visited again when nothing is missing any more; our clock runs on."""
    if job.state is JobState.WAITING_PARTS and not still_missing(job, work):
        job.revisit(None)
        resume(job, work)
        work.flush()
