"""Deals: what a sales rep types and presses from the first lead to won or lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cards.action import Action
from cards.glance import Glance
from cards.opportunities import history, row
from domain.errors import Invalid, NotFound
from domain.money import round_fen
from domain.opportunities.creating import ConvertInquiry, CreateOpportunity, UndoOpportunity
from domain.opportunities.moves import CARD, UndoMove
from domain.opportunities.revaluing import ReviseOpportunity
from domain.opportunities.views import DealView
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.inquiries import look_at, number, wanted
from handlers.quotes import in_focus

_WHICH = "请说明是哪个商机，例如：恒力谈价格了，或写上商机编号 SJ-2611-0001。发“我的商机”可以看到全部。"


def create_opportunity(ask: Ask, understood: Understood) -> None:
    """``恒力建个商机，两台X200，50万，下个月签``."""
    slots = understood.slots
    if not slots.get("company") and in_focus(ask, "inquiry") is not None:
        convert_opportunity(ask, understood)
        return
    opportunity_id = ask.act(
        CreateOpportunity(
            said=ask.envelope.text,
            company=str(slots.get("company") or ""),
            contact=str(slots.get("contact") or ""),
            phone=str(slots.get("phone") or ""),
            wanted=wanted(slots),
            amount_fen=_fen(slots),
            expected_close=_day(slots),
            source=str(slots.get("source") or ""),
        )
    )
    show(ask, f"opportunity:{opportunity_id}")


def convert_opportunity(ask: Ask, understood: Understood) -> None:
    """``转商机`` about the inquiry in focus, ``恒力转商机`` about its newest one; without any a deal of its own."""
    slots = understood.slots
    company = str(slots.get("company") or "")
    inquiry_id = in_focus(ask, "inquiry")
    if inquiry_id is not None and company:
        known = ask.queries.inquiries.card(inquiry_id, ask.actor).customer
        inquiry_id = inquiry_id if known in ("", company) else None
    if inquiry_id is None and company:
        customer_id = ask.queries.opportunities.customer_called(company)
        inquiry_id = None if customer_id is None else ask.queries.opportunities.convertible(customer_id, ask.actor)
    if inquiry_id is None and company:
        create_opportunity(ask, understood)
        return
    if inquiry_id is None:
        raise Invalid("不知道要转哪条询价。请带上公司名，例如：恒力转商机。")
    opportunity_id = ask.act(
        ConvertInquiry(inquiry_id=inquiry_id, company=company, amount_fen=_fen(slots), expected_close=_day(slots))
    )
    show(ask, f"opportunity:{opportunity_id}")


def show_opportunity(ask: Ask, understood: Understood) -> None:
    """``恒力的商机``, ``SJ-2611-0001``."""
    view = meant(ask, understood)
    if view is not None:
        show(ask, view.subject)


def opportunity_history(ask: Ask, understood: Understood) -> None:
    """``恒力商机历史``: every transition with its time and author."""
    view = meant(ask, understood)
    if view is not None:
        look_at(ask, view.subject)
        ask.say(f"{view.customer}（{view.no}）：\n{history(view, _glance(ask))}")


def list_opportunities(ask: Ask, understood: Understood) -> None:
    """``我的商机``."""
    del understood
    views = ask.queries.opportunities.mine(ask.actor)
    if not views:
        ask.say("您没有进行中的商机。可以这样建：恒力建个商机，两台X200，50万，下个月签。")
        return
    _list(ask, list(views), "show_opportunity", {}, "进行中的商机：")


def revise_opportunity(ask: Ask, understood: Understood) -> None:
    """``SJ-2611-0001 改成40万``, ``合同号 HT-001``."""
    view = meant(ask, understood)
    if view is not None:
        revise(ask, view.id, understood)


def revise(ask: Ask, opportunity_id: int, understood: Understood) -> None:
    """``金额改成40万``, ``预计12月底签``: change what is named, keep the rest."""
    slots = understood.slots
    ask.act(
        ReviseOpportunity(
            opportunity_id=opportunity_id,
            amount_fen=_fen(slots),
            expected_close=_day(slots),
            contact=str(slots.get("contact") or ""),
            contract_no=str(slots.get("contract_no") or ""),
        )
    )
    show(ask, f"opportunity:{opportunity_id}")


def take_back(ask: Ask, opportunity_id: int, version: int = 0) -> str:
    """Take the last move back, or the whole deal while it is new; return what to say."""
    view = ask.queries.opportunities.card(opportunity_id, ask.actor)
    if len(view.moves) == 1:
        ask.act(UndoOpportunity(opportunity_id=view.id, version=version))
        return f"商机 {view.no} 已撤销。"
    ask.act(UndoMove(opportunity_id=view.id, version=version))
    return f"商机 {view.no} 的阶段变化已撤销。"


def meant(
    ask: Ask, understood: Understood, fits: Callable[[DealView], bool] = lambda view: view.running
) -> DealView | None:
    """Return the deal that was named or is in focus; None when several of a customer fit and the sender was asked."""
    slots = understood.slots
    queries = ask.queries.opportunities
    if slots.get("subject"):
        return queries.card(number(str(slots["subject"])), ask.actor)
    if slots.get("opportunity_no"):
        return queries.by_no(str(slots["opportunity_no"]), ask.actor)
    company = str(slots.get("company") or "")
    if not company:
        focused = in_focus(ask, "opportunity")
        if focused is None:
            raise Invalid(_WHICH)
        return queries.card(focused, ask.actor)
    customer_id = queries.customer_called(company)
    known = [] if customer_id is None else queries.with_customer(customer_id, ask.actor)
    views = [view for view in known if fits(view)]
    if not views:
        stands = f"（{known[0].no} {known[0].stage}）" if known else ""
        raise NotFound(f"{company} 没有这样的商机{stands}。要新建请发：{company}建个商机，或 {company}转商机。")
    if len(views) == 1:
        return views[0]
    _list(ask, views, understood.intent, dict(slots), f"{company} 有 {len(views)} 个商机，是哪一个？回复“第一个”这样：")
    return None


def show(ask: Ask, subject: str) -> None:
    """Show the deal and remember that it is talked about."""
    look_at(ask, subject)
    ask.show(CARD, subject)


def _list(ask: Ask, views: list[DealView], intent: str, slots: dict[str, Any], title: str) -> None:
    if ask.focus is not None:
        ask.focus.show(ask.now, [view.subject for view in views])
        ask.focus.ask(ask.now, {"intent": intent, "slots": slots})
    ask.say("\n".join([title, *(f"{place}. {row(view, _glance(ask))}" for place, view in enumerate(views, 1))]))


def _glance(ask: Ask) -> Glance:
    return Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")


def _fen(slots: Mapping[str, Any]) -> int | None:
    yuan = slots.get("amount_cny", slots.get("amount_min_cny"))
    return None if yuan is None else round_fen(Decimal(str(yuan)) * 100)


def _day(slots: Mapping[str, Any]) -> date | None:
    """Return the last day of what was said: 下个月签 is by its end."""
    said = str(slots.get("due_end") or slots.get("due") or "")
    return date.fromisoformat(said[:10]) if said else None


def _press_undo(ask: Ask, action: Action) -> None:
    take_back(ask, number(action.subject), action.version)


INTENTS: Mapping[str, IntentHandler] = {
    "create_opportunity": create_opportunity,
    "convert_opportunity": convert_opportunity,
    "show_opportunity": show_opportunity,
    "opportunity_history": opportunity_history,
    "list_opportunities": list_opportunities,
    "revise_opportunity": revise_opportunity,
    "set_contract": revise_opportunity,
}
BUTTONS: Mapping[str, ButtonHandler] = {"undo_stage": _press_undo}
