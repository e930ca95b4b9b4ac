"""``撤销`` of what was done to a quotation: the step before, never more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Invalid
from domain.quotes.drafting import VoidQuote
from domain.quotes.returning import ReturnToVersion
from domain.quotes.submitting import WithdrawQuote
from handlers.quotes import CARD

if TYPE_CHECKING:
    from domain.quotes.views import QuoteView
    from handlers.context import Ask


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
        ask.act(ReturnToVersion(quote_id=quote_id, revision=before))
        ask.show(CARD, view.subject)
        return f"已撤销，报价 {view.no} 回到 V{before}；V{view.revision} 还在历史版本里。"
    ask.act(VoidQuote(quote_id=quote_id))
    return f"报价 {view.no} 已作废。"


def _version_before(ask: Ask, view: QuoteView) -> int:
    """Return the version the last step led away from, 0 for a first draft; Invalid where there is no way back."""
    steps = ask.queries.quotes.last_steps(view.id)
    event, revision, was = steps[0] if steps else ("QuoteDrafted", 1, 0)
    if event == "QuoteDrafted" or view.state in ("approved", "void"):
        return 0  # what was agreed says itself that it stays
    if view.state == "draft" and event == "QuoteVersionRestored":
        return was
    filled_in = len(steps) > 1 and steps[1][1] == revision
    if view.state == "draft" and event == "QuoteRevised" and not filled_in and view.current is not None:
        return view.current.base
    return _no_way_back(view)


def _no_way_back(view: QuoteView) -> int:
    raise Invalid(
        f"报价 {view.no} 刚才那一步没有另存版本，不能撤销。"
        "要改回去就直接说，例如：颜色换白色；不要这份报价了，请发“作废”。",
        subject=view.subject,
    )
