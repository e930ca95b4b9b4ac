"""A workbook is a zip from a stranger: looked at before anything in it is unpacked (R-92)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from jobs.imports.refused import SheetRefused

FILE_BYTES = 20 * 1024 * 1024
_UNPACKED = 400 * 1024 * 1024
_RATIO = 150
"""A workbook of much the same rows shrinks to a fiftieth; a bomb to a thousandth."""
_RATIO_FROM = 4 * 1024 * 1024
_PARTS = 2_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MANIFEST = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_FAILED = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d{1,7})"')
_FAILED_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """What the reader does not tell: the epoch of its dates, and per sheet the cells whose formula failed."""

    base_1904: bool
    failed: Mapping[str, frozenset[tuple[int, int]]]


def inspect(data: bytes) -> Workbook:
    """Return what else must be known of a workbook; raise SheetRefused for one that is not to be opened."""
    check_size(data)
    if data.startswith(_OLE):
        raise SheetRefused("这个文件加了密码，或是老格式 .xls。请去掉密码，另存为 .xlsx 再发。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
            return _look(archive)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, EOFError, OSError, ValueError):
        raise SheetRefused("这个表格打不开，可能没有传完整。请用 Excel 或 WPS 重新另存为 .xlsx 再发。") from None


def check_size(data: bytes) -> None:
    """Refuse an empty file, and one that is too big to look at."""
    if not data:
        raise SheetRefused("这个文件是空的，请重新发一次。")
    if len(data) > FILE_BYTES:
        raise SheetRefused("文件太大，最多 20 MB。请拆成几份再发。")


def _check(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if _MANIFEST not in names:
        raise SheetRefused("这不是表格文件。请用 Excel 或 WPS 另存为 .xlsx 再发。")
    if any(part.flag_bits & 0x1 for part in parts):
        raise SheetRefused("这个文件加了密码。请去掉密码再发。")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise SheetRefused("带宏的表格不收。请另存为不带宏的 .xlsx 再发。")
    unpacked = sum(part.file_size for part in parts)
    squeezed = any(
        part.file_size > _RATIO_FROM and part.file_size > _RATIO * max(part.compress_size, 1) for part in parts
    )
    if len(parts) > _PARTS or unpacked > _UNPACKED or squeezed:
        raise SheetRefused("这个表格解压后太大，不能打开。请只留要导入的那一页，拆成几份再发。")


def _look(archive: zipfile.ZipFile) -> Workbook:
    book = _xml(archive.read(_MANIFEST))
    base = book.find(".//{*}workbookPr")
    base_1904 = base is not None and base.get("date1904") in ("1", "true")
    targets = {}
    if _RELATIONS in archive.namelist():
        targets = {each.get("Id"): each.get("Target") or "" for each in _xml(archive.read(_RELATIONS))}
    failed = {}
    for sheet in book.iterfind(".//{*}sheet"):
        identity = next((value for name, value in sheet.attrib.items() if str(name).endswith("}id")), None)
        target = targets.get(identity, "").lstrip("/").removeprefix("xl/")
        if target and f"xl/{target}" in archive.namelist():
            failed[sheet.get("name") or ""] = _failed(archive.read(f"xl/{target}"))
    return Workbook(base_1904=base_1904, failed=failed)


def _xml(data: bytes) -> etree._Element:
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data[:2000]:
        raise SheetRefused("这个表格里有不该有的内容，不能打开。请重新另存为 .xlsx 再发。")
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _failed(data: bytes) -> frozenset[tuple[int, int]]:
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data[:2000]:
        raise SheetRefused("这个表格里有不该有的内容，不能打开。请重新另存为 .xlsx 再发。")
    if b't="e"' not in data:
        return frozenset()
    places = set()
    for match in _FAILED.finditer(data):
        column = 0
        for letter in match[1]:
            column = column * 26 + letter - 64
        places.add((int(match[2]) - 1, column - 1))
        if len(places) >= _FAILED_MOST:
            break
    return frozenset(places)
