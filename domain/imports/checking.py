"""Reading the rows of a table one by one: each becomes a Row, or Problems that say why not. Knows no database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from domain.catalog.product import STANDARD_TAX_PPM, code_key
from domain.customers.keys import legal_name_in, name_key
from domain.customers.search import KeyKind, keys_of
from domain.errors import Invalid
from domain.fields import Field
from domain.imports.cells import Moment, is_empty, read_cell, said
from domain.imports.kinds import SheetKind, SheetName
from domain.imports.mapping import Head, plain
from domain.imports.row import FoundBy, Problem, Row

_TOTALS = ("合计", "总计", "小计", "汇总", "total")
_OF_TOTALS = frozenset("计汇tTｔＴ")
"""Signs of which every such word has one: most rows need no closer look."""
_REMARKS = ("注", "备注", "说明", "填表", "示例", "*", "※")
_OF_COMPANIES = (SheetName.CUSTOMER, SheetName.ACTIVITY)
"""Kinds whose rows may bring in a company nobody knew."""
_LETTERS = {kind: kind.value for kind in KeyKind}
_REMEMBERED = 1_000
"""Cells of a column; one that has more holds names or numbers, which do not come again."""
_NOON = time(12)
"""Of a follow-up whose hour nobody wrote down: in the middle of the day, so that no zone moves it to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Somebody a row may name; ``within`` says whether the importer may give him things."""

    id: int
    active: bool
    within: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What checking must know of the company: its clock and its people, by name (None for a name two people have)."""

    zone: ZoneInfo
    now: datetime
    staff: Mapping[str, Staff | None]


@dataclass(slots=True, kw_only=True)
class Checker:
    """Checks the rows of one table in their order, because a row may repeat an earlier one."""

    kind: SheetKind
    head: Head
    company: Company
    base_1904: bool = False
    passed_over: int = 0
    """Rows without data: empty ones, the header repeated, totals, remarks."""
    _columns: Sequence[tuple[int, Field, dict[str, Any]]] = field(init=False)
    """Places of the columns, their fields, and what cells were read as: most columns say the same again and again."""
    _seen: dict[str, int] = field(default_factory=dict)
    _phones: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)
    _heads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._columns = [(place, self.kind.field(name), {}) for place, name in self.head.columns.items()]
        self._heads = frozenset(self.head.names[place] for place in self.head.columns)

    def check(self, line: int, cells: Sequence[Any]) -> Row | list[Problem] | None:
        """Return the row, what is wrong with it, or None for one that holds no data."""
        if self._is_aside(cells):
            self.passed_over += 1
            return None
        values: dict[str, Any] = {}
        problems = []
        for place, target, read in self._columns:
            raw = cells[place] if place < len(cells) else None
            if raw.__class__ is str and raw in read:
                values[target.name] = read[raw]
                continue
            if is_empty(raw):
                continue
            try:
                value = values[target.name] = self._read(target, raw)
            except Invalid as refusal:
                problems.append(self._problem(line, target, raw, refusal.message))
                continue
            if raw.__class__ is str and len(read) < _REMEMBERED:
                read[raw] = value
        named = {problem.column for problem in problems}
        for name in self.kind.needs:
            if name in values:
                continue
            target = self.kind.field(name)
            if self._heading(target) not in named:
                problems.append(self._problem(line, target, "", f"没有填{target.label}，请补上。"))
        if problems:
            return problems
        company = name_key(str(values.get("name") or values.get("customer") or ""))
        key = self._key(values, company)
        return self._together(line, values, company, key) or self._row(line, values, company, key)

    def _read(self, target: Field, raw: Any) -> Any:
        value = read_cell(target, raw, base_1904=self.base_1904)
        match target.name:
            case "owner" | "author":
                return self._staff(value, keeps=target.name == "owner")
            case "at":
                at = self._moment(value, _NOON)
                if value.day > self._today():
                    raise Invalid("日期还没到，请核对；以后的安排不算跟进。")
                return min(at, self.company.now)
            case "next_at":
                return self._moment(value, time(23, 59))
        return value

    def _staff(self, name: str, *, keeps: bool) -> int:
        if name not in self.company.staff:
            raise Invalid(f"人员名单里没有“{name}”，请核对姓名。")
        person = self.company.staff[name]
        if person is None:
            raise Invalid(f"叫“{name}”的不止一位，请写全名。")
        if not person.within:
            raise Invalid(f"“{name}”不在您的范围内，请改成您自己或您团队的人。")
        if keeps and not person.active:
            raise Invalid(f"“{name}”已离职，请换一位负责人。")
        return person.id

    def _together(self, line: int, values: Mapping[str, Any], company: str, key: str) -> list[Problem]:
        """Return what is wrong between the cells of the row, or between it and rows before."""

        def wrong(name: str, reason: str) -> list[Problem]:
            return [self._problem(line, self.kind.field(name), values.get(name, ""), reason)]

        first, last = values.get("installed_on"), values.get("warranty_until")
        if first and last and last < first:
            return wrong("warranty_until", "保修截止早于安装日期，请核对这两格。")
        if not company and self.kind.name in _OF_COMPANIES:
            return wrong(self.kind.needs[0], "里没有名字，请写公司名称。")
        if not key:
            return wrong(self.kind.needs[0], "里没有字母和数字，请核对。")
        if (phone := values.get("phone")) and self._phones.setdefault(phone, company) != company:
            return wrong("phone", "同一个号码在这份表里写给了两家公司，请核对。")
        if (code := values.get("credit_code")) and self._codes.setdefault(code, company) != company:
            return wrong("credit_code", "同一个信用代码在这份表里写给了两家公司，请核对。")
        before = self._seen.setdefault(key, line)
        if before != line:
            return wrong(self.kind.needs[0], f"和第 {before} 行重复，请删掉一行。")
        return []

    def _row(self, line: int, values: dict[str, Any], company: str, key: str) -> Row:
        found_by: FoundBy = ()
        if self.kind.name in _OF_COMPANIES:
            name = str(values.get("name") or values["customer"])
            values.setdefault("legal_name", legal_name_in(name))
            names = [name, *([values["legal_name"]] if values["legal_name"] not in ("", name) else [])]
            phones = [values["phone"]] if "phone" in values else []
            keys = keys_of(names, phones=phones, code=values.get("credit_code", ""))
            found_by = tuple([(_LETTERS[kind], key) for kind, key in keys])
        if self.kind.name is SheetName.PRODUCT:
            values.setdefault("tax", STANDARD_TAX_PPM)
        digest = hashlib.blake2b(f"{self.kind.name}\n{key}".encode(), digest_size=16).hexdigest()
        return Row(line=line, key=digest, values=values, company=company, found_by=found_by)

    def _key(self, values: Mapping[str, Any], company: str) -> str:
        """Return what makes a row the same as another; empty when nothing is left of its names."""
        match self.kind.name:
            case SheetName.CUSTOMER:
                return f"{company}\n{values.get('phone') or values.get('contact', '')}"
            case SheetName.ACTIVITY:
                at, author = values["at"].isoformat(), values.get("author", "")
                return f"{company}\n{at}\n{author}\n{values['text']}"
            case SheetName.EQUIPMENT:
                return str(values["serial"]).upper()
            case SheetName.PRODUCT:
                return code_key(str(values["code"]))

    def _moment(self, value: Moment, default: time) -> datetime:
        return datetime.combine(value.day, value.clock or default, self.company.zone)

    def _today(self) -> date:
        return self.company.now.astimezone(self.company.zone).date()

    def _is_aside(self, cells: Sequence[Any]) -> bool:
        first = next((str(cell).strip() for cell in cells if not is_empty(cell)), "")
        if not first or (not _OF_TOTALS.isdisjoint(first) and plain(first) in _TOTALS):
            return True
        if first.startswith(_REMARKS) and sum(not is_empty(cell) for cell in cells) == 1:
            return True
        repeated = self._heads.intersection([cell.strip() for cell in cells if cell.__class__ is str])
        return len(repeated) >= max(2, len(self._heads) - 1)

    def _problem(self, line: int, target: Field, raw: Any, message: str) -> Problem:
        reason, _, fix = message.rstrip("。").partition("，请")
        shown = said(raw) if not isinstance(raw, (Moment, datetime)) else f"{raw}"
        return Problem(
            line=line,
            column=self._heading(target),
            value=shown,
            reason=reason,
            fix=f"请{fix}" if fix else "请核对后重填",
        )

    def _heading(self, target: Field) -> str:
        place = next((place for place, name in self.head.columns.items() if name == target.name), None)
        return target.label if place is None or place >= len(self.head.names) else self.head.names[place]


def check_all(checker: Checker, rows: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, Row | list[Problem]]]:
    """Yield what became of every row that holds data."""
    for line, cells in rows:
        outcome = checker.check(line, cells)
        if outcome is not None:
            yield line, outcome
