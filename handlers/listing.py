"""Looking records up: ``找 行业=食品 的客户`` is a list with pages, whose rows answer to 第二个."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cards.action import Action
from cards.dictionary import cell_said, row_said
from cards.glance import Glance
from domain.condition import ALWAYS, Condition, ConditionError, Test
from domain.condition_reading import read as read_condition
from domain.condition_yaml import dump
from domain.dictionary.listing import CARD, OpenListing, TurnListing
from domain.dictionary.records import record_called, record_words
from domain.errors import Invalid
from domain.fields import RecordType
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.digits import in_digits
from handlers.naming import number_of, show

_RECORD = "|".join(record_words())
_FIND = re.compile(
    rf"(?:请|帮我|给我)?(?:找|查|列出|列一下|筛选|筛|看看)(?:一下|下|出)?\s*(?P<when>.+?)\s*的?(?P<record>{_RECORD})(?:列表|有哪些)?[？?。]?"
)
_MINE = re.compile(
    r"(?:看看?|查看?|列出)?我(?:的|名下的?|手[上里头]的?|负责的|都?有哪些|有多少)客户(?:列表|清单|都?有哪些|都有谁|有多少)?[？?。]?"
)
_ALL = re.compile(r"(?:所有|全部|我的|所有的|全部的)")
_CERTAIN = re.compile(r"[=＝<>≥≤]|超过|低于|不少于|不超过|以上|以下|属于|包含|为空|没填|天前|天以前|天内")
"""Only in conditions: a sentence with one of these is a look-up, and what is wrong with it is told."""
_OR = re.compile(r"或者|或|、|和|/")
_NEXT = re.compile(r"(?:看|翻)?下一?页|还有(?:吗|呢)?[？?]?|继续看?")


def read(text: str, ask: Ask) -> Understood | None:
    """Return the look-up a sentence means; None for any other sentence."""
    plain = text.strip()
    if _NEXT.fullmatch(plain) and _in_focus(ask):
        return Understood(intent="next_page", slots={})
    if _MINE.fullmatch(plain):
        return Understood(
            intent="find_records", slots={"record": "customer", "tree": {"owner": {"is": ask.actor.name}}}
        )
    match = _FIND.fullmatch(plain)
    if match is None:
        return None
    kind = record_called(match["record"])
    assert kind is not None
    kind = ask.queries.fields.record(kind.name).readable(ask.actor)
    try:
        condition = condition_said(match["when"].strip().removesuffix("的"), kind)
    except ConditionError as error:
        if not _CERTAIN.search(match["when"]):
            return None
        raise Invalid(f"{error}。例如：找 区域=华东 的客户。") from None
    return Understood(intent="find_records", slots={"record": kind.name, "tree": dump(condition)})


def condition_said(said: str, kind: RecordType) -> Condition:
    """Return which records of a kind are meant: 所有, 华东或华南, or a condition; ConditionError where it is none."""
    if _ALL.fullmatch(said):
        return ALWAYS
    return _bare(said, kind) or read_condition(in_digits(said), kind.facts)


def find_records(ask: Ask, understood: Understood) -> None:
    """Open the list and show its first page."""
    slots = understood.slots
    listing_id = int(ask.act(OpenListing(record=slots["record"], tree=slots["tree"])))
    _look_at(ask, listing_id)
    ask.show(CARD, f"listing:{listing_id}")


def next_page(ask: Ask, understood: Understood) -> None:
    """``下一页``: as a new card, because the old one may be far up in the chat."""
    del understood
    listing_id = _in_focus(ask)
    view = ask.queries.listing.page(listing_id, ask.actor)
    if not view.next_after:
        ask.say("已经是最后一页了。")
        return
    ask.act(TurnListing(listing_id=listing_id, after=dict(view.next_after)))
    _look_at(ask, listing_id)
    ask.show(CARD, view.subject)


def show_record(ask: Ask, understood: Understood) -> None:
    """``第二个``: the card of a record in the list shown last."""
    subject = str(understood.slots["subject"])
    kind = ask.queries.fields.record(subject.partition(":")[0])
    if kind.name == "customer":
        show(ask, number_of(subject))
        return
    if kind.card:
        ask.show(kind.card, subject)
    else:
        row = ask.queries.listing.row(kind.readable(ask.actor), subject, ask.actor)
        glance = Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")
        lines = (f"{label}：{cell_said(value, glance)}" for label, value in row.cells)
        ask.say("\n".join(lines) or row_said(row, glance))
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=subject)


def _bare(said: str, kind: RecordType) -> Condition | None:
    """Return ``华东或华南`` as a condition on the one field that has these options."""
    names = [name.strip() for name in _OR.split(said)]
    for each in kind.fields:
        called = {word: option.name for option in each.options for word in (option.name, *option.synonyms)}
        if names and all(name in called for name in names):
            fact = kind.facts[each.name]
            return Test(each.name, fact, "in", tuple(called[name] for name in names))
    return None


def _in_focus(ask: Ask) -> int:
    """Return the id of the list the sender looks at, 0 for none."""
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    if focus is None or not focus.subject.startswith("listing:"):
        return 0
    return int(focus.subject.removeprefix("listing:"))


def _look_at(ask: Ask, listing_id: int) -> None:
    """Remember the page as it is shown: its rows are what ordinals mean from now on."""
    if ask.focus is None:
        return
    view = ask.queries.listing.page(listing_id, ask.actor)
    ask.focus.turn(ask.now, subject=view.subject)
    ask.focus.show(ask.now, [row.subject for row in view.rows])
    ask.focus.ask(ask.now, {"intent": "show_record"})


def _press_next(ask: Ask, action: Action) -> None:
    listing_id = int(action.subject.removeprefix("listing:"))
    after = {"id": int(action.args["after"])}
    ask.act(TurnListing(listing_id=listing_id, after=after, version=action.version))
    _look_at(ask, listing_id)


INTENTS: Mapping[str, IntentHandler] = {
    "find_records": find_records,
    "next_page": next_page,
    "show_record": show_record,
}
BUTTONS: Mapping[str, ButtonHandler] = {"next_page": _press_next}
