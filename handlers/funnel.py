"""``漏斗``, ``团队漏斗``, ``上季度华东的漏斗``, ``丢单分析``: how deals stand and what they are lost for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.actor import Role
from handlers.context import Ask, IntentHandler, Understood

_LOSSES = re.compile(r"(?:流失|丢单|输单|丢|输)(?:的)?(?:主要)?(?:原因|分析|统计|排名|排行|都?是?因为)")
_MINE = re.compile(r"我(?!们|组)的?")


def query_funnel(ask: Ask, understood: Understood) -> None:
    """Show the funnel of the period that was named, this month without one; a rep's own, a leader's team's."""
    if _LOSSES.search(ask.envelope.text) or understood.slots.get("stage") == "流失":
        loss_analysis(ask, understood)
        return
    alarm = ask.policies.pipelines
    _show(
        ask, "opportunities.funnel", understood.slots,
        at=ask.now.isoformat(), alarm_from=alarm.alarm_from, alarm_over=alarm.alarm_over,
    )  # fmt: skip


def loss_analysis(ask: Ask, understood: Understood) -> None:
    """Show what deals were lost for, by period, product and rep."""
    product = understood.slots.get("product")
    product = product[0] if isinstance(product, list | tuple) else product
    _show(ask, "opportunities.losses", understood.slots, product=str(product or ""))


def _show(ask: Ask, kind: str, slots: Mapping[str, Any], **more: Any) -> None:
    since, until = _period(str(slots.get("period") or ""), ask)
    staff = slots.get("staff")
    owner = str((staff[0] if isinstance(staff, list | tuple) else staff) or "")
    leads = ask.actor.has(Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)
    ask.show(
        kind,
        f"person:{ask.actor.person_id}",
        since=since.isoformat(),
        until=until.isoformat(),
        zone=ask.calendar.zone.key,
        mine=not owner and (not leads or _MINE.search(ask.envelope.text) is not None),
        owner=owner,
        region=str(slots.get("region") or ""),
        **more,
    )


def _period(said: str, ask: Ask) -> tuple[date, date]:
    """Return the first and the last day of ``2025-11-01/2025-11-30``; this month up to today without words."""
    today = ask.calendar.local(ask.now).date()
    first, _, last = said.partition("/")
    if not first:
        return today.replace(day=1), today
    return date.fromisoformat(first[:10]), date.fromisoformat((last or first)[:10])


INTENTS: Mapping[str, IntentHandler] = {"query_funnel": query_funnel, "loss_analysis": loss_analysis}
