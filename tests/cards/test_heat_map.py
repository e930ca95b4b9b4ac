"""The map: a picture where the server has a Chinese font, else the same figures as text."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from cards import heat_map
from cards.card import Picture, Text
from cards.glance import Glance
from domain.activities.views import HeatRow, HeatView
from domain.actor import SYSTEM

VIEW = HeatView(
    title="陈静的跟进热力图",
    weeks=tuple(date(2026, 11, 2) + timedelta(weeks=week) for week in range(4)),
    rows=(
        HeatRow(name="无锡锦腾模具有限公司", counts=(0, 1, 2, 5)),
        HeatRow(name="苏州恒力机械有限公司", counts=(0, 0, 0, 0)),
    ),
    note="另有 3 家没有列出",
)
GLANCE = Glance(viewer=SYSTEM, now=datetime(2026, 11, 23, tzinfo=UTC), zone=ZoneInfo("Asia/Shanghai"), base="")


def test_the_picture_is_darker_where_more_happened() -> None:
    drawn = heat_map.heat_map(VIEW, GLANCE)
    if isinstance(drawn, Text):
        pytest.skip("no Chinese font on this machine; the text is tested below")
    assert isinstance(drawn, Picture)
    image = Image.open(io.BytesIO(drawn.data))
    assert image.format == "PNG"
    shades = [image.getpixel((260 + 60 * week + 6, 96 + 28)) for week in range(4)]
    assert shades == [(240, 242, 245), (198, 228, 204), (123, 201, 138), (20, 110, 50)]


def test_without_a_font_it_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heat_map, "_FONTS", ())
    heat_map.font.cache_clear()
    try:
        drawn = heat_map.heat_map(VIEW, GLANCE)
    finally:
        heat_map.font.cache_clear()
    assert drawn == Text(
        text="陈静的跟进热力图\n每周一：11/2 11/9 11/16 11/23\n无锡锦腾模具有限公司：· 1 2 5\n"
        "苏州恒力机械有限公司：· · · ·\n另有 3 家没有列出"
    )


def test_a_lost_deal_is_framed_in_its_week() -> None:
    rows = (HeatRow(name="苏州恒力机械有限公司", counts=(2, 0, 0, 0), lost=3, lost_to="海天"),)
    lost = HeatView(title="陈静的跟进热力图", weeks=VIEW.weeks, rows=rows)
    assert heat_map.as_text(lost).splitlines()[2] == "苏州恒力机械有限公司：2 · · ·（11/23 那周丢单，海天）"
    drawn = heat_map.heat_map(lost, GLANCE)
    if isinstance(drawn, Picture):
        image = Image.open(io.BytesIO(drawn.data))
        assert [image.getpixel((260 + 60 * week + 1, 96 + 28)) == (208, 58, 43) for week in range(4)] == [
            False,
            False,
            False,
            True,
        ]
