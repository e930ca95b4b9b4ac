"""Hostile text made harmless, and text cut to size: what every renderer does before it draws (R-84, R-104).

Neither platform documents an escape character for its little markup languages, so a dangerous
character is exchanged for its full-width twin: it reads the same and does nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MORE = "…"

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Removed: C0 and C1 controls but tab, newline and return; bidirectional overrides, which show text backwards."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"<(?=[A-Za-z/@!?])")
_ID_TRANSLATION = re.compile(r"\$(?=[A-Za-z]+=)")
_EVERYBODY = re.compile(r"@(?=(?:all|everyone)(?![A-Za-z0-9_])|所有人|全体)", re.IGNORECASE)

_MARKUP = str.maketrans("<>[]*`\\|", "＜＞［］＊｀＼｜")
_ENTITY = re.compile(r"&(?=#|[A-Za-z]+;)")
_LINE_START = re.compile(r"^([ \t]*)([#=+-])", re.MULTILINE)
_FULL_WIDTH = str.maketrans("#=+-", "＃＝＋－")

_ZERO_WIDTH_JOINER = "\u200d"
_REMEMBERED = 2048
"""A card is made of dozens of short texts, and most of them, labels and names, stand in every card."""
_BREAKS = "\n。；！？;!? "


def clean(text: str) -> str:
    """Return ``text`` as every database and client can hold it: no controls, no lone surrogates, ``LF`` line ends."""
    if text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def defuse(text: str) -> str:
    """Return user text for a plain slot, where it can be no tag, no mention of everybody and no id translation.

    ``<a href=…>`` → ``＜a href=…>``, ``@all`` → ``＠all``, ``$userName=lisi$`` → ``＄userName=lisi$``; ``3<5`` stays.
    """
    text = clean(text)
    # Looking first is worth it: nearly no text holds any of the three, and a card is made of dozens.
    if "<" in text:
        text = _TAG.sub("＜", text)
    if "$" in text:
        text = _ID_TRANSLATION.sub("＄", text)
    return _EVERYBODY.sub("＠", text) if "@" in text else text


@lru_cache(_REMEMBERED)
def one_line(text: str) -> str:
    """Return user text for a slot of one line: defused, and every run of blanks is one space."""
    return " ".join(defuse(text).split())


def markdown(text: str) -> str:
    """Return user text for use inside prepared markdown: no link, image, tag, emphasis, heading, quotation or table."""
    harmless = _ENTITY.sub("＆", defuse(text).translate(_MARKUP))
    return _LINE_START.sub(lambda match: match[1] + match[2].translate(_FULL_WIDTH), harmless)


def cut_chars(text: str, most: int) -> str:
    """Return at most ``most`` characters of ``text``; what was cut ends in ``…``."""
    if len(text) <= most:
        return text
    return text[: _border(text, most - len(MORE))].rstrip() + MORE


def cut_bytes(text: str, most: int) -> str:
    """Return at most ``most`` bytes (UTF-8) of ``text``, cut between characters; what was cut ends in ``…``."""
    raw = text.encode()
    if len(raw) <= most:
        return text
    head = raw[: most - len(MORE.encode())].decode(errors="ignore")
    return text[: _border(text, len(head))].rstrip() + MORE


def split_bytes(text: str, most: int) -> list[str]:
    """Return ``text`` in pieces of at most ``most`` bytes, broken after a line, sentence or blank if one is near."""
    pieces = []
    while len(raw := text.encode()) > most:
        end = _border(text, len(raw[:most].decode(errors="ignore")))
        near = max(text.rfind(each, end // 2, end) for each in _BREAKS) + 1
        end = near or end
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [piece for piece in [*pieces, text] if piece]


def _border(text: str, at: int) -> int:
    """Return the last place up to ``at`` that does not part a letter from its accent or an emoji from its whole."""
    place = at
    while 0 < place < len(text) and (
        text[place] == _ZERO_WIDTH_JOINER
        or text[place - 1] == _ZERO_WIDTH_JOINER
        or unicodedata.category(text[place]).startswith("M")
    ):
        place -= 1
    return place or at
