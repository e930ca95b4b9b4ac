"""One field of many records at once (S-047): counted, confirmed, each record checked by itself, taken back (R-61)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from domain.bulk.commands import ConfirmBulk, DropBulk, ProposeBulk, UndoBulk
from domain.customers.commands import EnrolCustomer
from domain.customers.customer import Customer
from domain.dictionary.filling import FillFields
from domain.errors import Invalid, NotFound, Stale
from tests.support.company import Company, open_company

EAST: Mapping[str, Any] = {"region": "华东"}


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        for number in range(5):
            opened.act(EnrolCustomer(name=f"苏州第{number}机械有限公司", region="华东", level="普通", owner="陈静"))
        opened.act(EnrolCustomer(name="杭州别人的有限公司", region="华东", level="普通", owner="何雨"))
        yield opened


def levels(company: Company) -> dict[str, str]:
    return {each.name: each.level for each in company.all(Customer)}


def propose(company: Company, value: str = "重点", **more: Any) -> int:
    return int(company.act(ProposeBulk(record="customer", tree=EAST, field="level", value=value, **more), "陈静"))


def test_counted_confirmed_and_taken_back(company: Company) -> None:
    before = levels(company)
    bulk = propose(company)
    card = company.card("bulk.card", f"bulkedit:{bulk}", "陈静")
    assert (card.title, card.status) == ("批量修改 6 条客户", "等您确认")
    assert [(row.label, row.value) for row in card.fields][:4] == [
        ("条件", "区域是华东"),
        ("改成", "级别：重点"),
        ("无锡锦腾模具有限公司", "现在：战略"),
        ("苏州第0机械有限公司", "现在：普通"),
    ]
    assert levels(company) == before, "a preview changes nothing"
    company.act(ConfirmBulk(bulk_id=bulk, version=1), "陈静")
    changed = levels(company)
    assert changed["杭州别人的有限公司"] == "普通" and changed["东莞市鑫宏五金制品有限公司"] == ""
    assert {level for name, level in changed.items() if name.startswith(("苏州", "无锡"))} == {"重点"}
    with pytest.raises(Stale):
        company.act(ConfirmBulk(bulk_id=bulk, version=1), "陈静")

    company.act(
        FillFields(subject=f"customer:{_id(company, '苏州第0机械有限公司')}", values=(("level", "战略"),)), "陈静"
    )
    assert company.act(UndoBulk(bulk_id=bulk), "陈静") == (5, 1)
    assert levels(company) == {**before, "苏州第0机械有限公司": "战略"}, "what somebody changed since stays"
    with pytest.raises(Stale):
        company.act(UndoBulk(bulk_id=bulk), "陈静")


def test_every_record_is_checked_when_it_is_changed(company: Company) -> None:
    """Two of six change hands between the preview and the tap: left alone, and counted."""
    bulk = propose(company)
    for number in (1, 2):
        company.act(EnrolCustomer(name=f"苏州第{number}机械有限公司", owner="何雨"))
    assert company.act(ConfirmBulk(bulk_id=bulk), "陈静") == (4, 2)
    assert levels(company)["苏州第1机械有限公司"] == "普通"
    card = company.card("bulk.card", f"bulkedit:{bulk}", "陈静")
    assert card.notes == ("改了 4 条，2 条没改：不在您的范围内或不适用。",)
    company.clock.move(timedelta(hours=24, seconds=1))
    with pytest.raises(Stale, match="24 小时内"):
        company.act(UndoBulk(bulk_id=bulk), "陈静")


def test_tags_are_put_beside_the_ones_there_are(company: Company) -> None:
    first = company.act(ProposeBulk(record="customer", tree=EAST, field="tags", value="展会邀请", adds=True), "陈静")
    company.act(ConfirmBulk(bulk_id=first), "陈静")
    second = company.act(ProposeBulk(record="customer", tree=EAST, field="tags", value="价格敏感", adds=True), "陈静")
    company.act(ConfirmBulk(bulk_id=second), "陈静")
    subject = f"customer:{_id(company, '苏州第3机械有限公司')}"
    rows = {row.label: row.value for row in company.card("customers.customer", subject, "陈静").fields}
    assert rows["标签"] == "展会邀请、价格敏感"
    company.act(UndoBulk(bulk_id=second), "陈静")
    rows = {row.label: row.value for row in company.card("customers.customer", subject, "陈静").fields}
    assert rows["标签"] == "展会邀请"


def test_what_cannot_be_is_refused_before_anything_is_shown(company: Company) -> None:
    refusals = [
        (ProposeBulk(record="customer", tree=EAST, field="level", value="金牌"), Invalid, "级别里没有“金牌”"),
        (ProposeBulk(record="customer", tree=EAST, field="name", value="x"), Invalid, "名称不能批量改"),
        (ProposeBulk(record="customer", tree={"region": "西北"}, field="level", value="普通"), Invalid, "没有要改的"),
        (ProposeBulk(record="customer", tree=EAST, field="owner_id", value="1"), NotFound, "客户没有这个字段"),
        (ProposeBulk(record="customer", tree={"id": 1}, field="level", value="普通"), Invalid, "id"),
    ]
    for command, kind, words in refusals:
        with pytest.raises(kind, match=words):
            company.act(command, "陈静")
    bulk = propose(company)
    for deed in (ConfirmBulk(bulk_id=bulk), DropBulk(bulk_id=bulk), UndoBulk(bulk_id=bulk)):
        with pytest.raises(NotFound):
            company.act(deed, "周敏")
    company.act(DropBulk(bulk_id=bulk), "陈静")
    with pytest.raises(Stale):
        company.act(ConfirmBulk(bulk_id=bulk), "陈静")


def _id(company: Company, name: str) -> int:
    return next(each.id for each in company.all(Customer) if each.name == name)
