"""The cards of the sales story, exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cards import approvals, inquiries, quotes
from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from domain.actor import Actor, Role
from domain.approvals.deciding import ApproveStep
from domain.approvals.views import ApprovalView, ExhibitLine, Vote
from domain.errors import NotFound
from domain.inquiries.views import InquiryView, WantedView
from domain.policy_approvals import ApprovalPolicy, ApprovalRule, Step
from domain.quotes.submitting import SubmitQuote
from domain.quotes.views import QuoteLineView, QuoteView
from tests.support.company import open_company

CHEN = Glance(
    viewer=Actor(name="陈静", roles=frozenset({Role.SALES}), person_id=4),
    now=datetime(2026, 11, 23, 6, 32, tzinfo=UTC),
    zone=ZoneInfo("Asia/Shanghai"),
    base="https://gendan.example",
)

INQUIRY = InquiryView(
    id=7,
    version=2,
    no="XJ-2611-0007",
    state="open",
    owner="陈静",
    customer="苏州恒力机械",
    contact="王总",
    phone="13812345678",
    wanted=(WantedView(said="X200", name="立式加工中心", quantity=2, unit="台"),),
    budget_fen=30_000_000,
    budget_max_fen=None,
    budget_approx=True,
    source="展会",
    region="",
    due=datetime(2026, 12, 2, 9, 30, tzinfo=UTC),
    due_whole_day=True,
    requirement="展会上认识的苏州恒力机械王总，想要两台X200",
    notes=("按读音记下号码",),
    created_at=CHEN.now,
)

QUOTE = QuoteView(
    id=3,
    version=2,
    no="Q-2611-0003",
    revision=1,
    state="draft",
    owner="陈静",
    customer="苏州恒力机械",
    lines=(
        QuoteLineView(
            code="X200", name="立式加工中心", unit="台", quantity=2, price_fen=15_800_000, net_fen=30_020_000
        ),
    ),
    discount_ppm=950_000,
    list_fen=31_600_000,
    total_fen=30_020_000,
    tax_fen=3_453_628,
    margin_ppm=None,
    valid_days=30,
    rule="常规报价，由直属上级审批",
    approval_no="",
    waiting_for=(),
    decided_by="",
    decided_at=None,
    comment="",
)

APPROVAL = ApprovalView(
    id=5,
    version=1,
    no="SP-2611-0005",
    state="pending",
    about="quote:3",
    about_no="Q-2611-0003",
    revision=1,
    requester="陈静",
    customer="苏州恒力机械",
    amount_fen=30_020_000,
    discount_ppm=950_000,
    margin_ppm=207_195,
    lines=(
        ExhibitLine(code="X200", name="立式加工中心", unit="台", quantity=2, price_fen=15_800_000, net_fen=30_020_000),
    ),
    reason="老客户，争取这单",
    rule="常规报价",
    waiting_since=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
    waiting_for=("周敏",),
    votes=(),
    my_turn=True,
    decided_by="",
    decided_at=None,
    comment="",
)


def test_an_inquiry_says_what_was_understood() -> None:
    def action(verb: str) -> Action:
        return Action(verb=verb, subject="inquiry:7", version=2)

    assert inquiries.logged(INQUIRY, CHEN) == Card(
        kind="inquiries.logged",
        subject="inquiry:7",
        version=2,
        title="已记录询价 XJ-2611-0007",
        status="待报价",
        tone=Tone.INFO,
        headline="12月2日（周三）前报价",
        fields=(
            Field(label="客户", value="苏州恒力机械"),
            Field(label="联系人", value="王总"),
            Field(label="电话", value="13812345678", url="tel:13812345678"),
            Field(label="产品", value="X200 立式加工中心 × 2台"),
            Field(label="预算", value="30万元左右"),
            Field(label="来源", value="展会"),
        ),
        quote="展会上认识的苏州恒力机械王总，想要两台X200",
        notes=("按读音记下号码",),
        buttons=(
            Button(text="报价", action=action("quote_inquiry"), style=Style.PRIMARY, typed="报价"),
            Button(text="修改", action=action("revise_inquiry"), typed="数量改成3台"),
            Button(text="撤销", action=action("undo_inquiry"), style=Style.DANGER, typed="撤销"),
        ),
        url="https://gendan.example/m/inquiries/7",
    )


@pytest.mark.parametrize(
    ("low", "high", "approx", "said"),
    [
        (30_000_000, None, False, "30万元"),
        (20_000_000, 30_000_000, False, "20万元到30万元"),
        (None, 30_000_000, False, "不超过 30万元"),
    ],
)
def test_budgets(low: int | None, high: int | None, approx: bool, said: str) -> None:
    view = replace(INQUIRY, budget_fen=low, budget_max_fen=high, budget_approx=approx)
    assert Field(label="预算", value=said) in inquiries.logged(view, CHEN).fields


def test_what_is_missing_is_shown_as_missing() -> None:
    view = replace(
        INQUIRY,
        customer="",
        due=None,
        budget_fen=None,
        phone="",
        wanted=(WantedView(said="立加", name="", quantity=None, unit=""),),
    )
    assert inquiries.logged(view, CHEN).fields == (
        Field(label="客户", value="待补充", tone=Tone.WARN),
        Field(label="联系人", value="王总"),
        Field(label="产品", value="立加（数量待定）"),
        Field(label="来源", value="展会"),
    )


def test_an_undone_inquiry_has_no_buttons() -> None:
    card = inquiries.logged(replace(INQUIRY, state="undone"), CHEN)
    assert (card.status, card.outcome, card.buttons) == ("已撤销", "已撤销，任务和提醒也取消了", ())
    assert (card.headline, card.fields[-1]) == ("", Field(label="报价期限", value="12月2日（周三）"))


def test_a_draft_shows_price_discount_and_the_rule_but_no_margin() -> None:
    def button(text: str, verb: str, style: Style, typed: str) -> Button:
        return Button(text=text, action=Action(verb=verb, subject="quote:3", version=2), style=style, typed=typed)

    offered = (1_000_000, 980_000, 950_000, 920_000, 900_000, 880_000, 850_000, 800_000)
    card = quotes.draft(QUOTE, CHEN)
    assert card == Card(
        kind="quotes.draft",
        subject="quote:3",
        version=2,
        title="报价单 Q-2611-0003 V1",
        subtitle="苏州恒力机械",
        status="草稿",
        tone=Tone.INFO,
        headline="¥300,200.00",
        fields=(
            Field(label="产品", value="X200 立式加工中心 2台 × ¥158,000.00"),
            Field(label="折扣", value="9.5折（原价 ¥316,000.00）"),
            Field(label="合计", value="¥300,200.00"),
            Field(label="税", value="含税，其中税额 ¥34,536.28"),
        ),
        notes=("审批规则：常规报价，由直属上级审批", "报价有效期 30 天"),
        choices=(
            Choice(
                key="discount",
                title="折扣",
                options=tuple(
                    Option(id=str(ppm), text=card.choices[0].options[n].text) for n, ppm in enumerate(offered)
                ),
                selected=("950000",),
            ),
        ),
        submit=button("改折扣", "discount_quote", Style.PLAIN, "改成九五折"),
        buttons=(
            button("提交审批", "submit_quote", Style.PRIMARY, "提交"),
            button("PDF", "print_quote", Style.PLAIN, "PDF Q-2611-0003"),
            button("作废", "void_quote", Style.DANGER, "作废 Q-2611-0003"),
        ),
        url="https://gendan.example/m/quotes/3",
    )
    assert (card.choices[0].options[0].text, card.choices[0].options[2].text) == ("不打折", "9.5折")


def test_an_odd_discount_is_among_the_choices() -> None:
    choice = quotes.draft(replace(QUOTE, discount_ppm=935_000), CHEN).choices[0]
    assert Option(id="935000", text="9.35折") in choice.options
    assert choice.selected == ("935000",)


def test_a_quote_on_its_way() -> None:
    submitted = quotes.draft(replace(QUOTE, state="submitted", approval_no="SP-2611-0005", waiting_for=("周敏",)), CHEN)
    assert submitted.notes == ("SP-2611-0005 等周敏审批", "报价有效期 30 天")
    assert [button.text for button in submitted.buttons] == ["撤回"]
    assert submitted.submit is None
    approved = quotes.draft(replace(QUOTE, state="approved", decided_by="周敏", decided_at=CHEN.now), CHEN)
    assert approved.notes == ("周敏 已同意 14:32", "报价有效期 30 天")
    assert ([button.text for button in approved.buttons], approved.choices) == (["发给客户", "PDF"], ())
    rejected = quotes.draft(replace(QUOTE, state="rejected", decided_by="周敏", comment="毛利不足"), CHEN)
    assert rejected.notes == ("驳回原因：毛利不足", "改折扣或数量后可以再次提交", "报价有效期 30 天")
    assert (rejected.outcome, [button.text for button in rejected.buttons]) == ("", ["作废"])


def test_the_approver_sees_what_he_decides() -> None:
    def button(text: str, verb: str, style: Style, typed: str) -> Button:
        return Button(text=text, action=Action(verb=verb, subject="approval:5", version=1), style=style, typed=typed)

    assert approvals.decide(APPROVAL, CHEN) == Card(
        kind="approvals.decide",
        subject="approval:5",
        version=1,
        title="陈静的报价等您审批",
        subtitle="SP-2611-0005 · Q-2611-0003 V1",
        status="审批中",
        tone=Tone.WARN,
        headline="¥300,200.00",
        fields=(
            Field(label="客户", value="苏州恒力机械"),
            Field(label="金额", value="¥300,200.00"),
            Field(label="折扣", value="9.5折"),
            Field(label="毛利率", value="20.72%"),
            Field(label="产品", value="X200 立式加工中心 × 2台，¥300,200.00"),
        ),
        quote="老客户，争取这单",
        notes=("规则：常规报价", "10:00 起等待"),
        choices=(
            Choice(
                key="reason",
                title="驳回原因",
                options=(
                    Option(id="price", text="价格太低"),
                    Option(id="margin", text="毛利不足"),
                    Option(id="terms", text="付款条件"),
                    Option(id="papers", text="资料不全"),
                    Option(id="other", text="其他"),
                ),
            ),
        ),
        submit=button("驳回", "reject_step", Style.DANGER, "驳回 SP-2611-0005 毛利不足"),
        buttons=(
            button("同意", "approve_step", Style.PRIMARY, "同意 SP-2611-0005"),
            button("转交", "hand_step_on", Style.PLAIN, "SP-2611-0005 转给周敏批"),
            button("加签", "add_approver", Style.PLAIN, "SP-2611-0005 加签周敏"),
        ),
        url="https://gendan.example/m/approvals/5",
    )


def test_an_approval_that_waits_for_others_or_is_over() -> None:
    yes = Vote(name="周敏", state="approved", at=CHEN.now, comment="")
    others = approvals.decide(replace(APPROVAL, my_turn=False, votes=(yes,), waiting_for=("钱进",)), CHEN)
    assert others.notes == ("规则：常规报价", "周敏 已同意 14:32", "10:00 起等待", "正在等钱进")
    assert (others.buttons, others.choices, others.submit) == ((), (), None)
    over = replace(APPROVAL, my_turn=False, waiting_for=(), decided_by="周敏", decided_at=CHEN.now)
    outcomes = [
        approvals.decide(replace(over, state=state), CHEN).outcome
        for state in ("approved", "rejected", "withdrawn", "superseded")
    ]
    assert outcomes == [
        "周敏 已同意 14:32",
        "周敏 已驳回 14:32",
        "周敏 已撤回 14:32",
        "报价已修改，本次审批作废 14:32",
    ]
    alone = approvals.decide(replace(over, state="approved", votes=(yes,)), CHEN)
    assert alone.notes == ("规则：常规报价",), "what the outcome says is not said twice"


def test_who_sees_the_margin_and_who_sees_anything(tmp_path: Path) -> None:
    """R-52, R-57."""
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        company.act(SubmitQuote(quote_id=company.quote()), "陈静")

        def sees_margin(kind: str, subject: str, name: str) -> bool | None:
            try:
                card = company.card(kind, subject, name)
            except NotFound:
                return None
            return any(field.label == "毛利率" for field in card.fields)

        names = ("陈静", "周敏", "秦岚", "梁宁", "何雨", "罗成", "钱进")
        assert [sees_margin("quotes.draft", "quote:1", name) for name in names] == [
            False,
            True,
            True,
            True,
            None,
            None,
            None,
        ]
        assert [sees_margin("approvals.decide", "approval:1", name) for name in names] == [
            False,
            True,
            True,
            True,
            None,
            None,
            None,
        ]
        company.act(ApproveStep(approval_id=1), "周敏")
        assert company.card("approvals.decide", "approval:1", "周敏").outcome == "周敏 已同意 10:00"


def test_the_policy_may_show_the_margin_to_its_author(tmp_path: Path) -> None:
    policy = ApprovalPolicy(rules=(ApprovalRule(name="全部", steps=(Step(by="leader"),)),), show_margin_to_sales=True)
    with open_company(f"sqlite:///{tmp_path}/test.db", approvals=policy) as company:
        company.quote()
        assert "毛利率" in [field.label for field in company.card("quotes.draft", "quote:1", "陈静").fields]
