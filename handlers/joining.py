"""Two customers that are one: ``合并 华鑫 和 佛山华鑫机械``, and the buttons of the card that asks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cards.action import Action
from domain.customers.cleaning import Fix, FixRecords
from domain.customers.merging import CARD, DropMerge, MergeCustomers, ProposeMerge, UndoMerge
from domain.errors import NotFound
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.naming import look_at, number_of

_MERGE = re.compile(r"合并(?:客户)?[\s:：]*(?P<left>\S.*?)\s*(?:和|与|跟|、|，|,|\s)\s*(?P<right>\S+)(?:这两家)?")

_ANSWERS: Mapping[str, str] = {"合并": "confirm_merge", "不是一家": "keep_apart", "撤销合并": "part_merged"}


def read(text: str, ask: Ask) -> Understood | None:
    """Return the merge a sentence asks for; None for any other sentence."""
    plain = text.strip().rstrip("。.!！")
    if plain in _ANSWERS and _asked(ask):
        return Understood(intent=_ANSWERS[plain], slots={})
    match = _MERGE.fullmatch(plain)
    return None if match is None else Understood(intent="merge_customers", slots=match.groupdict())


def merge_customers(ask: Ask, understood: Understood) -> None:
    """Ask on a card: the first one named stays, and nothing changes before 合并 is pressed."""
    left, right = (_only(ask, str(understood.slots[side])) for side in ("left", "right"))
    merge_id = ask.act(ProposeMerge(left_id=left, right_id=right))
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=f"merge:{merge_id}")
    ask.show(CARD, f"merge:{merge_id}")


def settle_merge(ask: Ask, understood: Understood) -> None:
    """``合并``, ``不是一家``, ``撤销合并``: the buttons of the card in hand, typed."""
    deed = {"confirm_merge": MergeCustomers, "keep_apart": DropMerge, "part_merged": UndoMerge}[understood.intent]
    ask.act(deed(merge_id=_asked(ask)))
    ask.say("好了，卡片已更新。")


def _asked(ask: Ask) -> int:
    """Return the merge the sender looks at, 0 for none."""
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    return number_of(focus.subject) if focus is not None and focus.subject.startswith("merge:") else 0


def _only(ask: Ask, said: str) -> int:
    hits = ask.queries.customers.hits(said, ask.actor)
    if len(hits) != 1:
        found = "、".join(hit.name for hit in hits)
        raise NotFound(f"“{said[:20]}”{f'像好几家：{found}' if hits else '没有找到'}，请写全称再发一次合并。")
    return hits[0].id


def _press_propose(ask: Ask, action: Action) -> None:
    left, right = int(action.args["l"]), int(action.args["r"])
    ask.show(CARD, f"merge:{ask.act(ProposeMerge(left_id=left, right_id=right))}")


def _press_merge(ask: Ask, action: Action) -> None:
    assert ask.envelope.click is not None
    chosen = {key: sides[0] for key, sides in ask.envelope.click.selections.items() if sides}
    ask.act(MergeCustomers(merge_id=number_of(action.subject), version=action.version, chosen=chosen))


def _press_drop(ask: Ask, action: Action) -> None:
    ask.act(DropMerge(merge_id=number_of(action.subject), version=action.version))


def _press_undo(ask: Ask, action: Action) -> None:
    ask.act(UndoMerge(merge_id=number_of(action.subject)))


def _press_fix(ask: Ask, action: Action) -> None:
    """One tap of the weekly clean-up card."""
    fix = action.args.get("fix", "")
    if fix not in set(Fix):
        raise NotFound("没有这一项可以整理，请看最新的卡片。", subject=action.subject)
    ask.say(f"已整理 {ask.act(FixRecords(fix=Fix(fix)))} 家客户。")


def _press_phone(ask: Ask, action: Action) -> None:
    """Let the next sentence be about the first customer without a number."""
    dirt = ask.queries.customers.cleaning(number_of(action.subject), ask.actor)
    if dirt.unreachable is None:
        ask.say("客户都有电话了。")
        return
    look_at(ask, dirt.unreachable)
    ask.say(f"先补“{dirt.without_phone_names[0]}”的电话，直接发，例如：联系人 王强 13800138000。")


INTENTS: Mapping[str, IntentHandler] = {
    "merge_customers": merge_customers,
    "confirm_merge": settle_merge,
    "keep_apart": settle_merge,
    "part_merged": settle_merge,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "propose_merge": _press_propose,
    "merge_customers": _press_merge,
    "drop_merge": _press_drop,
    "undo_merge": _press_undo,
    "clean_records": _press_fix,
    "clean_phone": _press_phone,
}
