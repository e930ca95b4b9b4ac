"""Which customer a sentence means: the one it names, the one in focus, or the one chosen from a numbered list."""

from __future__ import annotations

from typing import Any

from domain.customers.viewing import LookAtCustomer
from domain.customers.views import HitView
from domain.errors import Invalid, NotFound
from handlers.context import Ask, Understood
from handlers.language.meaning import Draft

CARD = "customers.customer"


def named(ask: Ask, understood: Understood) -> int | None:
    """Return the customer's id; None when several fit and the sender was asked to reply with a number."""
    subject = str(understood.slots.get("subject", ""))
    if subject.startswith("customer:"):
        return int(subject.partition(":")[2])
    said = str(understood.slots.get("said") or "").strip("的 ，,")
    if not said:
        return _in_focus(ask)
    hits = ask.queries.customers.hits(said, ask.actor)
    if not hits:
        raise NotFound(f"没有找到“{said[:20]}”，可能还没登记，或不在您的范围内。可以用简称、电话后四位或设备编号再查。")
    if len(hits) == 1:
        return hits[0].id
    choose(ask, hits, understood.intent, dict(understood.slots))
    return None


def choose(ask: Ask, hits: tuple[HitView, ...], intent: str, slots: dict[str, Any]) -> None:
    """Ask which of several was meant; the answer is a number and comes back to ``intent`` with the subject."""
    if ask.focus is not None:
        ask.focus.show(ask.now, [hit.subject for hit in hits])
        ask.focus.ask(ask.now, {"intent": intent, "slots": slots})
    lines = [f"{number}. {hit.said}" for number, hit in enumerate(hits, 1)]
    ask.say("\n".join([f"有 {len(hits)} 家都像，请回复序号：", *lines]))


def quoted(draft: Draft, slot: str = "company") -> str:
    """Return the words that the reader took for a customer, as they were typed: who is meant is asked of the scope."""
    words = next((each.quote for each in draft.evidence if each.slot == slot and each.quote), "")
    return words or str(draft.deed_slots.get(slot) or draft.slots.get(slot) or "")


def number_of(subject: str) -> int:
    """Return 12 for ``customer:12``."""
    return int(subject.partition(":")[2])


def show(ask: Ask, customer_id: int) -> None:
    """Show a customer's card to somebody who may open one more today."""
    if may_look(ask, customer_id):
        ask.show(CARD, f"customer:{customer_id}")
        look_at(ask, customer_id)


def may_look(ask: Ask, customer_id: int) -> bool:
    """Return whether the sender may open this card; when the day's limit is reached he is told."""
    may: bool = ask.act(LookAtCustomer(customer_id=customer_id))
    if not may:
        ask.say("今天查看的客户已到上限，明天再查；确实急用请找管理员。")
    return may


def look_at(ask: Ask, customer_id: int) -> None:
    """Remember the customer the sender is talking about."""
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=f"customer:{customer_id}")


def _in_focus(ask: Ask) -> int:
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    if focus is None or not focus.subject.startswith("customer:"):
        raise Invalid("不知道您说的是哪家客户。请带上客户名，例如：给华鑫打个标签 价格敏感。")
    return int(focus.subject.partition(":")[2])
