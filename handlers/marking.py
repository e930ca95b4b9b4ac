"""How a customer is marked, with tags and a level: told back by name, and taken back with ``撤销``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.customers.adding import WithdrawCustomer
from domain.customers.editing import SetLevel, WriteSummary
from domain.customers.views import ChangeView
from domain.errors import Invalid, Stale
from domain.messages import Command
from domain.people.focus import FORGETS_AFTER
from domain.tags.commands import GroupTag, TagCustomer, UntagCustomer, checked
from handlers.context import Ask, IntentHandler, Route, Understood
from handlers.language.meaning import Draft
from handlers.naming import look_at, named, quoted

_TAKE_BACK: Final = "弄错了发“撤销”。"
_OF_A_CUSTOMER: Final = re.compile("级|等级|客户")


def tag_customer(ask: Ask, understood: Understood) -> None:
    """``给华鑫打个标签 价格敏感``."""
    customer_id = named(ask, understood)
    if customer_id is None:
        return
    tag = checked(str(understood.slots["tag"]))
    is_new = ask.act(TagCustomer(customer_id=customer_id, tag=tag))
    look_at(ask, customer_id)
    name = _name(ask, customer_id)
    ask.say(f"{name} 加了标签“{tag}”。{_TAKE_BACK}" if is_new else f"{name} 已经有标签“{tag}”了。")


def untag_customer(ask: Ask, understood: Understood) -> None:
    """``华鑫去掉标签 价格敏感``."""
    customer_id = named(ask, understood)
    if customer_id is None:
        return
    tag = str(understood.slots["tag"])
    ask.act(UntagCustomer(customer_id=customer_id, tag=tag))
    look_at(ask, customer_id)
    ask.say(f"{_name(ask, customer_id)} 去掉了标签“{tag}”。{_TAKE_BACK}")


def group_tag(ask: Ask, understood: Understood) -> None:
    """``标签 价格敏感 归到 采购特点``."""
    tag, group = str(understood.slots["tag"]), str(understood.slots["group"])
    ask.act(GroupTag(tag=tag, group=group))
    ask.say(f"标签“{tag}”归到“{group}”了。")


def set_level(ask: Ask, understood: Understood) -> None:
    """``把恒力设成战略客户``."""
    customer_id = named(ask, understood)
    if customer_id is None:
        return
    level = ask.act(SetLevel(customer_id=customer_id, level=str(understood.slots["level"])))
    look_at(ask, customer_id)
    ask.say(f"{_name(ask, customer_id)} 的级别改成“{level}”。{_TAKE_BACK}")


def write_summary(ask: Ask, understood: Understood) -> None:
    """``华鑫摘要：两年来买过三台，重视交期``."""
    customer_id = named(ask, understood)
    if customer_id is not None:
        ask.act(WriteSummary(customer_id=customer_id, text=str(understood.slots["text"])))
        look_at(ask, customer_id)
        ask.say(f"{_name(ask, customer_id)} 的摘要改好了。{_TAKE_BACK}")


def take_back(ask: Ask, customer_id: int) -> str:
    """``撤销`` about a customer: the sender's last change of it, while it is still what he talks about."""
    since = ask.now - FORGETS_AFTER
    changes = ask.queries.customers.last_changes(customer_id, ask.actor, tuple(_BACK), since)
    if not changes:
        raise Invalid("不知道您要撤销哪一条。请点那张卡片上的“撤销”，或直接发要改成什么。")
    if len(changes) > 1 and _took_back(*changes):
        raise Stale("刚才那一步已经撤销了，不会再来一遍。要改请直接发，例如：给华鑫打个标签 价格敏感。")
    change = changes[0]
    command, said = _BACK[change.event](customer_id, change.values)
    ask.act(command)
    return f"已撤销：{_name(ask, customer_id)} {said}。"


def _took_back(last: ChangeView, before: ChangeView) -> bool:
    """Whether the last change made the one before it undone: 撤销 twice is no toggle."""
    match (before.event, last.event):
        case ("CustomerTagged", "CustomerUntagged") | ("CustomerUntagged", "CustomerTagged"):
            return bool(last.values["tag"] == before.values["tag"])
        case ("LevelSet", "LevelSet"):
            return (last.values["before"], last.values["level"]) == (before.values["level"], before.values["before"])
    return False


def _untag(customer_id: int, was: Mapping[str, Any]) -> tuple[Command, str]:
    return UntagCustomer(customer_id=customer_id, tag=was["tag"]), f"不再有标签“{was['tag']}”"


def _tag(customer_id: int, was: Mapping[str, Any]) -> tuple[Command, str]:
    return TagCustomer(customer_id=customer_id, tag=was["tag"]), f"又有标签“{was['tag']}”"


def _level(customer_id: int, was: Mapping[str, Any]) -> tuple[Command, str]:
    before = was["before"]
    return SetLevel(customer_id=customer_id, level=before), f"的级别还是“{before}”" if before else "没有级别"


def _summary(customer_id: int, was: Mapping[str, Any]) -> tuple[Command, str]:
    return WriteSummary(customer_id=customer_id, text=was["before"]), "的摘要改回来了"


def _added(customer_id: int, was: Mapping[str, Any]) -> tuple[Command, str]:
    del was
    return WithdrawCustomer(customer_id=customer_id), "不再是客户"


_BACK: Final[Mapping[str, Callable[[int, Mapping[str, Any]], tuple[Command, str]]]] = {
    "CustomerTagged": _untag,
    "CustomerUntagged": _tag,
    "LevelSet": _level,
    "SummaryWritten": _summary,
    "CustomerAdded": _added,
}
"""What happened → the command that takes it back, and how things stand then, to be read after the name."""


def _name(ask: Ask, customer_id: int) -> str:
    return ask.queries.customers.card(customer_id, ask.actor).name


def _tagged(draft: Draft, text: str, ask: Ask) -> Understood | None:
    del text, ask
    tag = str(draft.deed_slots.get("tag") or "")
    return Understood(intent=draft.deed, slots={"said": quoted(draft), "tag": tag}) if tag else None


def _levelled(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``把恒力设成战略客户``; of the customer in hand only in words that are about one: 改成A类玻璃 is not."""
    said = quoted(draft)
    if not said and not (ask.in_hand.startswith("customer:") and _OF_A_CUSTOMER.search(text)):
        return None
    return Understood(intent=draft.deed, slots={"said": said, "level": str(draft.deed_slots["level"])})


ROUTES: Final[Mapping[str, Route]] = {
    "tag_customer": _tagged,
    "untag_customer": _tagged,
    "set_level": _levelled,
}
INTENTS: Final[Mapping[str, IntentHandler]] = {
    "tag_customer": tag_customer,
    "untag_customer": untag_customer,
    "group_tag": group_tag,
    "set_level": set_level,
    "write_summary": write_summary,
}
