"""Tables that go out as a workbook. Every cell is text, a number or a day, so that none is taken for a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

_WIDEST = 40
_LONGEST = 32_767
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_MOST = 1e11
"""From here on Excel rounds the last figure of a fen away: such a number is written as text."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(
    name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]], formats: Sequence[str] = ()
) -> bytes:
    """Return an .xlsx of one sheet with a frozen heading; ``formats`` are those of the numbers, by column.

    A moment is written as its own zone's clock shows it.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_sheet_name(name))
        bold = book.add_format({"bold": True, "bg_color": "#EEF2F7"})
        text = book.add_format({"num_format": "@"})
        for place, title in enumerate(heading):
            sheet.write_string(0, place, safe(title), bold)
            sheet.set_column(place, place, min(_WIDEST, 6 + 2 * len(title)))
        day, moment = book.add_format({"num_format": _DAY}), book.add_format({"num_format": _MOMENT})
        number = [book.add_format({"num_format": each or "General"}) for each in formats]
        for line, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and -_MOST < value < _MOST:
                    sheet.write_number(line, place, value, number[place] if number else None)
                elif isinstance(value, date):
                    sheet.write_datetime(line, place, value, moment if isinstance(value, datetime) else day)
                elif value not in (None, ""):
                    sheet.write_string(line, place, safe(_said(value)), text)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def safe(text: str) -> str:
    """Return the text so that no program that opens it takes it for a formula, also after saving it as CSV."""
    shown = "".join(sign for sign in text if sign == "\n" or sign.isprintable())[: _LONGEST - 1]
    return f"'{shown}" if shown.startswith(_FORMULA_SIGNS) else shown


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _sheet_name(name: str) -> str:
    return "".join(sign for sign in name if sign not in "[]:*?/\\'")[:31] or "Sheet1"
