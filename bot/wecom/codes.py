"""The codes that let a sent card be redrawn: each once, for 72 hours (WeCom reference 3.4).

One comes with sending, one more with every click. A card's handle keeps those not used yet as
JSON text: ``{"task_id": "…", "codes": '[["code", "2026-01-01T00:00:00+00:00"], …]'}``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

LIFE = timedelta(hours=72) - timedelta(minutes=5)
"""A little less than the platform's, for the way there."""
KEPT = 8
"""Newest codes kept; a card that people keep pressing needs no more."""

Code = tuple[str, datetime]


def with_click_code(handle: Mapping[str, str], code: str, at: datetime) -> dict[str, str]:
    """Return the handle with one more code, obtained ``at`` (``Click.response_code`` and ``Envelope.sent_at``)."""
    known = all_codes(handle)
    if not code or any(code == each for each, _ in known):
        return dict(handle)
    return with_codes(handle, [*known, (code, at)])


def with_codes(handle: Mapping[str, str], codes: list[Code]) -> dict[str, str]:
    """Return the handle with exactly these codes, the newest ``KEPT`` of them."""
    newest = sorted(codes, key=lambda code: code[1])[-KEPT:]
    return {**handle, "codes": orjson.dumps([[code, at.isoformat()] for code, at in newest]).decode()}


def all_codes(handle: Mapping[str, str]) -> list[Code]:
    """Return the codes of a handle, oldest first, dead or alive."""
    return [(code, datetime.fromisoformat(at)) for code, at in orjson.loads(handle.get("codes") or "[]")]


def usable_codes(handle: Mapping[str, str], now: datetime) -> list[Code]:
    """Return the codes that may still work, newest first."""
    return [code for code in reversed(all_codes(handle)) if now - code[1] < LIFE]
