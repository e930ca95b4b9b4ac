"""Who decides for whom and until when: ``我下周二到周五出差 报价让老周代批 超50万的还是发我``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.language.filling import Filling
from handlers.language.money import Money
from handlers.language.spans import Span
from handlers.language.time import When

_DELEGATES: Final = re.compile(
    r"代(?:为|我|理)?(?:审)?批|(?:帮|替)我(?:审)?批(?!评)|(?:审批|报价审批|批单)(?:权限?)?(?:先|暂时|都)?(?:交给|转给|委托|授权|让|由|给).{1,6}"
)
_ENDED: Final = re.compile(r"(?:取消|停止|结束|收回|不用|不要).{0,4}(?:代批|代审|委托|授权)")


def delegates(text: str, role: str) -> bool:
    """Whether a manager hands his decisions to somebody else for a while."""
    return role not in {"sales", "engineer", "customer"} and bool(_DELEGATES.search(text)) and not _ENDED.search(text)


def fill_delegation(filling: Filling, text: str, spans: Sequence[Span]) -> None:
    """Fill ``staff``, ``period`` (inclusive days) and ``amount_max_cny``: what costs more stays with himself."""
    for span in spans:
        if span.kind in {"staff", "contact"}:
            filling.put("staff", span.value, span, text)
        elif span.kind == "time":
            when: When = span.value
            filling.put("period", f"{when.first.isoformat()}/{when.last.isoformat()}", span, text, note=when.note)
        elif span.kind == "money":
            money: Money = span.value
            limit = next((each for each in (money.value, money.low, money.high) if each is not None), None)
            if limit is not None:
                filling.put("amount_max_cny", limit, span, text)
