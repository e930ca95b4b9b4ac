"""Score the date grammar on the Chinese time corpus of Duckling.

    python -m benchmarks.score_duckling PATH/Duckling/Time/ZH [--show]

The data is not part of this repository. ``_OUTSIDE`` says what is not in scope and where the conventions of
docs/understanding.md differ.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.date_cases import Case, Reading, report
from handlers.language.days import add_months
from handlers.language.normalize import normalize

_NOW: Final = datetime.fromisoformat("2013-02-12T04:30")
"""The moment of the corpus, a Tuesday."""
_EXAMPLES: Final = re.compile(r"examples \((?P<gold>datetime.*?)\)\s*\[(?P<said>.*?)\]", re.DOTALL)
_TUPLE: Final = re.compile(r"\((\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\)")
_OUTSIDE: Final = (
    (
        r"[今尋听聽寻]個|今个(?:星期|礼拜|月)|今(?:星期|礼拜)|宜家|而家|依家|听日|寻日|晏昼|[踏搭]|个字|廿|下年|上年|个钟|点三$|点一$",
        "Cantonese",
    ),
    (r"\d/\d{1,2}/\d|[ap]m?\b|CET", "American dates and English hours"),
    (r"现在|此时|此刻|当前|秒", "now and seconds"),
    (r"第一个星期", "n-th weekday of a month"),
    (r"^下(?:周|星期|礼拜)三", "下周三 on a Tuesday: tomorrow there, the next calendar week here (convention 1)"),
    (r"^这(?:周|礼拜)一", "这周一 on a Tuesday: to come there, this calendar week here (convention 1)"),
    (r"^周日,|^(?:星期天|礼拜[天日]), ", "a weekday beside its date, in the past"),
    (
        r"^(?:上|下|前|后)[一二两三].{1,3}$|[两三]个?.{1,2}之?[前后]$",
        "N天前 and 下三天 are spans there, a day here (convention 6)",
    ),
    (r"^(?:周|星期|礼拜)二$", "周二 on a Tuesday: the next one there, today here (convention 2)"),
    (r"国庆", "holidays: a day of many calendars there, the days off here (convention 4)"),
    (r"周末", "the weekend begins on Friday evening there"),
)
_HOLIDAY: Final = "holidays: a day of many calendars there, the days off here (convention 4)"


def cases(folder: Path) -> Iterator[Case]:
    """Yield one case per example of the corpus and of its mainland part."""
    for path in (folder / "Corpus.hs", folder / "CN" / "Corpus.hs"):
        if not path.exists():
            continue
        for match in _EXAMPLES.finditer(path.read_text("utf-8")):
            readings = frozenset(_readings(match["gold"] + ")"))
            for said in re.findall(r'"([^"]*)"', match["said"]):
                yield Case(text=said, now=_NOW, readings=readings, outside=_outside(said, match["gold"], readings))


def _outside(said: str, gold: str, readings: frozenset[Reading]) -> str:
    if "Holiday" in gold:
        return _HOLIDAY
    plain = normalize(said).text
    for pattern, reason in _OUTSIDE:
        if re.search(pattern, plain):
            return reason
    return "" if readings else "no day in the corpus's own notation"


def _readings(gold: str) -> Iterator[Reading]:
    """Yield what ``datetime (2013, 2, 15, 0, 0, 0) Day`` or an interval of two such names."""
    moments = [[int(part) for part in parts] for parts in _TUPLE.findall(gold)]
    if not moments or any(not (year and month and day) for year, month, day, *_ in moments):
        return
    starts = [
        datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
        for year, month, day, hour, minute, _ in moments
    ]
    first = starts[0].date()
    grain = gold.rsplit(" ", 1)[-1].strip("()")
    if len(starts) == 2:
        yield first, first, ""  # a part of a day: which hours it has is a convention
        return
    last = {
        "Week": first + timedelta(days=6),
        "Month": add_months(first, 1) - timedelta(days=1),
        "Year": add_months(first, 12) - timedelta(days=1),
    }.get(grain, first)
    yield first, last, f"{starts[0]:%H:%M}" if grain in {"Hour", "Minute"} else ""


def main() -> None:
    """Print the score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    sys.stdout.write(report(cases(chosen.folder), show=chosen.show) + "\n")


if __name__ == "__main__":
    main()
