"""What is typed about a quotation that goes to the customer: ``发给客户``, ``PDF``, ``答复 …``."""

from __future__ import annotations

import re
from typing import Final

from handlers.context import Ask, Understood

_NO: Final = r"(?P<no>[Qq]-\d{4}-\d{4,})"
_SENDS: Final = re.compile(
    rf"(?:把?(?:这份)?报价(?:单)?)?(?:{_NO})?\s*发给?(?:到|了)?客户(?:看看|吧)?(?:\s*{_NO.replace('no', 'no2')})?"
)
_PRINTS: Final = re.compile(
    rf"(?:发我|给我|导出|生成|打印|要|看|来)?(?:一?份)?(?:报价)?(?:单)?(?:的)?\s*[Pp][Dd][Ff](?:文件|版)?(?:\s*{_NO})?"
)
_ANSWERS: Final = re.compile(rf"(?:答复|回答)(?:一?下)?(?:客户)?\s*(?:{_NO})?[\s,，:：]*(?P<words>\S[\s\S]{{0,499}})")


def read(text: str, ask: Ask) -> Understood | None:
    """Return what the message means for a quotation in the customer's hands; None when it means nothing there."""
    plain = text.strip().rstrip("。.!！")
    answer = _ANSWERS.fullmatch(plain)
    if answer is not None:
        no = answer["no"]
        if no is None and ask.queries.offers.asked_last(ask.actor) is None:
            return None
        return Understood(intent="answer_customer", slots={**_named(no), "words": answer["words"]})
    sends = _SENDS.fullmatch(plain)
    if sends is not None and (_in_hand(ask) or sends["no"] or sends["no2"]):
        return Understood(intent="offer_quote", slots=_named(sends["no"] or sends["no2"]))
    prints = _PRINTS.fullmatch(plain)
    if prints is not None and (_in_hand(ask) or prints["no"]):
        return Understood(intent="print_quote", slots=_named(prints["no"]))
    return None


def _in_hand(ask: Ask) -> bool:
    return ask.focus is not None and ask.focus.fresh(ask.now) and ask.focus.subject.startswith("quote:")


def _named(no: str | None) -> dict[str, str]:
    return {"quote_no": no.upper()} if no else {}
