"""What was read, in words a person checks at a glance: the name of each slot and its value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from domain.money import PPM, said_discount, said_money, said_roughly

if TYPE_CHECKING:
    from cards.glance import Glance

_LABELS: Mapping[str, str] = {
    "company": "客户",
    "contact": "联系人",
    "phone": "电话",
    "items": "产品",
    "product": "产品",
    "quantity": "数量",
    "quantity_min": "至少",
    "quantity_max": "最多",
    "amount_cny": "金额",
    "amount_min_cny": "金额下限",
    "amount_max_cny": "金额上限",
    "unit_price_cny": "单价",
    "discount": "折扣",
    "due": "期限",
    "due_end": "最晚",
    "at": "时间",
    "source": "来源",
    "region": "区域",
    "place": "地点",
    "stage": "阶段",
    "staff": "同事",
    "part": "备件",
    "order_no": "订单",
    "quote_no": "报价单",
    "ticket_no": "工单",
    "approval_no": "审批单",
    "serial_no": "序列号",
    "fault": "故障",
    "rating": "评分",
    "reason": "原因",
    "task": "事项",
    "referrer": "介绍人",
    "email": "邮箱",
    "method": "方式",
}
"""In the order they are shown."""
_MONEY = ("amount_cny", "amount_min_cny", "amount_max_cny", "unit_price_cny")
_DAYS = ("due", "due_end", "at")


def slot_label(slot: str) -> str:
    """Return what a slot is called; empty for what is not shown."""
    return _LABELS.get(slot, "")


def slot_rows(slots: Mapping[str, Any], glance: Glance) -> list[tuple[str, str]]:
    """Return (slot, value in words) of everything a person should check, in a fixed order."""
    counted = isinstance(slots.get("product"), str) and slots.get("quantity") is not None
    shown = [slot for slot in _LABELS if slot in slots and not (counted and slot == "quantity")]
    return [(slot, said) for slot in shown if (said := slot_value(slot, slots, glance))]


def slot_value(slot: str, slots: Mapping[str, Any], glance: Glance) -> str:
    """Return one value in words: ``11月26日（周三）``, ``30万元左右``, ``X200 × 2``."""
    value = slots[slot]
    if not value and value != 0:
        return ""
    if slot in _MONEY:
        fen = round(float(value) * 100)
        about = slot == "amount_cny" and bool(slots.get("amount_approx"))
        return said_roughly(fen, approximate=about) if about or fen % 1_000_000 == 0 else said_money(fen)
    if slot in _DAYS:
        return _day(value, glance)
    if slot == "discount":
        return said_discount(round(float(value) * PPM))
    if slot == "product" and isinstance(value, str):
        return _counted(value, slots.get("quantity"))
    if slot == "items":
        return "、".join(_counted(each.get("product"), each.get("quantity")) for each in value)
    if slot == "part":
        return "、".join(_counted(each.get("name"), each.get("quantity")) for each in value)
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    return str(value)


def _day(said: Any, glance: Glance) -> str:
    try:
        value = _moment(said) if isinstance(said, str) else said
    except ValueError:
        return str(said)
    if isinstance(value, datetime):
        return glance.moment(value if value.tzinfo is not None else value.replace(tzinfo=glance.zone))
    return glance.day(datetime.combine(value, time(12), glance.zone))


def _moment(said: str) -> date | datetime:
    return datetime.fromisoformat(said) if "T" in said else date.fromisoformat(said)


def _counted(name: Any, quantity: Any) -> str:
    return str(name or "") if quantity is None else f"{name or ''} × {quantity}".strip()
