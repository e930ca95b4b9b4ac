"""Learnt words: what a person may see of them, and forgetting one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cards.action import Action
from domain.errors import Invalid, NotFound
from domain.vocabulary.learning import CARD, ForgetAlias, LearnAlias
from handlers.context import Ask, ButtonHandler, IntentHandler, Route, Understood
from handlers.inquiries import number
from handlers.language.meaning import Draft

RECORD = "learntalias"
LISTED = "vocabulary.listed"

_WHICH = "(?:哪些|什么)"
_WORDS = r"(?P<words>[^\s,，。“”\"]{2,32})"
_LOOK = "(?:查?看?一?下?)?"

PHRASES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), intent)
    for pattern, intent in (
        (rf"{_LOOK}都?有{_WHICH}别名[？?]?", "list_aliases"),
        (rf"{_LOOK}(?:学到的?|所有的?)?别名(?:列表|都?有{_WHICH})?[？?]?", "list_aliases"),
        (rf"{_LOOK}(?P<about>[^\s,，]{{1,20}}?)(?:的|有{_WHICH})别名(?:有{_WHICH}|是什么)?[？?]?", "list_aliases"),
        (rf"(?:忘[掉记]|(?:忘[掉记]|删除|删掉|取消|撤销)(?:别名|叫法))[\s:：“\"]*{_WORDS}[”\"]?", "forget_alias"),
    )
)


_NO_NAME = re.compile(r"客户|对手|联系人|负责人|老板|采购|产品|型号|来源|渠道|预算|数量|电话|[他她它你我这那]")
"""What something is, and not what it is called: 对手就是大族."""


def _taught(draft: Draft, text: str, ask: Ask) -> Understood | None:
    del text
    words, target = str(draft.deed_slots["words"]), str(draft.deed_slots["target"])
    if _NO_NAME.search(words) or ask.queries.aliases.meant_by(target) is None:
        return None
    return Understood(intent=draft.deed, slots={"words": words, "target": target})


def teach_alias(ask: Ask, understood: Understood) -> None:
    """``大刘就是刘强``, ``小轴承就是6205轴承``: a word for a record, in use at once; the card takes it back."""
    words, target = str(understood.slots["words"]), str(understood.slots["target"])
    meant = ask.queries.aliases.meant_by(target)
    alias_id = None
    if meant is not None:
        kind, subject = meant
        alias_id = ask.act(LearnAlias(kind=kind, words=words, target=subject, said=ask.envelope.text))
    if alias_id is None:
        raise Invalid(f"“{words}”不用记：已经这样叫，或是别的记录自己的名字，或太短。发“别名有哪些”看学过的。")
    ask.show(CARD, f"{RECORD}:{alias_id}")


def list_aliases(ask: Ask, understood: Understood) -> None:
    """``别名有哪些``, ``恒力的别名``."""
    person_id = ask.actor.person_id
    if person_id is None:
        raise NotFound("没有找到别名。")
    about = str(understood.slots.get("company") or understood.slots.get("about") or "")
    view = ask.queries.aliases.listed(person_id, ask.actor, about=about)
    if ask.focus is not None:
        ask.focus.show(ask.now, [each.subject for each in view.aliases])
    ask.show(LISTED, f"aliases:{person_id}", **({"about": about} if about else {}))


def forget_alias(ask: Ask, understood: Understood) -> None:
    """``忘掉 大恒``: the one word, or a list to choose from when it means several things."""
    words = str(understood.slots["words"])
    found = ask.queries.aliases.called(words, ask.actor)
    if not found:
        raise NotFound(f"没有学过“{words}”这个叫法，或不在您的范围内。发“别名有哪些”看您能管的。")
    if len(found) == 1:
        ask.say(forget(ask, found[0].id))
        return
    if ask.focus is not None:
        ask.focus.show(ask.now, [each.subject for each in found])
    lines = [f"{index}. {each.words}＝{each.target}" for index, each in enumerate(found, 1)]
    ask.say("\n".join([f"“{words}”有几个意思，忘掉哪一个？例如发：删掉第1条", *lines]))


def forget(ask: Ask, alias_id: int) -> str:
    """Take back the word of a list, or the one that was named; return the sentence that says so."""
    alias = ask.queries.aliases.card(alias_id, ask.actor)
    ask.act(ForgetAlias(alias_id=alias_id))
    if ask.focus is not None and alias.subject in ask.focus.listed:
        ask.focus.show(ask.now, [each for each in ask.focus.listed if each != alias.subject])
    return f"已忘掉“{alias.words}”，下次会再问您。"


def _press_forget(ask: Ask, action: Action) -> None:
    forget(ask, number(action.subject))


ROUTES: Mapping[str, Route] = {"teach_alias": _taught}
INTENTS: Mapping[str, IntentHandler] = {
    "teach_alias": teach_alias,
    "list_aliases": list_aliases,
    "forget_alias": forget_alias,
}
BUTTONS: Mapping[str, ButtonHandler] = {"forget_alias": _press_forget}
