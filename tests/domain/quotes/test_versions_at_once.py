"""Eight people change one quote at once: versions stay in one line, one of them counts, nothing is approved by accident."""

from __future__ import annotations

from domain.approvals.approval import Approval, ApprovalState
from domain.errors import Refusal
from domain.quotes.drafting import DraftQuote, ReviseQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.quotes.returning import AcceptWarnings, ReturnToVersion
from domain.quotes.submitting import SubmitQuote
from domain.quotes.version import QuoteVersion
from tests.support.trades import open_trade


def test_versions_stay_in_one_line(database_url: str) -> None:
    with open_trade(database_url, "windows") as company:
        item = QuoteItem(product="RH-90", quantity=2)
        quote_id = company.act(DraftQuote(items=(item,), company="绿湾"), "小林")
        company.act(ReviseQuote(quote_id=quote_id, items=(QuoteItem(quantity=3),)), "小林")
        outcomes = company.race(
            *[(ReviseQuote(quote_id=quote_id, discount_ppm=990_000 - 10_000 * n), "小林") for n in range(4)],
            (ReturnToVersion(quote_id=quote_id, revision=1), "小林"),
            (AcceptWarnings(quote_id=quote_id), "小林"),
            (SubmitQuote(quote_id=quote_id), "小林"),
            (SubmitQuote(quote_id=quote_id), "周敏"),
        )
        assert all(outcome is None or isinstance(outcome, Refusal) for outcome in outcomes), outcomes
        assert outcomes[:4] == [None] * 4

        quote = company.get(Quote, quote_id)
        versions = company.all(QuoteVersion)
        assert sorted(version.revision for version in versions) == list(range(1, quote.latest + 1))
        assert quote.latest == 6
        assert {line.revision for line in company.all(QuoteLine)} == set(range(1, 7))
        pending = [each for each in company.all(Approval) if each.state is ApprovalState.PENDING]
        assert [each.id for each in pending] == ([quote.approval_id] if quote.state is QuoteState.SUBMITTED else [])
        assert quote.state is not QuoteState.SUBMITTED or all(each["by"] for each in quote.warnings)
        assert company.look(lambda queries: list(queries.quotes.changed_after_approval())) == []
