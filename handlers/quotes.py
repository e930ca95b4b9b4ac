"""Quotes: what a sales rep types and presses about prices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from cards.action import Action
from cards.quotes import AS_AGREED
from domain.dialogue.commands import DropWishes
from domain.errors import Invalid
from domain.money import PPM, round_fen, said_money
from domain.quotes.drafting import DraftQuote, ReviseQuote, VoidQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.submitting import SubmitQuote, WithdrawQuote
from domain.quotes.views import QuoteView
from domain.quotes.whole import Total
from handlers.context import Ask, ButtonHandler, IntentHandler, Missing, Understood
from handlers.inquiries import log_inquiry, look_at, number, wanted
from handlers.language.normalize import normalize
from handlers.language.numbers import tidy
from handlers.language.quantity import find_discounts
from handlers.quote_items import changes_said, items_of_inquiry, items_said, unmeasured, unplaced
from handlers.quote_terms import said_terms
from handlers.quote_totals import find_total
from handlers.replies import draft_here

CARD = "quotes.draft"
_ANSWERS = 4
"""Products offered when none was said: as many as fit on a card as buttons."""
_WORDS = re.compile(r"(?<![\w*×.])[A-Za-z0-9\u4e00-\u9fff-]*[0-9][A-Za-z0-9-]*(?:[\u4e00-\u9fff]{2,8})?(?![\w*×.])")
"""Words that may be a product's: with a figure in them, and no size."""
_LEAST_PPM = PPM // 5
"""Two tenths of the price: below it 12折 was a slip of the tongue."""
_NO_PRICE = re.compile(r"(?<![\d.])0+(?:\.0+)?\s*折|零折")
_TOLD = ("company", "product", "quantity", "items")
_HOW_TO_QUOTE = "请说明是哪份报价，例如：报价 X200 两台 九五折，或写上报价单号。"


def request_quote(ask: Ask, understood: Understood) -> None:
    """``报价 X200 两台 九五折``; a discount alone changes the quote in focus.

    A request that tells of a new demand (somebody's number, a contact, a budget) is kept first, as an inquiry.
    """
    slots = understood.slots
    if slots.get("quote_no"):
        revise(ask, meant(ask, understood).id, understood)
        return
    tells = any(slots.get(name) for name in ("contact", "amount_cny", "source"))
    new = any(reason.rule == "company.new" for reason in understood.reasons)
    if slots.get("phone") or new or ("log_inquiry" in understood.also and tells):
        log_inquiry(ask, understood)
        quote_at_once(ask, understood)
        return
    quote_id = in_focus(ask, "quote")
    if quote_id is not None and "discount" in slots and not (slots.get("company") or wanted(slots)):
        revise(ask, quote_id, understood)
        return
    company = str(slots.get("company") or "")
    inquiry_id = None if company else in_focus(ask, "inquiry")
    items = items_said(ask, slots)
    if not items and inquiry_id is not None:
        items = items_of_inquiry(ask, inquiry_id, slots)
    if not items and not company and _is_asked(ask):
        ask.say("还差一项：报什么产品？直接发型号，例如：X300；不报了请发“算了”。")
        return
    if not items and not company:
        told = _told_of(ask)
        items, company = items_said(ask, told), str(told.get("company") or "")
    if not items and inquiry_id is None:
        raise Missing("product", *_which_product(ask))
    missing, example = unmeasured(ask, items)
    if missing:
        raise Missing("size", f"{missing}，多大？例如：{example}。")
    quote_id = ask.act(
        DraftQuote(
            items=items,
            discount_ppm=_discount_said(ask, slots),
            inquiry_id=inquiry_id,
            company=company or _customer_of_question(ask),
            terms=said_terms(ask.envelope.text, ask.policies.quoting),
            total=_total_said(ask),
        )
    )
    look_at(ask, f"quote:{quote_id}")
    _tell_unplaced(ask, items)
    uncounted = [item.product for item in items if item.quantity is None]
    if uncounted:
        ask.say(
            f"没说{'、'.join(dict.fromkeys(uncounted))}要几个，先按 1 个报；要改就发，例如：{uncounted[0]} 改成3个。"
        )
    ask.show(CARD, f"quote:{quote_id}")


def quote_at_once(ask: Ask, understood: Understood) -> None:
    """Price the inquiry that was just kept, when its price was asked for and it can be worked out from the sentence.

    Only of products that are configured: what stands in a price list is one press on the inquiry's card away.
    """
    inquiry_id = in_focus(ask, "inquiry")
    named = [each.said for each in wanted(understood.slots) if each.said]
    if inquiry_id is None or not any(ask.queries.catalog.design(each) for each in named):
        return
    items = items_said(ask, understood.slots)
    missing, example = unmeasured(ask, items)
    if missing:
        ask.say(f"报价{missing}，直接发来就能报，例如：{example}。")
        return
    quote_id = ask.act(
        DraftQuote(
            items=items,
            discount_ppm=_discount_said(ask, understood.slots),
            inquiry_id=inquiry_id,
            terms=said_terms(ask.envelope.text, ask.policies.quoting),
            total=_total_said(ask),
        )
    )
    look_at(ask, f"quote:{quote_id}")
    _tell_unplaced(ask, items)
    ask.show(CARD, f"quote:{quote_id}")


def query_price(ask: Ask, understood: Understood) -> None:
    """``X200多少钱一台``: the list price, and how to quote it; nothing is written."""
    said = [each.said for each in wanted(understood.slots)]
    known = {product.code: product for product in ask.queries.catalog.products()}
    lines = []
    for code in said:
        product = known.get(code)
        if product is None:
            lines.append(f"产品库里没有“{code}”，请核对型号。")
        elif product.price_fen == 0:
            lines.append(f"{product.code} {product.name} 还没有定价，请问管理员。")
        else:
            lines.append(
                f"{product.code} {product.name}：目录价 {said_money(product.price_fen)}/{product.unit}（含税）。"
            )
    ask.say("\n".join([*lines, f"要给谁报价？例如：给苏州恒力报两台{said[0]}。"]))


def revise(ask: Ask, quote_id: int, understood: Understood) -> None:
    """``改成九折``, ``X200 改成3台``."""
    changes, discount = changes_said(ask, quote_id, understood.slots), understood.slots.get("discount")
    said = _ppm(discount) if changes.discount_ppm is None and discount is not None else changes.discount_ppm
    if said is not None:
        _sensible(said)
    ask.act(
        ReviseQuote(
            quote_id=quote_id,
            discount_ppm=said,
            items=changes.items,
            company=str(understood.slots.get("company") or ""),
            terms=dict(changes.terms),
            valid_days=changes.valid_days,
            total=changes.total,
        )
    )
    look_at(ask, f"quote:{quote_id}")
    ask.show(CARD, f"quote:{quote_id}")


def revise_quote(ask: Ask, understood: Understood) -> None:
    """``付款改三六一``, ``五金用进口``: of the quote in focus."""
    revise(ask, meant(ask, understood).id, understood)


def submit_quote(ask: Ask, understood: Understood) -> None:
    """``提交``, ``提交 老客户，争取这单``."""
    view = meant(ask, understood)
    ask.act(SubmitQuote(quote_id=view.id, reason=str(understood.slots.get("reason") or "")))
    _answer_submitted(ask, view.id)


def withdraw_quote(ask: Ask, understood: Understood) -> None:
    """``撤回 Q-2611-0001``."""
    view = meant(ask, understood)
    ask.act(WithdrawQuote(quote_id=view.id))
    look_at(ask, view.subject)
    ask.say(f"报价 {view.no} 已撤回，改好后可以再提交。")


def void_quote(ask: Ask, understood: Understood) -> None:
    """``作废 Q-2611-0001``."""
    view = meant(ask, understood)
    ask.act(VoidQuote(quote_id=view.id))
    ask.say(f"报价 {view.no} 已作废。")


def meant(ask: Ask, understood: Understood) -> QuoteView:
    """Return the quote that was named, is in focus, or is the sender's newest."""
    no = understood.slots.get("quote_no")
    if no:
        return ask.queries.quotes.by_no(str(no), ask.actor)
    quote_id = in_focus(ask, "quote")
    if quote_id is not None:
        return ask.queries.quotes.card(quote_id, ask.actor)
    latest = ask.queries.quotes.latest_of(ask.actor)
    if latest is None:
        raise Invalid(_HOW_TO_QUOTE)
    return latest


def in_focus(ask: Ask, kind: str) -> int | None:
    """Return the id of what the sender is talking about, when it is a ``kind`` and not long ago."""
    if ask.focus is None or not ask.focus.fresh(ask.now) or not ask.focus.subject.startswith(f"{kind}:"):
        return None
    return number(ask.focus.subject)


def _discount_said(ask: Ask, slots: Mapping[str, Any]) -> int:
    """Return the discount to begin with; Invalid for 打0折, which is none to the reader."""
    if _NO_PRICE.search(normalize(ask.envelope.text).text):
        raise Invalid("打 0 折就是白送，不能这样报。折扣要在 1 折到不打折之间，例如：九五折。")
    return PPM if slots.get("discount") is None else _ppm(slots["discount"])


def _tell_unplaced(ask: Ask, items: Sequence[QuoteItem]) -> None:
    """Say what stands in the sentence and in no line: a window that is left out of a quotation is lost money."""
    left = unplaced(ask, items, ask.envelope.text) if items else ""
    if left:
        ask.say(f"“{left}”没看出是哪个产品，没有报进去。要报就写上型号，例如：再加2个{items[0].product}。")


def _total_said(ask: Ask) -> Total | None:
    said = find_total(normalize(ask.envelope.text).text)
    return None if said is None else said.total


def _ppm(discount: Any) -> int:
    """Return 950,000 for the slot 0.95 and the chosen 9.5折; Invalid for what is no discount: 12折, 1.2折."""
    said = next(find_discounts(str(discount)), None)
    try:
        ppm = round_fen(Decimal(str(discount if said is None else said.value)) * PPM)
    except InvalidOperation:
        raise Invalid("没看出打几折，请直接发，例如：九五折。") from None
    return _sensible(ppm)


def _sensible(ppm: int) -> int:
    """Return a discount that somebody may mean; Invalid for 12折 and 1.2折, of which nobody knows what was meant."""
    if 0 < ppm < _LEAST_PPM:
        fold, points = tidy(ppm * 10 / PPM), tidy(ppm * 100 / PPM)
        raise Invalid(
            f"没有 {fold} 折这样的报价，没有改动。要打几折？例如：九二折；要让 {points} 个点请发：让{points}个点。"
        )
    return ppm


def _which_product(ask: Ask) -> tuple[str, tuple[str, ...]]:
    """Return the question and what to choose from: what sounds like the words, else what is quoted most."""
    catalog = ask.queries.catalog
    for word in _WORDS.findall(normalize(ask.envelope.text).text):
        near = catalog.nearest(word)
        if near:
            return f"产品库里没有“{word}”，您要报的是哪个？", tuple(each.called for each in near)
    return "报什么产品？", tuple(each.called for each in catalog.usual(_ANSWERS))


def _is_asked(ask: Ask) -> bool:
    """Whether a quotation for somebody who was named waits for its product: it is him that 给他报价 means."""
    draft = draft_here(ask)
    open_ = [] if draft is None else [draft.wishes[place] for place in draft.open]
    return any(
        each.intent == "request_quote" and each.asks == "product" and each.slots.get("company") for each in open_
    )


def _told_of(ask: Ask) -> Mapping[str, Any]:
    """Return what the follow-up or the deal in hand told of thing and customer: 王总想再看一台X300 → 报价."""
    if ask.in_hand.partition(":")[0] not in ("activity", "opportunity"):
        return {}
    act = ask.queries.dialogue.last_act_on(ask.in_hand)
    return {} if act is None else {name: act.slots[name] for name in _TOLD if name in act.slots}


def _customer_of_question(ask: Ask) -> str:
    """Return for whom a price was asked, when this sentence says of what: 给绿湾报价 → 80平开 1500*1800 10樘."""
    draft = draft_here(ask)
    if draft is None or len(draft.open) != 1:
        return ""
    wish = draft.wishes[draft.open[0]]
    if wish.intent != "request_quote" or wish.asks != "product" or not wish.slots.get("company"):
        return ""
    ask.act(DropWishes(draft_id=draft.id, indexes=draft.open))
    return str(wish.slots["company"])


def _answer_submitted(ask: Ask, quote_id: int) -> None:
    look_at(ask, f"quote:{quote_id}")
    view = ask.queries.quotes.card(quote_id, ask.actor)
    if view.waiting_for:
        ask.say(f"报价 {view.no} 已提交，{view.approval_no} 等{'、'.join(view.waiting_for)}审批。")


def _press_quote(ask: Ask, action: Action) -> None:
    """Quote an inquiry once: pressed again it shows the quote there is."""
    inquiry_id = number(action.subject)
    known = ask.queries.quotes.latest_of(ask.actor, inquiry_id=inquiry_id)
    if known is None:
        quote_id = ask.act(DraftQuote(inquiry_id=inquiry_id, items=items_of_inquiry(ask, inquiry_id, {})))
    else:
        quote_id = known.id
    look_at(ask, f"quote:{quote_id}")
    ask.show(CARD, f"quote:{quote_id}")


def _press_discount(ask: Ask, action: Action) -> None:
    assert ask.envelope.click is not None
    chosen = ask.envelope.click.selections.get("discount", ())
    if chosen == (AS_AGREED,):
        raise Invalid(
            "现在就是一口价，没有改动。要改折扣请另选一个，或直接发，例如：改成九三折。", subject=action.subject
        )
    if not chosen or not chosen[0].isdecimal():
        raise Invalid("请先选折扣，或直接发，例如：改成九三折。", subject=action.subject)
    discount = int(chosen[0])
    ask.act(ReviseQuote(quote_id=number(action.subject), version=action.version, discount_ppm=discount))
    look_at(ask, action.subject)


def _press_submit(ask: Ask, action: Action) -> None:
    ask.act(SubmitQuote(quote_id=number(action.subject), version=action.version))
    _answer_submitted(ask, number(action.subject))


def _press_withdraw(ask: Ask, action: Action) -> None:
    ask.act(WithdrawQuote(quote_id=number(action.subject)))
    look_at(ask, action.subject)


def _press_void(ask: Ask, action: Action) -> None:
    ask.act(VoidQuote(quote_id=number(action.subject), version=action.version))


INTENTS: Mapping[str, IntentHandler] = {
    "request_quote": request_quote,
    "query_price": query_price,
    "submit_quote": submit_quote,
    "withdraw_quote": withdraw_quote,
    "void_quote": void_quote,
    "revise_quote": revise_quote,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "quote_inquiry": _press_quote,
    "discount_quote": _press_discount,
    "submit_quote": _press_submit,
    "withdraw_quote": _press_withdraw,
    "void_quote": _press_void,
}
