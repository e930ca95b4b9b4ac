"""What the progress page says: its headline, the five steps, and everything that happened, like a parcel's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.service.states import JobState
from domain.service.types import ServiceType

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from domain.service.views import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the five: ``done`` with its time, ``now`` with what is waited for, or ``next``."""

    label: str
    said: str
    stage: str


MOODS = {
    JobState.SIGNING: "yours",
    JobState.CONFIRMED: "done",
    JobState.CANCELLED: "off",
    JobState.WAITING_PARTS: "waits",
    JobState.REVISIT: "waits",
}


def headline(progress: Progress, moment: Callable[[datetime], str]) -> str:
    """Return what is true now, in one sentence; ``moment`` says a time as people do."""
    master = progress.engineer or "师傅"
    return {
        JobState.REPORTED: "已收到，正在安排师傅",
        JobState.OFFERED: "正在等师傅接单",
        JobState.ACCEPTED: _coming(progress, master, moment),
        JobState.ON_SITE: f"{master}到了门口，还没能看到机器"
        if progress.blocked
        else f"{master}正在现场{_WORK[progress.type]}",
        JobState.WAITING_PARTS: "在等备件，到货后再上门",
        JobState.REVISIT: f"{master}{moment(progress.eta)} 再来" if progress.eta else "还要再来一次，正在约时间",
        JobState.SIGNING: f"{_DONE[progress.type]}，请您签收"
        if progress.signs
        else f"{_DONE[progress.type]}，等报修人签收",
        JobState.CONFIRMED: "已完成，谢谢您",
        JobState.CANCELLED: "这次报修已取消" if progress.type is ServiceType.REPAIR else "这次服务已取消",
    }[progress.state]


def _coming(progress: Progress, master: str, moment: Callable[[datetime], str]) -> str:
    if progress.type.is_desk:
        return f"{master}正在处理"
    said = f"{master}已出发" if progress.departed_at else master
    if progress.eta is None:
        return said if progress.departed_at else f"{master}已接单"
    until = f"–{_clock(progress.eta_end, moment)}" if progress.eta_end else ""
    return f"{said}{'，' if progress.departed_at else ''}预计{moment(progress.eta)}{until} 到"


def _clock(at: datetime, moment: Callable[[datetime], str]) -> str:
    """Return the hour of a moment alone."""
    return moment(at)[-len("14:30") :]


def parcel(progress: Progress, moment: Callable[[datetime], str]) -> list[tuple[str, str]]:
    """Return what has happened so far as (when, what), the newest first, as a parcel's way is told."""
    taken = progress.hands or ((progress.accepted_at or progress.opened_at, progress.engineer or "师傅"),)
    happened = [
        (progress.opened_at, f"收到{progress.type.label}"),
        (progress.dispatched_at, "已派单"),
        *((at, f"{master}接单") for at, master in taken if progress.accepted_at is not None),
        (progress.departed_at, f"{_whose(taken, progress.departed_at)}出发"),
        (progress.arrived_at, f"{_whose(taken, progress.arrived_at)}到场"),
        (progress.finished_at, _DONE[progress.type]),
        (progress.ended_at, "已取消" if progress.state is JobState.CANCELLED else "已签收"),
    ]
    told = [(at, words) for at, words in happened if at is not None]
    return [(moment(at), words) for at, words in sorted(told, key=lambda each: each[0])][::-1]


def _whose(taken: Sequence[tuple[datetime, str]], at: datetime | None) -> str:
    """Return who had the job at that time: a step stays his who took it."""
    had = [master for since, master in taken if at is not None and since <= at]
    return had[-1] if had else taken[0][1]


_WORK: Mapping[ServiceType, str] = {
    ServiceType.INSTALL: "安装",
    ServiceType.REPAIR: "维修",
    ServiceType.MAINTENANCE: "保养",
    ServiceType.INSPECTION: "巡检",
    ServiceType.COMPLAINT: "处理",
    ServiceType.CONSULT: "处理",
}
_DONE: Mapping[ServiceType, str] = {
    ServiceType.INSTALL: "装好了",
    ServiceType.REPAIR: "修好了",
    ServiceType.MAINTENANCE: "保养好了",
    ServiceType.INSPECTION: "检查好了",
    ServiceType.COMPLAINT: "处理好了",
    ServiceType.CONSULT: "答复好了",
}


_REACHED = {
    JobState.REPORTED: 1,
    JobState.OFFERED: 2,
    JobState.ACCEPTED: 3,
    JobState.ON_SITE: 4,
    JobState.WAITING_PARTS: 4,
    JobState.REVISIT: 4,
    JobState.SIGNING: 4,
    JobState.CONFIRMED: 5,
    JobState.CANCELLED: 1,
}
"""How many of the five steps are done."""


_WAITS = {
    JobState.REPORTED: "正在安排",
    JobState.OFFERED: "等师傅接单",
    JobState.ACCEPTED: "等师傅上门",
    JobState.ON_SITE: "进行中",
    JobState.WAITING_PARTS: "等备件",
    JobState.REVISIT: "等师傅再来",
    JobState.SIGNING: "待您签收",
}
"""What the step under way is waiting for."""


def steps(progress: Progress, moment: Callable[[datetime], str]) -> list[Step]:
    """Return the five steps."""
    times = (
        ("报修", progress.opened_at),
        ("派单", progress.dispatched_at),
        ("接单", progress.accepted_at),
        ("上门", progress.arrived_at),
        ("确认", progress.ended_at),
    )
    reached = _REACHED[progress.state]
    going = progress.state is not JobState.CANCELLED
    told = []
    for index, (label, at) in enumerate(times):
        if index < reached:
            told.append(Step(label=label, said=moment(at) if at else "", stage="done"))
        elif index == reached and going:
            told.append(Step(label=label, said=_WAITS[progress.state], stage="now"))
        else:
            told.append(Step(label=label, said="", stage="next"))
    return told
