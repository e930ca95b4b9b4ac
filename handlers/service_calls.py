"""What a customer says on the phone and a colleague passes on: a machine is out of order, or is to be looked after.

Whoever picks up the phone types it, a dispatcher, a rep, the finance desk. The reader weighs such a sentence by what
its sender mostly writes, an inquiry or a follow-up; here it counts that somebody's machine stands still.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from domain.actor import Role
from handlers.language.mood import asked
from handlers.service_phrases import DESKS, FIELD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handlers.context import Ask
    from handlers.language.meaning import Draft

_REPORTS = re.compile(
    r"报[个一]?下?修(?!单|记录|[的]?(?:处理|进度|流程|电话|率|次数|怎么|什么|情况))|要报障|叫修|报(?:个|一下)故障"
)
_CALLED = re.compile(
    r"(?:打|来)(?:了?[个一]?通?)?电话?|来电|电话(?:里|过来|说|反映|报)|(?:客户|用户|对方|厂里|[\u4e00-\u9fff]工)(?:说|讲|反映|反馈|喊)"
    r"|(?:微信|群)里(?:说|发|喊)"
)
_BROKEN = re.compile(
    r"坏(?!账)|不(?:转|动|走|响应|工作|亮|启动|出(?:水|油|料|气))(?!心|摇|产)|(?<!合同)(?<!付款)(?:卡(?:死|住|刀)|撞刀|抱死|掉刀|乱刀)|黑屏|花屏|屏.{0,3}黑了"
    r"|报警|报错|异响|有?响声|(?:一直|老是|嗡嗡|咔咔)响|漏(?:油|水|气|电|液)|冒烟|跳闸|停机|死机|宕机|趴窝|失灵|没反应|断裂|烧(?:了|坏|毁)"
    r"|(?:开|启|关|夹|转|换|动|升|降|打)不(?:了|起|紧|动|开|来)(?:机|刀)?(?!票|单|会|价)|超差|精度(?:不|差|跑)|松(?:了|动|脱)|抖(?:动|得)|振动(?:大|厉害)"
    r"|出(?:故障|毛病|问题)了|有(?:故障|毛病)|罢工|E\d{2,}"
)
_MACHINE = re.compile(r"机|设备|床|主轴|刀库|卡盘|导轨|丝杠|屏|驱动|伺服|电机|机械手|机器人|抓手|梯|门|窗|泵|阀|砂轮")
_PRESSES = re.compile(
    r"派(?:个)?人|派(?:个)?师傅|(?:让|叫|请|喊|安排).{0,6}(?:师傅|工程师|售后|人).{0,4}(?:来|去|看|修)|来人|(?:要|来|去|快)修"
    r"|停机|停产|停线|很急|急死|等着(?:生产|用)|开不了工"
)
_TRADE = re.compile(
    r"[想要需].{0,3}(?:换|买|订|购)[一新]?(?:台|个|批|条|套)?|采购|询价|报价|多少钱|什么价|再(?:买|订|来)|嫌|合同|付款|预算|发票|项目|打不通|打不开(?:链接|文件)"
)
_SEEN_TO = re.compile(
    r"已(?:经)?(?:让|派|安排|叫|报|修|处理|解决)|(?:修|保养|维保|做|弄|搞|换)(?:好|完)|处理(?:好|得|完|了)|(?:上次|以前|之前|去年|上个月)的?|最近(?:老|总|经常)|拜访|聊|谈|取消|撤销?|不用(?:来|修)|投诉"
)
_ASKS_AFTER = re.compile(
    r"(?:到哪|进度|怎么样|什么时候|几点|派(?:给|了|没)|有没有|几单|多少|哪些|查一?下|列表|催|是谁|谁(?:接|去|修)|没派|没人接|待派)"
)
_LOOKED_AFTER = re.compile(r"保养|维保|巡检|点检|检修|年检")
_WANTED = re.compile(
    r"(?:要|该|需要?|做|约|安排|来|去|申请|预约).{0,6}(?:保养|维保|巡检|点检|检修|年检)"
    r"|(?:保养|维保|巡检|点检|检修|年检)(?:一[下次]|$)|年度|季度|例行"
)
_PAPER = re.compile(r"合同|方案|价|费用|多少钱|套餐|聊|谈|签|续|记录|历史|计划|培训")
_REGULAR = re.compile(r"每|周期|小时")
_SERIAL = re.compile(r"[A-Za-z0-9]+(?:[-_/][A-Za-z0-9]+)+")
_PLAIN = 18
"""Characters of a sentence that has no room for more than whose machine is out of order."""
_SELLING = frozenset({"log_inquiry", "log_follow_up", "query_customer", "request_quote", "create_opportunity"})
_OPEN = frozenset(
    {
        *_SELLING,
        "advance_stage",
        "other",
        "dispatch",
        "request_part",
        "set_reminder",
        "query_order",
        "report_fault",
        "rate_service",
    }
)
"""What such a sentence may have been taken for."""
_DEEDS = frozenset({"", "repeat_fault", "urge", "query_ticket", "check_conflict", "lookup_customer"})
"""The narrower readings that say no more than that somebody shall come."""
_DESK = DESKS - {Role.MANAGER, Role.MANAGEMENT}

_HEAD = re.compile(
    r"^(?:(?:刚才?|刚刚|今天|早上)?接?到?了?(?:[个一]?通)?(?:客户|用户|对方)?(?:刚|又)?(?:打|来)?(?:了?[个一]?通?)?(?:电话|来电|热线)(?:进?来|过来)?(?:了)?"
    r"|(?:客户|用户|对方)(?=[说讲反打来报喊\s,，:：])|(?:说|讲|反映|反馈)(?:是|了)?|(?:新|登记|要|需要|帮忙?|给|我要|记一?[下个])*报[个一]?下?修(?:了)?"
    r"|(?:的|那台|这台|那边|有台|一台|有一台|帮|给)(?=.)|打到[^,，\s]{1,4}来了|[\s,，。.:：;；、]+)"
)
_TAIL = re.compile(
    r"(?:[\s,，。.:：;；、]+|(?:要|需要|来|请)?(?:报[个一]?下?修)(?:了|一下)?|联系人?|(?:联系)?电话|手机号?|号码)$"
)
_TELLING = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,}")


def deed_in(draft: Draft, text: str, ask: Ask) -> str:
    """Return which service the sentence asks for on a customer's behalf; empty when it is about something else."""
    open_ = draft.intent in _OPEN or (draft.intent == "finish_service" and ask.actor.roles.isdisjoint(FIELD))
    if not open_ or draft.deed not in _DEEDS or asked(text) or _ASKS_AFTER.search(text):
        return ""
    named = bool(draft.slots.get("company") or draft.deed_slots.get("company")) or bool(serial_in(text, ask))
    if _tells_a_fault(draft, text, ask, named=named):
        return "report_fault"
    if named and _wants_a_visit(text, ask):
        return "request_visit"
    return ""


def only_spoken_of(text: str) -> bool:
    """Return whether a service is a subject of talk or paper (``聊了保养合同``), and nobody has to go."""
    return _PAPER.search(text) is not None


def serial_in(text: str, ask: Ask) -> str:
    """Return the serial of one of our machines that stands in the words, empty for none."""
    said = (each.upper() for each in _SERIAL.findall(text))
    return next((each for each in said if ask.queries.equipment.said(serial=each)), "")


def fault_in(text: str, slots: Mapping[str, Any], quotes: Iterable[str]) -> str:
    """Return what is wrong, in the words that were said, without whose machine it is and whom to call.

    Those have slots of their own; empty when nothing else was said. ``quotes`` are the words by which company and
    machine were called.
    """
    words = text
    if phone := str(slots.get("phone") or ""):
        spaced = r"[\s-]?".join(map(re.escape, phone))
        words = re.sub(rf"(?:联系)?(?:电话|手机号?|号码)?(?:是|[:：])?\s*{spaced}", " ", words)
    for quote in sorted(filter(None, quotes), key=len, reverse=True):
        words = words.replace(quote, " ", 1)
    while (rest := _TAIL.sub("", _HEAD.sub("", words.strip(), count=1), count=1).strip()) != words:
        words = rest
    words = re.sub(r"\s+", " ", words)
    return words if _TELLING.search(words) else ""


def _tells_a_fault(draft: Draft, text: str, ask: Ask, *, named: bool) -> bool:
    in_field = not ask.actor.roles.isdisjoint(FIELD)
    if draft.intent == "report_fault":
        return named or not in_field  # without a customer it may be the engineer's own job
    reports = _REPORTS.search(text) is not None
    if _SEEN_TO.search(text) or (not reports and _TRADE.search(text)):
        return False
    if reports:
        return named or not in_field
    if not named or _BROKEN.search(text) is None:
        return False
    if not ask.actor.roles.isdisjoint(_DESK):
        return True
    machine = bool(draft.slots.get("product")) or _MACHINE.search(text) is not None
    return machine and (len(text) <= _PLAIN or bool(_CALLED.search(text) or _PRESSES.search(text)))


def _wants_a_visit(text: str, ask: Ask) -> bool:
    if _LOOKED_AFTER.search(text) is None or only_spoken_of(text) or _REGULAR.search(text) or _SEEN_TO.search(text):
        return False
    return not ask.actor.roles.isdisjoint(DESKS) or _WANTED.search(text) is not None
