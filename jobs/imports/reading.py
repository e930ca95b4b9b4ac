"""What the process of its own does with a file: find the table in it, check its rows, write those that stay outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.imports.cells import said
from domain.imports.checking import Checker, Company, check_all
from domain.imports.kinds import SheetKind, SheetName
from domain.imports.mapping import REPORT_COLUMNS, Head, find_head, plain
from domain.imports.row import Problem, Row
from jobs.imports.refused import SheetRefused
from jobs.imports.table import Table, read_tables
from jobs.imports.writing import write_workbook

CHUNK = 300
"""Rows of one effect: an arrival waits for at most one of them."""

Outcome = Row | list[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A file and how to take it; see ``domain.imports.mapping.find_head`` for ``wanted`` and ``chosen``."""

    data: bytes
    kinds: Mapping[SheetName, SheetKind]
    company: Company
    wanted: SheetName | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Where the table was found."""

    sheet: str
    head: Head


def read(task: Task) -> Iterator[Opened | list[Outcome]]:
    """Yield where the table is, then its rows by the chunk; raise SheetRefused."""
    table, head = _find(task)
    yield Opened(sheet=table.name, head=head)
    checker = Checker(kind=task.kinds[head.kind], head=head, company=task.company, base_1904=table.base_1904)
    chunk: list[Outcome] = []
    for _, outcome in check_all(checker, _body(table, head)):
        chunk.append(outcome)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def write_bad_rows(task: Task, problems: Mapping[int, Sequence[Problem]]) -> bytes:
    """Return the rows with problems as a workbook: what is wrong in front, what was sent behind it."""
    table, head = _find(task)
    reported = {plain(name) for name in REPORT_COLUMNS}
    places = [place for place, name in enumerate(head.names) if plain(name) not in reported]

    def rows() -> Iterator[list[Any]]:
        for line, cells in _body(table, head):
            if wrong := problems.get(line):
                told = [[problem.column, problem.value, problem.reason, problem.fix] for problem in wrong]
                sent = [said(cells[place]) if place < len(cells) else "" for place in places]
                yield [line, *("；".join(parts) for parts in zip(*told, strict=True)), *sent]

    return write_workbook("有问题的行", [*REPORT_COLUMNS, *(head.names[place] for place in places)], rows())


def _body(table: Table, head: Head) -> Iterator[tuple[int, Sequence[Any]]]:
    return ((place + 1, table.rows[place]) for place in range(head.row + 1, len(table.rows)))


def _find(task: Task) -> tuple[Table, Head]:
    """Return the sheet with the likeliest header; of several alike the longest."""
    best: tuple[int, int, Table, Head] | None = None
    for table in read_tables(task.data):
        head = find_head(table.rows, task.kinds, wanted=task.wanted, chosen=task.chosen)
        if head is not None:
            rank = (len(head.columns), len(table.rows))
            if best is None or rank > best[:2]:
                best = (*rank, table, head)
    if best is None:
        raise SheetRefused(_missing(task))
    return best[2], best[3]


def _missing(task: Task) -> str:
    if task.wanted is not None:
        kind = task.kinds[task.wanted]
        needs = "、".join(kind.field(name).label for name in kind.needs)
        return f"当作{task.wanted.label}表来读，没找到必需的列：{needs}。请在前几行写上列名，再发一次。"
    return (
        "没看出这是什么表。前几行里要有列名：客户表要有“客户名称”，跟进台账要有“客户、日期、内容”，"
        "设备表要有“序列号、型号、客户”，产品表要有“型号、售价”。改好再发一次。"
    )
