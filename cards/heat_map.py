"""The heat map as a picture; without a Chinese font on the server, as a table of text.

A row a customer (or a person), a column a week, darker for more contacts; a blank cell is a silent week. A red
frame is the week in which a deal was lost there, so that the silence before it can be seen.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from cards.card import Picture, Text
from cards.glance import Glance
from domain.activities.views import HeatRow, HeatView

_FONTS: Final = (
    "NotoSansCJK-Regular.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "SourceHanSansCN-Regular.otf",
    "NotoSansSC-Regular.otf",
    "DroidSansFallbackFull.ttf",
    "uming.ttc",
    "msyh.ttc",
    "simhei.ttf",
    "PingFang.ttc",
)
"""Looked up by name in the system's own font folders, the first found is used."""
_CELL, _GAP, _LEFT, _TOP, _EDGE = 56, 4, 260, 96, 24
_SHADES: Final = ((240, 242, 245), (198, 228, 204), (123, 201, 138), (47, 158, 79), (20, 110, 50))
_INK, _SOFT = (31, 35, 41), (100, 106, 115)
_RED = (208, 58, 43)
_NAME_MAX = 14


def heat_map(view: HeatView, glance: Glance) -> Picture | Text:
    """Draw the map: a PNG of about 760 pixels' width, or the same as text."""
    del glance
    large, small = font(22), font(18)
    if large is None or small is None:
        return Text(text=as_text(view))
    return Picture(name="heat-map.png", data=_png(view, large, small))


def as_text(view: HeatView) -> str:
    """Return the map as lines: a name and its figures, the oldest week first."""
    weeks = " ".join(f"{week.month}/{week.day}" for week in view.weeks)
    rows = [f"{row.name}：{' '.join(_figures(row))}{_lost(row, view)}" for row in view.rows]
    return "\n".join([view.title, f"每周一：{weeks}", *rows, *([view.note] if view.note else [])])


def _figures(row: HeatRow) -> list[str]:
    return [str(count) if count else "·" for count in row.counts]


def _lost(row: HeatRow, view: HeatView) -> str:
    if row.lost is None:
        return ""
    week = view.weeks[row.lost]
    return f"（{week.month}/{week.day} 那周丢单{f'，{row.lost_to}' if row.lost_to else ''}）"


def _png(view: HeatView, large: ImageFont.FreeTypeFont, small: ImageFont.FreeTypeFont) -> bytes:
    step = _CELL + _GAP
    size = (_LEFT + step * len(view.weeks) + _EDGE, _TOP + step * max(len(view.rows), 1) + 56)
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.text((_EDGE, 18), view.title, fill=_INK, font=large)
    for column, week in enumerate(view.weeks):
        middle = _LEFT + column * step + _CELL // 2
        draw.text((middle, _TOP - 18), f"{week.month}/{week.day}", fill=_SOFT, font=small, anchor="mm")
    for line, row in enumerate(view.rows):
        top = _TOP + line * step
        draw.text((_EDGE, top + _CELL // 2), _cut(row.name), fill=_INK, font=small, anchor="lm")
        for column, count in enumerate(row.counts):
            left = _LEFT + column * step
            shade = min(count, len(_SHADES) - 1)
            draw.rounded_rectangle((left, top, left + _CELL, top + _CELL), 8, fill=_SHADES[shade])
            if count:
                ink = "white" if shade >= 3 else _INK
                draw.text((left + _CELL // 2, top + _CELL // 2), str(count), fill=ink, font=small, anchor="mm")
        if row.lost is not None:
            left = _LEFT + row.lost * step
            draw.rounded_rectangle((left, top, left + _CELL, top + _CELL), 8, outline=_RED, width=4)
    legend = "数字是当周联系上的次数" + ("，红框是丢单那周" if any(row.lost is not None for row in view.rows) else "")
    draw.text(
        (_EDGE, size[1] - 30),
        "；".join(each for each in (legend, view.note) if each),
        fill=_SOFT,
        font=small,
        anchor="lm",
    )
    data = io.BytesIO()
    image.save(data, "PNG", optimize=True)
    return data.getvalue()


def _cut(name: str) -> str:
    return name if len(name) <= _NAME_MAX - 2 else f"{name[: _NAME_MAX - 3]}…"


@cache
def font(size: int) -> ImageFont.FreeTypeFont | None:
    """Return the first Chinese font this server has; None without one."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return None
