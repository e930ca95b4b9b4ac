"""Files from strangers: what cannot be a table is refused before it is opened; what was saved oddly is read (R-92)."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from domain.imports.cells import FORMULA_FAILED
from domain.imports.checking import Company
from domain.imports.kinds import sheet_kinds
from domain.imports.row import Row
from jobs.imports.reading import Opened, Task, read
from jobs.imports.refused import SheetRefused
from jobs.imports.table import read_tables
from jobs.imports.worker import SheetWorker
from jobs.imports.writing import write_workbook
from tests.support.workbooks import cells, workbook

ROWS = [["客户名称", "电话"], ["恒力", "13812345678"]]


def rezipped(**changes: bytes | None) -> bytes:
    """Return a workbook with some parts put in, exchanged, or (None) taken out; ``__`` stands for a slash."""
    named = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): data for name, data in changes.items()
    }
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, data in named.items():
            if data is not None:
                new.writestr(name, data)
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(workbook(ROWS))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><workbook>&b;</workbook>'
REFUSED = {
    "empty": (b"", "空的"),
    "big": (b"PK\x03\x04" + bytes(21 << 20), "文件太大"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "老格式"),
    "cut": (workbook(ROWS)[:900], "打不开"),
    "zip": (rezipped(xl__workbook_xml=None), "不是表格"),
    "password": (encrypted(), "密码"),
    "macros": (rezipped(xl__vbaProject_bin=b"Attribute VB_Name"), "宏"),
    "bomb": (rezipped(xl__worksheets__sheet1_xml=b"<worksheet>" + bytes(64 << 20)), "太大"),
    "entities": (rezipped(xl__workbook_xml=XXE), "不该有"),
    "noise": (b"\x81\xff\xfe\x80" * 50, "编码"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_table_is_refused_at_once(name: str) -> None:
    data, reason = REFUSED[name]
    began = perf_counter()
    with pytest.raises(SheetRefused, match=reason):
        list(read_tables(data))
    assert perf_counter() - began < 5


def test_too_many_rows_or_columns() -> None:
    with pytest.raises(SheetRefused, match="列"):
        list(read_tables(",".join("a" * 300).encode()))
    with pytest.raises(SheetRefused, match="行"):
        list(read_tables(b"a,b\n" * 200_001))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_in_any_encoding(encoding: str, delimiter: str) -> None:
    text = f'客户名称{delimiter}备注\r\n恒力机械{delimiter}"一行\n两行"\r\n'
    (table,) = read_tables(text.encode(encoding))
    assert table.rows == [["客户名称", "备注"], ["恒力机械", "一行\n两行"]]


def test_a_workbook_s_odd_cells() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": True}) as book:
        book.add_worksheet("说明").write(0, 0, "看第二页")
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ["客户名称", "电话", "日期"])
        sheet.merge_range(1, 0, 2, 0, "恒力")
        sheet.write_number(1, 1, 13812345678)
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        sheet.write_datetime(1, 2, date(2025, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.set_row(2, None, None, {"hidden": True})
        hidden = book.add_worksheet("隐藏")
        hidden.write_row(0, 0, ["客户名称", "电话"])
        hidden.hide()
    notes, data = read_tables(out.getvalue())
    assert notes.rows == [["看第二页"]]
    assert data.base_1904
    assert data.rows[1:] == [["恒力", 13812345678.0, date(2025, 3, 5)], ["恒力", FORMULA_FAILED, ""]]


def task(data: bytes) -> Task:
    company = Company(zone=ZoneInfo("Asia/Shanghai"), now=datetime(2026, 11, 23, tzinfo=UTC), staff={})
    return Task(data=data, kinds=sheet_kinds(), company=company)


def test_the_sheet_that_holds_the_data_is_found() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("封面").write(0, 0, "客户名称")
        book.add_worksheet("数据").write_column(0, 0, ["2025年", "客户名称", "恒力"])
        book.get_worksheet_by_name("数据").write_column(0, 1, ["", "联系电话", "13812345678"])
    opened, rows = read(task(out.getvalue()))
    assert isinstance(opened, Opened)
    assert (opened.sheet, opened.head.row) == ("数据", 1)
    assert [row.line for row in rows if isinstance(row, Row)] == [3]


def test_without_a_known_header_it_says_which_columns_are_needed() -> None:
    with pytest.raises(SheetRefused, match="客户名称"):
        list(read(task(workbook([["甲", "乙"], [1, 2]]))))


def test_what_goes_out_is_never_a_formula() -> None:
    hostile = [
        "=cmd|'/c calc'!A1",
        "+1+1",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "恒力",
        13812345678,
        12.5,
        True,
        None,
        "https://e.cn",
    ]
    data = write_workbook("a/b:c", ["=列", *("x" * (len(hostile) - 1))], [hostile])
    assert cells(data)[0][0] == "'=列"
    assert cells(data)[1] == [
        "'=cmd|'/c calc'!A1", "'+1+1", "'-2", "'@SUM(A1)", "'=1", "恒力", 13812345678.0, 12.5, "是", "", "https://e.cn",
    ]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def greedy(megabytes: int) -> Any:
    yield len(bytearray(megabytes << 20))


def endless() -> Any:
    while True:
        pass
    yield 0


async def test_the_process_may_take_only_so_much() -> None:
    worker = SheetWorker(seconds=1.0, megabytes=512)
    with pytest.raises(SheetRefused, match="读不完"):
        _ = [part async for part in worker.stream(greedy, 1024)]
    with pytest.raises(SheetRefused, match="读不完"):
        _ = [part async for part in worker.stream(endless)]
    with pytest.raises(SheetRefused, match="不是表格"):
        _ = [part async for part in worker.stream(read, task(REFUSED["zip"][0]))]
