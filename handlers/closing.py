"""Deals won, lost, asleep and opened again: what is typed and pressed at the end of the road, and beyond it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from cards.action import Action
from domain.errors import Invalid
from domain.opportunities.closing import (
    CARD,
    AskClosing,
    CloseLost,
    CloseWon,
    DropClosing,
    ReopenOpportunity,
    SetLossReason,
)
from domain.opportunities.loss import LossReason, reason_said
from domain.opportunities.moves import CARD as DEAL
from domain.opportunities.revaluing import ReviseOpportunity
from domain.opportunities.sleeping import SleepOpportunity, WakeOpportunity
from domain.opportunities.views import DealView
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.inquiries import look_at, number
from handlers.opportunities import meant

_COMPETITOR = re.compile(
    r"(?:竞争对手|对手)(?:就?是|为|：|:)\s*(?P<named>[^\s,，。;；!！?？]{2,20})"
    r"|(?:被|给|让)(?P<taken>[^\s,，。;；被给让]{2,20}?)(?:抢|截胡|截|撬|拿)(?:走|下|单)?了?"
    r"|选了?(?P<chosen>[^\s,，。;；]{2,20}?)(?:的|了|家)?(?:$|[,，。;；])|丢给了?(?P<lost>[^\s,，。;；]{2,20})"
)
_NOBODY = re.compile(r"^(?:别人|别家|人家|同行|对手|竞争对手|其他|别的).*")


def close(ask: Ask, understood: Understood, view: DealView, *, won: bool) -> None:
    """``恒力签了，合同号 HT-001``, ``恒力被沈阳机床抢了``: kept as said, true with the tap."""
    text = ask.envelope.text
    contract = str(understood.slots.get("contract_no") or "")
    if won and contract and contract != view.contract_no:
        ask.act(ReviseOpportunity(opportunity_id=view.id, contract_no=contract))
    ask_closing(
        ask, view, won=won, reason=None if won else reason_said(text), competitor="" if won else competitor(text)
    )


def ask_closing(
    ask: Ask, view: DealView, *, won: bool, version: int = 0, reason: LossReason | None = None, competitor: str = ""
) -> None:
    """Show the card that asks; what is missing for it can be sent next, so the deal is in focus then."""
    look_at(ask, view.subject)
    try:
        ask.act(AskClosing(opportunity_id=view.id, won=won, version=version, reason=reason, competitor=competitor))
    except Invalid as refusal:
        ask.say(refusal.message)
        return
    ask.show(CARD, view.subject)


def competitor(text: str) -> str:
    """Return the competitor a sentence names; 别人 and 同行 are nobody."""
    match = _COMPETITOR.search(text)
    name = "" if match is None else next(each for each in match.groups() if each)
    return "" if _NOBODY.match(name) else name


def set_loss_reason(ask: Ask, understood: Understood) -> None:
    """``丢单原因是价格``, ``竞争对手是沈阳机床``, ``恒力丢单原因是项目取消``."""
    view = meant(ask, understood, lambda deal: "lost" in (deal.state, deal.closing))
    if view is None:
        return
    slots, text = understood.slots, ask.envelope.text
    words = str(slots.get("loss") or slots.get("loss2") or "")
    reason = reason_said(words or text)
    if reason is None and words:
        reason = LossReason.OTHER
    note = words if reason is LossReason.OTHER else ""
    named = competitor(text)
    if reason is None and named:
        reason = LossReason.COMPETITOR
    ask.act(SetLossReason(opportunity_id=view.id, reason=reason, competitor=named, note=note))
    look_at(ask, view.subject)
    ask.show(CARD if view.closing == "lost" else DEAL, view.subject)


def reopen_opportunity(ask: Ask, understood: Understood) -> None:
    """``重新打开恒力的商机``."""
    view = meant(ask, understood, lambda deal: deal.state in ("won", "lost", "dormant"))
    if view is None:
        return
    if view.state == "dormant":
        ask.act(WakeOpportunity(opportunity_id=view.id))
    else:
        ask.act(ReopenOpportunity(opportunity_id=view.id))
    look_at(ask, view.subject)
    ask.show(DEAL, view.subject)


def sleep_opportunity(ask: Ask, understood: Understood) -> None:
    """``恒力先放一放，三月再说``: wakes at the first hour of work of that day."""
    view = meant(ask, understood)
    if view is None:
        return
    said = str(understood.slots.get("due") or "")
    if not said:
        raise Invalid(f"放到哪一天？例如：{view.no} 放到3月1日。", subject=view.subject)
    begins = ask.calendar.shifts[0][0]
    until = datetime.combine(date.fromisoformat(said[:10]), begins, ask.calendar.zone).astimezone(UTC)
    ask.act(SleepOpportunity(opportunity_id=view.id, until=until))
    look_at(ask, view.subject)
    ask.show(DEAL, view.subject)


def _press_won(ask: Ask, action: Action) -> None:
    view = ask.queries.opportunities.card(number(action.subject), ask.actor)
    ask_closing(ask, view, won=True, version=action.version)


def _press_lost(ask: Ask, action: Action) -> None:
    view = ask.queries.opportunities.card(number(action.subject), ask.actor)
    ask_closing(ask, view, won=False, version=action.version)


def _confirm_won(ask: Ask, action: Action) -> None:
    won = ask.act(CloseWon(opportunity_id=number(action.subject), version=action.version))
    if not won:
        ask.say("已报给上级确认，确认后才算成交。")


def _confirm_lost(ask: Ask, action: Action) -> None:
    assert ask.envelope.click is not None
    chosen = ask.envelope.click.selections.get("reason", ())
    reason = LossReason(chosen[0]) if chosen and chosen[0] in set(LossReason) else None
    ask.act(CloseLost(opportunity_id=number(action.subject), version=action.version, reason=reason))


def _press_drop(ask: Ask, action: Action) -> None:
    ask.act(DropClosing(opportunity_id=number(action.subject), version=action.version))


INTENTS: Mapping[str, IntentHandler] = {
    "set_loss_reason": set_loss_reason,
    "reopen_opportunity": reopen_opportunity,
    "sleep_opportunity": sleep_opportunity,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "ask_won": _press_won,
    "ask_lost": _press_lost,
    "close_won": _confirm_won,
    "close_lost": _confirm_lost,
    "drop_closing": _press_drop,
}
