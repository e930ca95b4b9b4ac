"""Score the date grammar on the Chinese date specifications of Microsoft's Recognizers-Text.

    python -m benchmarks.score_recognizers PATH/Specs/DateTime/Chinese [--show]

The data is not part of this repository. In scope are days, moments and spans of days that somebody may write about
customers. ``_OUTSIDE`` and ``_outside`` say what is not, and where the conventions of docs/understanding.md differ.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.date_cases import Case, Reading, report

_FILES: Final = (
    "DateParser",
    "DatePeriodParser",
    "DateTimeParser",
    "DateTimePeriodParser",
    "MergedParser",
    "DateTimeModel",
)
_TYPES: Final = ("date", "daterange", "datetime", "datetimerange")
_OUTSIDE: Final = (
    (r"农历|初[一二三四五六七八九十]|正月|腊月|大年|除夕|阴历|[零〇一二]{2,4}年.月十五$", "lunar calendar"),
    (r"[春夏秋冬][天季]|季节", "seasons"),
    (
        r"第[一二三四五1-5]个?(?:周|星期|礼拜)|最后一?个?(?:周|星期|礼拜|天)|第.{1,3}天|倒数",
        "n-th week or weekday of a month",
    ),
    (r"世纪|年代|公元", "decades and centuries"),
    (r"(?:^|\D)1[3-8]\d\d[年-]|^[三四五六七八九][一-九]{2}年|(?:^|\D)[1-9]\d\d年", "centuries before the last"),
    (r"^(?:从?)(?:19|20)\d\d(?: |$|[到-])|\d ?年[或及]?(?:以|之)?[前后]", "bare years, before and after years"),
    (r"康熙|雍正|乾隆|民国|神龙|元年", "years of dynasties"),
    (
        r"第.{1,2}个?[月周天]|(?:年|月)的?(?:最后|最後|前|后|後)\s?\d+\s?个?[月周週天]",
        "n-th or last month, week or days of a year",
    ),
    (
        r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$|^\d\d-\d{1,2}-\d{1,2}|= ?\d{4}$",
        "day/month/year and 2010 01 29, which nobody writes here",
    ),
    (r"年半", "a length of time, taken for a date"),
    (
        r"(?:19|20)\d\d\s?[-–]\s?(?:19|20)?\d\d年|[一二]九.{2}年|二零.{2}年.{0,2}[至到].{2,4}年|\d年.{0,3}(?:到|至|和|与)\d{2,4}年",
        "spans of years",
    ),
    (r"\d秒|[ap]\.?m|半[周月]|之间|[^时]间的|\d+:\d\d:\d\d|\d{1,2}分\d", "seconds, English hours, half weeks, 之间"),
    (r"最近$|今后$|现在|此时|此刻|以来|至今|目前|当前|刚才", "now and until now"),
    (r"节|圣诞|元旦|春节|国庆|中秋|清明|端午", "holidays: a day there, the days off here (convention 4)"),
)


def cases(folder: Path) -> Iterator[Case]:
    """Yield one case for every date the specifications find in a text."""
    seen: set[tuple[str, str, str]] = set()
    for name in _FILES:
        for spec in json.loads((folder / f"{name}.json").read_text("utf-8-sig")):
            now = _moment(str(spec.get("Context", {}).get("ReferenceDateTime", "")))
            if now is None:
                continue
            for entity in spec.get("Results") or ():
                key = (str(spec["Input"]), f"{now}", str(entity.get("Text")))
                if key not in seen and str(entity.get("TypeName") or entity.get("Type")).rpartition(".")[2] in _TYPES:
                    seen.add(key)
                    yield _case(entity, now, str(spec["Input"]))


def _case(entity: Mapping[str, Any], now: datetime, text: str) -> Case:
    values = list(_values(entity))
    readings = frozenset(reading for value in values for reading in _readings(value))
    return Case(text=text, now=now, readings=readings, outside=_outside(str(entity["Text"]), values, readings))


def _values(entity: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the resolutions in one form, of the models (``Resolution``) as of the parsers (``Value``)."""
    if "Resolution" in entity:
        yield from entity["Resolution"].get("values", ())
        return
    value = entity.get("Value") or {}
    for side in ("FutureResolution", "PastResolution"):
        said = value.get(side) or {}
        whole = said.get("date") or said.get("dateTime")
        start = said.get("startDate") or said.get("startDateTime")
        end = said.get("endDate") or said.get("endDateTime")
        yield {"timex": value.get("Timex", ""), **({"value": whole} if whole else {"start": start, "end": end})}


def _readings(value: Mapping[str, Any]) -> Iterator[Reading]:
    start, end = (_moment(str(value.get(key) or value.get("value") or "")) for key in ("start", "end"))
    if value.get("Mod"):
        for edge in (start, end):
            if edge is not None:
                yield edge.date(), edge.date(), ""
        return
    if start is None or end is None:
        return
    exact = "T" in str(value.get("timex", "")) and "value" in value
    yield start.date(), end.date(), f"{start:%H:%M}" if exact else ""
    if "start" in value and not exact:
        yield start.date(), max(start.date(), end.date() - timedelta(days=1)), ""  # their end is often the day after
        yield start.date(), _month_end(end.date()), ""  # 3月到5月: theirs ends where May begins


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _outside(said: str, values: list[Mapping[str, Any]], readings: frozenset[Reading]) -> str:
    for pattern, reason in _OUTSIDE:
        if re.search(pattern, said):
            return reason
    if all(first.year == 1 for first, _, _ in readings):
        return "no day resolved"
    if any(value.get("isLunar") for value in values):
        return "lunar calendar"
    timex = str(values[0].get("timex", ""))
    if any(value.get("Mod") for value in values) and re.fullmatch(r"\d{4}", timex):
        return "before or after a year"
    if (
        re.search(r"^(?:过去|最近|近|前|后|接下来|未来|之前|之后|上|下|这).{0,2}[\d一二两三四五六七八九十几半]", said)
        and "P" in timex
    ):
        return "rolling windows: they end yesterday there, today here (近七天)"
    if re.search(r"(?:小时|分钟|秒)", said) and timex.startswith("("):
        return "rolling hours"
    if (
        re.fullmatch(r"今年|本?这?个?月|今天|本周|这周", said)
        and "P" not in timex
        and len(readings)
        and "start" in values[0]
    ):
        return "the running year or month: until now there, whole here (convention 5)"
    return ""


def _moment(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said.replace(" ", "T"))
    except ValueError:
        return None


def main() -> None:
    """Print the score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    sys.stdout.write(report(cases(chosen.folder), show=chosen.show) + "\n")


if __name__ == "__main__":
    main()
