"""Days, weeks, months and holidays named in a sentence.

Weeks run Monday to Sunday. A bare 周五, 15号 or 5月 has two readings, the nearest to come and the nearest
gone by; both are kept and the sentence's tense decides later.
"""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from handlers.language.calendar import NAMES, Calendar, add_workdays, last_workday, next_workday
from handlers.language.gate import Gate
from handlers.language.numbers import SMALL, read_number

Range = tuple[date, date]
Reading = tuple[date, date, str, str, Range | None]
"""First day, last day, grain, convention used, and the reading for a report of the past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """``text[start:end]`` names ``first``..``last``; ``past`` is what it names in a report of the past."""

    start: int
    end: int
    first: date
    last: date
    grain: str
    rule: str
    note: str = ""
    past: Range | None = None
    deadline: bool = False
    """The words themselves say by when (国庆前, 三天内), so no 前 need follow."""


@dataclass(frozen=True, slots=True)
class Today:
    """The day it is, and the calendar to reckon with."""

    day: date
    calendar: Calendar


WEEKDAYS: Final = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    "末": 5,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
    "5": 4,
    "6": 5,
    "7": 6,
}
_STEP: Final = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "": 0, "下": 1, "下下": 2, "下下下": 3}
_WEEK: Final = r"(?:周|星期|礼拜)"
_NOT_A_DAY: Final = r"(?!车间|车床|机|线|楼|库|厂|床|门|炉|仓|工位|柜|泵|料|台|工地|院|馆|展|\d|公司|仓库|设备|产线|模|钢|嘴|梯|孔|轴|缸|阀|辊|刀|头|箱|位|工|塔|井|窑|罐|釜|口|屏|灯|键|腔|单元|栋|棚|舱|桶|槽|枪|电梯|闸)"


def find_days(text: str, today: Today) -> Iterator[Day]:
    """Yield every reading of every rule; overlapping ones are for the caller to choose among."""
    for position in _GATE.open_to(text):
        rule, pattern, read = _RULES[position]
        for match in pattern.finditer(text):
            try:
                reading = read(match, today)
            except (ValueError, OverflowError):  # 2月30号, or a year beyond the calendar
                missing = _missing(rule, match, today)
                if missing is not None:
                    yield missing
                continue
            if reading is not None:
                first, last, grain, note, past = reading
                yield Day(
                    start=match.start(), end=match.end(), first=first, last=last, grain=grain, rule=f"time.{rule}",
                    note=note, past=past, deadline=rule in {"holiday", "within", "workdays", "this_end"},
                )  # fmt: skip


def _missing(rule: str, match: re.Match[str], today: Today) -> Day | None:
    """Return 十一月三十一号 as a day of grain ``missing``: from the month's last day to the next month's first."""
    if rule not in {"full", "month_day"}:
        return None
    month, number = _number(match["m"]), _number(match["d"])
    if not (1 <= month <= 12 and 29 <= number <= 31):
        return None
    said = match.groupdict().get("y")
    year = _said_year(said, today) if said else today.day.year
    last = month_range(year, month)[1]
    if not said and last < today.day:
        last = month_range(year + 1, month)[1]
    return Day(
        start=match.start(), end=match.end(), first=last, last=last + timedelta(days=1), grain="missing",
        rule="time.missing", note=f"{month}月没有{number}号，请说是哪天",
    )  # fmt: skip


def month_range(year: int, month: int) -> Range:
    """Return first and last day of a month; months outside 1–12 roll over the year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """Return the same day of the month ``months`` on, or that month's last day."""
    first, last = month_range(day.year, day.month + months)
    return min(first + timedelta(days=day.day - 1), last)


def week_range(day: date, step: int = 0) -> Range:
    """Return Monday and Sunday of the week ``step`` weeks from that of ``day``."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
    return monday, monday + timedelta(days=6)


def _number(text: str) -> int:
    value = read_number(text)
    if value is None or value != int(value):
        raise ValueError(text)
    return int(value)


def _one(day: date, note: str = "", past: date | None = None) -> Reading:
    return day, day, "day", note, (past, past) if past else None


def _full(match: re.Match[str], today: Today) -> Reading:
    return _one(date(_said_year(match["y"], today), _number(match["m"]), _number(match["d"])))


def _said_year(said: str, today: Today) -> int:
    """Return 2026 for 今年, 2026年, 26年 and 二零二六年."""
    if said in _YEARS:
        return today.day.year + _YEARS[said]
    year = _number(said.replace("年", ""))
    return year + 2000 if year < 100 else year


def _month_day(match: re.Match[str], today: Today) -> Reading:
    month, number = _number(match["m"]), _number(match["d"])
    said = match.groupdict().get("y")
    if said:
        return _one(date(today.day.year + _YEARS[said], month, number))
    if month == 2 and number == 29:
        return _one(
            next(
                date(year, 2, 29) for year in range(today.day.year, today.day.year + 8) if monthrange(year, 2)[1] == 29
            )
        )
    this = date(today.day.year, month, number)
    coming = this if this >= today.day else date(this.year + 1, month, number)
    gone = this if this <= today.day else date(this.year - 1, month, number)
    return _one(coming, past=gone)


def _month_days(match: re.Match[str], today: Today) -> Reading:
    first = _month_day(match, today)[0]
    return first, first.replace(day=_number(match["e"])), "day", "", None


def _day_of_month(match: re.Match[str], today: Today) -> Reading | None:
    number = _number(match["d"])
    if not 1 <= number <= 31:
        return None
    which = match["which"]
    if which:
        first, _ = month_range(today.day.year, today.day.month + _STEP[which.rstrip("个月份")])
        return _one(first.replace(day=number))
    coming = gone = None
    for step in range(3):
        first, last = month_range(today.day.year, today.day.month + step)
        if number <= last.day and coming is None and first.replace(day=number) >= today.day:
            coming = first.replace(day=number)
        first, last = month_range(today.day.year, today.day.month - step)
        if number <= last.day and gone is None and first.replace(day=number) <= today.day:
            gone = first.replace(day=number)
    return _one(coming, past=gone) if coming else None


_OFFSETS: Final = {
    "大前": -3, "前": -2, "昨": -1, "今": 0, "当": 0, "明": 1, "后": 2, "大后": 3,
}  # fmt: skip
_YEARS: Final = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "这一年": 0, "明年": 1, "后年": 2, "来年": 1, "上年": -1}


def _relative(match: re.Match[str], today: Today) -> Reading:
    return _one(today.day + timedelta(days=_OFFSETS.get(match["r"] or "今", 0)))


def _tomorrow_or_after(_: re.Match[str], today: Today) -> Reading:
    return today.day + timedelta(days=1), today.day + timedelta(days=2), "day", "", None


def _these_days(_: re.Match[str], today: Today) -> Reading:
    return today.day, today.day + timedelta(days=2), "day", "这两天按今天到后天算", None


def _weekday(match: re.Match[str], today: Today) -> Reading:
    which, number = match["w"] or "", WEEKDAYS[match["n"]]
    length = 1 if match["n"] == "末" else 0
    if which:
        first = week_range(today.day, _STEP[which])[0] + timedelta(days=number)
        note = "下周指下一个自然周" if which == "下" else ""
        return first, first + timedelta(days=length), "weekend" if length else "day", note, None
    coming = today.day + timedelta(days=(number - today.day.weekday()) % 7)
    gone = today.day - timedelta(days=(today.day.weekday() - number) % 7)
    if length:
        if today.day.weekday() == 6:
            coming, gone = today.day - timedelta(days=1), today.day - timedelta(days=1)
        return coming, coming + timedelta(days=1), "weekend", "", (gone, gone + timedelta(days=1))
    return coming, coming, "day", "最近的一个", (gone, gone)


def _week(match: re.Match[str], today: Today) -> Reading:
    first, last = week_range(today.day, _STEP[match["w"]])
    part = match["part"]
    if part == "初":
        last = first + timedelta(days=1)
    elif part == "中":
        first, last = first + timedelta(days=2), first + timedelta(days=3)
    elif part in {"底", "末"}:
        first += timedelta(days=4)
    return first, last, "week", "", None


def _month(match: re.Match[str], today: Today) -> Reading:
    which = match["which"].replace("个", "").replace("月", "")
    first, last = month_range(today.day.year, today.day.month + _STEP[which])
    return _part_of_month(first, last, match["part"])


def _named_month(match: re.Match[str], today: Today) -> Reading | None:
    month = _number(match["m"])
    if not 1 <= month <= 12 or re.fullmatch("[一二三四五六七八九]{2}", match["m"]):
        return None
    said = match["y"]
    if said:
        return _part_of_month(*month_range(_said_year(said, today), month), match["part"])
    year = today.day.year
    first, last, grain, note, _ = _part_of_month(*month_range(year, month), match["part"])
    coming = (first, last)
    if last < today.day:
        coming = _part_of_month(*month_range(year + 1, month), match["part"])[:2]
    gone = (first, last)
    if first > today.day:
        gone = _part_of_month(*month_range(year - 1, month), match["part"])[:2]
    return *coming, grain, note, gone


def _two_months(match: re.Match[str], today: Today) -> Reading | None:
    month = _number(match["a"])
    if _number(match["b"]) != month + 1:
        return None
    year = today.day.year + _YEARS.get(match["y"] or "今年", 0)
    first, last = month_range(year, month)[0], month_range(year, month + 1)[1]
    if match["y"]:
        return first, last, "month", "", None
    coming = (
        (first, last) if last >= today.day else (month_range(year + 1, month)[0], month_range(year + 1, month + 1)[1])
    )
    gone = (
        (first, last) if first <= today.day else (month_range(year - 1, month)[0], month_range(year - 1, month + 1)[1])
    )
    return *coming, "month", "", gone


def _part_of_month(first: date, last: date, part: str | None) -> Reading:
    if not part:
        return first, last, "month", "", None
    part = part.removeprefix("月").removeprefix("的")
    if part in {"底", "末"}:
        return last, last, "day", "月底指当月最后一天", None
    if part in {"初", "上旬"}:
        return first, first.replace(day=10), "part", "月初指 1 到 10 日", None
    if part in {"中", "中旬"}:
        return first.replace(day=11), first.replace(day=20), "part", "中旬指 11 到 20 日", None
    return first.replace(day=21), last, "part", "下旬指 21 日到月底", None


def _bare_part(match: re.Match[str], today: Today) -> Reading:
    first, last = month_range(today.day.year, today.day.month)
    reading = _part_of_month(first, last, match["part"])
    if reading[1] < today.day:
        ahead = _part_of_month(*month_range(today.day.year, today.day.month + 1), match["part"])
        return *ahead[:4], reading[:2]
    return reading


def _quarter(match: re.Match[str], today: Today) -> Reading:
    number = _number(match["q"] or match["q2"])
    year = today.day.year + _YEARS.get(match["y"] or "今年", 0)
    reading = _part_of_quarter(year, number, match["part"])
    if match["y"] or reading[1] >= today.day:
        return reading
    return *_part_of_quarter(year + 1, number, match["part"])[:4], reading[:2]


def _relative_quarter(match: re.Match[str], today: Today) -> Reading:
    number = (today.day.month - 1) // 3 + 1 + _STEP[match["w"].replace("个", "")]
    return _part_of_quarter(today.day.year + (number - 1) // 4, (number - 1) % 4 + 1, match["part"])


def _part_of_quarter(year: int, number: int, part: str | None) -> Reading:
    first, last = date(year, 3 * number - 2, 1), month_range(year, 3 * number)[1]
    if part in {"末", "底"}:
        return last, last, "day", "季末指最后一天", None
    if part == "初":
        return first, first.replace(day=15), "part", "", None
    return first, last, "quarter", "", None


def _quarter_end(_: re.Match[str], today: Today) -> Reading:
    return _part_of_quarter(today.day.year, (today.day.month - 1) // 3 + 1, "末")


def _half(match: re.Match[str], today: Today) -> Reading:
    year = _said_year(match["y"] or "今年", today)
    if match["h"] in {"上", "前"}:
        return date(year, 1, 1), date(year, 6, 30), "half", "", None
    return date(year, 7, 1), date(year, 12, 31), "half", "", None


def _year(match: re.Match[str], today: Today) -> Reading:
    year = _said_year(match["y"], today)
    part = match["part"]
    if part in {"底", "末"}:
        return date(year, 12, 31), date(year, 12, 31), "day", "年底指 12 月 31 日", None
    if part == "初":
        return date(year, 1, 1), date(year, 2, monthrange(year, 2)[1]), "part", "", None
    if part == "中":
        return date(year, 6, 1), date(year, 7, 31), "part", "", None
    return date(year, 1, 1), date(year, 12, 31), "year", "", None


def _year_part(match: re.Match[str], today: Today) -> Reading:
    year = today.day.year
    if match["part"] in {"底", "末"}:
        return date(year, 12, 31), date(year, 12, 31), "day", "年底指 12 月 31 日", None
    if match["part"] == "初":
        return date(year, 1, 1), date(year, 2, monthrange(year, 2)[1]), "part", "", None
    return date(year, 6, 1), date(year, 7, 31), "part", "", None


def _this_end(match: re.Match[str], today: Today) -> Reading:
    unit = match["unit"]
    if unit in {"周", "星期"}:
        return _one(week_range(today.day)[1], "按本周最后一天算")
    if unit == "年":
        return _one(date(today.day.year, 12, 31))
    return _one(month_range(today.day.year, today.day.month)[1], "按当月最后一天算")


def _holiday(match: re.Match[str], today: Today) -> Reading | None:
    word = match["h"]
    side = (match["side"] or "").lstrip("之以")[:1] or ("后" if match["after"] else "")
    side = "后" if side in {"收", "回", "结", "放"} else side
    if word.endswith("节") and word not in NAMES and word != "节":
        return None
    step = 1 if match["y"] in {"明年", "来年"} else 0
    span = _next_holiday(None if word == "节" else NAMES[word], today, step, side)
    if span is None:
        return None
    first, last = span
    if side == "前":
        day = first - timedelta(days=1)
        if word == "节":
            return _one(last_workday(today.calendar, day), "节前指放假前最后一个工作日")
        return _one(day, f"{word}前指放假前一天")
    if side == "后":
        return _one(next_workday(today.calendar, last + timedelta(days=1)), "节后指收假后第一个工作日")
    return first, last, "holiday", "", None


def _next_holiday(name: str | None, today: Today, step: int, side: str) -> Range | None:
    found = [
        span
        for each in sorted({name} if name else set(NAMES.values()))
        for year in range(today.day.year + step, today.day.year + 2 + step)
        if (span := today.calendar.holiday(each, year))
        and (span[0] > today.day if side == "前" else span[1] >= today.day)
    ]
    return min(found, default=None)


_LENGTHS: Final = {
    "天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7,
}  # fmt: skip


def shift(day: date, count: float, unit: str, direction: int) -> date:
    """Return ``day`` moved by ``count`` days, weeks, months or years (半个月 is 15 days)."""
    unit = unit.removeprefix("个")
    if unit in _LENGTHS:
        return day + direction * timedelta(days=round(count * _LENGTHS[unit]))
    if unit == "月":
        whole = int(count)
        moved = add_months(day, direction * whole)
        return moved + direction * timedelta(days=round((count - whole) * 30))
    return add_months(day, direction * round(count * (3 if unit == "季度" else 12)))


def _count(match: re.Match[str]) -> float:
    if match["n"] is None:
        return 0.5
    value = read_number(match["n"])
    if value is None:
        raise ValueError(match[0])
    return value + (0.5 if match.groupdict().get("half") else 0)


def _ahead(match: re.Match[str], today: Today) -> Reading:
    return _one(shift(today.day, _count(match), match["unit"], 1))


def _ago(match: re.Match[str], today: Today) -> Reading:
    return _one(shift(today.day, _count(match), match["unit"], -1))


def _few_ahead(match: re.Match[str], today: Today) -> Reading:
    low, high = _number(match["a"]), _number(match["b"])
    return shift(today.day, low, match["unit"], 1), shift(today.day, high, match["unit"], 1), "day", "", None


def _workdays(match: re.Match[str], today: Today) -> Reading:
    return _one(add_workdays(today.calendar, today.day, _number(match["n"])), "按工作日数")


def _lately(match: re.Match[str], today: Today) -> Reading:
    first = shift(today.day, _count(match), match["unit"], -1)
    if match["unit"].removeprefix("个") in _LENGTHS:
        first += timedelta(days=1)
    return first, today.day, "period", "到今天为止", None


def _coming(match: re.Match[str], today: Today) -> Reading:
    return today.day, shift(today.day, _count(match), match["unit"], 1), "period", "从今天起", None


_PART: Final = r"(?:的?月?(?:底|末|初|中旬|上旬|下旬|中(?!间|标|国|午|途|心|意|了)))"
_UNIT: Final = r"(?:天|日(?!期|常|志|报)|个?星期|个?礼拜|周(?!边|末|年|期)|个?月|个?季度|年)"
_COUNTED: Final = rf"(?:(?P<n>{SMALL}|半)个?(?P<half>半)?(?P<unit>{_UNIT}))"
_COUNTED_AGO: Final = _COUNTED.replace("个?月", "(?<=个)月|(?<=半)月")
_FRESH: Final = r"(?!(?<=[一二三四五六七八九十])[一二三四五六七八九十])"
_HOLIDAY: Final = "国庆节|国庆|黄金周|劳动节|五一|端午节|端午|春节|过年|中秋节|中秋|清明节|清明|元旦"
_YEAR: Final = r"(?:(?:19|20)\d\d|二[零〇][零〇一二三]?[零〇一二三四五六七八九]|\d\d)"
_Y: Final = r"(?:(?P<y>今年|明年|去年|前年|后年|来年|本年)的?)?"

_Read = Callable[[re.Match[str], Today], "Reading | None"]
_RULES: Final[tuple[tuple[str, re.Pattern[str], _Read], ...]] = tuple(
    (name, re.compile(pattern), read)
    for name, pattern, read in (
        ("full", r"(?<![\d])(?P<y>(?:19|20)\d\d|\d\d(?=年))[年./-](?P<m>\d{1,2})[月./-](?P<d>\d{1,2})(?:[日号]|(?![\d]))", _full),
        ("full", rf"(?<![\d一二三四五六七八九])(?P<y>{_YEAR}) ?年 ?(?P<m>{SMALL})月份? ?(?P<d>{SMALL})(?:[日号]|(?![\d一二三四五六七八九十个天]))", _full),
        ("month_day", rf"{_Y}(?<![\d第])(?<!\d年){_FRESH}(?P<m>{SMALL})月份?(?P<d>{SMALL})(?:[日号]{_NOT_A_DAY}|(?![\d台套个万点天.一二三四五六七八九十]))", _month_day),
        ("month_days", rf"(?<![\d第])(?P<m>{SMALL})月(?P<d>{SMALL})[日号]?[-~到至](?P<e>{SMALL})[日号]", _month_days),
        ("slash", r"(?<![\d./A-Za-z-])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/%.A-Za-z台套个])", _month_day),
        ("dot", r"(?<![\d./A-Za-z-])(?P<m>1[0-2]|0?[1-9])\.(?P<d>3[01]|[12]\d|0?[1-9])(?:[日号]|(?=之?前|以前|到货|交货|交付|上午|下午|晚上|回款|签|开会|拜访|去|要货|[ ]?发货))", _month_day),
        ("day_of_month", rf"(?P<which>(?:这个?|本|下下?个?|上上?个?)月份?)?(?<![\d第.\-A-Za-z一二三四五六七八九十])(?<![\d一二三四五六七八九十]月)(?P<d>{SMALL})[号日]{_NOT_A_DAY}", _day_of_month),
        ("relative", r"(?P<r>大前|大后|前|昨|今|明|后|当)(?:天|日(?!期|立|报)|儿(?!子|童|女)(?:个)?)", _relative),
        ("relative_part", r"(?P<r>昨|今|明)(?=早|晨|晚|夜|中午|上午|下午)|(?<!\d)(?P<r2>这个)(?=早上|上午|中午|下午|晚上)", _relative),
        ("tomorrow_or_after", r"明后(?:两|二)?天|明天(?:或者?|、)后天", _tomorrow_or_after),
        ("these_days", r"这(?:一)?两天", _these_days),
        ("weekday", rf"(?P<w>上上|上|这|本|下下下|下下|下)?(?:一)?个?{_WEEK}(?P<n>[一二三四五六日天末1-7])(?![个一二三四五六七八九十\d]?(?:内|后|之内|以内|时间)|年|到|期(?!间)|(?<=\d)\d)", _weekday),
        ("weekday_to", rf"(?P<w>上上|上|这|本|下下下|下下|下)?个?{_WEEK}(?P<n>[一二三四五六日天1-6])(?=到|至)", _weekday),
        ("week", r"(?P<w>上上|上|这|本|下下下|下下|下)(?:一)?个?(?:周|星期|礼拜)(?![一二三四五六日天1-7])(?P<part>初|中(?!标|午)|底|末)?", _week),
        ("month", rf"(?P<which>(?:这|本|当|下下|下|上上|上)个?月)份?(?P<part>{_PART})?(?![\d一二三四五六七八九十])", _month),
        ("named_month", rf"(?:(?P<y>今年|明年|去年|前年|后年|{_YEAR} ?年)的? ?)?(?<![\d第./A-Za-z一二三四五六七八九十])(?<!(?<!月)-)(?P<m>{SMALL})月份?(?P<part>{_PART})?(?![\d一二三四五六七八九十])", _named_month),
        ("months", rf"{_Y}(?<![十\d])(?P<a>[一二三四五六七八九])(?P<b>[二三四五六七八九])月份?(?![\d一二三四五六七八九十])", _two_months),
        ("bare_part", r"(?<![个上下本这当\d一二三四五六七八九十两正腊])(?P<part>月底|月末|月初|月中(?!旬)|月中旬|中旬|下旬|上旬)", _bare_part),
        ("quarter", rf"{_Y}(?:第?(?P<q>[一二三四1-4])个?季度?|[Qq](?P<q2>[1-4])(?!\d))(?P<part>末|底|初)?", _quarter),
        ("relative_quarter", r"(?P<w>上上个?|上个?|这个?|本|下下个?|下个?)季度?(?P<part>末|底|初)?", _relative_quarter),
        ("quarter_end", r"(?<![一二三四1-4上下本这个])季度?[末底]", _quarter_end),
        ("half", rf"(?:(?P<y>今年|明年|去年|前年|后年|来年|本年|{_YEAR} ?年)的?)?(?P<h>上|下|(?<=年)前|(?<=年)后)半年", _half),
        ("year", r"(?<!\d)(?P<y>今年|明年|去年|前年|后年|来年|本年|这一年(?!多|半|来|里)|(?:19|20)\d\d ?年|(?<![\d零])[0零]\d年|零[一二三四五六七八九]年)(?:年)?(?P<part>底|末|初|中(?!标))?(?!\d)", _year),
        ("year_part", r"(?<![\d一二三四五六七八九十两半几今明去前后来本年])年(?P<part>底|末|初|中(?!标))", _year_part),
        ("this_end", r"(?<![\d一二三四五六七八九十两半几个每])(?:本|这)?个?(?P<unit>周|星期|月|年)(?:之|以)?内", _this_end),
        ("holiday", rf"{_Y}(?P<after>过完|过了)?(?P<h>{_HOLIDAY})(?:小?长假|假期|放假|节)?(?P<side>(?:之|以)?(?:后(?!天)|前(?!天|年))|收假|回来|结束|放完)?(?:后|之后|以后)?(?:的?第一(?:天|个?工作日))?", _holiday),
        ("holiday", r"(?P<y>明年|来年)?(?P<after>过完|过了)?(?<![\d一二三四五六七八九十两半几今明去前后来本上下多])(?P<h>年|节|十一|51|大年)(?:长假|假)?(?P<side>(?:之|以)?(?:后(?!天)|前(?!天|年)))", _holiday),
        ("holiday", r"(?P<y>明年|来年)?(?P<after>过完|过了)(?P<h>年|节|十一|51)(?P<side>(?:之|以)?后)?", _holiday),
        ("few_ahead", rf"(?P<a>[一二两三四五六])(?P<b>[两二三四五六七])(?P<unit>{_UNIT})(?:之内|以内|内|后|之后|以后)", _few_ahead),
        ("within", rf"(?<![上下这本第\d])(?:再过|过|再等|等|隔)?{_COUNTED}(?:(?:之|以)?(?:内(?!容|部)|后(?!天))|之后|以后|开外)", _ahead),
        ("within", rf"(?:再过|过|再等|隔){_COUNTED}(?!前|了|来)", _ahead),
        ("within", rf"(?<![\d第每近这前上下]){_COUNTED}(?=交(?!流|了|过|往|底)|出货(?!量)|发货|到货)", _ahead),
        ("ago", rf"(?<![第\d]){_COUNTED_AGO}(?:之|以)?前(?!天|台)", _ago),
        ("workdays", rf"(?:未来)?(?P<n>{SMALL})个?工作日(?:(?:之|以)?[内后])?", _workdays),
        ("lately", rf"(?:最近|近|过去|这|前)的?{_COUNTED}(?!内|后)", _lately),
        ("coming", rf"(?:未来|今后|接下来|往后)的?{_COUNTED}(?:内)?", _coming),
    )
)  # fmt: skip
_GATE: Final = Gate(pattern for _, pattern, _ in _RULES)
