"""What a short sentence means while a quotation, or an inquiry that waits for its measures, is in hand.

Options and clauses are a company's own words, and which of them are meant depends on the quotation: no general reader
can know them. What is said in everybody's words (``历史版本``, ``用V1``) the reader knows as deeds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from domain.money import PPM
from handlers import drawings, quote_asked
from handlers.context import Ask, Understood
from handlers.language.normalize import normalize
from handlers.language.sizes import find_sizes, join
from handlers.quote_changes import read_changes
from handlers.quote_items import changes_said
from handlers.replies import draft_here

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handlers.context import Route
    from handlers.language.meaning import Draft

_LONGEST: Final = 120
_SOMEBODY: Final = frozenset({"company", "contact", "phone", "quote_no", "order_no", "ticket_no"})
_REDOES: Final = re.compile(
    r"(?:算了|还是|不对|那)*[,， ]*(?:恢复|重做|撤错了|(?:别|不)撤(?:销)?了)(?:一下|刚才的?|那个|回来|回去)*"
)
_CHANGES: Final = re.compile(r"[改换调加减]|去掉|变成|升级|统一")
_CHANGED: Final = re.compile(
    r"^(?:这?份?报价单?|[把将]?.{0,8}?)(?:换成?|改成|改为|改用|升级成?|升到|变成|都用|改)"
    r"(?P<what>[^\d,，。;；!！?？ ]*[\u4e00-\u9fff]{2,8})(?:的|吧|了)*$"
)
"""报价改成A类玻璃: something is to change that this quotation does not have."""
_TALK: Final = frozenset({"request_quote", "other", "log_follow_up", "advance_stage"})
_SMALL_WORDS: Final = re.compile(
    r"[\s,，。.!！:：]|(?:把|要|用|换成?|改成?|改为|成|为|选|的|吧|都|全部?|统一|再|打|给他?|按|先|可以|能|就|尺寸|是)"
)


def read(text: str, ask: Ask, draft: Draft) -> Understood | None:
    """Return what the sentence means for what is in hand; None when it is about something else."""
    asked = quote_asked.read(text, ask)
    if asked is not None:
        return asked
    focus = ask.focus
    if focus is None or not focus.fresh(ask.now) or len(text) > _LONGEST or draft_here(ask) is not None:
        return None
    kind, _, id_ = focus.subject.partition(":")
    if kind == "inquiry":
        return _discount(text, ask) or _measures_of_inquiry(normalize(text).text, int(id_), ask)
    if kind != "quote" or not _SOMEBODY.isdisjoint(draft.slots):
        return None
    placed = drawings.read(text, ask)
    if placed is not None:
        return placed
    if not ask.queries.quotes.designs(int(id_), ask.actor):
        return _discount(text, ask)  # it went to somebody else while it was looked at; he is told when he goes on
    if _REDOES.fullmatch(text.strip().rstrip("。.!！吧")):
        return Understood(intent="redo_quote", slots={})
    changes = changes_said(ask, int(id_), draft.slots)
    if not changes or changes.rest:
        plain, talks = normalize(text).text, draft.intent in _TALK and not _products(draft.slots)
        unknown = _CHANGED.search(plain) if talks else None
        if unknown:
            return Understood(intent="unknown_change", slots={"said": unknown["what"]})
        unclear = changes and draft.intent == "other" and _CHANGES.search(text) is not None
        return Understood(intent="unclear_change", slots={"words": changes.rest}) if unclear else None
    return Understood(intent="ask_change" if changes.asks else "revise_quote", slots=_products(draft.slots))


def of_quote_in_hand(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """Return a deed of the quotation that is looked at; None when none is."""
    del text
    slots = {name: draft.deed_slots[name] for name in ("revision",) if name in draft.deed_slots}
    return Understood(intent=draft.deed, slots=slots) if ask.in_hand.startswith("quote:") else None


ROUTES: Final[Mapping[str, Route]] = dict.fromkeys(
    ("accept_warnings", "quote_versions", "return_version", "quote_working"), of_quote_in_hand
)
"""Deeds that mean something of a quotation only while one is in hand."""


def _products(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {name: slots[name] for name in ("product", "items", "quantity") if name in slots}


def _discount(text: str, ask: Ask) -> Understood | None:
    """Return the price that is asked for by its discount alone: ``九五折报``."""
    said = read_changes(normalize(text).text, (), (), discount_ppm=PPM, policy=ask.policies.quoting)
    if said.discount_ppm is None or said.rest or said.asks:
        return None
    return Understood(intent="request_quote", slots={"discount": said.discount_ppm / PPM})


def _measures_of_inquiry(text: str, inquiry_id: int, ask: Ask) -> Understood | None:
    """Return the price that was asked for, when the message says nothing but the measures it was waiting for."""
    spans = list(find_sizes(text))
    if not spans or _SMALL_WORDS.sub("", "".join(sign for at, sign in enumerate(text) if not _within(at, spans))):
        return None
    wanted = ask.queries.inquiries.card(inquiry_id, ask.actor).wanted
    if not any(ask.queries.catalog.design(each.said) for each in wanted):
        return None
    return Understood(intent="request_quote", slots={"size": join(span.value for span in spans)})


def _within(index: int, spans: Sequence[Any]) -> bool:
    return any(span.start <= index < span.end for span in spans)
