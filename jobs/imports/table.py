"""Files become rows of cells: workbooks by calamine, delimited text in whatever encoding it was saved in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from domain.imports.cells import FORMULA_FAILED
from jobs.imports.guard import check_size, inspect
from jobs.imports.refused import SheetRefused

ROWS_MAX = 200_000
COLUMNS_MAX = 200
_CELL_MAX = 40_000
_ZIP = b"PK\x03\x04"
_DELIMITERS = ",\t;，"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet: ``rows`` from the first line of the file on, so that a row's place is its number less one."""

    name: str
    rows: Sequence[Sequence[Any]]
    base_1904: bool = False


def read_tables(data: bytes) -> Iterator[Table]:
    """Yield the sheets of a file that somebody can see; raise SheetRefused."""
    check_size(data)
    is_workbook = data.startswith(_ZIP) or (b"\x00" in data[:4] and not data.startswith((b"\xff\xfe", b"\xfe\xff")))
    if is_workbook or data.startswith(b"\xd0\xcf\x11\xe0"):
        yield from _sheets(data)
    else:
        yield Table(name="", rows=_delimited(_text(data)))


def _sheets(data: bytes) -> Iterator[Table]:
    known = inspect(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
                cells = book.get_sheet_by_name(sheet.name)
                _check(cells.total_height, cells.total_width)
                rows = cells.to_python(skip_empty_area=False)
                _spread(rows, cells)
                _mark(rows, known.failed.get(sheet.name, ()))
                yield Table(name=sheet.name, rows=rows, base_1904=known.base_1904)
    except (CalamineError, OSError, ValueError, OverflowError):
        raise SheetRefused("这个表格打不开，可能没有传完整。请用 Excel 或 WPS 重新另存为 .xlsx 再发。") from None


def _check(height: int, width: int) -> None:
    if height > ROWS_MAX:
        raise SheetRefused(f"这个表格有 {height} 行，一次最多 {ROWS_MAX} 行。请拆成几份再发。")
    if width > COLUMNS_MAX:
        raise SheetRefused(f"这个表格有 {width} 列，最多 {COLUMNS_MAX} 列。请删掉用不上的列再发。")


def _spread(rows: list[list[Any]], cells: CalamineSheet) -> None:
    """Give every row of cells merged downwards what stands in the first of them."""
    for (top, left), (bottom, right) in cells.merged_cell_ranges or ():
        if left == right and top < len(rows) and left < len(rows[top]):
            for place in range(top + 1, min(bottom + 1, len(rows))):
                rows[place][left] = rows[top][left]


def _mark(rows: list[list[Any]], failed: Iterable[tuple[int, int]]) -> None:
    for row, column in failed:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = FORMULA_FAILED


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetRefused("这个文件的文字编码看不懂。请另存为 .xlsx，或 UTF-8 编码的 CSV 再发。")


def _delimited(text: str) -> list[list[str]]:
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    csv.field_size_limit(_CELL_MAX)
    rows: list[list[str]] = []
    try:
        # Quoted cells may hold line breaks; a row's number is then its place among the rows, as a spreadsheet shows it.
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            _check(len(rows), len(row))
    except csv.Error:
        raise SheetRefused("这个文件不像表格。请另存为 .xlsx 再发。") from None
    return rows
