"""What people call those who decide, without a name: 财务, 老板, 上级."""

from __future__ import annotations

from collections.abc import Mapping

from domain.actor import Role
from handlers.context import Ask, Missing

TITLES: Mapping[str, str] = {
    "财务总监": "role:finance",
    "财务": "role:finance",
    "cfo": "role:finance",
    "总经理": "role:management",
    "老板": "role:management",
    "老总": "role:management",
    "ceo": "role:management",
    "技术总监": "role:technical",
    "技术": "role:technical",
    "生产": "role:production",
    "直属上级": "leader",
    "上级": "leader",
    "部门负责人": "head",
}
"""Title → decider as policies write it."""
_ANSWERS = 4


def named(ask: Ask, said: str) -> str:
    """Return who is meant by a name or by a title that one person holds; of several it is asked for once."""
    decider = TITLES.get(said.lower(), "")
    if not decider.startswith("role:"):
        return said
    holders = ask.queries.people.holding(Role(decider.removeprefix("role:")), but=ask.actor.person_id)
    if len(holders) > 1:
        raise Missing("staff", f"{said}有几位，请哪一位？", tuple(holders[:_ANSWERS]))
    return holders[0] if holders else said
