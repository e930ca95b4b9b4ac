"""``为什么``: why the last thing was done, from what was written down with it, never from memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from cards.dialogue import explain_act
from cards.glance import Glance
from domain.errors import NotFound
from domain.service.states import WITH_ENGINEER
from handlers.context import Ask, IntentHandler, Understood
from handlers.quote_versions import show_working

if TYPE_CHECKING:
    from collections.abc import Callable

_WHY: Final = r"(?:为什么|为啥|为何|为毛|凭什么|凭啥|怎么|咋)"
_HOW: Final = r"(?:到底)?(?:是|都|又)?(?:怎么|咋|如何|从?哪儿?里?|按(?:照)?(?:什么|啥)|(?:依|根)据(?:什么|啥))"
_END: Final = r"[呢啊呀吧]?[？?]?"
_ASSIGNED: Final = re.compile(
    rf"{_WHY}.{{0,6}}?(?:派|分|分配|指派|安排|转|交|丢|给)(?:单|活)?(?:给|到)?了?我|{_WHY}(?:又|老是?|偏偏?|总)?(?:是|轮到|该|找|让|叫)我"
)
_PRICED: Final = re.compile(
    rf"(?:这|那)?(?:个|份|张)?(?:价格?|价钱|报价单?|总价|单价|金额|数字?|钱){_HOW}(?:得|算|来|定|出|弄|报|搞|核)"
    rf"|{_HOW}(?:算|得出|核|定的?价|报)|{_WHY}(?:会|就)?(?:是|要|卖|报)?(?:这个?|这么个?|那么个?|恁)(?:价|数|钱|报价|贵|高|便宜|低|多钱)"
)
_PRICE: Final = (
    r"(?:[^,，。 ]{1,6}[,， ]+)?(?:你|那)?(?:这|那)?(?:个|份|张)?(?:价格?|价钱|报价单?|总价|单价|金额|数字?|钱)?"
)
PHRASES: Final = (
    (
        re.compile(
            rf"{_PRICE}{_HOW}(?:得出?|算出?|来|定出?|出|弄出?|报出?|搞出?|核出?)(?:来)?的{_END}"
            rf"|{_WHY}(?:会|就)?(?:是|要|卖|报)?(?:这个?|这么个?)(?:价格?|数|钱|报价){_END}"
            rf"|{_WHY}(?:会)?(?:这么|那么|恁)(?:贵|高|便宜|低){_END}"
            rf"|{_PRICE}(?:的)?(?:有)?(?:什么|啥)?(?:依据|根据)(?:是)?(?:什么|啥|呢|在哪儿?){_END}"
            rf"|(?:给我)?(?:解释|说明|讲讲|说说)(?:一?下)?{_PRICE}(?:{_HOW}.{{0,6}}的)?{_END}"
        ),
        "explain_price",
    ),
    (
        re.compile(
            rf"(?:这|那)?(?:个|张|单|活)?{_WHY}(?:会|又|就|都|老是?|偏偏?|总)?(?:是)?"
            rf"(?:(?:派|分|分配|指派|安排|转|交|给)(?:单)?(?:给|到)?了?我(?:的|了|这)?|(?:是|轮到|该|找)我(?:去|来|跟|接)?){_END}"
        ),
        "explain_assigned",
    ),
)
"""Whole messages about what is in hand: 这价怎么来的, 凭什么派给我."""
_NOTHING = "还没有可以解释的操作。先发一句话，例如：给苏州恒力报两台X200，再问“为什么”。"


def explain(ask: Ask, understood: Understood) -> None:
    """Say which words were read as what by which rule, and which policy chose."""
    subject = str(understood.slots.get("subject") or "")
    if subject:
        act = ask.queries.dialogue.last_act_on(subject)
        acts = [] if act is None else [act]
    else:
        subject = ask.focus.subject if ask.focus is not None else ""
        key = ask.focus.act_key if ask.focus is not None else ""
        acts = list(ask.queries.dialogue.acts_of(key)) if key else []
    glance = Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")
    touched = dict.fromkeys([*(each for act in acts for each in act.subjects), *([subject] if subject else [])])
    chosen = list(dict.fromkeys(line for each in touched for line in _policy(ask, each)))
    said = [line for act in acts for line in explain_act(act, glance)]
    ask.say("\n".join([*said, *chosen]) or _NOTHING)


def kind_of(text: str) -> str:
    """Return what a longer question wants explained: whose a job is, how a price came about, or what was understood."""
    if _ASSIGNED.search(text):
        return "explain_assigned"
    return "explain_price" if _PRICED.search(text) else "explain"


def explain_price(ask: Ask, understood: Understood) -> None:
    """``这价怎么来的``: of a quotation its working and the rule it is approved by; of the rest why it was done."""
    if ask.in_hand.startswith("quote:"):
        show_working(ask, understood)
        for line in _policy(ask, ask.in_hand):
            ask.say(line)
        return
    explain(ask, understood)


def explain_assigned(ask: Ask, understood: Understood) -> None:
    """``为啥派给我``: of the job or inquiry in hand, else of the newest that is the asker's."""
    subject = str(understood.slots.get("subject") or "") or ask.in_hand
    if subject.partition(":")[0] not in _ASSIGNABLE:
        person_id = ask.actor.person_id
        jobs = ask.queries.service.offered_to(person_id) or ask.queries.service.jobs_of(person_id, WITH_ENGINEER)
        leads = () if jobs else ask.queries.inquiries.mine(ask.actor)
        lead = next((each.subject for each in leads if each.assigned is not None), "")
        subject = f"workorder:{jobs[0].id}" if jobs else lead
    said = _policy(ask, subject)
    ask.say("\n".join(said) or "现在没有派给您的单子。要看某一单，请带上单号，例如：为什么 XJ-2611-0001。")


def _policy(ask: Ask, subject: str) -> list[str]:
    kind, _, id_ = subject.partition(":")
    if kind not in _POLICIES:
        return []
    try:
        return _POLICIES[kind](ask, int(id_))
    except NotFound:
        return []


def _quote(ask: Ask, quote_id: int) -> list[str]:
    view = ask.queries.quotes.card(quote_id, ask.actor)
    return [f"报价 {view.no} 按审批规则：{view.rule}。"] if view.rule else []


def _approval(ask: Ask, approval_id: int) -> list[str]:
    view = ask.queries.approvals.card(approval_id, ask.actor)
    waits = f"，正在等{'、'.join(view.waiting_for)}" if view.waiting_for else ""
    return [f"审批 {view.no} 按规则：{view.rule}{waits}。"]


def _job(ask: Ask, job_id: int) -> list[str]:
    view = ask.queries.service.job(job_id, ask.actor)
    return [f"工单 {view.no} 派给您的理由：{view.why}。"] if view.why else []


def _inquiry(ask: Ask, inquiry_id: int) -> list[str]:
    view = ask.queries.inquiries.card(inquiry_id, ask.actor)
    why = view.assigned
    if why is None:
        return []
    to = "您" if why.to == ask.actor.name else why.to
    return [f"询价 {view.no} 分给{to}的理由：{why.because}（规则“{why.rule}”，{why.method}）。"]


_POLICIES: Mapping[str, Callable[[Ask, int], list[str]]] = {
    "quote": _quote,
    "approval": _approval,
    "workorder": _job,
    "inquiry": _inquiry,
}
"""Kind of record → which rule chose, as it was noted when it chose."""

_ASSIGNABLE: Final = frozenset({"workorder", "inquiry"})

INTENTS: Mapping[str, IntentHandler] = {
    "explain": explain,
    "explain_price": explain_price,
    "explain_assigned": explain_assigned,
}
