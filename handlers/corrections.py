"""Sentences about what is in focus: a correction of it, or taking it back; else it is something new.

The reader marks a correction with the slot ``correction``, or with the intent ``revise`` when nothing
else was said; after the button 修改 the next sentence without a company is one as well, and so is
``电话改成13800138000`` about an inquiry in focus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from domain.errors import Invalid
from domain.inquiries.commands import UndoInquiry
from domain.quotes.drafting import VoidQuote
from domain.quotes.submitting import WithdrawQuote
from handlers import inquiries, quotes
from handlers.context import Ask, IntentHandler, Understood

_CHANGES = re.compile(r"改成|改为|改到|换成")


def log_or_correct(ask: Ask, understood: Understood) -> None:
    """Log an inquiry, unless the sender is correcting one."""
    asked = ask.focus is not None and ask.focus.fresh(ask.now) and ask.focus.question.get("asks") == "revise"
    changes = quotes.in_focus(ask, "inquiry") is not None and _CHANGES.search(ask.envelope.text)
    if understood.slots.get("correction") or ((asked or changes) and not understood.slots.get("company")):
        correct(ask, understood)
    else:
        inquiries.log_inquiry(ask, understood)


def correct(ask: Ask, understood: Understood) -> None:
    """``数量改成3台``: of the quote or the inquiry in focus."""
    quote_id, inquiry_id = quotes.in_focus(ask, "quote"), quotes.in_focus(ask, "inquiry")
    if quote_id is not None:
        quotes.revise(ask, quote_id, understood)
    elif inquiry_id is not None:
        inquiries.revise(ask, inquiry_id, understood)
    else:
        raise Invalid("不知道您要改哪一条。请先发“我的询价”，或点卡片上的“修改”再说要改什么。")


def undo(ask: Ask, understood: Understood) -> None:
    """``撤销``: the inquiry in focus; a quote goes back to draft, a draft is void."""
    del understood
    quote_id, inquiry_id = quotes.in_focus(ask, "quote"), quotes.in_focus(ask, "inquiry")
    withdraws = "撤回" in ask.envelope.text
    if withdraws and quote_id is None:
        raise Invalid("没有正在审批的报价可以撤回。要取消刚记的询价，请发“撤销”。")
    if inquiry_id is not None:
        ask.act(UndoInquiry(inquiry_id=inquiry_id))
        ask.say("已撤销。")
    elif quote_id is not None:
        view = ask.queries.quotes.card(quote_id, ask.actor)
        pending = view.state == "submitted"
        if withdraws and not pending:
            raise Invalid(f"报价 {view.no} 没有在审批，不需要撤回。不要这份报价了，请发“作废”。")
        ask.act(WithdrawQuote(quote_id=quote_id) if pending else VoidQuote(quote_id=quote_id))
        ask.say(f"报价 {view.no} {'已撤回' if pending else '已作废'}。")
    else:
        raise Invalid("不知道您要撤销哪一条。请点那张卡片上的“撤销”。")


INTENTS: Mapping[str, IntentHandler] = {"log_inquiry": log_or_correct, "revise": correct, "undo": undo}
