"""Strict JSON for everything that arrives from outside (R-102, R-104).

``json.loads`` takes duplicate keys, NaN, lone surrogates and any depth; orjson takes duplicate
keys. Both platforms sign text, so two readers that disagree about one text is a hole: what is
ambiguous is refused here, once, and what a database cannot store is cleaned here, once.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

import orjson

SIZE_MAX = 256 * 1024
"""Bytes of one body; the largest genuine push is a few kilobytes."""
DEPTH_MAX = 32

_SPACED_COLON = re.compile(rb'"[ \t\r\n]+:')
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadJson(ValueError):
    """The text is not JSON that we accept."""


def loads(raw: bytes | str, *, limit: int = SIZE_MAX) -> Any:
    """Return the parsed value, its strings free of controls (tab and line ends stay) and lone surrogates.

    Raise BadJson for anything over ``limit`` bytes, deeper than DEPTH_MAX, with a duplicate key, NaN, Infinity,
    a number that overflows, or bytes that are not UTF-8.
    """
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(data) > limit:
        raise BadJson(f"{len(data)} bytes, at most {limit}")
    value, members = _parse_fast(data)
    if members is None:
        value = _parse_slowly(data)
    cleaner = _Cleaner()
    cleaned = cleaner.clean(value, DEPTH_MAX)
    if members is not None and cleaner.members != members:
        # A key may be there twice; or a string only looks like one. The slow parser knows.
        cleaned = _Cleaner().clean(_parse_slowly(data), DEPTH_MAX)
    return cleaned


def loads_object(raw: bytes | str, *, limit: int = SIZE_MAX) -> dict[str, Any]:
    """Return ``loads(raw)`` where it is an object; raise BadJson otherwise."""
    value = loads(raw, limit=limit)
    if not isinstance(value, dict):
        raise BadJson("not an object")
    return value


def _parse_fast(data: bytes) -> tuple[Any, int | None]:
    """Return the value and an upper bound of how many members the text holds; None where there is no such bound.

    Without space before a colon each member shows as ``":"`` once, so fewer keys in the result than that
    may mean duplicates, and the same number proves that there are none.
    """
    if _SPACED_COLON.search(data):
        return None, None
    try:
        return orjson.loads(data), data.count(b'":')
    except orjson.JSONDecodeError:
        return None, None  # lone surrogates are cleaned, not refused: the slow parser decides


def _parse_slowly(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise BadJson(type(error).__name__) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadJson("a key is there twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise BadJson("a number is too large")
    return number


class _Cleaner:
    """Walks a parsed value once: counts members, watches the depth, replaces what no database stores."""

    def __init__(self) -> None:
        self.members = 0

    def clean(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return _SURROGATE.sub("\ufffd", _UNSTORABLE.sub("", value))
        if isinstance(value, float) and math.isinf(value):
            raise BadJson("a number is too large")
        if not isinstance(value, dict | list):
            return value
        if depth == 0:
            raise BadJson(f"deeper than {DEPTH_MAX}")
        if isinstance(value, list):
            return [self.clean(each, depth - 1) for each in value]
        self.members += len(value)
        cleaned = {self.clean(key, depth): self.clean(each, depth - 1) for key, each in value.items()}
        if len(cleaned) != len(value):
            raise BadJson("two keys differ only in characters that cannot be stored")
        return cleaned
