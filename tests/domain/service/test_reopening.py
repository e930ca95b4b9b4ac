"""Not mended after all: by the engineer, by the customer, and an arrival that was typed too early."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.actor import visitor
from domain.errors import NotAllowed, NotFound, Stale
from domain.service.accept import AcceptJob
from domain.service.finishing import FinishJob, SaidPart
from domain.service.reopen import ReopenJob, ReportUnmended, UndoArrival
from domain.service.sign import SignOff
from domain.service.states import JobState
from domain.service.visit import ArriveJob
from tests.support.service_shop import Shop, open_shop

TOKEN = "t" * 22


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with open_shop(database_url) as opened:
        yield opened


def finished(shop: Shop) -> int:
    job = shop.report(token=TOKEN)
    for command in (AcceptJob(work_order_id=job.id), ArriveJob(work_order_id=job.id)):
        shop.act(command, "何平")
    shop.act(FinishJob(work_order_id=job.id, parts=(SaidPart(name="6205"),)), "何平")
    return job.id


def test_the_engineer_takes_it_back(shop: Shop) -> None:
    job_id = finished(shop)
    assert f"job:{job_id}:sign:remind" in shop.pending()
    with pytest.raises(NotAllowed):
        shop.act(ReopenJob(work_order_id=job_id), "林涛")
    assert shop.act(ReopenJob(work_order_id=job_id, words="还是响"), "何平") == "WO-2611-0001"
    assert (shop.job().state, shop.job().finished_at) == (JobState.ON_SITE, None)
    assert list(shop.pending("job", "ticket")) == ["ticket:1:resolve"]
    with pytest.raises(Stale):
        shop.act(ReopenJob(work_order_id=job_id), "何平")
    with pytest.raises(Stale):
        shop.act(SignOff(token=TOKEN, rating=5, signer="王"), visitor())


def test_the_customer_says_so_and_both_sides_hear(shop: Shop) -> None:
    finished(shop)
    assert shop.act(ReportUnmended(token=TOKEN, words="开机还是响"), visitor()) == "BX-2611-0001"
    assert shop.job().state is JobState.ON_SITE
    said = "客户说没修好：苏州恒力的 X200（WO-2611-0001），“开机还是响”。"
    assert shop.told("何平")[-2:] == [f"{said}请联系客户再去看一下。", "service.dispatch workorder:1"]
    assert shop.told("唐悦")[-1] == said
    with pytest.raises(Stale):
        shop.act(ReportUnmended(token=TOKEN), visitor())
    with pytest.raises(NotFound):
        shop.act(ReportUnmended(token="x" * 22), visitor())


def test_a_later_scanner_cannot_reopen(shop: Shop) -> None:
    shop.report(token=TOKEN)
    shop.report("还没好", token="l" * 22)
    for command in (AcceptJob(work_order_id=1), ArriveJob(work_order_id=1), FinishJob(work_order_id=1)):
        shop.act(command, "何平")
    with pytest.raises(NotAllowed):
        shop.act(ReportUnmended(token="l" * 22), visitor())
    assert shop.job().state is JobState.SIGNING


def test_signed_is_signed(shop: Shop) -> None:
    finished(shop)
    shop.act(SignOff(token=TOKEN, rating=5, signer="王"), visitor())
    for command, who in ((ReportUnmended(token=TOKEN), visitor()), (ReopenJob(work_order_id=1), "何平")):
        with pytest.raises(Stale):
            shop.act(command, who)
    assert shop.job().state is JobState.CONFIRMED


def test_sign_and_unmended_at_once_are_never_both(shop: Shop) -> None:
    finished(shop)
    outcomes = shop.race(
        (SignOff(token=TOKEN, rating=5, signer="王"), visitor()), (ReportUnmended(token=TOKEN), visitor())
    )
    assert [type(each) for each in outcomes if each is not None] == [Stale]
    assert (shop.job().state is JobState.CONFIRMED) == (outcomes[0] is None)


def test_an_arrival_is_undone(shop: Shop) -> None:
    job = shop.report()
    shop.act(AcceptJob(work_order_id=job.id), "何平")
    with pytest.raises(Stale, match="不用撤销到场"):
        shop.act(UndoArrival(work_order_id=job.id), "何平")
    shop.act(ArriveJob(work_order_id=job.id), "何平")
    shop.act(UndoArrival(work_order_id=job.id), "何平")
    assert (shop.job().state, shop.job().arrived_at) == (JobState.ACCEPTED, None)
