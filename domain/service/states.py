"""The life of a job: exactly five steps, and four places to wait or end.

报修 ──► 派单 ──► 接单 ──► 上门 ◄──► 待签收 ──► 确认       back: 没修好
 ▲        │        │       ▲ │
 └────────┴────────┘       │ ▼
                     等备件 待再访              已取消: from anywhere before 待签收
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands."""

    REPORTED = "reported"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    WAITING_PARTS = "waiting_parts"
    REVISIT = "revisit"
    SIGNING = "signing"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state as people say it."""
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be done."""
        return bool(NEXT[self])


_LABELS: Mapping[JobState, str] = {
    JobState.REPORTED: "报修",
    JobState.OFFERED: "派单",
    JobState.ACCEPTED: "接单",
    JobState.ON_SITE: "上门",
    JobState.WAITING_PARTS: "等备件",
    JobState.REVISIT: "待再访",
    JobState.SIGNING: "待签收",
    JobState.CONFIRMED: "确认",
    JobState.CANCELLED: "已取消",
}

NEXT: Mapping[JobState, frozenset[JobState]] = {
    JobState.REPORTED: frozenset({JobState.OFFERED, JobState.CANCELLED}),
    JobState.OFFERED: frozenset({JobState.OFFERED, JobState.ACCEPTED, JobState.REPORTED, JobState.CANCELLED}),
    JobState.ACCEPTED: frozenset({JobState.ON_SITE, JobState.OFFERED, JobState.REPORTED, JobState.CANCELLED}),
    JobState.ON_SITE: frozenset(
        {JobState.SIGNING, JobState.WAITING_PARTS, JobState.REVISIT, JobState.ACCEPTED, JobState.CANCELLED}
    ),
    JobState.WAITING_PARTS: frozenset({JobState.ON_SITE, JobState.REVISIT, JobState.OFFERED, JobState.CANCELLED}),
    JobState.REVISIT: frozenset({JobState.ON_SITE, JobState.WAITING_PARTS, JobState.OFFERED, JobState.CANCELLED}),
    JobState.SIGNING: frozenset({JobState.CONFIRMED, JobState.ON_SITE}),
    JobState.CONFIRMED: frozenset(),
    JobState.CANCELLED: frozenset(),
}

WITH_ENGINEER = (JobState.ACCEPTED, JobState.ON_SITE, JobState.WAITING_PARTS, JobState.REVISIT)
"""The states that count as a job in somebody's hands."""
TO_VISIT = (JobState.ACCEPTED, JobState.WAITING_PARTS, JobState.REVISIT)
"""The states from which an engineer sets out."""
AT_MACHINE = (JobState.ON_SITE, JobState.SIGNING)
"""The states in which an engineer stands before the machine."""
