"""A table from its arrival to its revert: good rows in, bad rows back, never twice, never somebody else's (S-014, S-063)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.activities.activity import Activity
from domain.condition import ALWAYS
from domain.condition_yaml import dump
from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.customers.customer import Contact, Customer
from domain.dictionary.listing import OpenListing
from domain.equipment.equipment import Equipment
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.imports.commands import CancelImport, ReceiveTable, RemapTable, StartImport
from domain.imports.exporting import ExportListing
from domain.imports.reverting import RevertImport
from domain.imports.run import ImportRun, ImportState
from jobs.imports.job import ImportJob
from jobs.imports.reading import CHUNK
from jobs.imports.worker import SheetWorker
from storage.files import Files
from tests.support.company import Company, open_company
from tests.support.workbooks import cells, workbook


@dataclass
class Desk:
    company: Company
    files: Files
    job: ImportJob

    async def send(self, rows: Any, name: str = "陈静", kind: str = "") -> int:
        """Send a table and wait until it was looked at."""
        data = rows if isinstance(rows, bytes) else workbook(rows)
        file_id = self.files.put(data, "application/octet-stream", "台账.xlsx")
        import_id = int(self.company.act(ReceiveTable(file_id=file_id, name="台账.xlsx", kind=kind), name))
        assert await self.job.run_due()
        return import_id

    async def bring(self, rows: Any, name: str = "陈静") -> ImportRun:
        """Send a table and say yes."""
        import_id = await self.send(rows, name)
        self.company.act(StartImport(import_id=import_id), name)
        assert await self.job.run_due()
        return self.run(import_id)

    def run(self, import_id: int) -> ImportRun:
        return self.company.get(ImportRun, import_id)

    def living(self) -> list[str]:
        return [each.name for each in self.company.all(Customer) if each.active]

    async def revert(self, import_id: int, name: str = "陈静") -> ImportRun:
        self.company.act(RevertImport(import_id=import_id), name)
        assert await self.job.run_due()
        return self.run(import_id)


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    with open_company(database_url) as company:
        files = Files.open(f"file:{tmp_path}/files")
        yield Desk(
            company,
            files,
            ImportJob(database=company.database, business=company.business, files=files, worker=SheetWorker()),
        )


CUSTOMERS = [
    ["客户名称", "联系人", "联系电话", "级别", "区域", "备注"],
    ["苏州恒力机械有限公司", "王总", 13812345678, "重点", "华东", "老客户"],
    ["苏州恒力机械有限公司", "李工", "139 1234 5678", "", "", ""],
    ["常州科达电气", "赵工", "1381234567", "普通", "华东", ""],
    ["无锡锦腾模具有限公司", "俞海燕", "13912000002", "", "", ""],
    ["无锡锦腾模具有限公司", "新来的小周", "13700000007", "", "", ""],
    ["东莞市鑫宏五金制品有限公司", "陈总", "13700000008", "", "", ""],
    ["合计", "", 4, "", "", ""],
]


async def test_a_customer_list_from_first_look_to_revert(desk: Desk) -> None:
    company = desk.company
    before = desk.living()
    import_id = await desk.send(CUSTOMERS)
    run = desk.run(import_id)
    assert run.state is ImportState.READY
    assert {name: run.found[name] for name in ("kind", "good", "known", "bad", "unknown")} == {
        "kind": "customer", "good": 3, "known": 1, "bad": 2, "unknown": ["备注"],
    }  # fmt: skip
    assert run.found["problems"] == [
        "第 4 行 联系电话：号码 1381234567 有 10 位，手机号应为 11 位",
        "第 7 行 客户名称：系统里已有这家公司，由同事负责",
    ]
    assert desk.living() == before, "nothing is written before the yes"
    card = company.card("imports.run", f"importrun:{import_id}", "陈静")
    assert [button.text for button in card.buttons] == ["导入", "换映射", "取消"]

    company.act(StartImport(import_id=import_id, version=run.version), "陈静")
    await desk.job.run_due()
    run = desk.run(import_id)
    assert (run.state, run.added, run.known, run.refused) == (ImportState.DONE, 3, 1, 2)
    made = company.all(Customer)[-1]
    assert (made.name, made.level, made.region, made.owner_id, made.legal_name) == (
        "苏州恒力机械有限公司", "重点", "华东", company.actor("陈静").person_id, "苏州恒力机械有限公司",
    )  # fmt: skip
    assert {(each.customer_id, each.name, each.phone) for each in company.all(Contact)[1:]} == {
        (made.id, "王总", "13812345678"),
        (made.id, "李工", "13912345678"),
        (company.all(Customer)[0].id, "新来的小周", "13700000007"),
    }
    for said in ("恒力", "szhl", "5678"):
        hits = company.look(lambda queries, said=said: queries.customers.hits(said, company.actor("陈静")))
        assert [hit.name for hit in hits] == ["苏州恒力机械有限公司"], said
    assert f"imports.bad_rows importrun:{import_id}" in company.told("陈静")

    document = await desk.job.bad_rows(f"importrun:{import_id}", {}, company.actor("陈静"))
    assert document.name == "台账-有问题的行.xlsx"
    head, *bad = cells(document.data)
    assert head == ["行号", "有问题的列", "原值", "原因", "怎么改", *CUSTOMERS[0]]
    assert [row[:4] + row[5:8] for row in bad] == [
        [4, "联系电话", "1381234567", "号码 1381234567 有 10 位，手机号应为 11 位", "常州科达电气", "赵工", "1381234567"],
        [7, "客户名称", "东莞市鑫宏五金制品有限公司", "系统里已有这家公司，由同事负责",
         "东莞市鑫宏五金制品有限公司", "陈总", "13700000008"],
    ]  # fmt: skip
    with pytest.raises(NotFound):
        await desk.job.bad_rows(f"importrun:{import_id}", {}, company.actor("何雨"))

    again = await desk.bring(CUSTOMERS)
    assert (again.added, again.known, again.refused) == (0, 4, 2)

    back = await desk.revert(import_id)
    assert (back.state, back.taken_back, back.kept) == (ImportState.REVERTED, 4, 0)
    assert desk.living() == before
    assert [each.name for each in company.all(Contact) if each.active] == ["俞海燕"]
    hits = company.look(lambda queries: queries.customers.hits("恒力", company.actor("陈静")))
    assert not hits
    third = await desk.bring(CUSTOMERS)
    assert (third.added, third.known, third.refused) == (3, 1, 2)
    assert desk.living() == [*before, "苏州恒力机械有限公司"]


async def test_what_was_changed_since_stays(desk: Desk) -> None:
    company = desk.company
    run = await desk.bring(
        [["客户名称", "联系电话"], ["甲机械", "13800000001"], ["乙机械", "13800000002"], ["丙机械", ""]]
    )
    ids = {each.name: each.id for each in company.all(Customer)}
    company.act(EnrolCustomer(name="甲机械", industry="模具"))
    company.act(EnrolCustomer(name="乙机械", contacts=(ContactEntry(name="新人", phone="13800000003"),)))
    company.log(company="丙机械", contact="", phone="")
    back = await desk.revert(run.id)
    assert {name for name in ("甲机械", "乙机械", "丙机械") if company.get(Customer, ids[name]).active} == {
        "甲机械", "乙机械", "丙机械",
    }  # fmt: skip
    assert (back.taken_back, back.kept) == (2, 3)
    card = company.card("imports.run", back.subject, "陈静")
    assert card.fields[0].value == "撤销了 2 条；3 条之后改过或已有别的往来，保留不动"


async def test_a_ledger_keeps_dates_and_authors(desk: Desk) -> None:
    company = desk.company
    rows = [
        ["日期", "客户", "方式", "内容", "业务员", "下步计划"],
        [date(2025, 3, 5), "锦腾", "上门", "看了车间，要两台X200", "陈静", "报价"],
        ["2025年4月1日", "无锡新客户机械", "电话", "问了交期", "", ""],
        ["2025-04-02", "无锡新客户机械", "电话", "问了交期", "何雨", ""],
        ["2025-04-02", "鑫宏", "电话", "同事的客户", "", ""],
    ]
    run = await desk.bring(rows)
    assert (run.added, run.known, run.refused) == (2, 0, 2)
    first, second = company.all(Activity)
    me = company.actor("陈静").person_id
    assert (first.at, first.author_id, first.kind.label, first.text, first.next_step) == (
        datetime(2025, 3, 5, 4, tzinfo=UTC), me, "拜访", "看了车间，要两台X200", "报价",
    )  # fmt: skip
    assert company.get(Customer, first.customer_id or 0).last_contact_at == first.at
    assert company.get(Customer, second.customer_id or 0).name == "无锡新客户机械"
    assert (await desk.bring(rows)).added == 0
    manager = await desk.bring([rows[0], rows[3]], "秦岚")
    assert (manager.added, company.all(Activity)[-1].author_id) == (1, company.actor("何雨").person_id)
    await desk.revert(manager.id, "秦岚")
    back = await desk.revert(run.id)
    assert (back.taken_back, back.kept) == (3, 0)
    assert company.get(Customer, first.customer_id or 0).last_contact_at is None
    assert all(each.undone for each in company.all(Activity))


async def test_machines_and_prices_want_their_roles(desk: Desk) -> None:
    company = desk.company
    machines = [
        ["序列号", "型号", "客户", "保修截止"],
        ["SN-1", "X200", "锦腾", "2027-01-01"],
        ["SN-2", "X200", "查无此厂", ""],
    ]
    refused = await desk.send(machines, "陈静")
    assert desk.run(refused).reason == "您没有权限导入设备，请联系主管或管理员。"
    run = await desk.bring(machines, "秦岚")
    assert (run.added, run.refused) == (1, 1)
    assert [(each.serial, each.warranty_until) for each in company.all(Equipment)] == [("SN-1", date(2027, 1, 1))]
    prices = [["型号", "品名", "售价", "成本"], ["K-1", "夹具", "1.2万", 8000], ["X200", "已有的", 1, 1]]
    run = await desk.bring(prices, "秦岚")
    assert (run.added, run.known) == (1, 1)
    with pytest.raises(NotAllowed):
        await desk.send(prices, "陈静", "product")
    assert (await desk.revert(run.id, "秦岚")).taken_back == 1


async def test_deeds_of_their_own_hold_the_writer_no_longer_than_rows(desk: Desk) -> None:
    prices = [["型号", "售价"], *([f"K-{number}", 100 + number] for number in range(130))]
    run = await desk.bring(prices, "秦岚")
    assert (run.added, desk.company.happened(run.subject).count("RowsTaken")) == (130, 3)


async def test_buttons_in_the_wrong_order_and_by_others(desk: Desk) -> None:
    company = desk.company
    import_id = await desk.send(CUSTOMERS)
    for command in (StartImport, CancelImport, RevertImport):
        with pytest.raises(NotFound):
            company.act(command(import_id=import_id), "何雨")
    with pytest.raises(Stale):
        company.act(RevertImport(import_id=import_id), "陈静")
    with pytest.raises(Stale):
        company.act(StartImport(import_id=import_id, version=99), "陈静")
    company.act(RemapTable(import_id=import_id, column="联系电话", field=""), "陈静")
    await desk.job.run_due()
    run = desk.run(import_id)
    assert (run.found["bad"], "联系电话" in run.found["unknown"]) == (1, True)
    outcomes = company.race(*[(StartImport(import_id=import_id, version=run.version), "陈静")] * 8)
    assert sum(outcome is None for outcome in outcomes) == 1
    await desk.job.run_due()
    done = desk.run(import_id)
    company.clock.move(timedelta(hours=24, seconds=1))
    with pytest.raises(Invalid, match="超过 24 小时"):
        company.act(RevertImport(import_id=import_id, version=done.version), "陈静")
    cancelled = await desk.send(CUSTOMERS)
    company.act(CancelImport(import_id=cancelled), "陈静")
    assert not await desk.job.run_due()
    with pytest.raises(Stale):
        company.act(StartImport(import_id=cancelled), "陈静")


async def test_an_import_that_died_half_way_goes_on(desk: Desk) -> None:
    """The first chunk is in and the process dies: the next start brings the rest, and nothing twice."""
    rows = [["客户名称", "联系电话"], *([f"甲{number}机械", f"138{number:08d}"] for number in range(CHUNK + 50))]
    import_id = await desk.send(rows)
    desk.company.act(StartImport(import_id=import_id), "陈静")
    bring, calls = desk.job._bring, 0

    async def once(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return await bring(*args)

    desk.job._bring = once  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        await desk.job.run_due()
    assert desk.run(import_id).added == CHUNK
    desk.job._bring = bring  # type: ignore[method-assign]
    assert await desk.job.run_due()
    run = desk.run(import_id)
    assert (run.state, run.added, run.known) == (ImportState.DONE, CHUNK + 50, 0)
    assert len(desk.living()) == CHUNK + 52


async def test_a_file_that_cannot_be_read_is_answered(desk: Desk) -> None:
    import_id = await desk.send(b"PK\x03\x04broken")
    assert desk.run(import_id).state is ImportState.REFUSED
    assert f"imports.run importrun:{import_id}" in desk.company.told("陈静")
    assert "打不开" in desk.company.card("imports.run", f"importrun:{import_id}", "陈静").fields[0].value


async def test_what_can_be_counted_goes_out_as_numbers_and_days(desk: Desk) -> None:
    """Money in yuan, a unit behind its number, moments by the company's clock: a spreadsheet adds them up."""
    company = desk.company
    company.quote()
    listing = int(company.act(OpenListing(record="quote", tree=dump(ALWAYS)), "陈静"))
    document = await desk.job.export(f"listing:{listing}", {}, company.actor("陈静"))
    head, row = cells(document.data)
    found = dict(zip(head, row, strict=True))
    assert (found["报价金额"], found["原价"], found["有效期"]) == (300_200.0, 316_000.0, 30.0)
    assert found["创建时间"] == company.clock.now().astimezone(company.business.calendar.zone).replace(tzinfo=None)
    with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert all(each in styles for each in ('formatCode="yyyy-mm-dd hh:mm"', "General&quot;天&quot;"))


async def test_a_list_goes_out_as_its_owner_sees_it(desk: Desk) -> None:
    company = desk.company
    company.act(EnrolCustomer(name="=HYPERLINK(1)机械", owner="陈静"))
    listing = int(company.act(OpenListing(record="customer", tree=dump(ALWAYS)), "陈静"))
    subject = f"listing:{listing}"
    with pytest.raises(NotFound):
        company.act(ExportListing(listing_id=listing, count=2), "何雨")
    company.act(ExportListing(listing_id=listing, count=2), "陈静")
    assert f"imports.export {subject}" in company.told("陈静")
    assert "ListingExported" in company.happened(subject)
    document = await desk.job.export(subject, {}, company.actor("陈静"))
    head, *rows = cells(document.data)
    assert document.name == "客户-20261123-2条.xlsx"
    assert head[:2] == ["名称", "区域"]
    assert [row[0] for row in rows] == ["'=HYPERLINK(1)机械", "无锡锦腾模具有限公司"]
    with pytest.raises(NotFound):
        await desk.job.export(subject, {}, company.actor("何雨"))
    with pytest.raises(Invalid, match="20000"):
        company.act(ExportListing(listing_id=listing, count=20_001), "陈静")
    for _ in range(9):
        company.act(ExportListing(listing_id=listing, count=2), "陈静")
    with pytest.raises(NotAllowed, match="10 次"):
        company.act(ExportListing(listing_id=listing, count=2), "陈静")
