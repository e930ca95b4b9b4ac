"""The card that says where approvals wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from cards.card import Card, Field, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.approvals.times import HOUR, Dwell, KindTimes, Times
from domain.money import said_percent
from domain.policy_approvals import KINDS, SOLUTION

_say = partial(phrase, "approvals/times")
_PEOPLE = 5
_WEEKS = 5
_WAITING = 10
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
    waiting = [_say("waiting", each, _span(each.worked)) for each in view.waiting[:_WAITING]]
    return Card(
        kind="approvals.times",
        subject=SUBJECT,
        version=0,
        title=_say("title"),
        subtitle=_say("subtitle", glance.day(view.since), glance.day(view.until)),
        headline=within,
        fields=(
            *took,
            *(Field(label=f"{KINDS[each.kind]}全程", value=_kind(each, view.baseline)) for each in _apart(view)),
            *named,
            *(Field(label=each.name, value=_node(each)) for each in view.nodes),
            *(Field(label=each.name, value=_person(each)) for each in view.people[:_PEOPLE]),
            *(Field(label=_week(each.name), value=_person(each)) for each in view.weeks[-_WEEKS:]),
        ),
        notes=tuple(waiting) or (_say("nothing"),),
        url=glance.page("/m"),
    )


def _apart(view: Times) -> Sequence[KindTimes]:
    """Return the kinds to tell apart: with nothing but quotations the whole says it all."""
    return view.kinds if any(each.kind == SOLUTION for each in view.kinds) else ()


def _kind(each: KindTimes, baseline: timedelta) -> str:
    took = _say("whole", each.took, _span(each.took.mean), _span(each.median), _span(each.took.p90))
    if each.kind != SOLUTION or not baseline:
        return took
    now = each.calendar_mean
    return took + _say("baseline", _days(now), _days(baseline), _days(abs(baseline - now)), now <= baseline)


def _days(span: timedelta) -> str:
    return f"{span / timedelta(days=1):.1f}".removesuffix(".0")


def _node(each: Dwell) -> str:
    return _say("node", each, _span(each.mean), _span(each.p90), _percent(each.share_ppm), _percent(each.upto_ppm))


def _person(each: Dwell) -> str:
    return _say("person", each, _span(each.mean), _span(each.p90))


def _week(monday: str) -> str:
    """Return ``11月17日起一周``."""
    day = date.fromisoformat(monday)
    return f"{day.month}月{day.day}日起一周"


def _percent(ppm: int) -> str:
    return said_percent(round(ppm, -4))


def _span(span: timedelta) -> str:
    """Return ``45分钟`` or ``5.2小时``; of working time a day would mean eight hours to some and one to others."""
    if span < HOUR:
        return f"{int(span.total_seconds() // 60)}分钟"
    return f"{span / HOUR:.1f}".removesuffix(".0") + "小时"
