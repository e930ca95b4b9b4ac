"""One fact of a customer that was asked for: ``恒力的信用代码是啥``; what nobody wrote down is told as missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.customers.views import ContactView, CustomerView

_Value = Callable[[CustomerView], str]
_FACTS: Final[tuple[tuple[re.Pattern[str], str, _Value, str], ...]] = (
    (
        re.compile("信用代码|税号|纳税人识别号"),
        "信用代码",
        lambda view: view.credit_code,
        "信用代码 91330200MA2XXXXXXX",
    ),
    (re.compile("工商全称|企业全称|全称|抬头"), "工商全称", lambda view: view.legal_name, "工商全称 {name}有限公司"),
    (re.compile("行业|做什么的|做啥的|干什么的"), "行业", lambda view: view.industry, "行业 汽车零部件"),
    (re.compile("级别|等级"), "级别", lambda view: view.level, "级别 重点"),
    (re.compile("区域|大区|哪个区"), "区域", lambda view: view.region, "区域 华东"),
    (re.compile("谁(?:在)?(?:负责|跟|管)|谁的客户|归谁|负责人|哪个销售"), "负责人", lambda view: view.owner, ""),
)
"""What is asked for by which words, where the card has it, and how it is filled in."""
_PHONE: Final = re.compile("电话|手机|号码|联系方式|座机")
_PEOPLE: Final = re.compile("联系人|对接人|找谁|采购是谁|老板是谁")


def asked_fact(text: str, view: CustomerView, slots: Mapping[str, Any]) -> str:
    """Return the answer in a sentence; empty when the whole customer was asked for."""
    if _PHONE.search(text):
        return _people(view, str(slots.get("contact") or ""), phones=True)
    if _PEOPLE.search(text):
        return _people(view, "", phones=False)
    for asked, label, value, example in _FACTS:
        if asked.search(text):
            found = value(view)
            if found:
                return f"{view.name}的{label}：{found}。"
            fill = f"，发“{_short(view)} {example.format(name=view.name)}”补上" if example else ""
            return f"{view.name}没有登记{label}{fill}。"
    return ""


def _people(view: CustomerView, who: str, *, phones: bool) -> str:
    people = [each for each in view.contacts if not who or _called(each, who)]
    known = [each for each in people if each.phone] if phones else people
    if not known:
        what = f"{who or '联系人'}的电话" if phones and people else f"联系人{who}"
        return f"{view.name}没有登记{what}，发“给{_short(view)}加个联系人 王强 采购经理 13812345678”补上。"
    return f"{view.name}：{'；'.join(_said(each, phones=phones) for each in known)}。"


def _called(contact: ContactView, who: str) -> bool:
    """Whether ``who``, as it was said (蔡总), may be this person."""
    return who == contact.name or (who[0] == contact.name[0] and len(who) <= len("欧阳总"))


def _said(contact: ContactView, *, phones: bool) -> str:
    words = [contact.name, contact.title, contact.phone if phones else ""]
    return " ".join(word for word in words if word)


def _short(view: CustomerView) -> str:
    return min(view.aliases, key=len, default=view.name)
