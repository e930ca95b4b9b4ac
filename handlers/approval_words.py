"""Sentences about approvals that are more than a yes or a no: handing on, conditions, urging, rules, reports.

Whole messages only. Decisions themselves are the reader's, but whoever looks at a list of approvals may name its
places, whatever his role.
"""

from __future__ import annotations

import re
from typing import Any, Final

from handlers.context import Ask, Understood
from handlers.digits import in_digits
from handlers.language.decisions import read_decisions
from handlers.language.meaning import Draft
from handlers.language.normalize import normalize

_NO: Final = r"(?:(?P<no>(?:SP|Q)-\d{4}-\d{4,})[\s，,：:]*)?"
_SPOKEN: Final = re.compile(
    r"(?P<verb>不同意|不批|驳回|拒绝?|打回|同意|批准|通过|过|批)\s*(?P<which>第?[\d一二三四五六七八九十]+(?:\s*[、，,和跟]\s*\d+)*)"
    r"(?:个|份|条)?(?:[\s，,：:]+(?P<reason>\S.*))?"
)
_CONDITION: Final = re.compile(
    rf"{_NO}(?:第?(?P<place>\d)[个份条]?\s*)?(?:同意|批了|批准|可以|通过|过|行)(?:了|吧)?[\s，,。]*"
    r"(?:(?P<no2>(?:SP|Q)-\d{4}-\d{4,})[\s，,：:]*)?"
    r"(?:(?:不过|但是?|只是|就是|前提是|条件是)[\s，,]*(?P<but>\S.*)|"
    r"(?P<plain>(?:付款|首付|预付|尾款|折扣|价格?|交期|质保|账期).{0,6}(?:改|按|要|换|降|提|缩).+))"
)
_HANDED: Final = re.compile(
    rf"{_NO}(?:把?(?:这个|这份|它|审批)?)?(?:转给|转交给?|交给|推给|转)\s*(?P<name>[^\s，,]{{1,6}}?)\s*"
    r"(?:来|去)?(?:批|审批|审|定|拍板)?(?:一?下|吧)?(?:[\s，,：:]+(?P<reason>\S.*))?"
)
_ADDED: Final = re.compile(
    rf"{_NO}(?:再?加签\s*(?P<name>[^\s，,]{{1,6}})|(?:再?让|再?加上?|请)\s*(?P<also>[^\s，,]{{1,6}}?)\s*"
    r"(?:也|一起|再)?(?:签一?下?|会签|加签|签个?字)(?:吧)?)(?:[\s，,：:]+(?P<reason>\S.*))?"
)
_URGED: Final = re.compile(
    r"(?:帮我)?催(?:一?下|催)?\s*(?:(?:SP|Q)-\d{4}-\d{4,}\s*)?的?(?:审批|领导|老板)?(?:吧)?|"
    r"(?:(?:SP|Q)-\d{4}-\d{4,}\s*)?(?:审批)?催一?下"
)
_IMPACT: Final = re.compile(
    rf"{_NO}(?:这个|这份|审批|它|客户那?边?)?(?:会|已经?)?\s*(?P<impact>涉及停产|影响交付|影响交期|一般影响)(?:了|的)?"
)
_WHY: Final = re.compile(
    rf"{_NO}(?P<which>.*?)(?:的?(?:那|这)(?:个|份|单))?(?:为啥|为什么|咋|怎么|为何)(?:没有?|不)(?:抄送|抄|发)(?:一?份)?(?:给)?我"
)
_BACK: Final = re.compile(
    r"(?:撤回|撤下|撤销|回滚|取消)(?:刚才的?|上一条|最后一?条)?审批规则|审批规则(?:恢复|回到)上一版"
)
_DRAFT: Final = re.compile(r"(?P<verb>发布|不要|取消)规则\s*(?P<id>\d{1,9})?")
_RULES: Final = re.compile(r"(?:查?看?一?下?)?(?:现在的?|所有的?)?审批规则(?:有哪些|是什么|列表)?")
_TIMES: Final = re.compile(
    r"(?:查?看?一?下?)?(?:(?P<last>上)个?月|本月|这个月)?(?:的)?审批(?:的)?(?:时效|效率|用时|耗时|停留(?:时间|时长)?|瓶颈|报表)"
    r"|审批(?:都)?卡在(?:哪|谁)(?:儿|里|那里|个环节)?了?|哪个(?:审批)?环节最慢|谁(?:审)?批得?最慢"
)
_MINE: Final = re.compile(r"我(?:提|提交)?的审批(?:到哪(?:一步)?了?|怎么样了?|进度)?")
_COPIES: Final = re.compile(
    r"(?:以后)?[，,]?(?P<when>.+?)(?:的)?(?:报价|单子|合同)?(?:也)?(?:都|全|一律)?(?:要|得)?抄送(?:一?份)?(?:给)?(?P<who>[^，,]{1,20})"
)
_SIGNS: Final = re.compile(
    r"(?:以后)?[，,]?(?P<when>.+?)(?:的)?(?:报价|单子|合同)?[，,]?(?:都|全|一律)?(?:得|要|必须|需要|须)(?:由|经过?|让|找)?"
    r"(?P<who>[^，,]{1,20}?)(?P<how>[一1]块儿?签|一起签|[一1]块儿?批|一起批|都签|会签|或签|签字?|审批|批)(?:才行|一?下)?"
)
_MEASURED: Final = re.compile(r"超过|低于|高于|不足|不到|以上|以下|以内|大于|小于|至少|最多|不超过|不低于|是|为|属于")
_ALWAYS: Final = re.compile("都|一律|必须|以后|凡是|全部|每")
"""What makes a sentence a rule and not a remark about one case."""
_NOT_SO: Final = re.compile(r"(?:不|别)(?:用|要|必|需要?)?(?:再|都)?(?:抄送|会签|加签|签|审批|批)")
"""以后50万以下的不用抄送老周: the chat only adds rules."""
_REROUTED: Final = frozenset({"delegate_approvals", "end_delegation", "transfer_approval", "add_approver"})
"""Deeds the reader knows, with slots of its own."""


def read(text: str, ask: Ask) -> Understood | None:
    """Return what the whole of ``text`` means, None when it is none of these."""
    plain = text.strip().strip("。.!！?？~ ")
    if len(plain) > 120:
        return None
    return _decisions(plain, ask) or _deed(plain, ask) or _report(plain, ask) or _rule(in_digits(plain), plain)


def reread(understood: Understood, draft: Draft) -> Understood:
    """Return the reader's own deed where it is about approvals."""
    if draft.deed in _REROUTED:
        return Understood(intent=draft.deed, slots=dict(draft.deed_slots))
    return understood


def _decisions(plain: str, ask: Ask) -> Understood | None:
    """Read places of the list of approvals that was shown last."""
    listed = ask.focus.listed if ask.focus is not None and ask.focus.fresh(ask.now) else []
    if not listed or not listed[0].startswith("approval:"):
        return None
    match = _SPOKEN.fullmatch(plain)
    if match is not None:
        approves = match["verb"] in ("同意", "批准", "通过", "过", "批")
        places = [int(each) for each in re.findall(r"\d+", in_digits(match["which"]))]
        said = {
            "decision": "approve" if approves else "reject",
            "ordinals": places,
            "reason": (match["reason"] or "").strip(),
        }
        return Understood(intent="approve" if approves else "reject", slots={"decisions": [said]})
    read_ = read_decisions(normalize(plain).text, "manager")
    if not read_:
        return None
    decisions = [
        {"decision": each["verdict"], "ordinals": [each["ordinal"]], "reason": each.get("reason") or ""}
        for each in read_
    ]
    return Understood(intent=str(decisions[0]["decision"]), slots={"decisions": decisions})


def _deed(plain: str, ask: Ask) -> Understood | None:
    """Read what only somebody means who has something to decide; to others 可以，不过要晚点 is about their own work."""
    found = _said_deed(plain)
    if found is None or _is_named(found) or ask.queries.approvals.pending_for(ask.actor, 1):
        return found
    return None


def _said_deed(plain: str) -> Understood | None:
    if (match := _CONDITION.fullmatch(plain)) is not None:
        no = match["no"] or match["no2"]
        slots: dict[str, Any] = {"condition": (match["but"] or match["plain"]).strip(), **_numbered(no)}
        return Understood(intent="approve", slots=slots | ({"place": int(match["place"])} if match["place"] else {}))
    for pattern, intent in ((_ADDED, "add_approver"), (_HANDED, "transfer_approval")):
        if (match := pattern.fullmatch(plain)) is not None:
            said = match.groupdict()
            slots = {"staff": said.get("name") or said.get("also"), **_numbered(match["no"])}
            return Understood(intent=intent, slots={**slots, "reason": match["reason"] or ""})
    return None


def _report(plain: str, ask: Ask) -> Understood | None:
    if (match := _WHY.fullmatch(plain)) is not None:
        return Understood(intent="explain_copy", slots={"which": in_digits(match["which"]), **_numbered(match["no"])})
    if (match := _DRAFT.fullmatch(plain)) is not None:
        intent = "publish_rule" if match["verb"] == "发布" else "drop_rule"
        return Understood(intent=intent, slots={"rule": int(match["id"])} if match["id"] else {})
    if (match := _TIMES.fullmatch(plain)) is not None:
        return Understood(intent="approval_times", slots={"last": bool(match["last"])})
    for pattern, intent in ((_BACK, "roll_back_rules"), (_RULES, "list_rules"), (_MINE, "my_approvals")):
        if pattern.fullmatch(plain):
            return Understood(intent=intent, slots={})
    return _of_the_asker(plain, ask)


def _of_the_asker(plain: str, ask: Ask) -> Understood | None:
    """Read what somebody means whose own request waits, or who names one."""
    no = re.search(r"(?:SP|Q)-\d{4}-\d{4,}", plain)
    found = None
    if (match := _IMPACT.fullmatch(plain)) is not None:
        found = Understood(intent="say_impact", slots={"impact": match["impact"], **_numbered(match["no"])})
    elif re.search("审批|SP-|Q-|领导|老板", plain) and _URGED.fullmatch(plain):
        found = Understood(intent="urge_approval", slots=_numbered(no[0] if no else None))
    if found is None or _is_named(found) or "审批" in plain or ask.queries.approvals.asked_by(ask.actor, 1):
        return found
    return None


def _is_named(understood: Understood) -> bool:
    return "approval_no" in understood.slots or "quote_no" in understood.slots


def _rule(digits: str, plain: str) -> Understood | None:
    """Read a rule that is to hold from now on: when, and who signs or gets it to read."""
    copies = _COPIES.fullmatch(digits)
    signs = None if copies is not None else _SIGNS.fullmatch(digits)
    match = copies or signs
    if (
        match is None
        or _NOT_SO.search(plain)
        or not _ALWAYS.search(plain)
        or not (_MEASURED.search(match["when"]) or "万" in match["when"])
    ):
        return None
    slots = {"when": match["when"].strip(" ，,"), "who": match["who"].strip(), "words": plain}
    how = "" if signs is None else signs["how"]
    return Understood(intent="change_rule", slots={**slots, "how": how, "copies": copies is not None})


def _numbered(no: str | None) -> dict[str, str]:
    if not no:
        return {}
    return {"approval_no" if no.upper().startswith("SP") else "quote_no": no.upper()}
