"""What stands in a cell, read as its field wants it. Nothing is guessed that could be wrong (R-93, R-94)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from domain.customers.credit_code import credit_code
from domain.customers.keys import phone_key
from domain.customers.regions import region_of
from domain.dictionary.reading import read_filled
from domain.errors import Invalid
from domain.fields import Field, FieldType
from domain.money import PPM, round_fen

FORMULA_FAILED = "\x00formula failed"
"""What the workbook's reader hands on for ``#REF!`` and its like."""

_LONGEST = 32_767
"""Characters a cell of a workbook can hold."""
_EXACT = 10**15
"""From here on a cell that is a number has lost its last digits."""
_NUMBER_LONGEST = 20
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d+")
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000), "k": Decimal(1000), "": Decimal(1)}
_MOST_FEN = 10**13
"""A hundred thousand million yuan."""
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[T\s]+(.+))?", re.DOTALL)
_PACKED_DAY = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?")
_DAY_FIRST = re.compile(r"\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}")
_CLOCK = re.compile(r"(\d{1,2})[:：点](\d{1,2})?分?(?:[:：](\d{1,2}))?")
_ZONED = re.compile(r".*(?:Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_MISREAD = re.compile(r"[\ufffd]|锟斤拷|烫烫烫|Ã.|â€|ï»¿")
_TURNED = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ODD = re.compile(f"{_CONTROLS.pattern}|{_TURNED.pattern}|{_MISREAD.pattern}")
_UNSEEN = re.compile(r"[\xad\u061c\u180e\u200b\u200c\u200e\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
"""Signs of no width, but the joiner inside an emoji."""
_FORMULA = re.compile(r"[=@]|[+\-](?=[A-Za-z(（])")
_SEVERAL_PHONES = re.compile(r"[/、,;；，\s]+")
_EARLIEST, _LATEST = 1980, 2100
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, and the time of it where one was written (else the whole day is meant)."""

    day: date
    clock: time | None = None


def is_empty(raw: Any) -> bool:
    """Return whether nothing stands in the cell; signs nobody sees are nothing."""
    return raw is None or (isinstance(raw, str) and not _visible(raw))


def said(raw: Any) -> str:
    """Return what stood in the cell as people see it, for the report."""
    if raw == FORMULA_FAILED:
        return "#错误"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < _EXACT:
        return str(int(raw))
    return str(raw)[:200]


def read_cell(field: Field, raw: Any, *, base_1904: bool = False) -> Any:
    """Return the value of a cell that is not empty; Invalid says what is wrong and what to write.

    Text, fen, ppm, ``Moment``, a day, or what ``read_filled`` makes of a field the company has added.
    """
    if raw == FORMULA_FAILED:
        raise Invalid("公式算不出来（#REF!、#N/A 之类），请填上结果，不要用公式。")
    match field.type:
        case FieldType.DATE:
            return read_moment(raw, base_1904=base_1904).day
        case FieldType.MOMENT:
            return read_moment(raw, base_1904=base_1904)
    text = read_text(raw, longest=field.longest)
    match field.type:
        case FieldType.MONEY:
            return read_money(text)
        case FieldType.PERCENT:
            return read_percent(text, is_number=isinstance(raw, (int, float)))
        case FieldType.PHONE:
            return read_phone(text)
        case FieldType.PERSON:
            return text
        case FieldType.REGION:
            return read_filled(field, region_of(text) or text)
    if field.name == "credit_code":
        return credit_code(text)
    if field.type is FieldType.NUMBER:
        return read_filled(field, f"{_number(text.removesuffix(field.unit)):f}")
    return read_filled(field, text) if field.options or field.check or field.custom else text


def read_text(raw: Any, *, longest: int) -> str:
    """Return the words of a cell, on one line; Invalid for what a text cannot hold."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, (int, float)):
        if abs(raw) >= _EXACT:
            raise Invalid("数字太长，表格软件已经丢了末尾几位，请把这一格设成“文本”再重新填。")
        return str(int(raw)) if float(raw).is_integer() else repr(raw)
    text = str(raw)
    if _ODD.search(text):
        _check_signs(text)
    text = _visible(text)
    if _FORMULA.match(text):
        raise Invalid("以公式符号开头，请填文字，不要填公式。")
    if len(text) > min(longest, _LONGEST):
        raise Invalid(f"最多 {longest} 个字，现在有 {len(text)} 个，请改短。")
    return text


def read_phone(text: str) -> str:
    """Return the key of the one number in a cell."""
    if _SCIENTIFIC.fullmatch(text):
        raise Invalid("被表格软件写成了科学计数法，请把这一格设成“文本”再重新填。")
    try:
        return phone_key(text)
    except Invalid:
        if sum(_is_phone(part) for part in _SEVERAL_PHONES.split(text)) > 1:
            raise Invalid("一格里有两个号码，请只留一个，另一个新起一行。") from None
        raise


def read_money(text: str) -> int:
    """Return fen: ``1,234.50``, ``￥12万``; not negative."""
    if re.search(r"[$€£]|美元|欧元|usd|eur|港币|hkd", text, re.IGNORECASE):
        raise Invalid("不是人民币，请换算成人民币再填。")
    bare = re.sub(r"^(?:rmb|cny|人民币)|[¥￥\s]|元(?:整)?$", "", text, flags=re.IGNORECASE)
    unit = bare[-1:] if bare[-1:] in _SCALES else ""
    fen = _number(bare.removesuffix(unit)) * _SCALES[unit] * 100
    if fen < 0:
        raise Invalid("金额不能是负数，请核对。")
    if fen > _MOST_FEN:
        raise Invalid("金额太大，请核对是不是多打了几位。")
    if fen != fen.to_integral_value():
        raise Invalid("金额最多两位小数，请核对。")
    return round_fen(fen)


def read_percent(text: str, *, is_number: bool) -> int:
    """Return ppm: ``13%`` and 0.13 are the same, a bare 13 is 13 %; from 100 % on it is refused."""
    bare = text.removesuffix("%")
    value = _number(bare)
    ppm = value * PPM / 100 if bare != text or value >= 1 else value * PPM
    if not 0 <= ppm < PPM or (is_number and 1 <= value < 2):
        raise Invalid("要在 0% 到 100% 之间，请写成 13%。")
    return round_fen(ppm)


def read_moment(raw: Any, *, base_1904: bool = False) -> Moment:
    """Return the day and time of a date cell, a serial number or words with a year of four digits."""
    if isinstance(raw, datetime):
        clock = raw.time().replace(microsecond=0)
        return _within(Moment(day=raw.date(), clock=clock if clock != time(0) else None))
    if isinstance(raw, date):
        return _within(Moment(day=raw))
    if isinstance(raw, (bool, time, timedelta)):
        raise Invalid("没有日期，请写成 2026-11-25。")
    text = read_text(raw, longest=64)
    if packed := _PACKED_DAY.fullmatch(text):
        return _within(Moment(day=_day(*packed.groups())))
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _serial(float(text), base_1904=base_1904)
    if _ZONED.fullmatch(text) and ":" in text:
        raise Invalid("带着时区，请去掉时区，写成当地时间，例如 2026-11-25 14:30。")
    if _DAY_FIRST.fullmatch(text):
        raise Invalid("看不出日和月哪个在前，请写成 2026-11-25。")
    match = _DAY.fullmatch(text)
    if match is None:
        if _SHORT_YEAR.fullmatch(text):
            raise Invalid("年份只有两位，请写四位年份，例如 2026-11-25。")
        raise Invalid(f"“{text[:20]}”不是日期，请写成 2026-11-25。")
    return _within(Moment(day=_day(*match.groups()[:3]), clock=_clock(match[4])))


def _visible(text: str) -> str:
    """Return the text without signs nobody sees, its blanks and line breaks as single blanks."""
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text  # as nearly every cell is
    return " ".join(_UNSEEN.sub("", text).split()).strip("\u200d")


def _check_signs(text: str) -> None:
    if _CONTROLS.search(text):
        raise Invalid("有看不见的控制符号，请删掉这一格重新打一遍。")
    if _TURNED.search(text):
        raise Invalid("有改变书写方向的符号，请删掉这一格重新打一遍。")
    raise Invalid("是乱码，请用 UTF-8 或 GBK 编码重新另存这个文件。")


def _number(text: str) -> Decimal:
    """Return a plain number: length and form are looked at before anything is computed (R-94)."""
    plain = unicodedata.normalize("NFKC", text[: 2 * _NUMBER_LONGEST]).strip()
    if len(text) > _NUMBER_LONGEST or not _NUMBER.fullmatch(plain) or not plain.isascii():
        raise Invalid(f"“{text[:20]}”不是数字，请只写数字，例如 1234.50。")
    return Decimal(plain.replace(",", ""))


def _is_phone(text: str) -> bool:
    try:
        phone_key(text)
    except Invalid:
        return False
    return True


def _serial(number: float, *, base_1904: bool) -> Moment:
    day = _EPOCHS[base_1904] + timedelta(days=int(number))
    seconds = round((number - int(number)) * 86_400)
    clock = time(seconds // 3600 % 24, seconds // 60 % 60) if seconds else None
    return _within(Moment(day=day, clock=clock))


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Invalid(f"没有 {year}-{month}-{day} 这一天，请核对日期。") from None


def _clock(text: str | None) -> time | None:
    if not text:
        return None
    match = _CLOCK.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise Invalid(f"时间“{text.strip()[:20]}”看不懂，请写成 2026-11-25 14:30。")
    clock = time(int(match[1]), int(match[2] or 0))
    return clock if clock != time(0) else None


def _within(moment: Moment) -> Moment:
    if not _EARLIEST <= moment.day.year <= _LATEST:
        raise Invalid(f"年份 {moment.day.year} 不对，请核对日期。")
    return moment
