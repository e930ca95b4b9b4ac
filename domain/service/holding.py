"""Whose job it is: an engineer acts on his own, and learns nothing of jobs he was never asked to take (R-52)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import NotAllowed, NotFound
from domain.scope import UNSEEN
from domain.service.work_order import WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


def mine(work_order_id: int, actor: Actor, work: Work) -> WorkOrder:
    """Return the actor's own job, locked; NotAllowed for one he was asked to take, NotFound for any other."""
    job = work.lock(WorkOrder, work_order_id)
    if job.engineer_id is not None and job.engineer_id == actor.person_id:
        return job
    if work.find.service.offer_to(job.id, actor.person_id) is None:
        raise NotFound(UNSEEN)
    raise NotAllowed(f"工单 {job.no} 不在您手上，要先接单才能操作。")
