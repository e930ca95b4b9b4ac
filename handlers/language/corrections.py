"""Messages that put an earlier one right, or take it back: ``数量改成3台``, ``刚写错了 是6206``, ``撤回 Q-2611-0001``.

Which of two values inside one message counts is the business of ``scope``; here the whole message is about another.
"""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from handlers.language.filling import Filling
from handlers.language.intents import Scored, settled
from handlers.language.spans import Span

CORRECTION: Final = "correction"
"""Row of ``slots.ALLOWED`` for a message that only names new values."""

_OPENING: Final = re.compile(
    r"^(?:哦|啊)?(?:不对|说错了?|刚?(?:才|刚)?(?:写|打|说|记|报|发)错了?|更正|应该是|不是.{1,12}(?:是|,是)|改成|改为|(?:改|换)(?=[NZT]|\d)|换成(?=[MNZTQ]|\d))"
)
_FIELD: Final = (
    r"(?:[购采]买|订购|客户|对方)?(?:数量|台数|套数|件数|预算|金额|总价|单价|价格|价钱|折扣|电话|手机号?码?|号码|联系方式|联系人|客户|公司名?称?|单位|产品|型号|机型|规格|交期|交货期?|"
    r"货期|报价时间|时间|日期|期限|截止(?:时间|日期)?|来源|渠道|区域|地区|邮箱|备件|配件|零件)"
)
_FIELD_CHANGED: Final = re.compile(
    rf"^(?:请|麻烦|帮我?|把|将|刚才的?|那个|还有|另外|[,， ])*{_FIELD}(?:的|是)?(?:从[^,，。]{{1,8}}?)?[:： ,，]?"
    r"(?:改(?:成|为|到|一下|下|回)?|换(?:成|为)?|调(?:整)?(?:成|为|到)|变成?|(?:写|打|说|记|报|填|弄)?错了?|更正|应该?是|应为|不是|[\dA-Z][^,，。]{0,4}不是)(?!不了|没)"
)
_FIELD_IS: Final = re.compile(
    rf"^(?:那个|对了|还有|另外|哦|[,， ])*(?:(?:{_FIELD}(?:就)?(?:是|为|：|:| )+|这?(?:是|就是)(?=C|P)|来自)(?:[B-RT-Z]|[\d一二两三四五六七八九十.]+(?:台|套|万)?)+[,， ]?)+(?:的|吧|哈|啊|。|!)*$"
)
"""客户是绿源: right after a deed it names what was missing or wrong; alone it is a sentence like any other."""
_ONLY_A_DEADLINE: Final = re.compile(
    r"^(?:改|要)?T(?:之?前)?(?:再)?报(?P<quote>价?)(?:给我|过来|出来|过去|就行|吧|[。! ])*$"
)
_UNDO: Final = re.compile(
    r"^(?:请|麻烦|帮我?|把|将)*(?:[EJWA]|刚才那?[个条单]|刚刚那?[个条单]|上一?[个条单])?[ ]?(?:撤销|撤回|撤了|撤掉|undo|反悔|取消(?=刚|上一))"
    r"(?:一下|上一[个条步单]|刚才(?:那?[个条单]|的)?|刚刚(?:那?[个条单]|的)?|(?:报价单?|订单|工单|审批单?|单)?[ :：]?[EJWA]|这[个条单]|吧|了|啊|掉|上一?[个条步单]|[ ])*[。! ]*$"
)
_NOTHING_BUT: Final = re.compile(r"(?:改|换)[成为到]?(?:[A-RT-Z][ ,，]?)+[吧了。! ]*$")
"""改成T, 改成NM; not 换成S, which is another engineer."""
_FROM: Final = re.compile(r"(?:从|由|把)(?P<old>[^,，。;；]{1,14}?)(?:改|换|调整?|变)(?:成|为|到)")
_PART: Final = re.compile(
    r"(?:是|换的|用的|改成|换成|应为|更正为?)[:： ]?(?P<n>[A-Za-z]{0,5}-?\d[A-Za-z0-9./*×-]{2,11})(?:的)?(?:轴承|皮带|密封圈|油封|滤芯|电机|接触器)?(?![\d.]*(?:万|元|块|号|点))"
)
_LIMIT: Final = 40
"""Signs of a message that may be nothing but a correction."""


def corrects(text: str, masked: str, last_intent: str) -> bool:
    """Whether the message puts an earlier one right; ``masked`` as in ``spans.mask``."""
    if _OPENING.match(text.strip()) or _OPENING.match(masked):
        return True
    return only_values(masked, last_intent)


def only_values(masked: str, last_intent: str) -> bool:
    """Whether the message is nothing but new values for named fields; then no phrase in it asks for a deed."""
    if len(masked) > _LIMIT:
        return False
    deadline = _ONLY_A_DEADLINE.match(masked)
    if deadline:
        return not deadline["quote"] or bool(last_intent)
    if last_intent and _FIELD_IS.match(masked):
        return True
    return bool(_FIELD_CHANGED.match(masked)) and ("S" not in masked or "联系人" in masked)


def takes_back(text: str, masked: str) -> bool:
    """Whether the message takes an earlier deed back, of the last thing or of the document it names."""
    return bool(_UNDO.match(masked) or _UNDO.match(text))


def intent_of(best: Scored, masked: str, role: str, last_intent: str) -> Scored:
    """Return the deed a correction is about: the last one, an engineer's parts, or none that is known."""
    bare = only_values(masked, last_intent) or bool(_NOTHING_BUT.match(masked))
    if last_intent and (best.said < 5 or bare):
        return settled(last_intent, 5.0, "更正上一条")
    if role == "engineer" and best.said < 5 and re.search(r"Q|\d{3}", masked):
        return settled("finish_service", 5.0, "更正备件")
    if bare or (best.intent in {"log_follow_up", "log_inquiry"} and best.said < 5):
        return settled("other", 5.0, "更正")
    return best


def new_values(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return ``spans`` without the old values: ``从2台改成3台`` and ``3台不是2台`` name both.

    In 联系人换成李工 he is the customer's, though we have one of our own.
    """
    if "联系人" in text:
        spans = [
            replace(span, kind="contact", rule="contact.corrected") if span.kind == "staff" else span for span in spans
        ]
    old = [match.span("old") for match in _FROM.finditer(text)]
    old += [match.span() for match in re.finditer(r"(?<=[^,， ])[,， ]?不是[^,，。;；是]{1,12}$", text)]
    after = {span.kind for span in spans if not any(start <= span.start < end for start, end in old)}
    return tuple(
        span for span in spans if span.kind not in after or not any(start <= span.start < end for start, end in old)
    )


def fill_corrected_part(filling: Filling, text: str, spans: Sequence[Span]) -> None:
    """Fill ``part`` with a number no catalogue knows: ``刚写错了 是6206``."""
    match = _PART.search(text)
    if match and "part" not in filling.slots:
        start, end = match.span("n")
        span = Span(
            kind="part", start=start, end=end, value=match["n"], weight=0, rule="part.unknown", fuzzy=True,
            note="目录里没有这个件",
        )  # fmt: skip
        part: dict[str, Any] = {"name": match["n"].upper()}
        counts = [each.value.value for each in spans if each.kind == "quantity"]
        if counts and counts[0] is not None:
            part["quantity"] = counts[0]
        filling.put("part", [part], span, text)
