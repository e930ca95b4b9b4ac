"""How service is doing: a card with the figures, and a picture of them beside each other."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from cards.card import Card, Field, Picture, Text
from cards.heat_map import font
from cards.wording import phrase
from domain.money import said_money, said_percent

if TYPE_CHECKING:
    from PIL import ImageFont

    from cards.glance import Glance
    from domain.service.report_views import Score, ServiceReport

_say = partial(phrase, "service/report")
_ROWS: Final = 8
_WIDTH, _LEFT, _TOP, _STEP, _EDGE = 760, 150, 84, 58, 24
_INK, _SOFT, _BAR, _FIX = (31, 35, 41), (100, 106, 115), (51, 112, 255), (47, 158, 79)


def report(view: ServiceReport, glance: Glance) -> Card:
    """Draw the figures of a period."""
    total = view.total
    rows = (
        Field(label="完工", value=_say("jobs", total)),
        Field(label="平均响应", value=_span(total.response_minutes)),
        Field(label="平均解决", value=_span(total.repair_minutes)),
        Field(label="报修到签收", value=_compared(total.handled_minutes, view.handled_before)),
        Field(label="投诉首答", value=_compared(view.complaint_minutes, view.complaint_before)),
        Field(label="准时到", value=said_percent(total.on_time_ppm) if total.on_time_ppm is not None else ""),
        Field(label="返访", value=f"{total.revisits} 次" if total.revisits else ""),
        Field(label="备件金额", value=said_money(total.parts_fen) if total.parts_fen else ""),
        Field(label="评分", value=_rating(total)),
        *(Field(label=score.name, value=_line(score)) for score in view.scores[:_ROWS]),
    )
    notes = [_say("nothing")] if not total.jobs else []
    if view.models:
        notes.append(_say("models", [_say("model", rate) for rate in view.models]))
    if any(rate.faults > 1 for rate in view.batches):
        notes.append(_say("batches", [_say("model", rate) for rate in view.batches]))
    if view.parts:
        notes.append(_say("parts", [f"{name} ×{pieces}" for name, pieces in view.parts]))
    return Card(
        kind="service.report",
        subject="report:0",
        version=0,
        title=_say("title", view),
        headline=_say("first_fix", said_percent(total.first_fix_ppm)) if total.first_fix_ppm is not None else "",
        fields=tuple(row for row in rows if row.value),
        notes=tuple(notes),
        url=glance.page("/m/dispatch"),
    )


def chart(view: ServiceReport, glance: Glance) -> Picture | Text:
    """Draw each engineer's finished jobs as a bar with his first-fix rate; without a Chinese font, as text."""
    del glance
    large, small = font(22), font(18)
    if large is None or small is None or not view.scores:
        lines = [f"{score.name}：{_line(score)}" for score in view.scores] or [_say("nothing")]
        return Text(text="\n".join([_say("title", view), *lines]))
    return Picture(name="service-report.png", data=_png(view, large, small))


def _png(view: ServiceReport, large: ImageFont.FreeTypeFont, small: ImageFont.FreeTypeFont) -> bytes:
    scores = view.scores[:_ROWS]
    image = Image.new("RGB", (_WIDTH, _TOP + _STEP * len(scores) + 40), "white")
    draw = ImageDraw.Draw(image)
    draw.text((_EDGE, 20), _say("title", view), fill=_INK, font=large)
    draw.text((_EDGE, 52), _say("chart", view), fill=_SOFT, font=small)
    most = max(score.jobs for score in scores) or 1
    room = _WIDTH - _LEFT - 190
    for index, score in enumerate(scores):
        top = _TOP + index * _STEP
        length = max(room * score.jobs // most, 6)
        draw.text((_EDGE, top + 14), score.name[:5], fill=_INK, font=small)
        draw.rounded_rectangle((_LEFT, top + 8, _LEFT + length, top + 40), 6, fill=_BAR)
        fixed = length * (score.first_fix_ppm or 0) // 1_000_000
        if fixed >= 12:
            draw.rounded_rectangle((_LEFT, top + 8, _LEFT + fixed, top + 40), 6, fill=_FIX)
        said = f"{score.jobs} 单" + (
            f" · {said_percent(score.first_fix_ppm)}" if score.first_fix_ppm is not None else ""
        )
        draw.text((_LEFT + length + 10, top + 14), said, fill=_INK, font=small)
    data = io.BytesIO()
    image.save(data, "PNG", optimize=True)
    return data.getvalue()


def _line(score: Score) -> str:
    fix = said_percent(score.first_fix_ppm) if score.first_fix_ppm is not None else ""
    on_time = said_percent(score.on_time_ppm) if score.on_time_ppm is not None else ""
    return _say("line", score, fix, _rating(score), _span(score.repair_minutes), on_time)


def _compared(minutes: int | None, before: int | None) -> str:
    """Return the figure, and by how much it is better or worse than before."""
    if minutes is None or not before:
        return _span(minutes)
    change = abs(before - minutes) * 1_000_000 // before
    return _say("compared", _span(minutes), _span(before), said_percent(change), minutes <= before)


def _rating(score: Score) -> str:
    return f"{score.rating_hundredths / 100:.1f}" if score.rating_hundredths is not None else ""


def _span(minutes: int | None) -> str:
    if minutes is None:
        return ""
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes / 60:.1f} 小时" if minutes < 48 * 60 else f"{minutes / 1440:.1f} 天"
