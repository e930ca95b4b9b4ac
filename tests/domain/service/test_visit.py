"""On site: parts leave the stock whole or not at all, the customer signs, everybody hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.actor import visitor
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.service.accept import AcceptJob
from domain.service.finishing import CorrectParts, FinishJob, SaidPart
from domain.service.sign import SignOff
from domain.service.states import JobState
from domain.service.visit import ArriveJob
from domain.spares.requesting import RequestParts

TOKEN = "t" * 22


@pytest.fixture
def job(shop):
    job = shop.report(token=TOKEN)
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    shop.act(ArriveJob(work_order_id=job.id), shop.people["何平"])
    return job


def finish(shop, job, *parts, words="修好了"):
    said = tuple(SaidPart(name=name, quantity=quantity) for name, quantity in parts)
    return shop.act(FinishJob(work_order_id=job.id, parts=said, words=words), shop.people["何平"])


def on_hand(shop, code):
    return shop.look(lambda queries: queries.parts.on_hand(code))


def test_the_van_first_then_the_main_store(shop, job):
    fitted = finish(shop, job, ("6205 轴承", 2))
    assert (fitted.used, fitted.outside) == (("6205轴承 ×2",), ())
    assert on_hand(shop, "6205") == {"main": 4, f"van:{shop.people['何平'].person_id}": 0}
    assert shop.job().state is JobState.SIGNING
    assert shop.look(lambda queries: queries.parts.unbalanced()) == []


def test_too_little_changes_nothing(shop, job):
    with pytest.raises(Invalid) as refused:
        finish(shop, job, ("油泵", 1), ("6205轴承", 7))
    assert refused.value.message.startswith("6205轴承不够 7 个：您车上 1 个，主库 5 个。")
    assert on_hand(shop, "YF-100") == {"main": 1}
    assert (shop.job().state, sum(on_hand(shop, "6205").values())) == (JobState.ON_SITE, 6)


def test_an_unknown_part_is_written_down(shop, job):
    fitted = finish(shop, job, ("丝杠", 1), ("6206", 1))
    assert (fitted.used, fitted.outside) == (("6206轴承 ×1",), ("丝杠 ×1",))
    view = shop.look(lambda queries: queries.service.job(job.id, shop.people["何平"]))
    assert view.parts == ("6206轴承 ×1", "丝杠 ×1（目录外）")


def test_an_ambiguous_part_is_asked_about(shop, job):
    with pytest.raises(Invalid, match=r"“轴承”可能是 6205轴承（6205）、6206轴承（6206），请写清型号"):
        finish(shop, job, ("轴承", 1))
    assert shop.job().state is JobState.ON_SITE


def test_parts_are_corrected_until_the_signature(shop, job):
    finish(shop, job, ("6205", 2))
    fitted = shop.act(
        CorrectParts(work_order_id=job.id, parts=(SaidPart(name="6206", quantity=2),)), shop.people["何平"]
    )
    assert fitted.used == ("6206轴承 ×2",)
    assert (sum(on_hand(shop, "6205").values()), on_hand(shop, "6206")) == (6, {"main": 1})
    shop.act(SignOff(token=TOKEN, rating=5, signer="王建国"), visitor())
    with pytest.raises(Stale, match="现在是“确认”，备件不能再改"):
        shop.act(CorrectParts(work_order_id=job.id, parts=()), shop.people["何平"])


def test_waiting_for_parts_and_coming_back(shop, job):
    shop.act(RequestParts(work_order_id=job.id, words="要等丝杠到货"), shop.people["何平"])
    assert shop.job().state is JobState.WAITING_PARTS
    assert shop.told("孙库") == ["spares.request partrequest:1"]
    with pytest.raises(Stale, match="现在是“等备件”，不能完工。请先发“到了”。"):
        finish(shop, job)
    shop.act(ArriveJob(work_order_id=job.id), shop.people["何平"])
    finish(shop, job)


def test_the_customer_signs_and_everybody_hears(shop, job):
    finish(shop, job, ("6205", 1))
    assert (
        shop.act(SignOff(token=TOKEN, rating=5, words="很快", signature="2026/11/a.png"), visitor()) == "BX-2611-0001"
    )
    closed = shop.job()
    assert (closed.state, closed.rating, closed.signature) == (JobState.CONFIRMED, 5, "2026/11/a.png")
    assert shop.told("何平")[-1] == "苏州恒力的 X200（WO-2611-0001）客户已签收，给您打了 5 分：“很快”。"
    assert shop.told("陈静")[-1] == ("苏州恒力的 X200 报修已修好，客户签收并打了 5 分：“很快”。工单 WO-2611-0001。")
    assert shop.pending("job", "ticket") == {}
    with pytest.raises(Stale, match="已经签收过了"):
        shop.act(SignOff(token=TOKEN, rating=1, signer="别人"), visitor())
    assert shop.job().rating == 5


def test_a_poor_rating_reaches_the_dispatcher(shop, job):
    finish(shop, job)
    shop.act(SignOff(token=TOKEN, rating=2, signer="王建国"), visitor())
    assert shop.told("唐悦")[-1] == "苏州恒力的 X200（WO-2611-0001）客户只打了 2 分，请回访。"


def test_no_signature_no_stars_no_such_link(shop, job):
    with pytest.raises(Stale, match="现在是“上门”，不能签收"):
        shop.act(SignOff(token=TOKEN, rating=5, signer="王"), visitor())
    finish(shop, job)
    for command, words in (
        (SignOff(token=TOKEN, rating=5), "请在签名框里签字"),
        (SignOff(token=TOKEN, rating=6, signer="王"), "1 到 5 颗星"),
    ):
        with pytest.raises(Invalid, match=words):
            shop.act(command, visitor())
    with pytest.raises(NotFound):
        shop.act(SignOff(token="x" * 22, rating=5, signer="王"), visitor())
    with pytest.raises(NotAllowed):
        shop.act(SignOff(token=TOKEN, rating=5, signer="何平"), shop.people["何平"])


def test_a_missing_signature_is_reminded_of(shop, job):
    finish(shop, job)
    shop.clock.move(timedelta(days=3))
    shop.fire()
    assert shop.told("何平")[-1] == f"service.dispatch workorder:{job.id}"
    assert shop.told("何平")[-2].endswith("客户还没签收，请把签收链接发给客户。")
    shop.clock.move(timedelta(days=10))
    shop.fire()
    words = "工单 WO-2611-0001（苏州恒力的 X200）修好后客户一直没签收，请联系客户。"
    assert (shop.told("唐悦")[-1], shop.told("陈静")[-1]) == (words, words)


def test_only_the_one_who_has_it_works_on_it(shop, job):
    with pytest.raises(NotAllowed, match="不在您手上，要先接单"):
        shop.act(FinishJob(work_order_id=job.id), shop.people["林涛"])


def test_the_next_visit_shows_the_last(shop, job):
    finish(shop, job, words="换了轴承，试车正常")
    shop.act(SignOff(token=TOKEN, rating=5, signer="王"), visitor())
    again = shop.report("又异响了")
    view = shop.look(lambda queries: queries.service.job(again.id, shop.people["何平"]))
    assert [past.words for past in view.history] == ["换了轴承，试车正常"]


def test_a_progress_page_closes_after_ninety_days(shop, job):
    finish(shop, job)
    shop.act(SignOff(token=TOKEN, rating=5, signer="王"), visitor())
    closed = shop.clock.now()
    progress = shop.look(lambda queries: queries.service.progress(TOKEN, closed + timedelta(days=90)))
    assert (progress.engineer, progress.tail) == ("何师傅", "0317")
    assert shop.look(lambda queries: queries.service.progress(TOKEN, closed + timedelta(days=91))) is None
