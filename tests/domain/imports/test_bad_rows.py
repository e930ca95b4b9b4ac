"""Bad rows of every kind stay outside, each with its own reason; good ones around them come in (R-93, R-94)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.errors import Invalid
from domain.imports.cells import FORMULA_FAILED, read_cell, read_money
from domain.imports.checking import Checker, Company, Staff
from domain.imports.kinds import SheetName, sheet_kinds
from domain.imports.mapping import find_head
from domain.imports.row import Problem, Row

ZONE = ZoneInfo("Asia/Shanghai")
STAFF: Mapping[str, Staff | None] = {
    "陈静": Staff(id=1, active=True, within=True),
    "何雨": Staff(id=2, active=True, within=False),
    "老吴": Staff(id=3, active=False, within=True),
    "小李": None,
}
KINDS = sheet_kinds()
CUSTOMER = ["客户名称", "联系人", "联系电话", "客户等级", "区域", "信用代码", "负责人", "性格"]
ACTIVITY = ["客户", "日期", "方式", "内容", "跟进人", "下次时间"]
PRODUCT = ["型号", "品名", "售价", "成本", "税率", "单位"]
EQUIPMENT = ["序列号", "型号", "客户", "安装日期", "保修截止"]
GOOD: Mapping[str, list[Any]] = {
    "customer": ["苏州恒力机械有限公司", "王总", "13812345678", "重点", "华东", "", "陈静", ""],
    "activity": ["苏州恒力", "2025-03-05", "电话", "谈了两台X200", "陈静", ""],
    "product": ["Z900", "车床", "1,234.50", "", "13%", "台"],
    "equipment": ["SN9", "X200", "苏州恒力", "2024-01-02", "2026-01-02"],
}
HEADS = {"customer": CUSTOMER, "activity": ACTIVITY, "product": PRODUCT, "equipment": EQUIPMENT}


def checker(kind: str, *, base_1904: bool = False) -> Checker:
    head = find_head([HEADS[kind]], KINDS, wanted=SheetName(kind))
    assert head is not None
    company = Company(zone=ZONE, now=datetime(2026, 11, 23, 2, tzinfo=UTC), staff=STAFF)
    return Checker(kind=KINDS[head.kind], head=head, company=company, base_1904=base_1904)


def outcome(kind: str, column: str, value: Any) -> Row | list[Problem] | None:
    cells = list(GOOD[kind])
    cells[HEADS[kind].index(column)] = value
    return checker(kind).check(2, cells)


BAD = [
    ("customer", "客户名称", "", "没有填客户名称"),
    ("customer", "客户名称", "  \u200b ", "没有填客户名称"),
    ("customer", "客户名称", "……！", "里没有名字"),
    ("customer", "客户名称", "恒" * 300, "最多 200 个字"),
    ("customer", "客户名称", "=cmd|'/c calc'!A1", "公式符号"),
    ("customer", "客户名称", "@SUM(A1)", "公式符号"),
    ("customer", "客户名称", "+HYPERLINK(1)", "公式符号"),
    ("customer", "客户名称", "恒\x00力", "控制符号"),
    ("customer", "客户名称", "恒\x07力", "控制符号"),
    ("customer", "客户名称", "恒\ud800力", "控制符号"),
    ("customer", "客户名称", "恒\u202e力", "书写方向"),
    ("customer", "客户名称", "锟斤拷机械", "乱码"),
    ("customer", "客户名称", "è‹\ufffdå·žæ", "乱码"),
    ("customer", "客户名称", FORMULA_FAILED, "公式算不出来"),
    ("customer", "客户名称", 1e17, "丢了末尾几位"),
    ("customer", "联系电话", "1.38E+10", "科学计数法"),
    ("customer", "联系电话", "1381234567", "有 10 位"),
    ("customer", "联系电话", 138123456789.0, "有 12 位"),
    ("customer", "联系电话", "12812345678", "号段"),
    ("customer", "联系电话", "王总的手机", "不像电话号码"),
    ("customer", "联系电话", "5128234567", "不像电话号码"),
    ("customer", "联系电话", "13812345678/13912345678", "两个号码"),
    ("customer", "联系电话", "13812345678、051288886666", "两个号码"),
    ("customer", "联系电话", FORMULA_FAILED, "公式算不出来"),
    ("customer", "客户等级", "超级", "没有“超级”"),
    ("customer", "区域", "火星", "没有“火星”"),
    ("customer", "性格", "好", "没有“好”"),
    ("customer", "信用代码", "91350100M000100Y44", "第 18 位"),
    ("customer", "信用代码", 91350100000100000.0, "丢了末尾几位"),
    ("customer", "信用代码", "9135010", "18 位"),
    ("customer", "负责人", "赵无名", "没有“赵无名”"),
    ("customer", "负责人", "老吴", "已离职"),
    ("customer", "负责人", "何雨", "不在您的范围内"),
    ("customer", "负责人", "小李", "不止一位"),
    ("activity", "客户", "", "没有填客户"),
    ("activity", "内容", "", "没有填内容"),
    ("activity", "内容", "长" * 2001, "最多 2000 个字"),
    ("activity", "方式", "托梦", "没有“托梦”"),
    ("activity", "跟进人", "何雨", "不在您的范围内"),
    ("activity", "日期", "", "没有填日期"),
    ("activity", "日期", "2026.2.30", "没有 2026-2-30 这一天"),
    ("activity", "日期", "2025-02-29", "没有 2025-02-29 这一天"),
    ("activity", "日期", "05/03/2025", "日和月哪个在前"),
    ("activity", "日期", "25-3-5", "年份只有两位"),
    ("activity", "日期", "2025-03-05T09:00+08:00", "时区"),
    ("activity", "日期", "2025-03-05T09:00Z", "时区"),
    ("activity", "日期", "0001-01-01", "年份 1 不对"),
    ("activity", "日期", "9999-12-31", "年份 9999 不对"),
    ("activity", "日期", "春节后", "不是日期"),
    ("activity", "日期", "正月初八", "不是日期"),
    ("activity", "日期", "2025-03-05 25:00", "看不懂"),
    ("activity", "日期", True, "没有日期"),
    ("activity", "日期", "2027-01-01", "还没到"),
    ("activity", "日期", FORMULA_FAILED, "公式算不出来"),
    ("activity", "下次时间", "下周吧", "不是日期"),
    ("product", "型号", "", "没有填型号"),
    ("product", "型号", "——", "没有字母和数字"),
    ("product", "售价", "", "没有填售价"),
    ("product", "售价", "-5", "不能是负数"),
    ("product", "售价", "1.005", "最多两位小数"),
    ("product", "售价", "999999999999", "金额太大"),
    ("product", "售价", "1E+1000000", "不是数字"),
    ("product", "售价", "NaN", "不是数字"),
    ("product", "售价", "Infinity", "不是数字"),
    ("product", "售价", "1_0", "不是数字"),
    ("product", "售价", "9" * 4000, "最多 200 个字"),
    ("product", "售价", "12,34.5", "不是数字"),
    ("product", "售价", "$1200", "不是人民币"),
    ("product", "售价", "1200欧元", "不是人民币"),
    ("product", "售价", "面议", "不是数字"),
    ("product", "售价", "٣٤", "不是数字"),
    ("product", "成本", "-1", "不能是负数"),
    ("product", "税率", "130%", "要在 0% 到 100% 之间"),
    ("product", "税率", "-3%", "要在 0% 到 100% 之间"),
    ("product", "单位", "台" * 30, "最多 16 个字"),
    ("equipment", "序列号", "", "没有填序列号"),
    ("equipment", "型号", "", "没有填型号"),
    ("equipment", "客户", "", "没有填客户"),
    ("equipment", "安装日期", "2025年13月1日", "没有 2025-13-1 这一天"),
    ("equipment", "保修截止", "2020-01-01", "早于安装日期"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "column", "value", "reason"), BAD)
def test_a_bad_cell_is_named_with_its_reason(kind: str, column: str, value: Any, reason: str) -> None:
    began = perf_counter()
    problems = outcome(kind, column, value)
    assert perf_counter() - began < 0.5
    assert isinstance(problems, list)
    assert [reason in problem.reason for problem in problems] == [True], problems
    assert (problems[0].line, problems[0].column) == (2, column)
    assert problems[0].fix.startswith("请")


FINE = [
    ("customer", "客户名称", " 苏州\u200b恒力 机械 ", "name", "苏州恒力 机械"),
    ("customer", "客户名称", "<script>alert(1)</script>机械", "name", "<script>alert(1)</script>机械"),
    ("customer", "客户名称", "{{7*7}}机械", "name", "{{7*7}}机械"),
    ("customer", "客户名称", "../../恒力", "name", "../../恒力"),
    ("customer", "客户名称", "𠮷野机械", "name", "𠮷野机械"),
    ("customer", "客户名称", "恒力😀机械", "name", "恒力😀机械"),
    ("customer", "客户名称", "恒力\n机械", "name", "恒力 机械"),
    ("customer", "联系电话", 13812345678.0, "phone", "13812345678"),
    ("customer", "联系电话", "+86 138-1234-5678", "phone", "13812345678"),
    ("customer", "联系电话", "１３８１２３４５６７８", "phone", "13812345678"),
    ("customer", "联系电话", "0512-88886666转801", "phone", "051288886666-801"),
    ("customer", "客户等级", "A", "level", "战略"),
    ("customer", "信用代码", "91350100m000100y43", "credit_code", "91350100M000100Y43"),
    ("activity", "日期", 45721.0, "at", datetime(2025, 3, 5, 12, tzinfo=ZONE)),
    ("activity", "日期", "45721", "at", datetime(2025, 3, 5, 12, tzinfo=ZONE)),
    ("activity", "日期", 45721.5625, "at", datetime(2025, 3, 5, 13, 30, tzinfo=ZONE)),
    ("activity", "日期", date(2025, 3, 5), "at", datetime(2025, 3, 5, 12, tzinfo=ZONE)),
    ("activity", "日期", datetime(2025, 3, 5, 9, 30), "at", datetime(2025, 3, 5, 9, 30, tzinfo=ZONE)),  # noqa: DTZ001 - a cell has no zone
    ("activity", "日期", "2025年3月5日", "at", datetime(2025, 3, 5, 12, tzinfo=ZONE)),
    ("activity", "日期", "2025.3.5", "at", datetime(2025, 3, 5, 12, tzinfo=ZONE)),
    ("activity", "日期", "20250305", "at", datetime(2025, 3, 5, 12, tzinfo=ZONE)),
    ("activity", "日期", "2025/3/5 14:30", "at", datetime(2025, 3, 5, 14, 30, tzinfo=ZONE)),
    ("activity", "方式", "上门", "kind", "拜访"),
    ("activity", "跟进人", "老吴", "author", 3),
    ("product", "售价", "1,234.50", "price", 123_450),
    ("product", "售价", "１２３", "price", 12_300),
    ("product", "售价", "￥12万", "price", 12_000_000),
    ("product", "售价", "12.5万元", "price", 12_500_000),
    ("product", "售价", 1234.5, "price", 123_450),
    ("product", "税率", "13", "tax", 130_000),
    ("product", "税率", 0.13, "tax", 130_000),
    ("product", "税率", "13%", "tax", 130_000),
    ("product", "税率", "", "tax", 130_000),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "column", "value", "name", "read"), FINE)
def test_what_is_only_written_oddly_is_read(kind: str, column: str, value: Any, name: str, read: Any) -> None:
    row = outcome(kind, column, value)
    assert isinstance(row, Row), row
    assert row.values[name] == read


def test_dates_of_1904() -> None:
    row = checker("activity", base_1904=True).check(2, ["恒力", 44259.0, "", "谈了", "", ""])
    assert isinstance(row, Row)
    assert row.values["at"].date() == date(2025, 3, 5)


def test_rows_that_hold_no_data_are_passed_over() -> None:
    check = checker("customer")
    asides = [[], ["", None, "  "], ["合计", "", 12.0], ["注：以上为2025年客户"], CUSTOMER, ["总计"]]
    assert [check.check(number, cells) for number, cells in enumerate(asides, 2)] == [None] * 6
    assert check.passed_over == 6


def test_a_row_that_repeats_or_contradicts_an_earlier_one() -> None:
    check = checker("customer")
    first = check.check(2, ["ＡＢＣ机械", "王总", "13812345678", "", "", "91350100M000100Y43", "", ""])
    assert isinstance(first, Row)
    reasons = []
    for cells in (
        ["abc 机械", "王总", "138 1234 5678", "", "", "", "", ""],
        ["АВС机械有限公司", "老王", "13812345678", "", "", "", "", ""],
        ["别家机械", "王总", "13812345678", "", "", "", "", ""],
        ["别家机械", "", "", "", "", "91350100M000100Y43", "", ""],
    ):
        problems = check.check(3, cells)
        assert isinstance(problems, list)
        reasons.append(problems[0].reason)
    assert reasons == [
        "和第 2 行重复",
        "和第 2 行重复",
        "同一个号码在这份表里写给了两家公司",
        "同一个信用代码在这份表里写给了两家公司",
    ]
    assert isinstance(check.check(4, ["ABC机械", "李工", "13900000000", "", "", "", "", ""]), Row)


@pytest.mark.parametrize(
    ("rows", "kind", "columns"),
    [
        (
            [["2025年客户台账", "", ""], ["基本信息", "", "联系"], ["客户名称*", "所属行业", "联系电话（必填）"]],
            SheetName.CUSTOMER,
            {0: "name", 1: "industry", 2: "phone"},
        ),
        (
            [["序号", "拜访日期", "客户公司", "沟通情况", "业务员", "私密备注"]],
            SheetName.ACTIVITY,
            {1: "at", 2: "customer", 3: "text", 4: "author"},
        ),
        ([["出厂编号", "机型", "使用单位", "质保到期"]], SheetName.EQUIPMENT,
         {0: "serial", 1: "model", 2: "customer", 3: "warranty_until"}),
        ([["产品型号", "产品名称", "含税单价"]], SheetName.PRODUCT, {0: "code", 1: "name", 2: "price"}),
        (
            [["行号", "有问题的列", "原值", "原因", "怎么改", "客户名称", "手机号"]],
            SheetName.CUSTOMER,
            {5: "name", 6: "phone"},
        ),
    ],
)  # fmt: skip
def test_headers_are_found_and_understood(rows: list[list[str]], kind: SheetName, columns: dict[int, str]) -> None:
    head = find_head(rows, KINDS)
    assert head is not None
    assert (head.kind, dict(head.columns), head.row) == (kind, columns, len(rows) - 1)


def test_no_header_no_table() -> None:
    assert find_head([["a", "b"], ["1", "2"]], KINDS) is None


def test_columns_can_be_chosen_by_hand() -> None:
    head = find_head([["客户名称", "日期", "备注", "说明"]], KINDS, chosen={"备注": "", "说明": "text"})
    assert head is not None
    assert dict(head.columns) == {0: "customer", 1: "at", 3: "text"}
    assert head.unknown == ("备注",)


@pytest.mark.parametrize(
    "text", ["1e9", "0x10", "1__0", "－", "+-1", "1,23", "∞", "nan", "½", "1" * 21, "二十", ".", ""]
)
def test_number_bombs_cost_nothing(text: str) -> None:
    began = perf_counter()
    with pytest.raises(Invalid):
        read_money(text)
    assert perf_counter() - began < 0.1


def test_placement_does_not_matter() -> None:
    """Every kind of bad row among good ones: the good come in whole, none of the bad does."""
    good = bad = 0
    check = checker("customer")
    spoilt = [(column, value) for kind, column, value, _ in BAD if kind == "customer"]
    for number in range(1_000):
        cells = list(GOOD["customer"])
        cells[0], cells[2] = f"恒力{number}机械", f"139{number:08d}"
        assert isinstance(check.check(2 * number, cells), Row)
        good += 1
        column, value = spoilt[number % len(spoilt)]
        wrong = list(cells)
        wrong[0], wrong[2] = f"坏{number}机械", f"137{number:08d}"
        wrong[CUSTOMER.index(column)] = value
        assert isinstance(check.check(2 * number + 1, wrong), list)
        bad += 1
    assert (good, bad) == (1_000, 1_000)


def test_a_field_without_a_type_is_text() -> None:
    field = KINDS[SheetName.CUSTOMER].field("contact")
    assert read_cell(field, 12.0) == "12"
    assert read_cell(field, True) == "是"


@pytest.mark.parametrize(
    ("place", "region"),
    [("华东区", "华东"), ("广东", "华南"), ("江苏省", "华东"), ("苏州市吴中区", "华东"), ("新疆", "西北")],
)
def test_a_province_or_a_city_says_the_region(place: str, region: str) -> None:
    row = outcome("customer", "区域", place)
    assert isinstance(row, Row)
    assert row.values["region"] == region
