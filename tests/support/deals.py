"""Deals for tests of the pipeline: begun as the story has it, closed by their taps."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.inquiries.lines import Wanted
from domain.opportunities.closing import AskClosing, CloseLost, CloseWon
from domain.opportunities.creating import CreateOpportunity
from domain.opportunities.loss import LossReason
from domain.opportunities.opportunity import Opportunity
from tests.support.company import Company


def begin(into: Company, name: str = "陈静", product: str = "X200", **said: Any) -> int:
    """Begin 陈静's deal with 锦腾 about two machines, or what ``said`` makes of it."""
    story: dict[str, Any] = {
        "said": "锦腾建个商机，两台X200，50万",
        "company": "锦腾",
        "wanted": (Wanted(said=product, quantity=2),),
        "amount_fen": 50_000_000,
        "expected_close": date(2026, 12, 31),
    }
    return int(into.act(CreateOpportunity(**{**story, **said}), name))


def version(of: Company, deal: int) -> int:
    """Return the version a card drawn now would carry."""
    return of.get(Opportunity, deal).version


def win(into: Company, deal: int, name: str = "陈静") -> bool:
    """Say that it is won and tap; return whether it is."""
    into.act(AskClosing(opportunity_id=deal, won=True), name)
    return bool(into.act(CloseWon(opportunity_id=deal, version=version(into, deal)), name))


def lose(into: Company, deal: int, name: str = "陈静", reason: LossReason = LossReason.PRICE, **said: Any) -> None:
    """Say that it is lost and tap with a reason."""
    into.act(AskClosing(opportunity_id=deal, won=False), name)
    into.act(CloseLost(opportunity_id=deal, version=version(into, deal), reason=reason, **said), name)
