"""Whether a sentence does a deed, or asks, denies, supposes or retells it.

``SP-0233批了没``, ``没批``, ``等他补了材料再批`` and ``老板说批了`` have the words of a decision and are none. Clauses are judged
one by one: ``这价还能做吗 不批`` decides.
"""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from typing import Final

_CLAUSE: Final = re.compile(r"[^\s,，。;；!！~]+")

_EITHER: Final = r"(?P<verb>(?![了的也都就还能可])[一-龥])(?:[一-龥]?)不(?P=verb)"
"""批不批, 同不同意: both at once is a question."""
_ASKED: Final = re.compile(
    rf"[?？]|(?:吗|(?<!什)么)$|(?:了|过|好|完|到|字|单|款|货)(?:没有?|不)(?:有)?[啊呀呢]?$|{_EITHER}|(?:是|有)(?:不是|没有)|是否|到底(?![了部座板价])|"
    r"是谁|谁[^,，]*(?:了|的|过|着)$|谁说|(?:为什么|为啥|为何|凭啥|凭什么|咋)(?!样)|怎么(?:还|没|不|会|就|都|又)|怎么(?:修|弄|搞|换|装)[一-龥]{0,3}的$|[在到给]哪(?:[些几台家里]|$)|什么时候|啥时候|何时|几点(?!半)[^,，]*[?？呢啊]?$|多久"
)
_PROPOSED: Final = re.compile(
    r"(?:行不行|好不好|可不可以|中不中|成不成|行不|好不|可以吗|行吗|好吗|成吗|方便吗|可以不|有没有空)[?？]?$"
)
"""派老何去行不行 asks for a yes; the deed is meant."""
_MODAL: Final = re.compile(r"能不能|能否|可不可以|可否|要不(?!要)|要么")
"""能不能让涛哥去: a request, where the deed is to ask for something."""
_SUPPOSED: Final = re.compile(
    r"^(?:如果|要是|假如|假设|万一|除非|倘若|只要|等(?!着|了|他们?签|货|件|到货|客户开|于|会))|的话|(?:以后|之后|了)?再(?:批|定|说|议|考虑|决定|同意|看)"
)
_TOLD: Final = re.compile(
    r"^(?:[^,，。]{0,4}[那这]边)?(?:听|据)?(?:[CPS]|他们?|她们?|客户|对方|老板|领导|人家|上面|财务|采购|门卫|有人|都|大家|听|据|谁|你|别人){1,3}(?:也|还|都|又|刚|跟我|给我|和我|一直|昨天|今天|T)*(?:说|讲|以为|觉得|表示|告诉|答应|承诺|问)"
    r"|^我?(?:以为|听说|据说|好像|没说)"
)

_ANOTHERS: Final = re.compile(
    r"^(?:他们?|她们?|客户|对方|老板|领导|人家|财务|上面)(?:那边|这边|已经?|都|也|刚|早就|肯定|T)*(?:不|没)?(?:同意|批(?!发)|通过|驳回|答应)"
)
"""他同意了 tells of his decision."""

_NOT: Final = r"(?:没有?|还没有?|尚未|未|先?别|不要|不用|不必|甭|勿|不能|不是|并非|暂不|先不|不想|不打算)(?:再|急着?|着急|给|把|让|能|想|要|用|我|你|他|她|这个?|那个?|就){0,3}"
_NOT_YET: Final = r"(?:没有?|还没有?|尚未|未|不是|并非)(?:急着?|着急|给|把|让|我|你|他|她|就){0,3}"
"""不批 and 先别批 are a refusal, and so a decision; 没批 is none."""

_VERBS: Final[dict[str, str]] = {
    "approve": rf"{_NOT}(?:A)?(?:同意|批|通过|过(?!来|去|户)|准|签|转|放行)",
    "reject": rf"{_NOT}(?:驳回?|拒|打回|退|否|毙)|{_NOT_YET}(?:A)?(?:同意|批(?!评)|通过|准)|不是我|^(?:不要|先?别|不用)(?!.{{0,6}}(?:同意|批|通过|过|准|(?<!标)签|报|放行|做|接))|(?:不|别|没)(?:要|用|必|再|有)?(?:转|加签|会签|合并|发布|抄送|取消|提交|撤)",
    "dispatch": rf"{_NOT}(?:派|安排|指派|改派|转)|不(?:派|安排|改派)",
    "accept_dispatch": rf"{_NOT}(?:接(?!电话)|收到)|不(?:接|去)",
    "reject_dispatch": rf"{_NOT}(?:拒|退|说)",
    "arrive": rf"{_NOT}(?:到|抵达|进)|到不了|(?:快|马上|就要|即将)到",
    "finish_service": rf"{_NOT}(?:修|弄|搞|装|换|调)(?:好|完|定)|(?:快|马上|就要)(?:修|弄|搞)(?:好|完)",
    "record_payment": rf"{_NOT}(?:付|打|回|到|收|汇|转)(?:款|账|钱|过|到|Y|$)",
    "create_order": rf"{_NOT}(?:下|建|生成|转|开)(?:订?单|订)",
    "create_opportunity": rf"{_NOT}(?:建|转|立|开)",
    "claim_from_pool": rf"{_NOT}(?:领|捞|认领|要|抢)",
    "release_to_pool": rf"{_NOT}(?:放|退|丢|扔|释放)|不(?:放|退|丢|扔)",
    "transfer_customer": rf"{_NOT}(?:转|交|移|给|划)|不(?:转|交|移|划|给)",
    "advance_stage": rf"{_NOT}(?:签|赢|中标|成交|推进|进)(?!合)",
}
_DENIED: Final = {intent: re.compile(denied) for intent, denied in _VERBS.items()}
DEEDS: Final = frozenset(_DENIED)
"""Intents that say something was decided or done, or that it shall be."""

_HEARSAY: Final = DEEDS - {
    "record_payment",
    "create_order",
    "create_opportunity",
    "advance_stage",
    "dispatch",
    "reject_dispatch",
}
"""What another says does not do them; of money, orders and deals customers do say it, and phrases weigh that."""
_REQUESTS: Final = frozenset({"dispatch", "reject_dispatch", "transfer_customer", "claim_from_pool", "release_to_pool"})
_VERDICTS: Final = frozenset({"approve", "reject"})
_DECISIONS: Final = frozenset({"approve", "reject", "create_order", "release_to_pool", "transfer_customer"})
"""What may be supposed: 降到30万我就同意."""


_BUT: Final = re.compile(r"不过(?!$)|但|只是|可是")
"""他同意了，不过付款要改: what follows hangs on what came before."""


_SPLIT_QUESTION: Final = re.compile(r"[\s,，]+(?=[A-Z]{1,2}(?:吗|么)[?？]?$)")
"""退公海 恒力吗 is one question."""


def meant(masked: str, intent: str) -> str:
    """Return ``masked`` (see ``spans.mask``) without the clauses that only ask, deny, suppose or retell ``intent``."""
    if intent not in DEEDS:
        return masked
    kept = _SPLIT_QUESTION.sub("", masked)
    dropped: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(kept):
        follows = bool(dropped) and bool(_BUT.match(match[0]))
        if follows or not _does(kept, match, intent):
            dropped.append(match.span())
    if not dropped:
        return masked
    for start, end in reversed(dropped):
        kept = kept[:start] + kept[end:]
    return kept.strip(" ,，。;；!！~")


def asked(text: str) -> bool:
    """Whether the end of ``text`` asks whether something is so: 作废了吗, 同意 SP-2611-0001？."""
    clauses = _CLAUSE.findall(text.strip())
    return bool(clauses) and bool(_ASKED.search(clauses[-1]))


def denied(text: str) -> bool:
    """Whether ``text`` begins by saying that something is not to be, or was not: 不要给恒力打标签."""
    return bool(re.match(_NOT, text.strip()))


def retold(text: str) -> bool:
    """Whether ``text`` tells what somebody else said: 他说以后都抄送老周."""
    return bool(_TOLD.search(text.strip()))


def proposed(masked: str) -> bool:
    """Whether a sentence asks for leave with what it does: 派老何去行不行."""
    return bool(_PROPOSED.search(masked.rstrip("。.!！~ ")) or _MODAL.search(masked))


def _does(masked: str, clause: re.Match[str], intent: str) -> bool:
    words = clause[0]
    ends = masked[clause.end() : clause.end() + 1]
    if _ASKED.search(words + ends.strip()) and not (intent in _REQUESTS and _PROPOSED.search(words)):
        return False
    if intent not in _REQUESTS and _MODAL.search(words):
        return False
    if intent in _DECISIONS and _SUPPOSED.search(words):
        return False
    if intent in _HEARSAY and _TOLD.search(words):
        return False
    if intent in _VERDICTS and _ANOTHERS.search(words):
        return False
    return not _DENIED[intent].search(words)
