"""Sentences about approvals that are more than a yes or a no: handing on, urging, rules, reports.

Whole messages only. What decides is read in ``handlers.verdicts`` and by the reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from domain.actor import Role
from domain.errors import Invalid
from handlers import verdicts
from handlers.approval_conditions import LEVELLED
from handlers.context import Ask, Route, Understood
from handlers.digits import in_digits
from handlers.language.meaning import Draft
from handlers.language.numbers import read_number
from handlers.verdicts import listed_approvals

_NO: Final = r"(?:(?P<no>(?:SP|Q|FA)-\d{4}-\d{4,})[\s，,：:]*)?"
_HANDED: Final = re.compile(
    rf"{_NO}(?:把?(?:这个|这份|它|审批)?)?(?:转给|转交给?|交给|推给|转)\s*(?P<name>[^\s，,]{{1,6}}?)\s*"
    r"(?:来|去)?(?:批|审批|审|定|拍板)?(?:一?下|吧)?(?:[\s，,：:]+(?P<reason>\S.*))?"
)
_ADDED: Final = re.compile(
    rf"{_NO}(?:再?加签\s*(?P<name>[^\s，,]{{1,6}})|(?:这个|这份)?(?:再?让|再?加上?|请)\s*(?P<also>[^\s，,]{{1,6}}?)\s*"
    r"(?:(?:也|一起|再)?(?:签一?下?|会签|加签|签个?字)|(?:也|一起|再)(?:看看|看一?[下眼]|把把?关))(?:吧)?)(?:[\s，,：:]+(?P<reason>\S.*))?"
)
_PLACE: Final = r"第?\s*(?P<place>[1-9][0-9]?|[一二三四五六七八九十])\s*(?:个|份|单|条|号|张)?"
_PLACE_FIRST: Final = re.compile(rf"(?:把|将)?{_PLACE}[\s，,：:]*(?P<said>\D.*)")
_PLACE_LAST: Final = re.compile(rf"(?P<said>.*[^\d一二三四五六七八九十第])[\s，,]*{_PLACE}")
_URGED: Final = re.compile(
    r"(?:帮我|麻烦)?(?:(?:SP|Q|FA)-\d{4}-\d{4,}\s*)?(?:审批)?催(?:一?下|催|一催)?\s*(?:(?:SP|Q|FA)-\d{4}-\d{4,})?\s*的?"
    r"(?:审批|领导|老板|(?P<who>[^\s，,。\d]{2,4}?))?(?:审批|审一?下|批一?下|批|处理一?下)?(?:吧)?"
)
_IMPACT: Final = re.compile(
    rf"{_NO}(?:这个|这份|审批|它|客户那?边?)?(?:会|已经?)?\s*(?P<impact>涉及停产|影响交付|影响交期|一般影响)(?:了|的)?"
)
_WHY: Final = re.compile(
    rf"{_NO}(?P<which>.*?)(?:的?(?:那|这)(?:个|份|单))?(?:为啥|为什么|咋|怎么|为何)(?:没有?|不)(?:抄送|抄|发)(?:一?份)?(?:给)?我"
)
_NEEDED: Final = re.compile(
    rf"{_NO}(?:这个|这份|这单|它)?(?:为啥|为什么|凭什么|怎么)(?:还|也)?(?:要|得|需要|轮到|找|由)(?P<who>我|[^\s，,]{{1,8}}?)"
    r"(?:来|也|一起)?(?:审批|批|审|会签|签)(?:的)?"
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
_SUBMITTED: Final = re.compile(
    r"(?:把?(?:这个|这份)?(?:报价)?)?提交(?:审批|报价)?[\s，,：:]+(?!审批|给)(?P<reason>\S[\s\S]*)"
)
_WITHDRAWN: Final = re.compile(
    rf"(?:把)?{_NO}(?:我的?|这个|这份)?审批(?:先)?(?:撤回|撤了|收回)(?:来)?(?:吧)?|(?:先)?(?:撤回|撤掉|收回)(?:我的?|这个|这份)?审批(?:吧)?"
)
_STUCK: Final = re.compile(
    r"(?:现在|我的)?(?:审批|单子|报价)?(?:都|还)?卡在(?:哪|谁)(?:儿|里|那里|那儿|那|个环节|手里|手上)*了?"
    r"|(?:单子|报价|审批)?(?:还)?在谁(?:那里|那儿|那|手里|手上)"
)
_WAITING: Final = re.compile(
    r"(?:现在|还)?(?:有)?(?:没有|谁|哪些|哪几[个份单]|几[个份单条]|多少[个份单]?|什么|啥)?(?:人|单子|报价)?(?:还)?(?:在)?"
    r"(?P<whose>等着?我|没|要我?|待我?|该我)(?:来)?(?:审?批|审)(?:的|过)?(?:单子|报价|审批|东西)?(?:吗|呢|了|没)?"
    r"|(?:现在|还有)(?:谁|别人|哪些人|几[个份])(?:也|还)?在等(?:着)?(?:我)?(?:呢)?"
)
_LOG: Final = re.compile(
    r"(?:把)?(?:(?P<last0>上)个?月|本月|这个月)?(?:的)?(?:审批(?:的)?(?:记录|日志|台账|流水|留痕))?(?:导出|下载)(?:一?下|一?份)?"
    r"(?:(?P<last>上)个?月|本月|这个月|最近(?:30|三十)天)?(?:的)?(?:审批(?:的)?(?:记录|日志|台账|流水|留痕))?(?:给我)?"
)
_DEPUTY: Final = re.compile(
    r"(?:现在)?(?:是)?谁(?:在)?(?:代|替|帮)我(?:审?批|审)(?:呢)?|我(?:现在)?(?:在)?(?:代|替|帮)谁(?:审?批|审)(?:呢)?"
    r"|(?:查?看?一?下?)?(?:我的)?代批(?:情况|到(?:哪天|什么时候|几号))?"
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
_TOGETHER: Final = re.compile("会签|或签|一起签|一块儿?签|抄送")
"""And so does what is asked of several people."""
_NOT_SO: Final = re.compile(r"(?:不|别)(?:用|要|必|需要?)?(?:再|都)?(?:抄送|会签|加签|签|审批|批)")
"""以后50万以下的不用抄送老周: the chat only adds rules."""
_REROUTED: Final = frozenset({"delegate_approvals", "end_delegation", "transfer_approval", "add_approver"})
"""Deeds the reader knows, with slots of its own."""

_SERVED: Final = frozenset({"ticket", "visit"})
"""What one looks at when 催一下 is said of a repair."""


def read(text: str, ask: Ask) -> Understood | None:
    """Return what the whole of ``text`` means, None when it is none of these."""
    plain = text.strip().strip("。.!！?？~ ")
    if len(plain) > 120:
        return None
    return verdicts.read(plain, ask) or _deed(plain, ask) or _report(plain, ask) or _rule(in_digits(plain), plain)


def reread(understood: Understood, draft: Draft) -> Understood:
    """Return the reader's own deed where it is about approvals."""
    if draft.deed in _REROUTED:
        return Understood(intent=draft.deed, slots=dict(draft.deed_slots))
    return understood


def _deed(plain: str, ask: Ask) -> Understood | None:
    """Read what only somebody means who has something to decide."""
    found = _said_deed(plain) or _deed_of_place(plain, ask)
    if found is None or _is_named(found) or ask.queries.approvals.pending_for(ask.actor, 1):
        return found
    return None


def _deed_of_place(plain: str, ask: Ask) -> Understood | None:
    """Read ``第三个转给孙会计`` and ``加上罗工一起看下2`` of the list of approvals that was shown last."""
    listed = listed_approvals(ask)
    match = (_PLACE_FIRST.fullmatch(plain) or _PLACE_LAST.fullmatch(plain)) if listed else None
    found = None if match is None else _said_deed(match["said"])
    if match is None or found is None:
        return None
    place = int(read_number(match["place"]) or 0)
    if not 1 <= place <= len(listed):
        raise Invalid(f"刚才的列表只有 {len(listed)} 份，没有第 {place} 份。请发“待审批”再说序号。")
    view = ask.queries.approvals.card(int(listed[place - 1].partition(":")[2]), ask.actor)
    return replace(found, slots={**found.slots, "approval_no": view.no})


def _said_deed(plain: str) -> Understood | None:
    for pattern, intent in ((_ADDED, "add_approver"), (_HANDED, "transfer_approval")):
        if (match := pattern.fullmatch(plain)) is not None:
            said = match.groupdict()
            slots = {"staff": said.get("name") or said.get("also"), **_numbered(match["no"])}
            return Understood(intent=intent, slots={**slots, "reason": match["reason"] or ""})
    return None


def _report(plain: str, ask: Ask) -> Understood | None:
    if (match := _WHY.fullmatch(plain)) is not None:
        return Understood(intent="explain_copy", slots={"which": in_digits(match["which"]), **_numbered(match["no"])})
    if (match := _NEEDED.fullmatch(plain)) is not None:
        found = Understood(intent="explain_route", slots=_numbered(match["no"]))
        mine = ask.queries.approvals.pending_for(ask.actor, 1) or ask.queries.approvals.asked_by(ask.actor, 1)
        return found if match["no"] or ask.in_hand.startswith("approval:") or mine else None
    if (match := _DRAFT.fullmatch(plain)) is not None:
        intent = "publish_rule" if match["verb"] == "发布" else "drop_rule"
        return Understood(intent=intent, slots={"rule": int(match["id"])} if match["id"] else {})
    if (match := _TIMES.fullmatch(plain)) is not None:
        return Understood(intent="approval_times", slots={"last": bool(match["last"])})
    if "审批" in plain and (match := _LOG.fullmatch(plain)) is not None:
        this = "本月" in plain or "这个月" in plain
        return Understood(
            intent="export_approvals", slots={"last": bool(match["last"] or match["last0"]), "this": this}
        )
    for pattern, intent in (
        (_BACK, "roll_back_rules"),
        (_RULES, "list_rules"),
        (_MINE, "my_approvals"),
        (_DEPUTY, "my_delegations"),
    ):
        if pattern.fullmatch(plain):
            return Understood(intent=intent, slots={})
    return _waiting(plain, ask) or _of_the_asker(plain, ask)


def _waiting(plain: str, ask: Ask) -> Understood | None:
    """Read a question about what waits: for an approver what he has to decide, for an asker where his own is."""
    waits, stuck = _WAITING.fullmatch(plain), _STUCK.fullmatch(plain)
    if waits is None and stuck is None:
        return None
    asked = bool(ask.queries.approvals.asked_by(ask.actor, 1))
    if waits is not None:
        for_me = (waits["whose"] or "等着我") != "没"
        if ask.queries.approvals.pending_for(ask.actor, 1) or (for_me and waits["whose"]):
            return Understood(intent="list_approvals", slots={})
        return Understood(intent="my_approvals", slots={}) if asked and not for_me else None
    if asked:
        return Understood(intent="my_approvals", slots={})
    sees = ask.actor.has(Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.ADMIN) and "谁" in plain
    return Understood(intent="approval_times", slots={}) if sees else None


def _of_the_asker(plain: str, ask: Ask) -> Understood | None:
    """Read what somebody means whose own request waits, or who names one."""
    if (match := _IMPACT.fullmatch(plain)) is not None:
        found = Understood(intent="say_impact", slots={"impact": match["impact"], **_numbered(match["no"])})
        return found if _is_named(found) or ask.queries.approvals.asked_by(ask.actor, 1) else None
    if (match := _WITHDRAWN.fullmatch(plain)) is not None:
        return Understood(intent="withdraw_approval", slots=_numbered(match["no"]))
    if (match := _SUBMITTED.fullmatch(plain)) is not None and ask.in_hand.startswith("quote:"):
        return Understood(intent="submit_quote", slots={"reason": match["reason"].strip()})
    urged = _URGED.fullmatch(plain)
    if urged is None:
        return None
    no = re.search(r"(?:SP|Q|FA)-\d{4}-\d{4,}", plain)
    if no is not None:
        return Understood(intent="urge_approval", slots=_numbered(no[0]))
    if "审批" in plain:
        return Understood(intent="urge_approval", slots={})
    if ask.in_hand.partition(":")[0] in _SERVED:
        return None
    return _urged(ask, urged["who"] or "")


def _urged(ask: Ask, who: str) -> Understood | None:
    """Return the urging of one's own requests, of those that wait for ``who`` when he is named."""
    views = ask.queries.approvals.asked_by(ask.actor)
    name = ask.queries.people.called(who) if who else None
    if not views or (who and not any(name in view.waiting_for for view in views)):
        return None
    return Understood(intent="urge_approval", slots={"staff": name} if name else {})


def _route_urge(draft: Draft, text: str, ask: Ask) -> Understood:
    """Urge the request that is named, or whoever one's own wait for; anything else is told as not ready."""
    del text
    said = draft.deed_slots
    numbers = {name: said[name] for name in ("approval_no", "quote_no") if said.get(name)}
    if numbers:
        return Understood(intent="urge_approval", slots=numbers)
    other = any(said.get(name) for name in ("order_no", "ticket_no", "company"))
    found = None if other else _urged(ask, str(said.get("staff") or ""))
    return found or Understood(intent=draft.deed, slots={})


def _is_named(understood: Understood) -> bool:
    return "approval_no" in understood.slots or "quote_no" in understood.slots


def _rule(digits: str, plain: str) -> Understood | None:
    """Read a rule that is to hold from now on: when, and who signs or gets it to read."""
    copies = _COPIES.fullmatch(digits)
    signs = None if copies is not None else _SIGNS.fullmatch(digits)
    match = copies or signs
    if match is None or _NOT_SO.search(plain) or not (_ALWAYS.search(plain) or _TOGETHER.search(plain)):
        return None
    if not (_MEASURED.search(match["when"]) or "万" in match["when"] or LEVELLED.fullmatch(match["when"])):
        return None
    slots = {"when": match["when"].strip(" ，,"), "who": match["who"].strip(), "words": plain}
    how = "" if signs is None else signs["how"]
    return Understood(intent="change_rule", slots={**slots, "how": how, "copies": copies is not None})


def _numbered(no: str | None) -> dict[str, str]:
    if not no:
        return {}
    return {"approval_no" if no.upper().startswith("SP") else "quote_no": no.upper()}


ROUTES: Mapping[str, Route] = {"urge": _route_urge}
