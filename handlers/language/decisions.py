"""Several approvals decided in one line by their place in the list: ``2和3过 1驳回 毛利太低``."""

from __future__ import annotations

import re
from typing import Any, Final

from handlers.language.mood import asked
from handlers.language.numbers import read_number

_NUMBER: Final = r"第?(?:\d{1,2}|[一二三四五六七八九十])(?:个|条|张|单|号)?"
_GROUP: Final = re.compile(
    rf"(?P<which>{_NUMBER}(?:(?:和|、|,|，|跟|\s)\s?{_NUMBER})*)\s?(?:都)?(?:(?P<no>驳回|不批|不同意|不过|不行|拒绝?|否|打回|退回)|(?P<yes>过|同意|批准?|通过|可以|ok|行|准))(?:了|吧)?"
    r"(?![\d一-龥]*(?:万|元|台|点))",
    re.IGNORECASE,
)
_ONE: Final = re.compile(r"\d{1,2}|[一二三四五六七八九十]")


def read_decisions(text: str, role: str) -> list[dict[str, Any]]:
    """Return ``{ordinal, verdict: approve|reject, reason}`` per item, nothing when it asks or is something else.

    What follows a group up to the next one is the reason of its items.
    """
    if role in {"sales", "engineer", "customer"} or asked(text):
        return []
    groups = list(_GROUP.finditer(text))
    if not groups or groups[0].start() > 0:
        return []
    decisions: list[dict[str, Any]] = []
    for position, group in enumerate(groups):
        end = groups[position + 1].start() if position + 1 < len(groups) else len(text)
        reason = text[group.end() : end].strip(" ,，。;；")
        verdict = "reject" if group["no"] else "approve"
        for number in _ONE.findall(group["which"]):
            ordinal = read_number(number)
            if ordinal:
                decisions.append({"ordinal": int(ordinal), "verdict": verdict, "reason": reason})
    return decisions
