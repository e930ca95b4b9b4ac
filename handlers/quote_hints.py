"""What is said of a quotation and changes nothing: questions, and a price for the whole. Each is told what would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

from domain.catalog.configuring import said_number
from domain.errors import Invalid
from domain.money import round_fen, said_money
from handlers.context import Ask, IntentHandler, Understood
from handlers.quotes import meant

_QUESTION = re.compile(
    r"[?？吗么嘛]+$|能不能|能否|可不可以|可以不|(?<![0-9一二三四五六七八九十])行不行?|好不好|是不是|要不要"
)
_ROUND_FEN = 10_000
"""What 抹零 rounds down to: whole hundreds of yuan."""


def ask_change(ask: Ask, understood: Understood) -> None:
    """``账期能不能放60天``: nothing is changed by a question; it is told what would change it."""
    del understood
    plain = _QUESTION.sub("", ask.envelope.text.strip()).strip(" ,，。")
    ask.say(f"这是在问，还没有改动。要改就直接发，例如：{plain}")


def fix_total(ask: Ask, understood: Understood) -> None:
    """``一口价5万``, ``抹零``: every line has its own price, so it is told which discount comes next to that."""
    view = meant(ask, understood)
    said = understood.slots.get("amount_cny")
    wanted_fen = round_fen(Decimal(str(said)) * 100) if said else view.total_fen // _ROUND_FEN * _ROUND_FEN
    if not 0 < wanted_fen <= view.list_fen:
        raise Invalid(f"报价 {view.no} 的原价是 {said_money(view.list_fen)}，请核对要报的总价。", subject=view.subject)
    fold = (Decimal(wanted_fen) * 100 / view.list_fen).quantize(Decimal("0.1"), rounding=ROUND_FLOOR) / 10
    ask.say(
        f"报价按折扣算到每一行，不能直接定总价。{said_money(wanted_fen)} 最接近原价 {said_money(view.list_fen)} 的 "
        f"{said_number(fold)}折；要这样报，请发：改成{said_number(fold)}折"
    )


INTENTS: Mapping[str, IntentHandler] = {"ask_change": ask_change, "fix_total": fix_total}
