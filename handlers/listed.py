"""Taking away what stands at a place of the last list: ``删掉第2条``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from domain.errors import Invalid
from handlers import notes, vocabulary
from handlers.context import Ask, IntentHandler, Understood

_PLACE = r"(?P<place>\d{1,2}|[一二三四五六七八九十])"
_AWAY = "(?:删掉?|删除|去掉|忘掉)"
_SIGNS = "零一二三四五六七八九十"

PHRASES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), "delete_listed")
    for pattern in (
        rf"(?:请|把)?{_AWAY}第?{_PLACE}[条个]?了?吧?",
        rf"(?:请|把)?第{_PLACE}[条个](?:给我)?{_AWAY}了?吧?",
    )
)

DELETES: Mapping[str, Callable[[Ask, int], str]] = {
    notes.RECORD: notes.take_back,
    vocabulary.RECORD: vocabulary.forget,
}
"""Kind of what is listed → take one away; returns the sentence that says so."""


def delete_listed(ask: Ask, understood: Understood) -> None:
    """Take away the one that was named, when a list of such things was shown not long ago."""
    said = str(understood.slots["place"])
    place = int(said) if said.isdigit() else _SIGNS.index(said)
    listed = ask.focus.listed if ask.focus is not None and ask.focus.fresh(ask.now) else []
    if not listed:
        raise Invalid("最近没有给您看过列表。请先看列表，例如发“我的私密备注”或“别名有哪些”，再说删第几条。")
    if not 1 <= place <= len(listed):
        raise Invalid(f"列表里只有 {len(listed)} 条，没有第 {place} 条。请看一下列表再说删第几条。")
    kind, _, id_ = listed[place - 1].partition(":")
    delete = DELETES.get(kind)
    if delete is None:
        raise Invalid("最近的列表不能这样删除。请打开那张卡片，用上面的按钮操作。")
    ask.say(delete(ask, int(id_)))


INTENTS: Mapping[str, IntentHandler] = {"delete_listed": delete_listed}
