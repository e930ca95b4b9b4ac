"""What a message teaches: the words it called something by, and what a choice or a correction says they meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from domain.dialogue.wish import Wish
from domain.vocabulary.alias import AliasKind
from domain.vocabulary.learning import CARD, LearnAlias, NoteHeard
from handlers import corrections
from handlers.context import Ask, Heard, IntentHandler, Understood
from handlers.language.company_names import ORDINARY
from handlers.language.meaning import Understanding
from handlers.language.unheard import unheard_name

PHRASES: Sequence[tuple[re.Pattern[str], str]] = (
    (
        re.compile(
            r"(?:这个|那个)?客户(?:公司|名称?)?(?:就?是|应该是|叫)[:：\s]*(?P<customer>[^\s,，。?？谁什么哪新老个吗]{2,30})"
        ),
        "name_customer",
    ),
)
"""``客户是苏州恒力``: says who the last inquiry is about."""

_KINDS: Final[Mapping[str, AliasKind]] = {
    "company": AliasKind.COMPANY,
    "product": AliasKind.PRODUCT,
    "part": AliasKind.PART,
    "staff": AliasKind.PERSON,
    "source": AliasKind.SOURCE,
}
_UNSURE: Final = frozenset(
    {"company.new", "company.alike", "company.sound", "company.pinyin", "company.initials", "part.unknown"}
)
"""Rules of the reader whose words are no name of what they were taken for."""
_MEET: Final = frozenset({"log_inquiry", "request_quote", "log_follow_up", "create_opportunity"})


def heard_in(result: Understanding) -> tuple[Heard, ...]:
    """Return the words of a message that nobody can be sure of, by what they may name."""
    draft = result.drafts[0]
    if result.correction or draft.intent == "private_note":
        return ()
    heard = [
        Heard(kind=_KINDS[each.slot], words=each.quote)
        for each in draft.evidence
        if each.slot in _KINDS and (each.rule in _UNSURE or each.slot in draft.candidates)
    ]
    if "company" not in draft.slots and draft.intent in _MEET:
        name = unheard_name(result.text, [each.quote for each in draft.evidence])
        heard += [Heard(kind=AliasKind.COMPANY, words=name)] if name else []
    return tuple(each for each in heard if each.words not in ORDINARY)


def note(ask: Ask, understood: Understood) -> None:
    """Remember the unsure words with the record this message has just made."""
    focus = ask.focus
    if focus is None or focus.at != ask.now or not focus.subject:
        return
    for heard in understood.heard:
        ask.act(NoteHeard(subject=focus.subject, kind=heard.kind, words=heard.words, said=ask.envelope.text))


def picked(ask: Ask, wish: Wish, company: str) -> None:
    """Learn from a choice in a list: ``company`` is what the wish's words for a customer meant."""
    id_ = ask.queries.customers.id_of(company)
    words = next((reason.quote for reason in wish.reasons if reason.slot == "company"), "")
    if id_ is None or not words:
        return
    learn = LearnAlias(kind=AliasKind.COMPANY, words=words, target=f"customer:{id_}", said=wish.words)
    alias_id = ask.act(learn)
    if alias_id is not None:
        ask.show(CARD, f"learntalias:{alias_id}")


def name_customer(ask: Ask, understood: Understood) -> None:
    """``客户是苏州恒力机械``: corrects who the inquiry in focus is about."""
    company = understood.slots["company"]
    corrections.correct(ask, Understood(intent="revise", slots={"company": company, "correction": True}))


INTENTS: Mapping[str, IntentHandler] = {"name_customer": name_customer}
