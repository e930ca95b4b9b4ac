"""The checklist of a visit: what was looked at, and what was found (S-141)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import Invalid, Stale
from domain.messages import Command, Event
from domain.service.states import JobState
from domain.service.visit import mine

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

OK = "ok"
_FOUND_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FillChecklist(Command):
    """Item of the job's checklist → ``ok`` or what was found; items that are not named stay as they are."""

    work_order_id: int
    found: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistFilled(Event):
    """Points of a checklist were looked at."""

    no: str
    found: dict[str, str]


def fill_checklist(command: FillChecklist, actor: Actor, work: Work) -> list[str]:
    """Return the items that are still open."""
    job = mine(command.work_order_id, actor, work)
    if job.state not in (JobState.ON_SITE, JobState.SIGNING):
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，到现场再填检查项。", subject=job.subject)
    items = work.policies.service.visit(job.type).checklist
    unknown = [item for item in command.found if item not in items]
    if unknown:
        raise Invalid(f"检查项里没有“{unknown[0][:20]}”，请刷新页面再填。")
    said = {item: found.strip()[:_FOUND_MAX] for item, found in command.found.items() if found.strip()}
    job.checklist = {**job.checklist, **said}
    work.flush()
    work.record(ChecklistFilled(subject=job.subject, no=job.no, found=said))
    work.redraw(job.subject)
    return [item for item in items if item not in job.checklist]
