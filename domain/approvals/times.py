"""Where approvals wait: per node and per person, what takes most of the waiting, the share within the target."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.clock import WorkCalendar
from domain.money import PPM, ratio_ppm

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One step of one approval at one node: from when its turn came until it was settled, or until now."""

    approval: str
    about: str
    node: str
    people: tuple[str, ...]
    begins: datetime
    ends: datetime | None
    """None: it still waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One person's decision: how long it lay with him."""

    name: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One approval from the asking to its decision; ``kind`` is what was asked (``quote``)."""

    kind: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dwell:
    """How long something takes, in working time; ``share_ppm`` of all waiting, running ones included."""

    name: str
    count: int
    mean: timedelta
    p90: timedelta
    total: timedelta
    share_ppm: int = 0
    upto_ppm: int = 0
    """Together with those that take more (Pareto)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsNow:
    """What waits, where, with whom, since when."""

    approval: str
    about: str
    node: str
    people: tuple[str, ...]
    since: datetime
    worked: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTimes:
    """What is asked of one kind, from end to end: in working time, and ``calendar_mean`` by the clock on the wall."""

    kind: str
    took: Dwell
    median: timedelta
    calendar_mean: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The report. ``nodes`` with the largest share first: the first is the bottleneck."""

    since: datetime
    until: datetime
    nodes: tuple[Dwell, ...]
    people: tuple[Dwell, ...]
    weeks: tuple[Dwell, ...]
    """How long a step took, by the week it was settled in; ``name`` is that week's Monday in ISO form."""
    waiting: tuple[WaitsNow, ...]
    whole: Dwell | None
    kinds: tuple[KindTimes, ...]
    """The same for quotations and technical solutions by themselves, where any was decided (S-102)."""
    median: timedelta
    within_ppm: int | None
    """Share decided within ``target``; None when none was decided."""
    target: timedelta
    baseline: timedelta = timedelta()
    """What a technical solution took by the calendar before; zero: not told."""


@dataclass(slots=True)
class _Sum:
    ended: list[timedelta] = field(default_factory=list)
    total: timedelta = timedelta()


def summarise(
    stays: Sequence[Stay],
    spoken: Iterable[Spoken],
    wholes: Iterable[Whole],
    *,
    since: datetime,
    until: datetime,
    target: timedelta,
    calendar: WorkCalendar,
    baseline: timedelta = timedelta(),
) -> Times:
    """Return the report over what touched ``[since, until)``; all durations are working time."""
    nodes: dict[str, _Sum] = {}
    for stay in stays:
        worked = calendar.between(max(stay.begins, since), stay.ends or until)
        node = nodes.setdefault(stay.node, _Sum())
        node.total += worked
        if stay.ends is not None:
            node.ended.append(calendar.between(stay.begins, stay.ends))
    people: dict[str, _Sum] = {}
    for each in spoken:
        person = people.setdefault(each.name, _Sum())
        worked = calendar.between(each.begins, each.ends)
        person.ended.append(worked)
        person.total += worked
    ended = list(wholes)
    took = _took(ended, calendar)
    return Times(
        since=since,
        until=until,
        nodes=tuple(_pareto(nodes)),
        people=tuple(_pareto(people)),
        weeks=tuple(_weeks(stays, calendar)),
        waiting=tuple(sorted(_waiting(stays, until, calendar), key=lambda each: each.since)),
        whole=_dwell("", _Sum(took, sum(took, timedelta()))) if took else None,
        kinds=tuple(_kinds(ended, calendar)),
        median=_median(took),
        within_ppm=ratio_ppm(sum(each <= target for each in took), len(took)) if took else None,
        target=target,
        baseline=baseline,
    )


def percentile(ordered: Sequence[timedelta], ppm: int) -> timedelta:
    """Return the smallest value that at least this share of ``ordered`` does not exceed (nearest rank)."""
    return ordered[max(math.ceil(len(ordered) * ppm / PPM) - 1, 0)] if ordered else timedelta()


def _pareto(sums: dict[str, _Sum]) -> Iterable[Dwell]:
    """Yield the largest first, each with its share and the share up to it."""
    everything = sum((each.total for each in sums.values()), timedelta())
    upto = timedelta()
    for name, each in sorted(sums.items(), key=lambda item: (-item[1].total, item[0])):
        upto += each.total
        yield _dwell(name, each, everything, upto)


def _took(wholes: Iterable[Whole], calendar: WorkCalendar) -> list[timedelta]:
    return sorted(calendar.between(each.begins, each.ends) for each in wholes)


def _median(ordered: Sequence[timedelta]) -> timedelta:
    return ordered[(len(ordered) - 1) // 2] if ordered else timedelta()


def _kinds(wholes: Sequence[Whole], calendar: WorkCalendar) -> Iterable[KindTimes]:
    for kind in sorted({each.kind for each in wholes}):
        own = [each for each in wholes if each.kind == kind]
        took = _took(own, calendar)
        calendar_mean = sum((each.ends - each.begins for each in own), timedelta()) / len(own)
        summed = _dwell("", _Sum(took, sum(took, timedelta())))
        yield KindTimes(kind=kind, took=summed, median=_median(took), calendar_mean=calendar_mean)


def _dwell(name: str, each: _Sum, everything: timedelta = timedelta(), upto: timedelta = timedelta()) -> Dwell:
    ended = sorted(each.ended)
    return Dwell(
        name=name,
        count=len(ended),
        mean=sum(ended, timedelta()) / len(ended) if ended else timedelta(),
        p90=percentile(ended, 900_000),
        total=each.total,
        share_ppm=ratio_ppm(_seconds(each.total), _seconds(everything)),
        upto_ppm=ratio_ppm(_seconds(upto), _seconds(everything)),
    )


def _weeks(stays: Iterable[Stay], calendar: WorkCalendar) -> Iterable[Dwell]:
    weeks: dict[str, _Sum] = {}
    for stay in stays:
        if stay.ends is not None:
            day = calendar.local(stay.ends).date()
            week = weeks.setdefault((day - timedelta(days=day.weekday())).isoformat(), _Sum())
            week.ended.append(calendar.between(stay.begins, stay.ends))
    return (_dwell(monday, week) for monday, week in sorted(weeks.items()))


def _waiting(stays: Iterable[Stay], now: datetime, calendar: WorkCalendar) -> Iterable[WaitsNow]:
    return (
        WaitsNow(
            approval=stay.approval,
            about=stay.about,
            node=stay.node,
            people=stay.people,
            since=stay.begins,
            worked=calendar.between(stay.begins, now),
        )
        for stay in stays
        if stay.ends is None
    )


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
