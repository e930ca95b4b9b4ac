"""What the scorers of public date suites share: one case, whether the reader's dates fit it, and the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from handlers.language.calendar import ChineseCalendar
from handlers.language.normalize import normalize
from handlers.language.time import When, find_times

Reading = tuple[date, date, str]
"""First day, last day, and ``HH:MM`` or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """``text`` said at ``now`` names one of ``readings``; ``outside`` says why it does not count, if it does not."""

    text: str
    now: datetime
    readings: frozenset[Reading]
    outside: str = ""


def fits(case: Case) -> bool:
    """Whether one of the dates found in the text is a reading of the case, for what is to come or what was."""
    return bool(case.readings & found(case))


def found(case: Case) -> frozenset[Reading]:
    """Return every reading of every date in the text."""
    spans = find_times(normalize(case.text).text, case.now, ChineseCalendar())
    return frozenset(reading for span in spans if isinstance(span.value, When) for reading in _readings(span.value))


def report(cases: Iterable[Case], *, show: bool) -> str:
    """Return the score over what is in scope, the reasons for what is not, and the misses."""
    reasons: Counter[str] = Counter()
    right = total = 0
    misses: list[str] = []
    for case in cases:
        if case.outside:
            reasons[case.outside] += 1
            continue
        total += 1
        if fits(case):
            right += 1
        else:
            misses.append(
                f"  {case.now:%Y-%m-%d %H:%M}  {case.text}\n      {_said(case.readings)} ≠ {_said(found(case))}"
            )
    lines = [f"in scope  {right / total:.3f}  ({right}/{total})" if total else "nothing in scope"]
    lines += [f"outside   {count:>4}  {reason}" for reason, count in reasons.most_common()]
    return "\n".join(lines + (misses if show else []))


def _readings(when: When) -> Iterable[Reading]:
    for days, clock in (((when.first, when.last), when.clock), (when.past, when.past_clock or when.clock)):
        if days is not None:
            yield (*days, "")
            if clock is not None:
                yield (*days, f"{clock:%H:%M}")


def _said(readings: Iterable[Reading]) -> str:
    return " | ".join(sorted(f"{first}…{last} {clock}".strip() for first, last, clock in readings)) or "nothing"
