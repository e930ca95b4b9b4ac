"""What a message teaches: the words it called something by, and what a choice or a correction says they meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from domain.vocabulary.alias import AliasKind
from domain.vocabulary.learning import CARD, LearnHeard, NoteHeard
from handlers import corrections
from handlers.channels import said_source
from handlers.context import Ask, IntentHandler, Understood
from handlers.language.company_names import ORDINARY
from handlers.language.unheard import unheard_name

if TYPE_CHECKING:
    from domain.dialogue.wish import Reason, Wish

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
    "contact": AliasKind.PERSON,
    "source": AliasKind.SOURCE,
}
_UNSURE: Final = frozenset(
    {"company.new", "company.alike", "company.sound", "company.pinyin", "company.initials", "part.unknown"}
)
"""Rules of the reader whose words are no name of what they were taken for."""
_MEET: Final = frozenset({"log_inquiry", "request_quote", "log_follow_up", "create_opportunity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Words that named something the reader was not sure of."""

    slot: str
    words: str

    @property
    def kind(self) -> AliasKind:
        """What the words may name."""
        return _KINDS[self.slot]


def heard_in(
    intent: str, slots: Mapping[str, Any], reasons: Sequence[Reason], text: str, *, asks: str = ""
) -> tuple[Heard, ...]:
    """Return the words of ``text`` that nobody can be sure of, by what they may name; ``asks`` is a slot in doubt."""
    if intent == "private_note" or slots.get("correction"):
        return ()
    heard = [
        Heard(slot=each.slot, words=each.quote)
        for each in reasons
        if each.slot in _KINDS and (each.rule in _UNSURE or each.slot == asks)
    ]
    if "company" not in slots and intent in _MEET and not any(each.slot == "company" for each in reasons):
        name = unheard_name(text, [each.quote for each in reasons])
        heard += [Heard(slot="company", words=name)] if name else []
    if intent == "log_inquiry" and "source" not in slots and (word := said_source(text)):
        heard.append(Heard(slot="source", words=word))
    return tuple(each for each in heard if each.words not in ORDINARY)


def note(ask: Ask, understood: Understood, subjects: Sequence[str]) -> None:
    """Remember the unsure words of a message with the record it has just made."""
    text = ask.envelope.text
    for heard in heard_in(understood.intent, understood.slots, understood.reasons, text) if subjects else ():
        ask.act(NoteHeard(subject=subjects[0], kind=heard.kind, words=heard.words, said=text))


def note_doubt(ask: Ask, draft_id: int, place: int, wish: Wish, slots: Mapping[str, Any]) -> None:
    """Remember how a wish that waits for a yes named what is being put right with ``slots``."""
    for heard in heard_in(wish.intent, wish.slots, wish.reasons, wish.words, asks=wish.asks):
        if heard.slot in slots:
            subject = f"draft:{draft_id}.{place}"
            ask.act(NoteHeard(subject=subject, kind=heard.kind, words=heard.words, said=wish.words))


def confirmed(ask: Ask, draft_id: int, place: int, wish: Wish) -> None:
    """Learn from a wish that was put right and then confirmed: a bare correction is none until its author says yes."""
    for kind, target in _meant(ask, wish.slots):
        alias_id = ask.act(LearnHeard(subject=f"draft:{draft_id}.{place}", kind=kind, target=target))
        if alias_id is not None:
            ask.show(CARD, f"learntalias:{alias_id}")


def name_customer(ask: Ask, understood: Understood) -> None:
    """``客户是苏州恒力机械``: corrects who the inquiry in focus is about."""
    company = understood.slots["company"]
    corrections.correct(ask, Understood(intent="revise", slots={"company": company, "correction": True}))


def _meant(ask: Ask, slots: Mapping[str, Any]) -> Iterator[tuple[AliasKind, str]]:
    """Yield what a wish is about now, as subjects."""
    company, product = slots.get("company"), slots.get("product")
    customer_id = ask.queries.customers.id_of(str(company)) if company else None
    if customer_id is not None:
        yield AliasKind.COMPANY, f"customer:{customer_id}"
    product_id = ask.queries.catalog.id_of(product) if isinstance(product, str) else None
    if product_id is not None:
        yield AliasKind.PRODUCT, f"product:{product_id}"
    parts = slots.get("part") or ()
    names = [str(each.get("name") or "") for each in parts] if len(parts) == 1 else []
    for name in (*names, *(str(slots[slot]) for slot in ("staff", "contact", "source") if slots.get(slot))):
        if (meant := ask.queries.aliases.meant_by(name)) is not None:
            yield meant


INTENTS: Mapping[str, IntentHandler] = {"name_customer": name_customer}
