"""The condition of a rule as people say it: 低于15个点毛利, 超过50万, 战略客户, 打折低于85折."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from domain.condition import ConditionError
from domain.condition_reading import read as read_condition
from domain.condition_yaml import dump
from domain.errors import Invalid
from domain.policy_approvals import QUOTE_FACTS

_VALUE = r"[0-9][0-9.,]*(?:万|亿|[wWkK])?元?"
_PERCENT = r"[0-9.]+(?:%|个点|点)"
_BORDER = "低于|高于|超过|大于|小于|不足|不到|满|不低于|不超过"
_BARE = rf"(?P<border>{_BORDER})?(?P<value>{{value}})(?P<after>以上|以下|以内)?"
_UNSAID: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(rf"(?P<border>{_BORDER})(?P<value>{_PERCENT})的?(?P<label>毛利率?|利润率?)"), ""),
    (re.compile(_BARE.format(value=_PERCENT)), "毛利"),
    (re.compile(_BARE.format(value="[0-9.]+折")), "折扣"),
    (re.compile(_BARE.format(value=_VALUE)), "金额"),
)
"""Conditions without a word for the fact, or with it behind: 低于15个点毛利, 超过50万, 九折以下."""
LEVELLED: Final = re.compile(r"(?:所有|凡是)?(?P<level>战略|重点|普通|大|一般|VIP|[ABC]类)客户(?:的)?", re.IGNORECASE)
"""A kind of customers is a condition by itself."""
_AROUND: Final = re.compile(r"^(?:凡是|所有|有)|(?:的)?客户(?:的)?$|的$")
_FOLDED: Final = re.compile(r"打折|打(?=[0-9.]+折)")


def read_when(said: str, example: str) -> dict[str, Any]:
    """Return the condition as data; what has no word for its fact gets the one its value can only mean.

    Invalid, with an ``example`` of what can be read, for anything else.
    """
    words = said.removesuffix("的").removesuffix("报价").removesuffix("的")
    levelled = LEVELLED.fullmatch(words)
    words = f"客户级别是{levelled['level']}客户" if levelled else _FOLDED.sub("折扣", _AROUND.sub("", words))
    for pattern, label in _UNSAID:
        match = pattern.fullmatch(words)
        if match is not None:
            said_ = match.groupdict(default="")
            words = f"{said_.get('label') or label}{said_['border']}{said_['value']}{said_.get('after', '')}"
            break
    try:
        condition: dict[str, Any] = dump(read_condition(words, QUOTE_FACTS))
    except ConditionError as error:
        raise Invalid(f"{error}。{example}") from None
    return condition
