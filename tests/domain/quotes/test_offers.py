"""A quotation in the customer's hands: only as approved, accepted once, and everybody hears of it who has to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.actor import visitor
from domain.approvals.approval import Approval, ApprovalState
from domain.approvals.deciding import ApproveStep
from domain.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from domain.quotes.answering import AcceptOffer, AnswerQuestion, AskAboutQuote, DeclineOffer, NoteView
from domain.quotes.drafting import ReviseQuote
from domain.quotes.offer import OfferState, QuoteOffer
from domain.quotes.offering import OfferQuote
from domain.quotes.paper_views import OfferPage, Standing
from domain.quotes.quote import Quote, QuoteLine
from domain.quotes.returning import ReturnToVersion
from domain.quotes.submitting import SubmitQuote
from domain.record import Entity
from tests.support.company import Company, open_company

CUSTOMER = visitor()


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


def agree(company: Company, quote_id: int) -> None:
    approval_id = company.act(SubmitQuote(quote_id=quote_id), "陈静")
    while company.get(Approval, approval_id).state is ApprovalState.PENDING:
        view = company.look(lambda queries: queries.quotes.card(quote_id, company.actor("陈静")))
        company.act(ApproveStep(approval_id=approval_id), view.waiting_for[0])


def handed(company: Company) -> tuple[int, str]:
    """Return an approved quote and the secret of its customer's page."""
    quote_id = company.quote()
    agree(company, quote_id)
    return quote_id, str(company.act(OfferQuote(quote_id=quote_id), "陈静"))


def page(company: Company, token: str) -> OfferPage:
    zone = company.business.calendar.zone
    found = company.look(lambda queries: queries.offers.page(token, company.clock.now(), zone))
    assert found is not None
    return found


def yes(company: Company, token: str, signer: str = "俞海燕") -> AcceptOffer:
    return AcceptOffer(token=token, content_hash=page(company, token).paper.content_hash, signer=signer)


def test_only_what_was_approved_is_handed_out_and_twice_is_once(company: Company) -> None:
    quote_id = company.quote()
    with pytest.raises(Invalid, match="还没有审批，请先提交审批，不能发给客户"):
        company.act(OfferQuote(quote_id=quote_id), "陈静")
    agree(company, quote_id)
    with pytest.raises(NotFound):
        company.act(OfferQuote(quote_id=quote_id), "何雨")
    first, again = (company.act(OfferQuote(quote_id=quote_id), "陈静") for _ in range(2))
    assert first == again
    assert len(company.all(QuoteOffer)) == 1


def test_content_that_was_touched_behind_our_back_is_a_draft_again(company: Company) -> None:
    """R-107: the hash is worked out anew at every gate, so a price changed in the database goes nowhere."""
    quote_id, token = handed(company)
    paper = company.look(lambda queries: queries.offers.paper(quote_id, company.actor("陈静")))
    assert (paper.mark, page(company, token).standing) == ("", Standing.OPEN)
    command = yes(company, token)

    def touch(session: object) -> None:
        line: Entity = session.get(QuoteLine, 1)  # type: ignore[attr-defined]
        line.price_fen -= 100  # type: ignore[attr-defined]

    company.database.transact(touch)
    paper = company.look(lambda queries: queries.offers.paper(quote_id, company.actor("陈静")))
    assert (paper.mark, page(company, token).standing) == ("草稿", Standing.CHANGING)
    assert page(company, token).paper.mark == "已失效"
    with pytest.raises(Invalid, match="内容和审批时不一样"):
        company.act(OfferQuote(quote_id=quote_id), "陈静")
    with pytest.raises(Stale, match="已经有变化"):
        company.act(command, CUSTOMER)


def test_the_customer_accepts_once_and_owner_and_leader_hear_of_it(company: Company) -> None:
    quote_id, token = handed(company)
    with pytest.raises(Stale, match="内容已经变了"):
        company.act(AcceptOffer(token=token, content_hash="0" * 64, signer="俞海燕"), CUSTOMER)
    with pytest.raises(Invalid, match="姓名"):
        company.act(yes(company, token, " "), CUSTOMER)
    with pytest.raises(NotAllowed):
        company.act(yes(company, token), "陈静")
    no = company.act(yes(company, token), CUSTOMER)
    sentence = f"无锡锦腾模具有限公司接受了报价 {no} V1（¥300,200.00），俞海燕签名。"
    assert company.told("陈静")[-1] == sentence
    assert company.told("周敏")[-1] == sentence
    assert company.happened(f"quote:{quote_id}")[-1] == "QuoteAccepted"
    with pytest.raises(Stale, match="已经接受过了"):
        company.act(yes(company, token, "另一人"), CUSTOMER)
    with pytest.raises(Stale, match="已经接受过了"):
        company.act(DeclineOffer(token=token, reason="反悔"), CUSTOMER)
    assert (page(company, token).standing, page(company, token).signer) == (Standing.ACCEPTED, "俞海燕")
    card = company.card("quotes.draft", f"quote:{quote_id}", "陈静")
    assert (card.status, [button.text for button in card.buttons]) == ("客户已接受", ["PDF"])


def test_eight_hands_accept_once(database_url: str) -> None:
    with open_company(database_url) as company:
        _, token = handed(company)
        outcomes = company.race(*((yes(company, token, f"第{number}人"), CUSTOMER) for number in range(8)))
        assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", *["Stale"] * 7]
        (offer,) = company.all(QuoteOffer)
        assert offer.state is OfferState.ACCEPTED
        assert sum("接受了报价" in each for each in company.told("陈静")) == 1


def test_a_newer_version_takes_the_place_and_the_older_may_come_back(company: Company) -> None:
    """U24: each version has its own page; the one that is superseded cannot be accepted, until it counts again."""
    quote_id, first = handed(company)
    old = yes(company, first)
    company.act(ReviseQuote(quote_id=quote_id, discount_ppm=930_000), "陈静")
    assert page(company, first).standing is Standing.CHANGING
    assert (page(company, first).paper.total_fen, page(company, first).newer) == (30_020_000, "")
    with pytest.raises(Stale, match="已经有变化"):
        company.act(old, CUSTOMER)
    agree(company, quote_id)
    second = company.act(OfferQuote(quote_id=quote_id), "陈静")
    assert (page(company, first).standing, page(company, first).newer) == (Standing.REPLACED, second)
    assert page(company, second).paper.total_fen == 29_388_000
    with pytest.raises(Stale):
        company.act(old, CUSTOMER)
    company.act(ReturnToVersion(quote_id=quote_id, revision=1), "陈静")
    third = company.act(OfferQuote(quote_id=quote_id), "陈静")
    assert page(company, third).paper.revision == 1
    company.act(yes(company, third), CUSTOMER)
    assert company.get(Quote, quote_id).total_fen == 30_020_000


def test_after_the_last_day_it_is_over(company: Company) -> None:
    """Approved on 23 November and good for 30 days: up to and with 23 December where the company is."""
    _, token = handed(company)
    command = yes(company, token)
    company.clock.move(timedelta(days=30, hours=13, minutes=59))
    assert page(company, token).standing is Standing.OPEN
    company.clock.move(timedelta(minutes=1))
    assert page(company, token).standing is Standing.EXPIRED
    with pytest.raises(Stale, match="有效期到 2026-12-23，已经过了"):
        company.act(command, CUSTOMER)
    with pytest.raises(Invalid, match="有效期到 2026-12-23，已经过了"):
        company.act(OfferQuote(quote_id=1), "陈静")


def test_a_no_has_a_reason_and_a_new_offer_a_new_page(company: Company) -> None:
    quote_id, token = handed(company)
    with pytest.raises(Invalid, match="请写一句原因"):
        company.act(DeclineOffer(token=token, reason=" "), CUSTOMER)
    company.act(DeclineOffer(token=token, reason="价格偏高"), CUSTOMER)
    assert "谢绝了报价 Q-2611-0001 V1，原因：“价格偏高”" in company.told("周敏")[-1]
    with pytest.raises(Stale, match="谢绝过了"):
        company.act(yes(company, token), CUSTOMER)
    again = company.act(OfferQuote(quote_id=quote_id), "陈静")
    assert again != token
    assert page(company, again).standing is Standing.OPEN


def test_questions_reach_the_rep_and_his_answer_the_page(company: Company) -> None:
    quote_id, token = handed(company)
    for _ in range(2):
        company.act(NoteView(token=token), CUSTOMER)
    company.act(AskAboutQuote(token=token, words="含安装吗？"), CUSTOMER)
    told = [each for each in company.told("陈静") if "锦腾" in each]
    assert told == [
        "无锡锦腾模具有限公司打开了报价 Q-2611-0001 V1。",
        ("无锡锦腾模具有限公司在报价 Q-2611-0001 的页面上问：“含安装吗？”。回答他，请发：答复 Q-2611-0001 您的回答"),
    ]
    asked = company.look(lambda queries: queries.offers.asked_last(company.actor("陈静")))
    assert asked == quote_id
    assert company.look(lambda queries: queries.offers.asked_last(company.actor("何雨"))) is None
    fields = {field.label: field.value for field in company.card("quotes.draft", f"quote:{quote_id}", "陈静").fields}
    assert "共看 2 次" in fields["客户"]
    assert fields["客户问"] == "含安装吗？（回答请发：答复 您的回答）"
    with pytest.raises(NotFound):
        company.act(AnswerQuestion(quote_id=quote_id, words="不含"), "何雨")
    company.act(AnswerQuestion(quote_id=quote_id, words="含安装和调试"), "陈静")
    assert [(each.by, each.words) for each in page(company, token).remarks] == [
        ("", "含安装吗？"),
        ("陈静", "含安装和调试"),
    ]
    assert company.look(lambda queries: queries.offers.asked_last(company.actor("陈静"))) is None


def test_an_unknown_secret_is_nothing(company: Company) -> None:
    for command in (
        NoteView(token="x" * 22),
        AskAboutQuote(token="x" * 22, words="?"),
        AcceptOffer(token="x" * 22, content_hash="", signer="甲"),
        DeclineOffer(token="x" * 22, reason="甲"),
    ):
        with pytest.raises(Refusal, match="没有找到这份报价"):
            company.act(command, CUSTOMER)
