"""``撤销`` of what was done to a quotation, the step before and never more; ``恢复`` does it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Invalid
from domain.quotes.drafting import VoidQuote
from domain.quotes.returning import ReturnToVersion
from domain.quotes.submitting import WithdrawQuote
from handlers.inquiries import look_at
from handlers.quotes import CARD, meant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.quotes.views import QuoteView
    from handlers.context import Ask, IntentHandler, Understood


def take_back(ask: Ask, quote_id: int) -> str:
    """Take the last step back: withdraw what is being decided, return to the version before, void a first draft."""
    view = ask.queries.quotes.card(quote_id, ask.actor)
    if view.state == "submitted":
        ask.act(WithdrawQuote(quote_id=quote_id))
        return f"报价 {view.no} 已撤回。"
    if "撤回" in ask.envelope.text:
        raise Invalid(f"报价 {view.no} 没有在审批，不需要撤回。不要这份报价了，请发“作废”。")
    before = _version_before(ask, view)
    if before:
        ask.act(ReturnToVersion(quote_id=quote_id, revision=before, takes_back=True))
        ask.show(CARD, view.subject)
        return f"已撤销，报价 {view.no} 回到 V{before}；弄错了发“恢复”，就回到 V{view.revision}。"
    ask.act(VoidQuote(quote_id=quote_id))
    return f"报价 {view.no} 已作废。"


def redo(ask: Ask, understood: Understood) -> None:
    """``恢复``: what was just taken back counts again."""
    view = meant(ask, understood)
    steps = ask.queries.quotes.last_steps(view.id)
    if not steps or not steps[0].took_back:
        raise Invalid(
            f"报价 {view.no} 没有刚撤销的改动，不用恢复。要换回哪一版，发“历史版本”再选。", subject=view.subject
        )
    ask.act(ReturnToVersion(quote_id=view.id, revision=steps[0].was))
    look_at(ask, view.subject)
    ask.show(CARD, view.subject)


def _version_before(ask: Ask, view: QuoteView) -> int:
    """Return the version the last step led away from, 0 for a first draft; Invalid where there is no way back."""
    steps = ask.queries.quotes.last_steps(view.id)
    last = steps[0] if steps else None
    if last is None or last.event == "QuoteDrafted" or view.state in ("approved", "void"):
        return 0  # what was agreed says itself that it stays
    if last.took_back:
        raise Invalid(
            f"报价 {view.no} 刚才已经撤销过，现在是 V{view.revision}。"
            f"弄错了发“恢复”，就回到 V{last.was}；要更早的，发“历史版本”挑一版。",
            subject=view.subject,
        )
    if view.state == "draft" and last.event == "QuoteVersionRestored":
        return last.was
    filled_in = len(steps) > 1 and steps[1].revision == last.revision
    if view.state == "draft" and last.event == "QuoteRevised" and not filled_in and view.current is not None:
        return view.current.base
    return _no_way_back(view)


def _no_way_back(view: QuoteView) -> int:
    raise Invalid(
        f"报价 {view.no} 刚才那一步没有另存版本，不能撤销。"
        "要改回去就直接说，例如：颜色换白色；不要这份报价了，请发“作废”。",
        subject=view.subject,
    )


INTENTS: Mapping[str, IntentHandler] = {"redo_quote": redo}
