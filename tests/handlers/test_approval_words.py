"""What people type about approvals, through the real reader: who is asked then, and what is answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.approvals.approval import Approval, ApprovalState, Impact, Seat, SeatState
from domain.approvals.deciding import ApproveStep
from domain.approvals.delegation import Delegation
from domain.approvals.edition import EditionState, RuleEdition
from domain.catalog.enrol_product import EnrolProduct
from domain.policy_approvals import ApprovalPolicy
from domain.quotes.drafting import DraftQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.submitting import SubmitQuote
from tests.support.company import Company, open_company
from tests.support.typed import Typed


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


@pytest.fixture
def typed(company: Company) -> Typed:
    return Typed(company)


def asks(company: Company, count: int = 1, **quote: int) -> None:
    for _ in range(count):
        company.act(SubmitQuote(quote_id=company.quote(**quote)), "陈静")


def states(company: Company) -> list[str]:
    return [approval.state.value for approval in company.all(Approval)]


def test_three_wait_and_a_bare_yes_lists_them(company: Company, typed: Typed) -> None:
    """M1."""
    asks(company, 3)
    (said,) = typed.says("周敏", "同意")
    assert [line[:15] for line in said.splitlines()[1:]] == [f"{n}. SP-2611-000{n}" for n in (1, 2, 3)]
    assert states(company) == ["pending"] * 3


def test_ordinals_of_the_list_decide(company: Company, typed: Typed) -> None:
    """M2, and the same in other words."""
    asks(company, 6)
    typed.says("周敏", "待审批")
    typed.says("周敏", "2和3过 1驳回 毛利太低 让他重报")
    assert states(company) == ["rejected", "approved", "approved", *["pending"] * 3]
    assert company.get(Approval, 1).comment == "毛利太低 让他重报"
    assert "毛利太低 让他重报" in company.told("陈静")[-1]
    typed.says("周敏", "待审批")
    typed.says("周敏", "驳回 3 太低了")
    typed.says("周敏", "同意 1")
    assert states(company)[3:] == ["approved", "pending", "rejected"]
    assert company.get(Approval, 6).comment == "太低了"


def test_a_condition_goes_back_as_the_next_version(company: Company, typed: Typed) -> None:
    """N4: it is no yes to anything."""
    asks(company)
    typed.says("周敏", "批了 不过折扣改九二折")
    assert states(company) == ["pending"], "one tap first"
    typed.presses("周敏", typed.draft("周敏"), "确认")
    quote = company.get(Quote, 1)
    assert (quote.state, quote.revision, quote.discount_ppm) == (QuoteState.DRAFT, 2, 920_000)
    assert quote.authors == [company.actor("陈静").person_id]
    assert states(company) == ["rejected"]
    assert "周敏同意，但折扣改九二折。已按此生成 V2" in company.told("陈静")[-2]
    company.act(SubmitQuote(quote_id=1), "陈静")
    assert typed.says("周敏", "同意 SP-2611-0002 但付款改三六一")[0].startswith(
        "SP-2611-0002 已附条件退回：付款改三六一"
    )
    assert company.get(Quote, 1).revision == 3
    assert company.card("approvals.decide", "approval:2", "周敏").outcome == "周敏 附条件退回 10:00"


@pytest.mark.parametrize("said", ["1批了 不过折扣改九二折", "第一个批了，但折扣改九二折", "1同意 折扣改成九二折"])
def test_a_condition_at_a_place_of_the_list_is_no_yes(company: Company, typed: Typed, said: str) -> None:
    asks(company, 2)
    typed.says("周敏", "待审批")
    assert typed.says("周敏", f"{said} 2驳回 太低了") == [
        "1. SP-2611-0001 已附条件退回：折扣改"
        + ("成" if "成" in said else "")
        + "九二折\n2. SP-2611-0002 已驳回：太低了"
    ]
    assert states(company) == ["rejected", "rejected"]
    assert company.get(Approval, 1).counter["discount_ppm"] == 920_000
    assert (company.get(Quote, 1).revision, company.get(Quote, 1).discount_ppm) == (2, 920_000)


@pytest.mark.parametrize("said", ["都同意", "全部批了", "两个都过", "都通过了。"])
def test_all_of_the_list_that_was_shown(company: Company, typed: Typed, said: str) -> None:
    """What came after the list was not seen, and is not decided."""
    asks(company, 2)
    typed.says("周敏", "待审批")
    asks(company)
    answer = typed.says("周敏", said)[0]
    assert states(company) == ["approved", "approved", "pending"]
    assert answer.endswith("另有 1 份是列表之后来的，没有动，发“待审批”看。")


def test_all_without_a_list_are_named_first(company: Company, typed: Typed) -> None:
    asks(company, 2)
    typed.says("周敏", "都同意")
    assert states(company) == ["pending"] * 2
    card = typed.draft("周敏")
    assert "SP-2611-0001" in str(card)
    assert "SP-2611-0002" in str(card)
    asks(company)
    company.act(ApproveStep(approval_id=1), "周敏")
    assert typed.presses("周敏", card, "确认") == ["1. SP-2611-0001 已经处理过了\n2. SP-2611-0002 已同意"]
    assert states(company) == ["approved", "approved", "pending"]
    assert typed.says("周敏", "都驳回")[0].startswith("驳回要写明原因")


@pytest.mark.parametrize(
    "said", ["2批了？", "都同意了吗", "都行", "先放着", "等会再看", "先不批", "还有谁在等", "还有几份没批"]
)
def test_what_decides_nothing(company: Company, typed: Typed, said: str) -> None:
    asks(company, 2)
    typed.says("周敏", "待审批")
    answer = typed.says("周敏", said)[0]
    assert states(company) == ["pending"] * 2
    if said not in ("都同意了吗", "都行"):
        assert "1. SP-2611-0001 无锡锦腾模具有限公司" in answer
        assert "10:00 起等" in answer


def test_a_question_about_a_number_asks_for_a_tap(company: Company, typed: Typed) -> None:
    asks(company)
    assert "approvals.decide approval:1" in typed.says("周敏", "同意 SP-2611-0001？")
    assert states(company) == ["pending"]
    typed.says("周敏", "驳回 SP-2611-0001 怎么这么低？")
    assert company.get(Approval, 1).comment.startswith("怎么这么低")


@pytest.mark.parametrize("said", ["SP-2611-0001 为什么要财务批？", "为啥还要财务批", "凭什么要周敏批"])
def test_why_it_goes_this_way(company: Company, typed: Typed, said: str) -> None:
    """N12: the rule that held with its border, the fact it held for; what is earned is not told to a rep."""
    asks(company, product="X200", quantity=4)
    assert typed.says("陈静", said)[0].splitlines() == [
        "审批 SP-2611-0001（Q-2611-0001）按规则“大额报价”，由直属上级，再由全部财务审批。",
        "· 报价金额超过50万元（正好50万元不算），这份是60.04万元",
        f"（规则，版本 {company.get(Approval, 1).policy}）",
    ]
    assert not any("大额报价" in each for each in typed.says("何雨", said)), "nobody else's business"


def test_why_after_the_rules_changed(company: Company, typed: Typed) -> None:
    asks(company, product="RB-12")
    assert "毛利率低于15%（正好15%不算）" in typed.says("陈静", "为什么要总经理批")[0]
    assert "这份是" not in typed.heard[0]
    typed.says("秦岚", "以后超过50万的报价抄送给我")
    typed.presses("秦岚", company.card("approvals.rule", "ruleedition:1", "秦岚"), "发布")
    assert "提交以后规则改过，这份按当时的版本走" in typed.says("陈静", "为什么要总经理批")[0]
    asks(company, quantity=4)
    why = typed.says("陈静", "SP-2611-0002 为什么要财务批")[0]
    assert why.startswith("审批 SP-2611-0002（Q-2611-0002）按规则“大额报价”“报价金额超过50万元”")
    assert why.count("报价金额超过50万元（正好50万元不算）") == 1, "the same test of two rules is said once"


@pytest.mark.parametrize(
    ("said", "fen"), [("总价做到28万", 28_000_000), ("抹个零头", 30_000_000), ("再便宜两千", 29_820_000)]
)
def test_a_condition_may_be_a_total(company: Company, typed: Typed, said: str, fen: int) -> None:
    asks(company)
    typed.says("周敏", f"批了 不过{said}")
    typed.presses("周敏", typed.draft("周敏"), "确认")
    quote = company.get(Quote, 1)
    assert (quote.state, quote.revision, quote.total_fen, quote.agreed_fen) == (QuoteState.DRAFT, 2, fen, fen)


def test_places_of_the_list_are_handed_on_and_signed_by_one_more(company: Company, typed: Typed) -> None:
    """第三个转给…, 加上…一起看下1: of the list that was shown, and of no other."""
    asks(company, 3)
    typed.says("周敏", "待审批")
    (said,) = typed.says("周敏", "5转给罗成批")
    assert said == "刚才的列表只有 3 份，没有第 5 份。请发“待审批”再说序号。"
    assert typed.says("周敏", "第三个转给罗成") == ["SP-2611-0003 已转给罗成审批。"]
    assert typed.says("周敏", "加上罗成一起看下2")[0] == "SP-2611-0002 已请罗成加签，您同意后轮到他。"
    assert typed.says("周敏", "1让罗成也看看")[0].startswith("SP-2611-0001 已请罗成加签")


def test_a_place_without_a_list_shows_the_list(company: Company, typed: Typed) -> None:
    asks(company, 2)
    assert typed.says("周敏", "第二个批了")[0].startswith("序号要对着列表说，还没有决定任何一份。")
    typed.says("周敏", "第二个批了")
    assert states(company) == ["pending", "approved"]


def test_handing_on_and_one_more_signature(company: Company, typed: Typed) -> None:
    asks(company)
    typed.says("周敏", "转给老罗批")
    assert "转给老罗审批" in str(typed.draft("周敏"))
    typed.presses("周敏", typed.draft("周敏"), "确认")
    assert company.told("罗成")[-1] == "approvals.decide approval:1"
    assert typed.says("周敏", "同意 SP-2611-0001") == [
        "SP-2611-0001 已经不由您审批（转交罗成），请等现在的审批人处理。"
    ]
    typed.says("罗成", "SP-2611-0001 加签钱进")
    typed.says("罗成", "同意 SP-2611-0001")
    assert states(company) == ["pending"]
    assert company.told("钱进") == ["approvals.decide approval:1"]
    typed.says("钱进", "同意 SP-2611-0001")
    assert states(company) == ["approved"]


def test_a_title_is_a_person_where_one_holds_it(company: Company, typed: Typed) -> None:
    """秦岚 is the only one of management; of finance there are two, and it is asked which."""
    asks(company)
    typed.says("周敏", "这份让老板也看看")
    typed.presses("周敏", typed.draft("周敏"), "确认")
    assert company.get(Approval, 1).nodes == ["直属上级", "秦岚（加签）"]
    typed.says("周敏", "转给财务批")
    card = typed.draft("周敏")
    assert "财务有几位，请哪一位？" in str(card)
    assert {"钱进", "孔方"} <= set(str(card).replace("'", " ").split())


def test_never_to_the_asker_nor_to_those_under_him(company: Company, typed: Typed) -> None:
    """R-108."""
    asks(company)
    assert typed.says("周敏", "SP-2611-0001 转给陈静批") == ["SP-2611-0001 是陈静自己的单子，不能由他审批，请换一位。"]
    asks(company, 0)
    company.act(SubmitQuote(quote_id=company.quote(name="周敏")), "周敏")
    assert typed.says("秦岚", "SP-2611-0002 转给陈静批") == ["陈静是提交人的下属，不能替他的上级审批，请换一位。"]


def test_urging_once_per_period_and_the_impact(company: Company, typed: Typed) -> None:
    asks(company)
    assert typed.says("陈静", "催一下审批") == ["已催周敏（SP-2611-0001）。"]
    assert typed.says("陈静", "催 SP-2611-0001") == ["SP-2611-0001 刚催过了，12:00 以后可以再催。"]
    company.clock.move(timedelta(hours=2))
    assert typed.says("陈静", "催一下审批") == ["已催周敏（SP-2611-0001）。"]
    assert typed.says("陈静", "涉及停产") == ["SP-2611-0001 已标为“涉及停产”，审批人已收到提醒。"]
    assert company.get(Approval, 1).impact is Impact.STOPPED
    assert company.pending()["approval:1:escalate"] == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert "审批中" in typed.says("陈静", "我的审批")[0] or "等周敏" in typed.says("陈静", "我的审批")[0]


@pytest.mark.parametrize("said", ["催一下", "催催", "帮我催下周敏", "催周敏批一下", "催一下领导"])
def test_whoever_has_asked_may_urge_in_a_word(company: Company, typed: Typed, said: str) -> None:
    asks(company)
    assert typed.says("陈静", said) == ["已催周敏（SP-2611-0001）。"]
    assert not any("已催" in each for each in typed.says("何雨", said))


def test_of_several_requests_it_is_asked_which(company: Company, typed: Typed) -> None:
    asks(company, 2)
    for said, answered in (("催一下", "已催周敏（SP-2611-0001）。"), ("涉及停产", "SP-2611-0001 已标为“涉及停产”")):
        typed.says("陈静", said)
        assert "SP-2611-0002" in str(typed.draft("陈静"))
        assert typed.says("陈静", "第2个")[0].startswith(answered)
    assert "催一下（罗成）" not in str(typed.says("陈静", "催下罗成")), "who does not hold it up is not urged"
    assert company.told("罗成") == []


def test_where_it_is_stuck(company: Company, typed: Typed) -> None:
    asks(company)
    assert typed.says("陈静", "卡在谁那里了")[0].startswith("您提交、还在审批的：\n1. SP-2611-0001")
    assert typed.says("秦岚", "现在卡在谁那里") == ["approvals.times approvals:0"]


def test_who_decides_for_whom(company: Company, typed: Typed) -> None:
    assert typed.says("周敏", "谁在代我批")[0].startswith("现在没有人代您审批")
    typed.says("周敏", "我今天到明天出差 报价让罗成代批")
    scope = "罗成代周敏审批：11月23日（周一）10:00 到 11月24日（周二）24:00，报价"
    assert typed.says("周敏", "谁在代我批") == [f"{scope}\n提前回来发“取消代批”。"]
    assert typed.says("罗成", "我在代谁批") == [scope]


def test_away_from_tuesday_to_friday(company: Company, typed: Typed) -> None:
    """M5 on the company's calendar: 800,000 stays, 500,000 goes, both are told at the start and at the end."""
    said = typed.says("周敏", "我下周二到周五出差 报价让罗成代批 超50万的还是发我")
    assert "".join(said) == (
        "记下了，由罗成代批：12月1日（周二）00:00 到 12月4日（周五）24:00，报价，"
        "不超过50万元的（50万元整也在内），更大的仍由本人审批。开始和结束时都会提醒您；提前回来发“取消代批”。"
    )
    made = company.get(Delegation, 1)
    assert (made.begins, made.ends) == (
        datetime(2026, 11, 30, 16, 0, tzinfo=UTC),
        datetime(2026, 12, 4, 16, 0, tzinfo=UTC),
    )
    assert (made.kinds, made.max_fen) == (["quote"], 50_000_000)
    asks(company)
    assert company.told("罗成")[-1].startswith("周敏请您代批")
    company.clock.set(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    company.fire()
    assert "从现在起您代周敏审批" in company.told("罗成")[-2]
    assert company.told("罗成")[-1] == "approvals.decide approval:1", "what waits moves along"
    assert any(each.startswith("代批开始") for each in company.told("周敏"))
    before = len(company.told("周敏"))
    asks(company, product="X200", quantity=5)
    assert company.told("周敏")[before:] == ["approvals.decide approval:2"], "more than the limit stays with himself"
    exactly(company, 50_000_000)
    assert company.told("罗成")[-1] == "approvals.decide approval:3", "the limit itself is the deputy's"
    typed.says("罗成", "同意 SP-2611-0001")
    assert [vote.name for vote in company.look(lambda q: q.approvals.card(1, company.actor("秦岚"))).votes] == [
        "罗成（代周敏）"
    ]
    asks(company)
    company.clock.set(datetime(2026, 12, 4, 16, 0, tzinfo=UTC))
    company.fire()
    assert company.told("罗成")[-1] == "代周敏审批到此结束，谢谢。"
    waiting = [(seat.person_id, seat.state) for seat in company.all(Seat) if seat.approval_id == 4]
    assert (company.actor("周敏").person_id, SeatState.WAITING) in waiting
    company.act(ApproveStep(approval_id=4), "周敏")
    assert company.get(Approval, 4).state is ApprovalState.APPROVED


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("明天起我休假一周，审批都给罗成代批", "11月30日（周一）24:00"),
        ("明天开始出差三天 报价让罗成代批", "11月26日（周四）24:00"),
        ("下周二到周五出差 报价让罗成代批", "12月4日（周五）24:00"),
    ],
)
def test_how_long_may_be_said_by_its_length(typed: Typed, said: str, until: str) -> None:
    assert f"到 {until}" in typed.says("周敏", said)[0]


def test_a_deputy_without_days_is_asked_for_them(company: Company, typed: Typed) -> None:
    asks(company)
    assert typed.says("周敏", "我不在的时候让罗成批")[0].startswith("从哪天到哪天？")
    assert company.told("罗成") == []


@pytest.mark.parametrize("said", ["撤回审批", "把我的审批撤回吧"])
def test_an_asker_takes_it_back_in_words(company: Company, typed: Typed, said: str) -> None:
    asks(company)
    assert typed.says("陈静", said) == ["SP-2611-0001（Q-2611-0001）已撤回，改好后可以再提交。"]
    assert states(company) == ["withdrawn"]
    assert typed.says("陈静", said) == ["您没有在等审批的单子。"]


def test_submitting_with_words(company: Company, typed: Typed) -> None:
    typed.says("陈静", "给锦腾报2台X200 九五折")
    typed.says("陈静", "提交审批 涉及停产，客户等着开工")
    assert (company.get(Approval, 1).impact, company.get(Approval, 1).reason) == (
        Impact.STOPPED,
        "涉及停产，客户等着开工",
    )


@pytest.mark.parametrize("said", ["批了", "批准吧", "同意了", "准了"])
def test_a_bare_yes_in_other_words(company: Company, typed: Typed, said: str) -> None:
    asks(company)
    assert "approvals.decide approval:1" in typed.says("周敏", said)
    assert states(company) == ["pending"], "it asks for its tap"


def test_a_rule_from_the_chat(company: Company, typed: Typed) -> None:
    """N12: said, tried on the last month, published, felt, taken back."""
    asks(company, 2)
    asks(company, product="RB-12")
    typed.says("秦岚", "毛利低于15个点的报价都得我和钱进一块签")
    card = company.card("approvals.rule", "ruleedition:1", "秦岚")
    assert [field.value for field in card.fields] == [
        "毛利率低于15%时，另需秦岚和钱进会签",
        "过去 30 天提交的 3 份里会触发 1 次",
        "秦岚",
    ]
    typed.presses("秦岚", card, "发布")
    assert company.get(RuleEdition, 1).state is EditionState.PUBLISHED
    assert company.told("钱进")[-1].startswith("秦岚发布了审批规则：毛利率低于15%时，另需秦岚和钱进会签")
    before = company.get(Approval, 3)
    assert before.also == [], "running ones keep theirs"
    asks(company, product="RB-12")
    after = company.get(Approval, 4)
    assert (after.also, after.nodes) == (["毛利率低于15%"], ["总经理", "秦岚和钱进会签"])
    assert after.policy != before.policy
    company.act(ApproveStep(approval_id=4), "秦岚")
    assert [seat.state for seat in company.all(Seat) if seat.approval_id == 4] == [
        SeatState.APPROVED,
        SeatState.APPROVED,
        SeatState.WAITING,
    ], "秦岚 is not asked twice"
    assert typed.says("秦岚", "撤回审批规则")[0].startswith("已撤下：毛利率低于15%时")
    asks(company, product="RB-12")
    assert company.get(Approval, 5).also == []
    assert typed.says("陈静", "以后超过50万的报价抄送给我") == ["审批规则由总经理或管理员来定，请把这句话发给他们。"]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("低于15个点毛利的都得我和钱进一块签", "毛利率低于15%时，另需秦岚和钱进会签"),
        ("以后超过五十万的抄送给我", "报价金额超过50万元时，批准后抄送秦岚"),
        ("50万以上的报价都要抄送我和财务", "报价金额不少于50万元时，批准后抄送秦岚、财务"),
        (
            "金额超过100万且毛利低于15%的报价必须老板和财务总监会签",
            "报价金额超过100万元并且毛利率低于15%时，另需总经理和财务会签",
        ),
        ("九折以下的都要周敏或签", "折扣不超过90%时，另需周敏审批"),
        ("超过一百万的报价要我和财务总监会签", "报价金额超过100万元时，另需秦岚和财务会签"),
        ("以后战略客户的报价都要我签", "客户级别是战略时，另需秦岚审批"),
        ("打折低于85折的单子都要抄送老板", "折扣低于85%时，批准后抄送总经理"),
        ("有逾期款超过5万的客户报价都要财务批", "逾期应收超过5万元时，另需财务审批"),
        ("折扣低于九折的报价必须先给周敏批再给我批", "折扣低于90%时，另需周敏、再秦岚审批"),
    ],
)
def test_rules_are_read_with_their_borders(company: Company, typed: Typed, said: str, read: str) -> None:
    typed.says("秦岚", said)
    assert company.get(RuleEdition, 1).said == read


def test_why_was_i_not_copied(company: Company, typed: Typed) -> None:
    """M10: exactly half a million, and the border it stayed at."""
    typed.says("秦岚", "以后超过50万的报价抄送给我")
    typed.presses("秦岚", company.card("approvals.rule", "ruleedition:1", "秦岚"), "发布")
    exactly(company, 50_000_000)
    company.act(ApproveStep(approval_id=1), "周敏")
    said = typed.says("秦岚", "五十万整那个为啥没抄送我")[0].splitlines()
    assert said[0] == "审批 SP-2611-0001（Q-2611-0001，无锡锦腾模具有限公司，¥500,000.00）没有抄送您："
    assert said[1] == "规则“报价金额超过50万元”是报价金额超过50万元（正好50万元不算），这份是50万元，不符合。"
    assert said[2] == "要改规则，发：以后50万元以上的报价抄送给我。"
    exactly(company, 50_000_001)
    company.act(ApproveStep(approval_id=2), "周敏")
    for name in ("钱进", "孔方"):
        company.act(ApproveStep(approval_id=2), name)
    assert company.told("秦岚")[-1] == "approvals.copy approval:2"
    assert "已抄送您" in typed.says("秦岚", "SP-2611-0002 为啥没抄送我")[0]


@pytest.mark.parametrize("said", ["可以 不过要晚点到", "转给钱进", "行 但是下午才有空", "涉及停产", "卡在哪了"])
def test_words_of_others_are_not_about_approvals(company: Company, typed: Typed, said: str) -> None:
    """With nothing to decide or asked, they mean what they mean to everybody else."""
    assert not any("审批" in each for each in typed.says("何雨", said))


def test_a_rule_that_was_not_reached_is_said_so(tmp_path: Path) -> None:
    """A copy of a later rule of the list: it held too, but an earlier one answered."""
    rules = [
        {"name": "大额", "when": {"amount": {"over": "10万"}}, "steps": [{"by": "leader"}]},
        {"name": "其余", "steps": [{"by": "leader"}], "cc": ["role:management"]},
    ]
    with open_company(
        f"sqlite:///{tmp_path}/r.db", approvals=ApprovalPolicy.model_validate({"rules": rules})
    ) as company:
        asks(company)
        said = Typed(company).says("秦岚", "为啥没抄送我")[0].splitlines()
        assert said[1] == "规则“其余”（任何情况）也符合，但排在前面的规则先生效了，没有轮到它。"


def exactly(company: Company, fen: int) -> None:
    """Ask for a quotation of exactly this amount."""
    code = f"P{fen}"
    company.act(EnrolProduct(code=code, name="定制", price_fen=fen, cost_fen=fen // 2))
    quote = company.act(DraftQuote(items=(QuoteItem(product=code),), company="锦腾"), "陈静")
    company.act(SubmitQuote(quote_id=quote), "陈静")
