"""Times of day: exact, vague (上午), and relative (半小时后)."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from handlers.language.numbers import SMALL, read_number

Window = tuple[time, time]

PARTS: Final[dict[str, Window]] = {
    "凌晨": (time(0), time(6)), "半夜": (time(0), time(6)), "一大早": (time(6), time(10)), "大清早": (time(6), time(10)),
    "清早": (time(6), time(10)), "一早": (time(6), time(10)), "早上": (time(6), time(10)), "早晨": (time(6), time(10)),
    "早": (time(6), time(10)), "晨": (time(6), time(10)), "早间": (time(6), time(10)), "上午": (time(8), time(12)), "午前": (time(8), time(12)), "中午": (time(11, 30), time(13, 30)),
    "正午": (time(11, 30), time(13, 30)), "下午": (time(12), time(18, 30)), "午后": (time(12), time(18, 30)),
    "傍晚": (time(17), time(19)), "晚上": (time(17), time(23, 59)), "夜里": (time(17), time(23, 59)),
    "晚间": (time(17), time(23, 59)), "晚": (time(17), time(23, 59)), "夜": (time(17), time(23, 59)),
}  # fmt: skip
_EXACT: Final[tuple[tuple[re.Pattern[str], time, Window], ...]] = (
    (re.compile(r"下班(?:之|以)?前|下班"), time(18), (time(17), time(18, 30))),
    (re.compile(r"上班(?:之|以)?前|(?<![周期拜])一上班|上班(?:就|后|时)"), time(9), (time(8), time(9, 30))),
    (re.compile(r"(?:午饭|中午|吃饭)(?:之|以)?前"), time(12), (time(11), time(12, 30))),
    (re.compile(r"(?:午饭|吃完饭|饭|午休|中午)(?:之|以)?后"), time(13), (time(12, 30), time(14))),
    (re.compile(r"(?<=[二三四五六日末号]|(?<=[周期拜])[一天])上班(?!的)"), time(9), (time(8), time(9, 30))),
    (re.compile(r"中午|正午"), time(12), (time(11, 30), time(13, 30))),
)
_LATE: Final = frozenset({"下午", "午后", "傍晚", "晚上", "夜里", "晚间", "晚", "夜"})
_PART: Final = "|".join(sorted((part for part in PARTS if len(part) > 1), key=len, reverse=True))
_HOUR: Final = r"(?P<h>[01]?\d|2[0-4]|二十[一二三四]?|十[一二三四五六七八九]?|[一二两三四五六七八九零])"
_MINUTE: Final = r"(?:(?P<half>半)|(?P<quarter>[一三1-3])刻钟?|(?P<min>[0-5]\d|零[一二三四五六七八九五]|[一二三四五]?十[一二三四五六七八九]?|\d)分?|(?P<whole>整))"
_POINT: Final = re.compile(
    rf"(?P<part>{_PART}|早|晚|晨)?的?(?<![\d第.让降这那有说提改共利几差]){_HOUR}(?:点钟?|时(?!间|候|常|长|代|效|期|尚|而)){_MINUTE}?"
    r"(?![\d一二三四五六七八九折]|建议|意见|要求|问题|优惠|个点|几|多钱)"
)
_DIGITAL: Final = re.compile(
    rf"(?P<part>{_PART}|早|晚|晨)?的?(?<![\d:.])(?P<h>[01]?\d|2[0-4]):(?P<min>[0-5]\d)(?![\d:])"
)
_VAGUE: Final = re.compile(
    rf"(?<!了一)(?<!整)(?<!整个)(?:{_PART})|(?<=[今明昨天周一二三四五六日末号])(?:早(?!点|就|已|日)|晚(?!点|于|了)|夜)|(?<=[今明昨])晚|(?<=[今明])[早晨]"
)
_AHEAD: Final = re.compile(
    rf"(?:再过|过|大概|大约|还要|还有|再有|再)?(?P<n>{SMALL}|半)(?P<one>个)?(?P<half>半)?(?P<unit>小时|钟头|分钟|分|刻钟)(?P<plus>半)?(?:左右)?"
    r"(?:(?:之|以)?[后内](?!部|容)|(?:就|能|可以?|可)?(?:赶)?到(?!了|现场了|货|账)|就来|过来|到达)"
)
_TIGHT: Final = re.compile(
    rf"(?:再过|过|(?:大概|大约|差不多|还要|还有|还得|再有)(?=[^,，。 ]{{1,5}}(?:小时|钟头|分钟|刻钟)半?(?:左右|吧)?(?:$|[,，。 ])))(?P<n>{SMALL}|半)(?P<one>个)?(?P<half>半)?(?P<unit>小时|钟头|分钟|刻钟)(?P<plus>半)?"
)
_SO_LONG: Final = re.compile(
    rf"(?:^|(?<=[,，。 ]))(?P<n>{SMALL}|半)(?P<one>个)?(?P<half>半)?(?P<unit>小时|钟头|分钟|刻钟)(?P<plus>半)?(?:吧|左右|的样子)(?=$|[,，。 ])"
)
"""40分钟吧, as an answer: that long from now."""
_AGO: Final = re.compile(
    rf"(?P<n>{SMALL}|半)(?P<one>个)?(?P<half>半)?(?P<unit>小时|钟头|分钟|刻钟)(?P<plus>半)?(?:之|以)?前"
)
_MINUTES: Final = {"小时": 60, "钟头": 60, "分钟": 1, "分": 1, "刻钟": 15}
_SIGNS: Final = frozenset("点时:早晚晨夜午班饭傍刻分钟")
"""One of them is in every time of day."""
_ALONE_ONE: Final = re.compile(r"(?:半|钟|整|之?前|到|左右|开|出发|见|[0-5]\d|来|集合|过|以前)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """``clock`` or only a ``window``. ``part`` is the part of the day said; ``bare`` marks a number without one.

    ``offset`` (from now) is used instead for 半小时后; ``next_day`` for 晚上12点.
    """

    start: int
    end: int
    rule: str
    clock: time | None = None
    window: Window | None = None
    part: str = ""
    bare: bool = False
    offset: timedelta | None = None
    next_day: bool = False


def find_clocks(text: str) -> Iterator[Clock]:
    """Yield every time of day; overlapping ones are for the caller to choose among."""
    if _SIGNS.isdisjoint(text):
        return
    for pattern in (_POINT, _DIGITAL):
        for match in pattern.finditer(text):
            clock = _read(text, match)
            if clock:
                yield clock
    for words, clock_time, window in _EXACT:
        for match in words.finditer(text):
            yield Clock(
                start=match.start(), end=match.end(), rule="time.word", clock=clock_time, window=window, part=match[0]
            )
    for match in _VAGUE.finditer(text):
        yield Clock(start=match.start(), end=match.end(), rule="time.part", window=PARTS.get(match[0]), part=match[0])
    for pattern, sign in ((_AHEAD, 1), (_TIGHT, 1), (_SO_LONG, 1), (_AGO, -1)):
        for match in pattern.finditer(text):
            if text[max(0, match.start() - 1) : match.start()] == "了":
                continue  # 堵了四十分钟到的 is how long, not when
            yield Clock(start=match.start(), end=match.end(), rule="time.offset", offset=sign * _length(match))


def _read(text: str, match: re.Match[str]) -> Clock | None:
    hour = read_number(match["h"])
    if hour is None or hour > 24:
        return None
    part = match["part"] or ""
    said = match[0]
    minute = _minute(match)
    if (
        not part
        and match["h"] == "一"
        and ":" not in said
        and not (_ALONE_ONE.match(text, match.end("h") + 1) or match.start() == 0)
    ):
        return None  # 快一点, 便宜一点
    hour = int(hour)
    next_day = False
    if (part in _LATE and hour < 12) or (part in {"中午", "正午"} and hour < 4):
        hour += 12
    elif (part in _LATE or part == "半夜") and hour == 12 and part not in {"下午", "午后"}:
        hour, next_day = 0, True
    if hour == 24:
        hour, next_day = 0, True
    return Clock(
        start=match.start(), end=match.end(), rule="time.clock", clock=time(hour, minute), part=part,
        bare=not part and hour <= 12 and not (":" in said and len(match["h"]) == 2 and match["h"][0] == "0"), next_day=next_day,
    )  # fmt: skip


def _minute(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups.get("half"):
        return 30
    if groups.get("quarter"):
        return 15 * int(read_number(groups["quarter"]) or 0)
    said = groups.get("min")
    return int(read_number(said.lstrip("零")) or 0) if said else 0


def _length(match: re.Match[str]) -> timedelta:
    count = read_number(match["n"]) or 0.0
    if match["half"] or match["plus"]:
        count += 0.5
    return timedelta(minutes=round(count * _MINUTES[match["unit"]]))
