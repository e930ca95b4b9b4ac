"""The card that says where approvals wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from cards.card import Card, Field, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.approvals.times import HOUR, Dwell, Times
from domain.money import said_percent
from domain.policy_approvals import KINDS, SOLUTION

_say = partial(phrase, "approvals/times")
_NODES = 3
_PEOPLE = 2
_WEEKS = 4
_WAITING = 3
"""What fits into the kilobyte of a DingTalk card; 导出审批记录 has all of it."""
SUBJECT = "approvals:0"
"""What the report is about: all of them."""


def times(view: Times, glance: Glance) -> Card:
    """Draw the report: the share within the target, the bottleneck, nodes by their share, people, what waits now."""
    whole = view.whole
    within = "" if view.within_ppm is None else _say("within", _percent(view.within_ppm), _span(view.target))
    took = (
        ()
        if whole is None
        else (Field(label="全程", value=_say("whole", whole, _span(whole.mean), _span(view.median), _span(whole.p90))),)
    )
    worst = view.nodes[0] if view.nodes and view.nodes[0].total else None
    named = (
        ()
        if worst is None
        else (Field(label="瓶颈", value=_say("bottleneck", worst.name, _percent(worst.share_ppm)), tone=Tone.WARN),)
    )
    left = len(view.waiting) - _WAITING
    return Card(
        kind="approvals.times",
        subject=SUBJECT,
        version=0,
        title=_say("title"),
        subtitle=_say("subtitle", glance.day(view.since), glance.day(view.until)),
        headline=within,
        fields=(
            *(Field(label="在等", value=_say("waiting", each, _span(each.worked))) for each in view.waiting[:_WAITING]),
            *((Field(label="在等", value=_say("left", left)),) if left > 0 else ()),
            *named,
            *took,
            *_kinds(view),
            *(Field(label=each.name, value=_node(each)) for each in view.nodes[:_NODES]),
            *(Field(label=each.name, value=_person(each)) for each in view.people[:_PEOPLE]),
            *((Field(label="每周平均", value=_weeks(view)),) if view.weeks else ()),
        ),
        notes=() if view.waiting else (_say("nothing"),),
    )


def _kinds(view: Times) -> Iterator[Field]:
    """Yield the kinds one by one, and what is saved; with nothing but quotations the whole says it all."""
    if not any(each.kind == SOLUTION for each in view.kinds):
        return
    for each in view.kinds:
        took = _say("whole", each.took, _span(each.took.mean), _span(each.median), _span(each.took.p90))
        yield Field(label=f"{KINDS[each.kind]}全程", value=took)
        if each.kind == SOLUTION and view.baseline:
            now, before = each.calendar_mean, view.baseline
            saved = _say("baseline", _days(now), _days(before), _days(abs(before - now)), now <= before)
            yield Field(label="比原来", value=saved)


def _days(span: timedelta) -> str:
    """Return ``3.2天`` by the calendar, below a day as ``_span`` does."""
    return _span(span) if span < timedelta(days=1) else f"{span / timedelta(days=1):.1f}".removesuffix(".0") + "天"


def _node(each: Dwell) -> str:
    return _say("node", each, _span(each.mean), _span(each.p90), _percent(each.share_ppm), _percent(each.upto_ppm))


def _person(each: Dwell) -> str:
    return _say("person", each, _span(each.mean), _span(each.p90))


def _weeks(view: Times) -> str:
    """Return ``11/10 5小时 → 11/17 4小时``, by the Mondays of the weeks."""
    mondays = [(date.fromisoformat(each.name), each) for each in view.weeks[-_WEEKS:]]
    return " → ".join(f"{day.month}/{day.day} {_span(each.mean)}" for day, each in mondays)


def _percent(ppm: int) -> str:
    return said_percent(round(ppm, -4))


def _span(span: timedelta) -> str:
    """Return ``45分钟`` or ``5.2小时``; of working time a day would mean eight hours to some and one to others."""
    if span < HOUR:
        return f"{int(span.total_seconds() // 60)}分钟"
    return f"{span / HOUR:.1f}".removesuffix(".0") + "小时"
