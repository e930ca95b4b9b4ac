"""Rows taken together become what they become one by one, and what was foreseen for the card (R-93)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from domain.activities.activity import Activity
from domain.catalog.product import Product
from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.customers.customer import Contact, Customer, CustomerAlias
from domain.dictionary.definition import FieldValue
from domain.dictionary.records import RECORDS
from domain.equipment.equipment import Equipment
from domain.fields import Field, FieldType
from domain.imports.checking import Checker, Staff
from domain.imports.checking import Company as Looked
from domain.imports.chunk import Taken
from domain.imports.commands import NoteTable, ReceiveTable, StartImport
from domain.imports.kinds import SheetName, sheet_kinds
from domain.imports.mapping import find_head
from domain.imports.row import Row
from domain.imports.run import ImportRun
from domain.imports.taking import RowsTaken, TakeRows
from domain.record import Entity
from storage import search, timeline
from storage.imports import import_rows
from storage.newly import row_of
from storage.search import search_keys
from storage.tables import timeline as lines
from tests.support.company import Company, open_company

ADDED = (
    Field(name="machines", label="设备数", type=FieldType.NUMBER, unit="台", custom=True),
    Field(name="trades", label="工艺", type=FieldType.CHOICES, custom=True),
)
KINDS = sheet_kinds(RECORDS["customer"].with_fields(ADDED))
NAMES = [
    "甲机械", "甲机械有限公司", "乙厂", "回来的公司", "有代码的公司", "无锡锦腾模具有限公司", "锦腾",
    "东莞市鑫宏五金制品有限公司", "ＡＢ精工", "ab精工", "并掉的公司",
]  # fmt: skip
PEOPLE = ["陈静", "何雨", "周敏", "没有这个人"]
TABLES = {
    "customer": {
        "客户名称": NAMES, "联系人": ["王总", "俞海燕"],
        "联系电话": ["13812345678", "138 1234 5678", "139 1200 0002", "0512-88886666"],
        "信用代码": ["91110108551385082Q", "91440300708461136T"], "区域": ["华东", "华南"], "客户等级": ["重点"],
        "业务员": PEOPLE, "设备数": ["3", "4台"], "工艺": ["车、铣", "磨"],
    },
    "activity": {
        "客户": NAMES, "日期": ["2025-03-05", "2025-04-01"], "内容": ["谈了价格", "看了车间"], "方式": ["电话", "上门"],
        "跟进人": PEOPLE, "联系人": ["王总"],
    },
    "equipment": {"序列号": ["SN-1", "SN-2", "sn-1"], "型号": ["X200"], "客户": NAMES, "安装地址": ["一车间"]},
    "product": {"型号": ["K-1", "k 1", "X200", "K-2"], "品名": ["夹具"], "售价": ["1.2万", "-1"], "成本": ["8000"]},
}  # fmt: skip
NEEDED = {"客户名称", "客户", "日期", "内容", "序列号", "型号", "售价"}
UNSAID = {"id", "slug", "customer_id", "record_id"}
"""Numbers, which say nothing when they are drawn anew, and what is made up at random."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is there when an import is through: its records, its answer, and the rows its events count."""

    records: list[Any]
    answer: tuple[int, int, list[str]]
    counted: tuple[int, int]


def tables(kind: str) -> st.SearchStrategy[list[dict[str, str]]]:
    """Return tables whose few words keep meeting: the same company, number, code and person again and again."""
    columns = {
        name: st.sampled_from(said) if name in NEEDED else st.sampled_from(["", *said])
        for name, said in TABLES[kind].items()
    }
    return st.lists(st.fixed_dictionaries(columns), max_size=9)


def checked(kind: str, table: list[dict[str, str]], company: Company) -> list[Row]:
    """Return the good rows, each looked at by itself: what speaks against rows before it is left to taking them."""
    names = [*TABLES[kind]]
    head = find_head([names], KINDS, wanted=SheetName(kind))
    assert head is not None
    staff: dict[str, Staff | None] = {
        name: Staff(id=company.actor(name).person_id or 0, active=True, within=True) for name in PEOPLE[:3]
    }
    looked = Looked(zone=ZoneInfo("Asia/Shanghai"), now=datetime(2026, 11, 23, 2, tzinfo=UTC), staff=staff)
    outcomes = [
        Checker(kind=KINDS[head.kind], head=head, company=looked).check(line, [said[name] for name in names])
        for line, said in enumerate(table, 2)
    ]
    return [outcome for outcome in outcomes if isinstance(outcome, Row)]


def remember(company: Company) -> None:
    """Give the company a past: customers with a code, taken back with all that was known of it, merged into another."""
    company.act(EnrolCustomer(name="有代码的公司", owner="陈静", credit_code="91440300708461136T"))
    company.act(EnrolCustomer(name="并掉的公司", owner="何雨"))
    company.act(
        EnrolCustomer(name="回来的公司", owner="何雨", contacts=(ContactEntry(name="王总", phone="0512-88886666"),))
    )

    def take_back(session: Session) -> None:
        gone = session.scalars(select(Customer).where(Customer.name == "回来的公司")).one()
        person = session.scalars(select(Contact).where(Contact.customer_id == gone.id)).one()
        gone.active = person.active = False
        session.add(FieldValue(record="customer", record_id=gone.id, field="machines", number=9))
        into = session.scalars(select(Customer).where(Customer.name == "无锡锦腾模具有限公司")).one()
        merged = session.scalars(select(Customer).where(Customer.name == "并掉的公司")).one()
        merged.active, merged.merged_into_id = False, into.id
        session.flush()
        search.index(session, [gone.id, merged.id])

    company.database.transact(take_back)


def begun(company: Company, kind: str, who: str) -> int:
    """Return an import that somebody has said yes to."""
    import_id = int(company.act(ReceiveTable(file_id="x", name="x.xlsx"), who))
    company.act(NoteTable(import_id=import_id, digest="x", found={"kind": kind}))
    company.act(StartImport(import_id=import_id), who)
    return import_id


def taken(company: Company, kind: str, import_id: int, chunks: Sequence[Sequence[Row]], who: str) -> Left:
    """Return what is left when the rows were taken by these chunks, and take it all back."""
    with company.database.engine.connect() as connection:
        everything = connection.begin()
        answers = [
            effect(company, connection, who, f"rows:{place}", command(kind, import_id, rows))
            for place, rows in enumerate(chunks)
        ]
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            left = Left(records=records(session), answer=answer(answers), counted=counted(session))
            assert not list(timeline.verify(session))
            places = [(each.record_id, each.field, each.position) for each in session.scalars(select(FieldValue))]
            assert len(places) == len(set(places)), "a field has what was said last, not that beside what was there"
            before = set(session.execute(select(search_keys)))
            search.index(session, set(session.scalars(select(Customer.id))))
            assert set(session.execute(select(search_keys))) == before, "they are found by what their records say"
        everything.rollback()
    return left


def command(kind: str, import_id: int, rows: Sequence[Row], *, dry: bool = False) -> TakeRows:
    return TakeRows(import_id=import_id, kind=SheetName(kind), rows=tuple(rows), fields=ADDED, dry=dry)


def effect(company: Company, connection: Connection, who: str, key: str, deed: TakeRows) -> Taken:
    with Session(connection, autoflush=False, join_transaction_mode="create_savepoint") as session, session.begin():
        batch = company.business.batch(session)
        result: Taken = company.business.attempt(batch, key, company.actor(who), lambda work: work.act(deed))
        batch.finish()
    return result


def answer(parts: Sequence[Taken]) -> tuple[int, int, list[str]]:
    problems = [f"{each.said} {each.value} {each.fix}" for part in parts for each in part.problems]
    return sum(part.added for part in parts), sum(part.known for part in parts), problems


def records(session: Session) -> list[Any]:
    """Return every record that imports write, told apart by what it says, its customer by name."""
    names = {customer.id: customer.key for customer in session.scalars(select(Customer))}
    kinds: tuple[type[Entity], ...] = (Customer, CustomerAlias, Contact, Activity, Equipment, Product, FieldValue)
    said: list[Any] = []
    for kind in kinds:
        for record in session.scalars(select(kind)):
            row = row_of(record)
            of = row.get("customer_id", row.get("record_id"))
            said.append((kind.__name__, names.get(of), {name: row[name] for name in row if name not in UNSAID}))
    said += [
        ("found by", names[found.customer_id], found.kind, found.key) for found in session.execute(select(search_keys))
    ]
    said += [("noted", each.line, each.key, each.record, each.version) for each in session.execute(select(import_rows))]
    return sorted(said, key=repr)


def counted(session: Session) -> tuple[int, int]:
    told = session.scalars(select(lines.c.body).where(lines.c.event == RowsTaken.__name__)).all()
    return sum(body["added"] for body in told), sum(body["known"] for body in told)


def matches(company: Company, kind: str, who: str, examples: int) -> None:
    """Fail when rows are something else together than they are one by one, or than was foreseen."""
    import_id = begun(company, kind, who)

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(tables(kind))
    def hold(table: list[dict[str, str]]) -> None:
        rows = checked(kind, table, company)
        together = taken(company, kind, import_id, [rows], who)
        assert together == taken(company, kind, import_id, [[row] for row in rows], who)
        with company.database.engine.connect() as connection, connection.begin() as foreseen:
            dry = effect(company, connection, who, "dry", command(kind, import_id, rows, dry=True))
            foreseen.rollback()
        assert answer([dry]) == together.answer
        assert together.counted == together.answer[:2]

    hold()


def test_together_or_one_by_one_it_is_the_same(database_url: str) -> None:
    with open_company(database_url) as company:
        remember(company)
        matches(company, "customer", "秦岚", 6)
        matches(company, "customer", "陈静", 6)
        matches(company, "activity", "陈静", 4)
        matches(company, "equipment", "秦岚", 2)
        matches(company, "product", "秦岚", 2)


def test_the_same_rows_from_several_at_once(database_url: str) -> None:
    """Four imports of one list and four people typing its names: each company, number and row is there once."""
    with open_company(database_url) as company:
        table = [{**dict.fromkeys(TABLES["customer"], ""), "客户名称": f"丁{n}机械", "联系电话": f"1380000{n:04}"}
                 for n in range(40)]  # fmt: skip
        rows = checked("customer", table, company)
        imports = [begun(company, "customer", "秦岚") for _ in range(4)]
        typed = [EnrolCustomer(name=f"丁{n}机械", owner="秦岚") for n in (0, 13, 26, 39)]
        outcomes = company.race(
            *((command("customer", import_id, rows), "秦岚") for import_id in imports), *((deed, "") for deed in typed)
        )
        assert outcomes == [None] * 8
        names = [each.name for each in company.all(Customer) if each.name.startswith("丁")]
        assert sorted(names) == sorted(f"丁{n}机械" for n in range(40))
        numbers = [each.phone for each in company.all(Contact) if each.active and each.phone]
        assert len(numbers) == len(set(numbers)) == 41
        runs = [company.get(ImportRun, import_id) for import_id in imports]
        assert [run.added + run.known for run in runs] == [40] * 4
        assert sum(run.added for run in runs) == 40
        assert not list(company.database.look(lambda session: list(timeline.verify(session))))
