"""What is said of a quotation and changes nothing, a question or half understood: it is told what would."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.context import Ask, IntentHandler, Understood
from handlers.quotes import meant

_QUESTION = re.compile(
    r"[?？吗么嘛]+$|能不能|能否|可不可以|可以不|行不行|(?<![0-9一二三四五六七八九十])行不|好不好|是不是|要不要"
)


_LINES = 8


def ask_change(ask: Ask, understood: Understood) -> None:
    """``账期能不能放60天``: nothing is changed by a question; it is told what would change it."""
    del understood
    plain = _QUESTION.sub("", ask.envelope.text.strip()).strip(" ,，。")
    ask.say(f"这是在问，还没有改动。要改就直接发，例如：{plain}")


def unclear_change(ask: Ask, understood: Understood) -> None:
    """``把卧室的改成5樘``: what was not understood of it, and how its lines are called."""
    view = meant(ask, understood)
    lines = "；".join(f"第{number}行 {line.name}" for number, line in enumerate(view.lines[:_LINES], start=1))
    ask.say(
        f"报价 {view.no} 没有改动：没看懂“{understood.slots['words']}”。"
        f"现在有 {lines}；请说改哪一行，例如：第1行改成3{view.lines[0].unit}。"
    )


def unknown_change(ask: Ask, understood: Understood) -> None:
    """``报价改成A类玻璃`` where no such glass can be chosen: what can be, of the kind that was named."""
    view = meant(ask, understood)
    said = str(understood.slots["said"]).removesuffix("的")
    groups = [group for design in ask.queries.quotes.designs(view.id, ask.actor) if design for group in design.options]
    named = [group for group in groups if group.group in ask.envelope.text] or groups
    can = "；".join(dict.fromkeys(f"{each.group}：{'、'.join(one.name for one in each.choices)}" for each in named))
    choices = (
        f"能选的有 {can}。" if can else "能改的有产品、数量、折扣和条款，例如：X200 改成3台、改成九五折、付款改三六一。"
    )
    ask.say(f"报价 {view.no} 里没有“{said}”可选，没有改动。{choices}")


INTENTS: Mapping[str, IntentHandler] = {
    "ask_change": ask_change,
    "unclear_change": unclear_change,
    "unknown_change": unknown_change,
}
