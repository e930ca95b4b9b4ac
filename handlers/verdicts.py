"""An approver's short answers: which of the list he says yes or no to, yes on a condition, not now.

Whole messages only. Places are those of the list of approvals that was shown last; a yes with a condition
(``1批了 不过付款改三六一``) is never read as a plain yes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from handlers.context import Ask, Understood
from handlers.digits import in_digits
from handlers.language.decisions import read_decisions
from handlers.language.normalize import normalize

_NUMBERED: Final = r"(?:SP|Q|FA)-\d{4}-\d{4,}"
_BUT: Final = r"(?:不过|但是?|只是|就是|前提是|条件是)[\s，,：:]*"
_CHANGED: Final = r"(?:付款|首付|预付|尾款|折扣|价格?|交期|质保|账期).{0,6}(?:改|按|要|换|降|提|缩).+"
_SURE: Final = r"(?:同意|批准?|通过|过)(?:了|吧|啊)*"
_YES: Final = rf"(?:{_SURE}|(?:可以|行|ok|没问题)(?:了|吧|啊)*)"
_NO: Final = r"(?:不同意|不批|驳回|拒绝?|打回|退回)(?:了|吧)*"
_SPOKEN: Final = re.compile(
    r"(?P<verb>不同意|不批|驳回|拒绝?|打回|同意|批准|通过|过|批)\s*(?P<which>第?[\d一二三四五六七八九十]+(?:\s*[、，,和跟]\s*\d+)*)"
    r"(?:个|份|条)?(?:[\s，,：:]+(?P<reason>\S.*))?"
)
_EVERYTHING: Final = re.compile(
    rf"(?:(?:这|那)?[两三四五几\d]+[个份单条张]|全部|所有的?|统统|全|都|一起)(?:都|全|给我|一起)*(?:(?P<no>{_NO})|{_SURE})"
    r"(?:[\s，,：:。]+(?P<reason>\S.*))?"
)
"""都行 and 都可以 leave the choice to the other; they decide nothing."""
_CONDITION: Final = re.compile(
    rf"(?:(?P<no>{_NUMBERED})[\s，,：:]*)?{_YES}[\s，,。]*(?:(?P<no2>{_NUMBERED})[\s，,：:]*)?"
    rf"(?:{_BUT}(?P<but>\S.*)|(?P<plain>{_CHANGED}))",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(rf"{_BUT}(?P<but>\S.*)|(?P<plain>{_CHANGED})")
_BARE: Final = re.compile(r"(?:批(?:准)?|准|同意|通过)(?:了|吧)+")
_LATER: Final = re.compile(
    r"(?:(?:这|那)(?:个|份|几个|几份)|都)?先(?:放|搁)(?:着|一?放|一?搁|一下)?(?:吧|再说)?|先(?:别|不)(?:批|审|急)|"
    r"缓一?缓(?:吧|再说)?|(?:等|缓)(?:等|一等|缓|一缓|会儿?|一会儿?)?(?:再)?(?:看|批|审|说|处理)(?:吧)?|"
    r"(?:一会儿?|晚点|稍后|回头|过会儿?|待会儿?)(?:再)?(?:看|批|审|处理)(?:吧)?"
)
_OTHERS_IN_HAND: Final = frozenset({"opportunity", "task", "ticket", "visit", "activity"})
"""What one looks at when 先放着 is said of that."""


def read(plain: str, ask: Ask) -> Understood | None:
    """Return what the whole of ``plain`` decides, None when it decides nothing."""
    readers = (_bare, _places, _everything, _conditional, _later)
    return next((found for each in readers if (found := each(plain, ask)) is not None), None)


def condition_in(reason: str) -> str:
    """Return the condition when what was said behind a yes is one: 不过付款改三六一, 付款改三六一."""
    match = _BEHIND.match(reason.strip())
    return (match["but"] or match["plain"]).strip() if match is not None else ""


def listed_approvals(ask: Ask) -> Sequence[str]:
    """Return the subjects of the list of approvals that was shown last; nothing when that was another list."""
    listed = ask.focus.listed if ask.focus is not None and ask.focus.fresh(ask.now) else []
    return listed if listed and listed[0].startswith("approval:") else ()


def _bare(plain: str, ask: Ask) -> Understood | None:
    """Read a bare yes; which one is meant is asked, and 通过了 without anything to decide tells of something else."""
    if _BARE.fullmatch(plain) is None:
        return None
    waits = plain.startswith("批") or ask.queries.approvals.pending_for(ask.actor, 1)
    return Understood(intent="approve", slots={}) if waits else None


def _places(plain: str, ask: Ask) -> Understood | None:
    """Read places of the list of approvals that was shown last."""
    if not listed_approvals(ask):
        return None
    match = _SPOKEN.fullmatch(plain)
    if match is not None:
        approves = match["verb"] in ("同意", "批准", "通过", "过", "批")
        places = [int(each) for each in re.findall(r"\d+", in_digits(match["which"]))]
        return _decided([_decision(approves, places, match["reason"])])
    said = read_decisions(normalize(plain).text, "manager")
    return _decided([_decision(each["verdict"] == "approve", [each["ordinal"]], each.get("reason")) for each in said])


def _everything(plain: str, ask: Ask) -> Understood | None:
    """Read a word about all that wait: those of the list, where there is one, else all, after a tap."""
    match = _EVERYTHING.fullmatch(plain)
    if match is None or not ask.queries.approvals.pending_for(ask.actor, 1):
        return None
    approves = match["no"] is None
    listed = listed_approvals(ask)
    if listed:
        return _decided([_decision(approves, range(1, len(listed) + 1), match["reason"])])
    slots = {"everything": True, "reason": (match["reason"] or "").strip()}
    return Understood(intent="approve" if approves else "reject", slots=slots)


def _conditional(plain: str, ask: Ask) -> Understood | None:
    """Read a yes with a condition; without a number only of who has something to decide: 可以，不过要晚点."""
    match = _CONDITION.fullmatch(plain)
    if match is None:
        return None
    no = match["no"] or match["no2"]
    if not no and not ask.queries.approvals.pending_for(ask.actor, 1):
        return None
    slots: dict[str, Any] = {"condition": (match["but"] or match["plain"]).strip()}
    if no:
        slots["approval_no" if no.upper().startswith("SP") else "quote_no"] = no.upper()
    return Understood(intent="approve", slots=slots)


def _later(plain: str, ask: Ask) -> Understood | None:
    if _LATER.fullmatch(plain) is None or ask.in_hand.partition(":")[0] in _OTHERS_IN_HAND:
        return None
    if not ask.queries.approvals.pending_for(ask.actor, 1):
        return None
    return Understood(intent="leave_waiting", slots={})


def _decided(decisions: list[dict[str, Any]]) -> Understood | None:
    if not decisions:
        return None
    return Understood(intent=str(decisions[0]["decision"]), slots={"decisions": decisions})


def _decision(approves: bool, places: Sequence[int], reason: str | None) -> dict[str, Any]:
    return {
        "decision": "approve" if approves else "reject",
        "ordinals": list(places),
        "reason": (reason or "").strip(),
    }
