"""Conditions: strict in YAML, forgiving in chat, and the same tree whichever way they come and go."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain import condition as conditions
from domain.condition import ALWAYS, ConditionError, Fact, Group, Measure, Option, at
from domain.condition_reading import read
from domain.condition_words import said
from domain.condition_yaml import dump, parse
from domain.policy_approvals import QUOTE_FACTS
from tests.storage.condition_trees import KIND, tree

SHANGHAI = ZoneInfo("Asia/Shanghai")
KNOWN = {
    **QUOTE_FACTS,
    "trade": Fact("行业", Measure.WORD, (), (Option("食品", ("食品厂",)), Option("化工"), Option("电子"))),
    "tags": Fact("标签", Measure.WORDS),
    "power": Fact("功率", Measure.NUMBER, unit="kW", decimals=3),
    "due": Fact("期限", Measure.MOMENT),
    "opened": Fact("开业日", Measure.DAY),
    "urgent": Fact("停机", Measure.YES_NO),
}


def test_five_thousand_trees_come_back_from_yaml_and_from_their_sentence():
    dice = random.Random(5)
    for _ in range(5_000):
        condition = tree(dice, KIND)
        assert parse(dump(condition), KIND.facts) == condition
        assert read(said(condition), KIND.facts) == condition, said(condition)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("金额超过50万且毛利低于15个点", "报价金额超过50万元并且毛利率低于15%"),
        ("金额50万以上", "报价金额不少于50万元"),
        ("总价 50w 以下", "报价金额不超过50万元"),
        ("金额30万到50万", "报价金额在30万元到50万元之间"),
        ("折扣低于9折或者金额不少于50w", "折扣低于90%或者报价金额不少于50万元"),
        ("折扣低于85折", "折扣低于85%"),
        ("区域是华东或华南，级别=A", "区域属于华东、华南并且客户级别是战略"),
        ("行业=食品厂", "行业是食品"),
        ("行业不是食品且（区域=华东或级别=A）", "行业不是食品并且（区域是华东或者客户级别是战略）"),
        ("区域=华东或级别=A且行业=电子", "区域是华东或者（客户级别是战略并且行业是电子）"),
        ("标签急", "标签包含急"),
        ("功率>=7.5kW", "功率不少于7.5kW"),
        ("期限 30天前", "期限在30天以前"),
        ("期限超过30天", "期限在30天以前"),
        ("期限最近7天", "期限在最近7天内"),
        ("期限未来3天内", "期限在未来3天内"),
        ("开业日 2026年11月1日到2026-11-30", "开业日在2026-11-01到2026-11-30之间"),
        ("开业日早于2026-11-01", "开业日早于2026-11-01"),
        ("行业没填", "行业为空"),
        ("停机=是", "停机是是"),
        ("级别以“重”开头", "客户级别以重开头"),
    ],
)
def test_a_typed_condition_is_said_back_with_its_border(typed, meant):
    condition = read(typed, KNOWN)
    assert said(condition) == meant
    assert read(meant, KNOWN) == condition


@pytest.mark.parametrize(
    "typed",
    ["", "金额", "金额超过", "金额超过很多", "颜色=红", "金额超过5万且", "（金额超过5万", "金额超过5万）", "不满足（", "级别=", "开业日晚于2026-02-30", "标签超过3", "金额在5万到3万之间", "（" * 40, "区域=华东" * 600],
)  # fmt: skip
def test_what_is_not_understood_is_refused(typed):
    with pytest.raises(ConditionError):
        read(typed, KNOWN)


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"discont": "1%"}, "没有“discont”这个事实"),
        ({"amount": {"bigger": "1"}}, "没有“bigger”这种比较"),
        ({"region": {"over": "华东"}}, "不能用 over 比较"),
        ({"tags": {"is": "急"}}, "不能用 is 比较"),
        ({"any": []}, "不能是空的"),
        ({"any": {"region": "华东"}}, "要跟一个列表"),
        ({"amount": {"between": ["5万", "3万"]}}, "从小到大"),
        ({"region": {"in": []}}, "要跟一个列表"),
        ({"region": "a\0b"}, "1 到 200 个字"),
        ({"region": "\ud83d"}, "1 到 200 个字"),
        ({"region": ""}, "1 到 200 个字"),
        ({"power": {"over": "1.2345"}}, "最多 3 位小数"),
        ({"power": {"over": "9999999999999999"}}, "太大"),
        ({"due": {"within": "7h"}}, "要和天数比较"),
        ({"opened": {"over": "2026-02-30"}}, "不是日期"),
        ({"urgent": "maybe"}, "true 或 false"),
        (["region"], "条件要写成"),
    ],
)
def test_a_mistake_in_yaml_says_what_is_right(tree, words):
    with pytest.raises(ConditionError, match=words):
        parse(tree, KNOWN)


@pytest.mark.parametrize(
    ("tree", "other"),
    [
        ({"region": {"equals": "华东"}}, {"region": "华东"}),
        ({"region": {"one_of": ["华东", "华南"]}}, {"region": {"in": ["华东", "华南"]}}),
        ({"region": {"none_of": ["华东"]}}, {"region": {"not_in": ["华东"]}}),
        ({"not": {"region": "华东"}}, {"none": [{"region": "华东"}]}),
        ({"region": {"is_empty": "false"}}, {"region": {"is_set": "true"}}),
        ({"all": [{"region": "华东"}]}, {"region": "华东"}),
    ],
)
def test_two_ways_to_write_the_same(tree, other):
    assert parse(tree, KNOWN) == parse(other, KNOWN)


@pytest.mark.parametrize(
    ("tree", "holds"),
    [
        ({"region": "华东"}, False),
        ({"region": {"is_not": "华东"}}, False),
        ({"region": {"not_in": ["华东"]}}, False),
        ({"amount": {"at_most": "1元"}}, False),
        ({"region": {"is_empty": True}}, True),
        ({"region": {"is_set": True}}, False),
        ({"none": [{"region": "华东"}]}, True),
        ({"not": {"region": {"is_empty": True}}}, False),
        ({}, True),
    ],
)
@pytest.mark.parametrize("facts", [{}, {"region": None, "amount": None}, {"region": ""}])
def test_a_missing_fact_passes_no_test_but_is_empty(tree, holds, facts):
    assert parse(tree, KNOWN).holds(facts) is holds


def test_borders_are_exact():
    facts = {"amount": 50_000_000}
    held = {op: parse({"amount": {op: "50万"}}, KNOWN).holds(facts) for op in ("over", "at_least", "under", "at_most")}
    assert held == {"over": False, "at_least": True, "under": False, "at_most": True}


def test_days_are_the_companys_own():
    """23:30 in Shanghai on the 22nd is the 22nd, though in UTC it is 15:30; and half past midnight is the 23rd."""
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def holds(tree, moment):
        return at(parse({"due": tree}, KNOWN), now, SHANGHAI).holds({"due": moment})

    late, early = datetime(2026, 11, 22, 15, 30, tzinfo=UTC), datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert [holds({"is": "2026-11-22"}, moment) for moment in (late, early)] == [True, False]
    assert [holds({"over": "2026-11-22"}, moment) for moment in (late, early)] == [False, True]
    assert [holds({"within": "0d"}, moment) for moment in (late, early)] == [False, True]
    assert [holds({"older_than": "0d"}, moment) for moment in (late, early)] == [True, False]
    assert holds({"within": "0d"}, datetime(2026, 11, 23, 2, 1, tzinfo=UTC)) is False
    assert holds({"coming": "0d"}, datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) is True
    assert holds({"coming": "0d"}, datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) is False


def test_days_without_a_clock_count_from_today():
    now = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    condition = at(parse({"opened": {"within": "1d"}}, KNOWN), now, SHANGHAI)
    assert [condition.holds({"opened": date(2026, 11, day)}) for day in (21, 22, 23, 24)] == [False, True, True, False]


def test_a_condition_over_nothing_always_holds():
    assert parse(None, KNOWN) == parse("always", KNOWN) == read("任何情况", KNOWN) == ALWAYS
    assert (
        said(Group("none", (conditions.Test("region", KNOWN["region"], "is_empty"),)))
        == "不满足（区域为空）中的任何一条"
    )
