"""Amounts, ratings, faults, reasons and tasks: what is said in words around the recognised things."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.language.filling import NOT, Filling
from handlers.language.money import Money
from handlers.language.numbers import read_number
from handlers.language.spans import Span


def fill_amounts(filling: Filling, intent: str, allowed: frozenset[str], text: str, spans: Sequence[Span]) -> None:
    """Fill unit price and amount: what is somebody else's, a cut or a debt is not ours."""
    spoken = [
        span for span in spans if span.kind == "money" and not NOT.search(text[max(0, span.start - 4) : span.start])
    ]
    if "unit_price" in allowed:
        for span in spoken:
            if span.value.role == "unit" and span.value.value is not None and not _whole_price(filling, span, text):
                filling.put("unit_price_cny", span.value.value, span, text)
    if "amount" not in allowed:
        return
    roles = {"amount", "difference"} if intent in {"record_payment", "finish_service"} else {"amount"}
    fit = [
        span
        for span in spoken
        if (span.value.role in roles or _whole_price(filling, span, text)) and _has_value(span.value)
    ]
    if intent == "query_funnel" and fit and fit[0].value.value is not None:
        return
    total = [
        span
        for span in fit
        if re.search(
            r"(?:合计|总共|一共|总价|总额|共|总计|合同额|砍到|谈到|降到|改成|是)(?:大概|约|是|了|:|：| )*$",
            text[max(0, span.start - 6) : span.start],
        )
    ]
    chosen = (total or fit)[:1]
    for span in chosen:
        _put_money(filling, span, text)


def _whole_price(filling: Filling, span: Span, text: str) -> bool:
    """Whether the price behind 一条 is what is paid: one of them is ordered."""
    return (
        span.value.role == "unit"
        and filling.slots.get("quantity") == 1
        and bool(_ONE_BEFORE.search(text[max(0, span.start - 3) : span.start]))
    )


_ONE_BEFORE: Final = re.compile(r"(?<!每)[一1][台套件个樘条支辆部扇][ ]?$")


def _has_value(money: Money) -> bool:
    return money.value is not None or money.low is not None or money.high is not None


def _put_money(filling: Filling, span: Span, text: str) -> None:
    money: Money = span.value
    if money.value is not None:
        filling.put("amount_cny", money.value, span, text)
        if money.approx:
            filling.put("amount_approx", True, span, text)
    if money.low is not None:
        filling.put("amount_min_cny", money.low, span, text)
    if money.high is not None:
        filling.put("amount_max_cny", money.high, span, text)


_RATING: Final = (
    (5, r"满分|五星|5星|5颗星|五颗星|(?:打|给)?(?:5|五)分|100分|一百分|(?:10|十)分(?!钟)|好评|非常满意|特别满意|很满意|十分满意|超级满意|点个?赞|大大的赞|太满意|相当满意"),
    (4, r"四星|4星|四颗星|4颗星|(?:4|四)分(?!钟)|(?<![不很太])比较满意|挺满意|还算满意|蛮满意|(?<!不)(?<!不太)满意"),
    (3, r"三星|3星|三颗星|3颗星|(?:3|三)分(?!钟|之)|中评|一般般?|还行|凑合|马马虎虎"),
    (2, r"两星|二星|2星|两颗星|2颗星|(?:2|两|二)分(?!钟|之)|不太满意|不怎么满意|不满意"),
    (1, r"一星|1星|一颗星|1颗星|(?:1|一)分(?!钟|之)|差评|非常不满|极差|太差|很差|投诉|垃圾"),
)  # fmt: skip


_RATINGS: Final = tuple((value, re.compile(rf"(?:{words})")) for value, words in _RATING)


_STARS: Final = re.compile(r"(?P<n>[1-5一二两三四五])颗?(?:星|分(?!钟|之|公司|期|批|析))")
"""What is counted is more exact than a word beside it: 服务一般 给两星吧."""


_DELTA: Final = re.compile(
    r"(?:往|向)?(?P<way>后|前|下|上)?(?:推|挪|走|退|进|升)(?P<n>[一二两三1-3])(?:格|步|个阶段|级|档)|(?P<next>下一(?:个)?(?:阶段|步))|(?P<last>上一(?:个)?(?:阶段|步))|推进一下"
)


_METHOD: Final = re.compile(r"微信|支付宝|对公|电汇|承兑|现金|转账|网银|刷卡|银承")


_CONDITION: Final = re.compile(
    r"(?:[,，。 ](?:不过|但是?|只是|可是)|前提是?|条件是?)[,，:： ]?(?P<what>[^,，。;；]{3,40})"
)
"""批了 不过付款改三六一: what is asked for in return."""


_RATIO: Final = re.compile(
    r"(?P<half>一半)|(?P<n>[一二三四五六七八九])成|(?P<p>\d{1,3})%|百分之(?P<c>[一二三四五六七八九十]+)"
)


_FAULT_CUE: Final = re.compile(
    r"坏|关人|困人|困住|被困|弹开|关不拢|拉伤|不合模|合不上|故障|报警|报错|不[转动亮走]|漏|异响|响|卡|停机|死机|黑屏|跳闸|冒烟|断|烧|松|过热|发烫|抖|震|振|超差|夹不|没反应|打不开|开不|启动|异常|失灵|噪音|声音|味|不准|不稳|压[力低]?|急停|裂|变形|毛病|不出|不到位|不好使|不对|掉|渗|关不|起不|不灵|不制冷|划伤|精度|上不去|下不来|下不去|进不去|出不来|不住|没[电气油水信显]|连不上|跳|停了|高温|超温|一直|老是|不工作|不了|毛刺|偏|撞|堵|E\d|AL"
)  # fmt: skip


_CLAUSE: Final = re.compile(r"[^,，。;；!！?？\n]+")


_TOLD_CLAUSE: Final = re.compile(r"[^,，。;；!！?？\n ]+")


def fill_words(filling: Filling, intent: str, allowed: frozenset[str], text: str) -> None:
    """Fill what is read from the words themselves: rating, fault, reason, task, method."""
    whole = Span(kind="text", start=0, end=len(text), value=text, weight=0, rule="words")
    if "rating" in allowed and (match := _STARS.search(text)):
        filling.put("rating", int(read_number(match["n"]) or 1), _bit(match, "rating"), text)
    if "rating" in allowed:
        for value, words in _RATINGS[::-1] if re.search(r"不(?:太|怎么)?满意|差评|投诉", text) else _RATINGS:
            if match := words.search(text):
                filling.put("rating", value, _bit(match, "rating"), text)
                break
    if "stage_delta" in allowed and "stage" not in filling.slots and (match := _DELTA.search(text)):
        sign = (
            -1
            if match["last"] or "退" in match[0] or match["way"] == "上" or (match["way"] == "前" and "挪" in match[0])
            else 1
        )
        filling.put(
            "stage_delta", sign * int(read_number(match["n"]) or 1) if match["n"] else sign, _bit(match, "stage"), text
        )
    if "method" in allowed and (match := _METHOD.search(text)):
        filling.put("method", match[0], _bit(match, "method"), text)
    if "payment_ratio" in allowed and (match := _RATIO.search(text)):
        ratio = (
            0.5
            if match["half"]
            else float(match["p"]) / 100
            if match["p"]
            else (read_number(match["n"] or match["c"]) or 0) / (10 if match["n"] else 100)
        )
        filling.put("payment_ratio", ratio, _bit(match, "ratio"), text)
    if "fault" in allowed and (
        fault := _fault(text, told=intent == "report_fault") or (intent == "report_fault" and _told(text))
    ):
        filling.put("fault", fault, whole, text)
    if "condition" in allowed and (match := _CONDITION.search(text)):
        filling.put("condition", match["what"].strip(), _bit(match, "condition"), text)
    if "reason" in allowed and (reason := _reason(intent, text, filling)):
        filling.put("reason", reason, whole, text)
    if "task" in allowed and (
        match := re.search(
            r"提醒(?:我|一下我|一下|下|S)?[,， ]*(?P<task>.{2,60})$|(?:叫|喊)我(?P<t2>.{2,60})$|(?:记得|别忘了?)(?P<t3>.{2,60})$",
            text,
        )
    ):
        filling.put("task", (match["task"] or match["t2"] or match["t3"]).strip(" ,，。"), _bit(match, "task"), text)


def _bit(match: re.Match[str], kind: str) -> Span:
    return Span(kind=kind, start=match.start(), end=match.end(), value=match[0], weight=0, rule=f"words.{kind}")


def _fault(text: str, *, told: bool) -> str:
    """Return the clauses that name a fault; in another's sentence not those that say who goes there."""
    clauses = [
        match
        for match in (_CLAUSE if told else _TOLD_CLAUSE).finditer(text)
        if _FAULT_CUE.search(match[0]) and (told or not _GOES.search(match[0]))
    ]
    if not clauses:
        return ""
    if told and (before := _BEFORE.search(text[: clauses[0].start()])) and not _NOT_TOLD.search(before[0]):
        clauses.insert(0, before)  # 隔音不行 跟没装一样: the clause just before may say it, whatever its words
    pieces = [match[0].strip() for match in clauses]
    joined = text[clauses[0].start() : clauses[-1].end()].strip() if len(clauses) <= 3 else ",".join(pieces[:3])
    return re.sub(r"^(?:故障是?|现象是?|问题是?|报修|我们?(?:的|这|那)?|你好|师傅|喂)[:：,， ]*", "", joined)


_BEFORE: Final = re.compile(r"[^,，。;；!！?？\n ]{3,}(?=[,， ]?$)")
_GOES: Final = re.compile(r"[去派叫喊]|过去|安排|上门")
_NOT_TOLD: Final = re.compile(
    r"师傅|[派来]人|派个|过来|上门|联系|电话|手机|\d{7}|谢谢|麻烦|你好|在吗|什么时候|几点|尽快|赶紧|赶快|看看|看下|有人|方便|有空|也行|都行|不行$|我是|我姓|在家|急"
)


def _told(text: str) -> str:
    """Return what a fault report tells besides whom to call and whom to send, where no word of it names a fault."""
    clauses = [match[0].strip() for match in _TOLD_CLAUSE.finditer(text) if not _NOT_TOLD.search(match[0])]
    return " ".join(clauses[:2])


def _reason(intent: str, text: str, filling: Filling) -> str:
    """Return the clauses that are neither the verdict nor the name of whom it is about."""
    named = {each.quote for each in filling.evidence if each.slot in {"company", "staff"}}
    clauses = [each.strip() for each in re.split(r"[,，。;；!！\n ]+", text) if each.strip()]
    verdict = re.compile(r"驳回|不批|不同意|打回|退回|不行|不过|公海|接不了|去不了|[SD]P-?\d|不准|拒")
    rest = [each for each in clauses if each not in named and not verdict.search(each)]
    if intent == "reject" and rest:
        return re.sub(r"^让(?:他|她)", "", ",".join(rest))
    return ",".join(rest) if rest else ""
