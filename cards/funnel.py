"""The cards of the funnel and of what deals are lost for. A snapshot: asked for again, it is counted again."""

from __future__ import annotations

from functools import partial

from cards.card import Card, Field, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.money import said_percent, said_roughly
from domain.opportunities.funnel import FunnelView, LossesView, StageView

_funnel = partial(phrase, "opportunities/funnel")
_losses = partial(phrase, "opportunities/losses")


def funnel(view: FunnelView, glance: Glance) -> Card:
    """Draw counts and amounts per stage, how deals went on, and what is out of the ordinary."""
    del glance
    alarm = view.alarm
    several = len({stage.pipeline for stage in view.stages}) > 1
    return Card(
        kind="opportunities.funnel",
        subject="",
        version=0,
        title=_funnel("title", view),
        subtitle=_funnel("period", view),
        status="" if alarm is None else _funnel("alarm", alarm, _percent(alarm.lost_ppm), _percent(alarm.usual_ppm)),
        tone=Tone.INFO if alarm is None else Tone.WARN,
        headline=said_roughly(sum(stage.amount_fen for stage in view.stages)) if view.stages else _funnel("empty"),
        fields=tuple(
            Field(label=f"{stage.pipeline} {stage.name}" if several else stage.name, value=_funnel("standing", stage))
            for stage in view.stages
        ),
        notes=_notes(view),
    )


def losses(view: LossesView, glance: Glance) -> Card:
    """Draw the reasons, the most frequent first, with the share so far."""
    del glance
    tops = (("竞争对手", view.competitors), ("产品", view.products), ("负责人", view.owners))
    return Card(
        kind="opportunities.losses",
        subject="",
        version=0,
        title=_losses("title", view),
        subtitle=_losses("period", view),
        headline=_losses("total", view) if view.rows else _losses("nothing"),
        tone=Tone.INFO,
        fields=tuple(Field(label=row.reason, value=_losses("row", row, _percent(row.so_far_ppm))) for row in view.rows),
        notes=tuple(_losses("top", label, rows) for label, rows in tops if rows),
    )


def _notes(view: FunnelView) -> tuple[str, ...]:
    notes = [_funnel("closed", view)]
    if view.alarm is not None:
        notes.insert(0, _funnel("where", view.alarm))
    stale = sum(stage.stale for stage in view.stages)
    if stale:
        notes.append(_funnel("stale", stale, sum(stage.stale_fen for stage in view.stages)))
    notes += [_rate(stage) for stage in view.stages if stage.left.total]
    return tuple(notes)


def _rate(stage: StageView) -> str:
    usual = stage.usual.rate_ppm
    return _funnel("rate", stage, _percent(stage.left.rate_ppm or 0), "" if usual is None else _percent(usual))


def _percent(ppm: int) -> str:
    return said_percent(round(ppm, -4))
