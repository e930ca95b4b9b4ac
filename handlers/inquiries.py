"""Inquiries: what a sales rep types and presses about what somebody wants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from cards.action import Action
from cards.glance import Glance
from cards.inquiries import row
from domain.actor import Role
from domain.clock import WorkCalendar
from domain.inquiries.commands import LogInquiry, ReviseInquiry, UndoInquiry
from domain.inquiries.lines import Wanted
from domain.money import round_fen
from handlers.assignment import receive
from handlers.channels import said_source
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.dictionary import fill_said

CARD = "inquiries.logged"
SELLS = (Role.SALES, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)
"""Whose own inquiry stays his."""
_ALMOST_MOBILE = re.compile(r"(?<![\dA-Za-z-])1[3-9](?:\d{8}|\d{10})(?![\dA-Za-z万元])")
"""One digit too few or too many: no number to the reader, but certainly meant as one."""

HOW_TO_REVISE = "直接发要改的内容，例如：数量改成3台、预算改成35万、下周五前报。"


def log_inquiry(ask: Ask, understood: Understood) -> None:
    """``展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价``."""
    slots = understood.slots
    said = LogInquiry(
        requirement=ask.envelope.text,
        wanted=wanted(slots),
        notes=(*understood.notes, *_notes(slots)),
        **_said(slots, ask),
    )
    if not ask.actor.has(*SELLS) or ask.actor.has(Role.SERVICE):
        receive(ask, said)
        return
    inquiry_id = ask.act(said)
    fill_said(ask, f"inquiry:{inquiry_id}", slots.get("fields") or ())
    look_at(ask, f"inquiry:{inquiry_id}")
    ask.show(CARD, f"inquiry:{inquiry_id}")


def revise(ask: Ask, inquiry_id: int, understood: Understood) -> None:
    """``数量改成3台``: change what is named; the cards show the rest."""
    slots = understood.slots
    ask.act(ReviseInquiry(inquiry_id=inquiry_id, wanted=wanted(slots), notes=understood.notes, **_said(slots, ask)))
    look_at(ask, f"inquiry:{inquiry_id}")
    ask.say("已改好，卡片已更新。")


def take_back(ask: Ask, inquiry_id: int) -> str:
    """Undo it with everything it made."""
    no = ask.queries.inquiries.card(inquiry_id, ask.actor).no
    ask.act(UndoInquiry(inquiry_id=inquiry_id))
    return f"询价 {no} 已撤销。"


def list_inquiries(ask: Ask, understood: Understood) -> None:
    """``我的询价``."""
    del understood
    views = ask.queries.inquiries.mine(ask.actor)
    if not views:
        ask.say("您没有待报价的询价。")
        return
    glance = Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")
    if ask.focus is not None:
        ask.focus.show(ask.now, [view.subject for view in views])
    ask.say("\n".join(["待报价的询价：", *(f"{index}. {row(view, glance)}" for index, view in enumerate(views, 1))]))


def wanted(slots: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """Return the things and quantities that were said; the lower one of 三四台."""
    items = slots.get("items")
    if items:
        return tuple(Wanted(said=str(item.get("product", "")), quantity=_count(item)) for item in items)
    products = slots.get("product") or ()
    products = [products] if isinstance(products, str) else list(products)
    quantity = _count(slots)
    if not products:
        return () if quantity is None else (Wanted(quantity=quantity),)
    return tuple(Wanted(said=product, quantity=quantity) for product in products)


def look_at(ask: Ask, subject: str) -> None:
    """Remember what the sender is talking about."""
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=subject)


def number(subject: str) -> int:
    """Return 12 for ``inquiry:12``."""
    return int(subject.partition(":")[2])


def _said(slots: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    due, whole_day = _due(slots.get("due"), ask.calendar)
    almost = _ALMOST_MOBILE.search(ask.envelope.text)
    fields = {
        "company": slots.get("company"),
        "contact": slots.get("contact"),
        "phone": slots.get("phone") or (almost[0] if almost else ""),
        "source": slots.get("source") or said_source(ask.envelope.text),
        "region": slots.get("region") or slots.get("place"),
    }
    low, high = _fen(slots.get("amount_min_cny")), _fen(slots.get("amount_max_cny"))
    amount = _fen(slots.get("amount_cny"))
    if amount is None and slots.get("unit_price_cny") is not None:
        amount = _fen(Decimal(str(slots["unit_price_cny"])) * (_count(slots) or 1))
    return {
        **{name: str(value or "") for name, value in fields.items()},
        "budget_fen": amount if amount is not None else low,
        "budget_max_fen": None if amount is not None else high,
        "budget_approx": bool(slots.get("amount_approx")),
        "due": due,
        "due_whole_day": whole_day,
    }


def _notes(slots: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = slots.get("quantity_min"), slots.get("quantity_max")
    count = () if low is None or high is None else (f"数量说的是 {low}～{high}，先按 {low} 记",)
    return (*count, *((f"{slots['referrer']} 介绍",) if slots.get("referrer") else ()))


def _count(slots: Mapping[str, Any]) -> int | None:
    said = slots.get("quantity", slots.get("quantity_min"))
    return None if said is None else int(said)


def _fen(yuan: Any) -> int | None:
    return None if yuan is None else round_fen(Decimal(str(yuan)) * 100)


def _due(said: Any, calendar: WorkCalendar) -> tuple[datetime | None, bool]:
    """Return the moment in UTC; a day alone means the end of its last shift."""
    if said is None or said == "":
        return None, False
    if isinstance(said, str):
        said = date.fromisoformat(said) if len(said) == len("2026-11-25") else datetime.fromisoformat(said)
    if isinstance(said, datetime):
        at = said if said.tzinfo is not None else said.replace(tzinfo=calendar.zone)
        return at.astimezone(UTC), False
    ends = calendar.shifts[-1][1] if calendar.shifts else time(18, 0)
    return datetime.combine(said, ends, calendar.zone).astimezone(UTC), True


def _press_revise(ask: Ask, action: Action) -> None:
    look_at(ask, action.subject)
    if ask.focus is not None:
        ask.focus.ask(ask.now, {"asks": "revise"})
    ask.say(HOW_TO_REVISE)


def _press_undo(ask: Ask, action: Action) -> None:
    ask.act(UndoInquiry(inquiry_id=number(action.subject), version=action.version))


INTENTS: Mapping[str, IntentHandler] = {"list_inquiries": list_inquiries}
BUTTONS: Mapping[str, ButtonHandler] = {"revise_inquiry": _press_revise, "undo_inquiry": _press_undo}
