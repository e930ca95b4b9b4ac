"""What a sentence about a customer says besides whom and when: how, with what result, and what was promised."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from domain.activities.activity import ActivityKind, Outcome
from domain.activities.consequences import Promised
from domain.clock import WorkCalendar
from domain.tasks.task import TaskKind
from handlers.moments import Moment, find_moments

_KINDS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (ActivityKind.BID, r"投标|招标|标书|开标|应标|竞标"),
        (ActivityKind.DEMO, r"演示|试机|试切|展示|demo"),
        (ActivityKind.EXCHANGE, r"技术(?:交流|沟通|对接|讨论)|交流会"),
        (ActivityKind.CALL, r"电话|打不通|没打通|没接|无人接听|没人接|通了话|回电"),
        (ActivityKind.CHAT, r"微信|企微|发(?:了)?(?:个)?消息|已读不回"),
        (ActivityKind.VISIT, r"拜访|走访|回访|上门|登门|面谈|见(?:了|到|过|面)|去了?|到.{0,6}现场|来厂|来公司|参观|吃(?:了)?(?:个)?饭|喝(?:了)?(?:个)?[茶酒]"),
        (ActivityKind.QUOTE, r"报价(?:单)?(?:已经?|都)?(?:发|给|寄)[^,，。 ]{0,6}了|发了(?:他|她)?报价|报了价"),
    )
)  # fmt: skip
"""The first that fits: a demonstration is shown on a visit, a call that nobody took is a call."""
_CORRECTED_KIND: Final = re.compile(r"(?:是|改成|改为|算|记成)(?P<kind>电话|拜访|微信|技术交流|演示|报价|投标|其他)")
_MISSED: Final = re.compile(
    r"没(?:有)?(?:人)?接(?!到)|没打通|打不通|没通|没(?:能)?联系上|联系不上|无人接听|不接|没见(?:到|着)|没(?:有)?回(?:我|消息|微信)|已读不回|关机|占线|拒接"
)
_REACHED: Final = re.compile(
    r"(?<!没)(?<!没有)(?:打通|接通|联系上)了?|后来(?:接|通|回)|又(?:接|通|回)了|回(?:了)?(?:电话|电)(?:说|了)"
)
_PLACE: Final = re.compile(r"在(?P<place>(?!我们|他们?那)[^\s,，。;；在]{2,12}?)(?:见|聊|谈|碰|吃|喝|演示|开会|交流)")
_NOT_HAPPENED: Final = re.compile(r"了|过|刚|聊|谈|说|见|问|反馈")

_CLAUSE: Final = re.compile(r"[^,，。;；:：!！?？\n ]+")
_OURS: Final = re.compile(
    r"给(?:方案|报价|资料|样品|样本|答复|结果|图纸|合同)|给(?!我|咱|钱)(?:他们?|她|你|您|客户|对方|[^\s]{1,6}?(?:总|工|经理|主任|老板|公司))?[^\s]{0,4}(?:报|发|寄|送|回|答复|打(?!款)|做|出|带|准备|安排|确认)"
    r"|报价给|给(?!我|咱)[^\s,，。]{0,4}价|(?:^|我们?|咱们?)(?:再)?报(?:价|过去|给)|再(?:去|打(?!款)|跟|联系|约|聊|谈|拜访|见|报|发|沟通)|(?:发|寄|送|带|出)(?:资料|方案|报价|合同|样[品本件]|彩页|图纸|规格书)|答复(?!我)|回(?:他|她|客户)|上门|去(?:拜访|现场|测量|量尺|见)"
    r"|(?:联系|拜访|回访|跟进|回复)(?:他们?|她|客户|一下)?$|约(?:了|好)(?!.*我)|(?:我|我们|咱)(?:去|来|要|会|把|给)"
)
_THEIRS: Final = re.compile(
    r"(?:他们?|她|客户|对方|那边|老板)(?:说|要|会|那边|打算|准备|就)?.{0,4}(?:定|决定|考虑|开会|上会|付|打款|下单|签|给我|给咱|答复我|回复我|来厂|招标|开标|再说)|打款|付款|给(?:我|咱)"
)
_CONTACT: Final = re.compile(
    r"联系|打电话|打个电话|拜访|回访|跟进|上门|再(?:去|打|约|聊|谈|见|沟通)|约(?:了|好)|去(?:见|现场)|回电"
)
_QUOTES: Final = re.compile(
    r"报价|报个价|报过去|(?:给|出|发|做)[^,，。]{0,4}价|(?:给|跟|为)[^,，。]{0,6}报(?!备|修|警|名|销|告|到)"
)
_NEEDS_ITS_DAY: Final = re.compile(r"(?:到|至|等|过了?|放|拖)$")
"""放到12月15号再说: without its day the clause says nothing."""
_SAYS: Final = 2
"""Signs that must follow a day in the middle of a clause for the rest to read without it: 他说下月定 keeps it."""
_WE: Final = re.compile(r"^(?:我们?|咱们?)(?=[把去来会要给再])")
_A_PRICE: Final = re.compile(r"(?:报|出|做)?(?:一?个|一份)?(?<!报)价$|报(?:一?下|一版|过去|上去)?$")
_SOMEBODY: Final = re.compile(r"(?:他们?|她|对方|客户)(?!的)")


def kind_of(text: str) -> ActivityKind:
    """Return how it happened."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), ActivityKind.OTHER)


def corrected_kind(text: str) -> ActivityKind | None:
    """Return the kind a correction names: ``不对 是电话``."""
    match = _CORRECTED_KIND.search(text)
    return None if match is None else next(kind for kind in ActivityKind if kind.label == match["kind"])


def outcome_of(text: str) -> Outcome:
    """Return whether the customer was spoken to; a bid that is only announced is noted."""
    if _MISSED.search(text) and not _REACHED.search(text):
        return Outcome.MISSED
    if kind_of(text) is ActivityKind.BID and not _NOT_HAPPENED.search(text):
        return Outcome.NOTED
    return Outcome.REACHED


def corrected_outcome(text: str) -> Outcome | None:
    """Return the outcome a correction names, None when it says nothing of it."""
    if _MISSED.search(text) or _REACHED.search(text):
        return outcome_of(text)
    return None


def place_of(text: str) -> str:
    """Return where it was, empty when not said."""
    match = _PLACE.search(text)
    return "" if match is None else match["place"]


def promises_in(text: str, customer: str, now: datetime, calendar: WorkCalendar) -> tuple[Promised, ...]:
    """Return what we promised, each with its day: ``明天给他报价``. What the customer means to do is not ours."""
    promises = []
    for words, start, end, moment in _timed(text, now, calendar, latest=True):
        rest = _without(words, start, end)
        if not _OURS.search(rest) or _THEIRS.search(rest):
            continue
        rest = _A_PRICE.sub("报价", _WE.sub("", rest))
        title = _SOMEBODY.sub(customer, rest, count=1) if customer else rest
        promises.append(
            Promised(
                title=title if not customer or customer in title else f"{customer}：{title}",
                due=moment.due,
                due_whole_day=moment.whole_day,
                window=moment.window,
                kind=promised_kind(rest),
            )
        )
    return tuple(promises)


def promises_quote(text: str, now: datetime, calendar: WorkCalendar) -> bool:
    """Tell ``明天给他报价``, which is a promise and becomes a task, from a quotation that is wanted now."""
    return any(each.kind is TaskKind.QUOTE for each in promises_in(text, "", now, calendar))


def next_step_of(text: str, due: datetime, now: datetime, calendar: WorkCalendar) -> str:
    """Return the clause that names the day of ``due``, without the day: ``他要定`` of ``他下周要定``."""
    for words, start, end, moment in _timed(text, now, calendar, latest=False):
        if calendar.local(moment.due).date() == calendar.local(due).date():
            step = _without(words, start, end)
            return words if _NEEDS_ITS_DAY.search(words[:start]) or (start and len(words) - end < _SAYS) else step
    return ""


def _without(words: str, start: int, end: int) -> str:
    """Return a clause without its day, and without the 前 that belonged to it."""
    rest = re.sub(r"^(?:之前|以前|前|内|的时候)", "", words[end:].strip())
    return f"{words[:start]}{rest}".strip()


def promised_kind(words: str) -> TaskKind:
    """Return which deed completes what these words say."""
    if _QUOTES.search(words):
        return TaskKind.QUOTE
    return TaskKind.CONTACT if _CONTACT.search(words) else TaskKind.OTHER


def _timed(text: str, now: datetime, calendar: WorkCalendar, *, latest: bool) -> Iterator[tuple[str, int, int, Moment]]:
    """Yield each clause that names a moment to come, with where it stands in the clause."""
    for clause in _CLAUSE.finditer(text):
        for found in find_moments(clause[0], now, calendar, latest=latest):
            yield clause[0], found.start, found.end, found.moment
            break
