"""``6205轴承 换过哪些机器``: which machines a part was built into. A question; nothing is asked of the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.errors import Invalid
from handlers.context import Ask, IntentHandler, Route, Understood
from handlers.language.meaning import Draft

_LINES: Final = 8


def _asked(draft: Draft, text: str, ask: Ask) -> Understood | None:
    del text, ask
    parts = draft.deed_slots.get("part") or ()
    return Understood(intent=draft.deed, slots={"part": str(parts[0]["name"])}) if parts else None


def part_history(ask: Ask, understood: Understood) -> None:
    """Tell the machines, the newest first, as far as they are the asker's to know."""
    part = str(understood.slots.get("part") or "")
    if not part:
        raise Invalid("请写上是哪个备件，例如：6205轴承 换过哪些机器。")
    found = [
        each for each in ask.queries.equipment.with_part(part) if ask.queries.equipment.may_see(each.id, ask.actor)
    ]
    if not found:
        ask.say(f"还没有装过“{part}”的记录。")
        return
    lines = [
        f"{place}. {each.customer} {each.model}（末四位 {each.tail}）：{each.pieces} 个"
        f"{f'，{each.on:%Y-%m-%d}' if each.on else ''}{'，已拆下' if each.gone else ''}"
        for place, each in enumerate(found[:_LINES], start=1)
    ]
    more = [f"另有 {len(found) - _LINES} 台，请写上客户或设备再问。"] if len(found) > _LINES else []
    ask.say("\n".join([f"“{part}”装过 {len(found)} 台：", *lines, *more]))


ROUTES: Final[Mapping[str, Route]] = {"part_history": _asked}
INTENTS: Final[Mapping[str, IntentHandler]] = {"part_history": part_history}
