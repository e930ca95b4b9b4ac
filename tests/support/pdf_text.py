"""The words of a PDF that typst made, read back through its own character maps."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_PLAIN = rb"\\.|[^\\()]"
_NESTED = rb"(?:" + _PLAIN + rb"|\((?:" + _PLAIN + rb"|\((?:" + _PLAIN + rb")*\))*\))*"
"""A string may hold parentheses that are not escaped, as long as they are in pairs."""
_STRING = rb"\(" + _NESTED + rb"\)|<[0-9A-Fa-f\s]*>"
_SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|(\[(?:" + _STRING + rb"|[-\d.\s])*\]TJ|(?:" + _STRING + rb")\s*Tj)", re.DOTALL)
_PIECE = re.compile(rb"\((" + _NESTED + rb")\)|<([0-9A-Fa-f\s]*)>", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pdf_text(pdf: bytes) -> str:
    """Return every run of text in the order it was drawn, one a line."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    fonts = {}
    for body in objects.values():
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", body.partition(b"stream")[0]):
            found = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
            assert found is not None, name
            fonts[name] = _characters(_inflated(objects[int(found[1])]))
    said = []
    for body in objects.values():
        content = _inflated(body)
        if b"BT" not in content:
            continue
        font: dict[int, str] = {}
        for name, run in _SHOWN.findall(content):
            if name:
                font = fonts[name]
            else:
                said.append(_said(run, font))
    return "\n".join(said)


def _inflated(body: bytes) -> bytes:
    head, found, raw = body.partition(b"stream\n")
    return zlib.decompressobj().decompress(raw) if found and b"/FlateDecode" in head else b""


def _characters(map_: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", map_)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _said(run: bytes, font: dict[int, str]) -> str:
    raw = b"".join(
        bytes.fromhex(hexadecimal.decode()) if hexadecimal else _ESCAPED.sub(_unescaped, literal)
        for literal, hexadecimal in _PIECE.findall(run)
    )
    codes = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
    return "".join(font.get(code, "�") for code in codes)


def _unescaped(found: re.Match[bytes]) -> bytes:
    word = found[1]
    return bytes([int(word, 8)]) if word.isdigit() else _NAMED.get(word, word)
