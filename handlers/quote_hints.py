"""What is said of a quotation and changes nothing: questions. They are told what would."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.context import Ask, IntentHandler, Understood

_QUESTION = re.compile(
    r"[?？吗么嘛]+$|能不能|能否|可不可以|可以不|行不行|(?<![0-9一二三四五六七八九十])行不|好不好|是不是|要不要"
)


def ask_change(ask: Ask, understood: Understood) -> None:
    """``账期能不能放60天``: nothing is changed by a question; it is told what would change it."""
    del understood
    plain = _QUESTION.sub("", ask.envelope.text.strip()).strip(" ,，。")
    ask.say(f"这是在问，还没有改动。要改就直接发，例如：{plain}")


INTENTS: Mapping[str, IntentHandler] = {"ask_change": ask_change}
