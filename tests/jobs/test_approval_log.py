"""S-097: the record of approvals goes out as a table; what is not as it was approved is named, never passed on."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from domain.approvals.deciding import ApproveStep, CounterApproval, RejectStep
from domain.approvals.log import LOG, SUBJECT, ExportApprovals
from domain.condition import ALWAYS
from domain.condition_yaml import dump
from domain.dictionary.listing import OpenListing
from domain.errors import NotAllowed, NotFound
from domain.quotes.quote import QuoteLine
from domain.quotes.submitting import SubmitQuote
from jobs.approval_log import ApprovalLog
from storage.tables import outbox
from tests.support.company import open_company
from tests.support.typed import Typed
from tests.support.workbooks import cells


@pytest.fixture
def company(tmp_path):
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


async def table(company, name):
    """Return the lines of the table this person was promised last."""
    log = ApprovalLog(database=company.database, zone=company.business.calendar.zone)
    now = company.clock.now()
    args = {"since": (now - timedelta(days=30)).isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    document = await log("approvals:0", args, company.actor(name))
    heading, *lines = cells(document.data)
    return [SimpleNamespace(**dict(zip(heading, line, strict=True))) for line in lines]


async def test_every_deed_with_who_where_and_what_he_saw(company):
    company.act(SubmitQuote(quote_id=company.quote()), "陈静")
    company.act(ApproveStep(approval_id=1, comment="=1+1 可以"), "周敏")
    company.act(SubmitQuote(quote_id=company.quote(name="何雨")), "何雨")
    company.act(RejectStep(approval_id=2, reason="太低"), "罗成")
    lines = await table(company, "秦岚")
    assert [(line.动作, line.谁, line.渠道, line.说明) for line in lines] == [
        ("提交审批", "陈静", "企业微信", ""),
        ("同意", "周敏", "钉钉", "'=1+1 可以"),
        ("审批通过", "周敏", "钉钉", "'=1+1 可以"),
        ("提交审批", "何雨", "钉钉", ""),
        ("驳回", "罗成", "企业微信", "太低"),
    ]
    first = lines[0]
    assert (str(first.时间), first.审批号, first.单据, first.版本) == (
        "2026-11-23 10:00:00",
        "SP-2611-0001",
        "Q-2611-0001",
        "V1",
    )
    assert first.审批时看到的内容 == "X200 立式加工中心 × 2台，¥300,200.00"
    assert {line.内容核对 for line in lines} == {"一致"}
    assert {line.提交人 for line in await table(company, "周敏")} == {"陈静"}, "a manager's own people"
    with pytest.raises(NotFound):
        await table(company, "陈静")


async def test_former_revisions_are_checked_as_they_were_asked(company):
    quote = company.quote()
    company.act(SubmitQuote(quote_id=quote), "陈静")
    company.act(CounterApproval(approval_id=1, words="九二折", discount_ppm=920_000), "周敏")
    company.act(SubmitQuote(quote_id=quote), "陈静")
    assert [line.内容核对 for line in await table(company, "秦岚")] == ["一致"] * 3
    tampered = update(QuoteLine).where(QuoteLine.revision == 1).values(price_fen=1)
    company.database.transact(lambda session: session.execute(tampered))
    assert [line.内容核对 for line in await table(company, "秦岚")] == ["不一致", "不一致", "一致"]


async def test_a_list_passes_on_nothing_that_is_not_as_approved(company):
    for _ in range(2):
        company.act(SubmitQuote(quote_id=company.quote()), "陈静")
    company.act(ApproveStep(approval_id=1), "周敏")
    listing = company.act(OpenListing(record="quote", tree=dump(ALWAYS)), "陈静")
    tampered = update(QuoteLine).where(QuoteLine.quote_id == 1).values(price_fen=1)
    company.database.transact(lambda session: session.execute(tampered))
    table = company.look(lambda q: q.listing.whole(listing, company.actor("陈静"), 10))
    found = {row[0]: dict(zip((each.label for each in table.columns), row, strict=True)) for row in table.rows}
    assert found["Q-2611-0002"]["报价金额"]
    assert {label: value for label, value in found["Q-2611-0001"].items() if value} == {
        "编号": "Q-2611-0001",
        "状态": "内容与审批不符，未导出",
    }


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ("导出审批记录", "2026-10-24", "2026-11-23"),
        ("导出上个月的审批记录", "2026-10-01", "2026-11-01"),
        ("把本月的审批记录导出给我", "2026-11-01", "2026-11-23"),
    ],
)
def test_it_is_asked_for_in_a_sentence(company, said, since, until):
    typed = Typed(company)
    assert typed.says("秦岚", said) == [f"{LOG} {SUBJECT}", "正在导出审批记录，做好就发给您。导出都有记录。"]
    assert company.happened(SUBJECT)[0] == "ApprovalsExported"
    row = company.database.look(
        lambda session: session.execute(select(outbox.c.body).where(outbox.c.kind == LOG)).one()
    )
    zone = company.business.calendar.zone
    days = [datetime.fromisoformat(row.body["args"][name]).astimezone(zone).date() for name in ("since", "until")]
    assert [day.isoformat() for day in days] == [since, until]
    assert f"{LOG} {SUBJECT}" not in typed.says("陈静", said)


def test_so_many_tables_a_day(company):
    now = company.clock.now()
    export = ExportApprovals(since=now - timedelta(days=1), until=now)
    for _ in range(10):
        company.act(export, "秦岚")
    with pytest.raises(NotAllowed):
        company.act(export, "秦岚")
    with pytest.raises(NotAllowed):
        company.act(export, "陈静")
