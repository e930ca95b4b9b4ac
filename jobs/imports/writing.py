"""Tables that go out as a workbook. Every cell is text or a number, so that none is taken for a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

_WIDEST = 40
_LONGEST = 32_767
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return an .xlsx of one sheet with a frozen heading."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_sheet_name(name))
        bold = book.add_format({"bold": True, "bg_color": "#EEF2F7"})
        text = book.add_format({"num_format": "@"})
        for place, title in enumerate(heading):
            sheet.write_string(0, place, safe(title), bold)
            sheet.set_column(place, place, min(_WIDEST, 6 + 2 * len(title)))
        for line, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e11:
                    sheet.write_number(line, place, value)
                elif value not in (None, ""):
                    sheet.write_string(line, place, safe(_said(value)), text)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def safe(text: str) -> str:
    """Return the text so that no program that opens it takes it for a formula, also after saving it as CSV."""
    shown = "".join(sign for sign in text if sign == "\n" or sign.isprintable())[: _LONGEST - 1]
    return f"'{shown}" if shown.startswith(_FORMULA_SIGNS) else shown


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _sheet_name(name: str) -> str:
    return "".join(sign for sign in name if sign not in "[]:*?/\\'")[:31] or "Sheet1"
