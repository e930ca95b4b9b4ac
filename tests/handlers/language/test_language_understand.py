"""Whole messages: stories of the product, context, corrections, safety."""

import json

import pytest

from handlers.language.cues import DANGEROUS, ROLE_GATES
from handlers.language.gazetteer import Gazetteer
from handlers.language.meaning import Context
from handlers.language.understand import Reader
from tests.handlers.language.conftest import CORPUS, NOW, world


def main(understanding):
    draft = understanding.drafts[0]
    return draft.intent, dict(draft.slots)


def test_a_first_contact_that_ends_in_a_quote(say):
    answer = say("展会上认识的苏州恒力机械王总，13812345678，想要两台GA37，预算30万左右，下周三前给报价")
    assert main(answer) == (
        "log_inquiry",
        {
            "company": "苏州恒力机械", "contact": "王总", "phone": "13812345678", "source": "展会", "product": "GA37",
            "quantity": 2, "amount_cny": 300_000, "amount_approx": True, "due": "2026-03-18",
        },
    )  # fmt: skip
    assert answer.also == ("request_quote",)
    assert answer.drafts[0].confirm


def test_every_slot_says_where_it_came_from(say):
    answer = say("給闽兴報２台GA37，下周三前")
    evidence = {each.slot: each for each in answer.drafts[0].evidence}
    assert (evidence["quantity"].quote, evidence["quantity"].value) == ("２台", 2)
    assert evidence["due"].note == "2026-03-18 周三，下周指下一个自然周"
    assert evidence["company"].rule == "company.alias"
    assert answer.drafts[0].cues


def test_a_report_wins_over_the_quote_it_ends_in(say):
    answer = say("上午拜访了闽兴庄部长，下周三前给报价")
    assert (main(answer)[0], answer.also) == ("log_follow_up", ("request_quote",))


def test_a_quote_with_a_discount(say):
    assert main(say("报价 GA37 两台 九五折")) == ("request_quote", {"product": "GA37", "quantity": 2, "discount": 0.95})


def test_private_beats_everything(say):
    assert main(say("私密 给闽兴报价GA37两台 庄部长爱喝茶"))[0] == "private_note"


class TestContext:
    def test_the_one_open_job_is_meant(self, say):
        assert main(say("到了", "engineer", Context(open_jobs=("FW-1",)))) == ("arrive", {"ticket_no": "FW-1"})

    def test_of_several_one_must_be_picked(self, say):
        draft = say("同意", "manager", Context(pending_approvals=("AP-1", "AP-2", "AP-3"))).drafts[0]
        assert (draft.intent, dict(draft.slots), draft.confirm) == ("approve", {}, True)
        assert draft.candidates == {"approval_no": ("AP-1", "AP-2", "AP-3")}

    def test_with_nothing_open_a_bare_word_means_nothing(self, say):
        assert main(say("同意", "manager", Context())) == ("other", {})

    def test_ordinals_are_those_of_the_list_shown(self, say):
        intent, slots = main(say("2和3过 1驳回 毛利太低", "manager", Context(shown=("AP-1", "AP-2", "AP-3"))))
        assert intent == "approve"
        assert slots["decisions"] == [
            {"ordinal": 2, "verdict": "approve", "reason": "", "approval_no": "AP-2"},
            {"ordinal": 3, "verdict": "approve", "reason": "", "approval_no": "AP-3"},
            {"ordinal": 1, "verdict": "reject", "reason": "毛利太低", "approval_no": "AP-1"},
        ]

    def test_the_customer_spoken_of_is_assumed(self, say):
        draft = say("报价 GA37 两台", context=Context(customer="泉州闽兴纺织有限公司")).drafts[0]
        assert draft.slots["company"] == "泉州闽兴纺织有限公司"
        assert draft.assumptions == ("按正在谈的客户",)


class TestCorrections:
    def test_a_correction_takes_up_the_last_deed(self, say):
        answer = say("不对 是16台", context=Context(last_intent="request_quote"))
        assert (answer.correction, main(answer)) == (True, ("request_quote", {"quantity": 16}))
        assert answer.drafts[0].confirm

    def test_inside_a_message_the_later_word_counts(self, say):
        assert main(say("给闽兴报GA37三台 不对 两台"))[1]["quantity"] == 2

    def test_not_this_but_that(self, say):
        assert main(say("不是绿源 是恒通 改到议标"))[1]["company"] == "晋江恒通染整有限公司"

    @pytest.mark.parametrize("text", ["撤销", "撤回一下", "帮我撤销"])
    def test_undo(self, say, text):
        answer = say(text)
        assert (answer.undo, main(answer)[0]) == (True, "other")


class TestSafety:
    @pytest.mark.parametrize(
        ("role", "text", "never"),
        [
            ("engineer", "没修好，要等皮带到货，我先撤了", "finish_service"),
            ("engineer", "修好了修好了 客户手上都是油 签字回头再签行不", "finish_service"),
            ("engineer", "还没到 堵路上了", "arrive"),
            ("engineer", "下午三点到", "arrive"),
            ("engineer", "快修好了", "finish_service"),
            ("sales", "李总同意了", "approve"),
            ("customer", "同意", "approve"),
            ("manager", "先别批", "approve"),
            ("manager", "批了吗", "approve"),
            ("sales", "恒通的钱到了没", "record_payment"),
            ("sales", "闽兴说下周打款", "record_payment"),
            ("sales", "绿源还没下单", "create_order"),
            ("sales", "先别放公海", "release_to_pool"),
        ],
    )
    def test_not_done_is_not_done(self, say, role, text, never):
        assert main(say(text, role))[0] != never

    @pytest.mark.parametrize(
        ("role", "text"),
        [
            ("manager", "AP-501批了"), ("manager", "驳回"), ("sales", "恒通回款18万5"), ("sales", "QT2603-008转成订单"),
            ("engineer", "修好了"), ("manager", "恒通给美玲跟"), ("sales", "领客户 山城水泥"), ("sales", "融达放回公海"), ("sales", "金溪中标了"),
        ],
    )  # fmt: skip
    def test_what_is_hard_to_take_back_is_confirmed(self, say, role, text):
        draft = say(text, role).drafts[0]
        assert draft.intent in DANGEROUS or draft.intent == "advance_stage"
        assert draft.confirm

    def test_what_is_clear_and_harmless_is_not(self, say):
        assert not say("上午拜访了闽兴庄国强 聊了报价").drafts[0].confirm


WORLDS = ("windows", "compressors", "custom_parts", "pumps", "packaging", "elevators", "moulds")


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("role", ["sales", "manager", "engineer", "customer", "finance"])
def test_nothing_dangerous_is_done_unasked_whoever_says_it(name, role):
    reader = Reader(Gazetteer.from_world(world(name)))
    open_things = Context(pending_approvals=("AP-1",), open_jobs=("FW-1",), last_intent="finish_service")
    for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines():
        answer = reader.understand(json.loads(line)["text"], role=role, now=NOW, context=open_things)
        for draft in answer.drafts:
            assert draft.intent not in ROLE_GATES.get(role, ()), answer.raw
            assert draft.confirm or draft.intent not in DANGEROUS, answer.raw


@pytest.mark.parametrize("text", ["闽兴报两台GA37，恒通付了5万，绿源放公海", "闽兴报两台GA37 恒通付了5万 绿源放公海"])
def test_each_customer_keeps_his_own_slots(say, text):
    assert [(draft.intent, dict(draft.slots)) for draft in say(text).drafts] == [
        ("request_quote", {"company": "泉州闽兴纺织有限公司", "product": "GA37", "quantity": 2}),
        ("record_payment", {"company": "晋江恒通染整有限公司", "amount_cny": 50_000}),
        ("release_to_pool", {"company": "漳州绿源食品有限公司"}),
    ]


class TestDoubts:
    """What cannot be, or hardly, is never written down unasked."""

    @pytest.mark.parametrize(
        ("text", "slot", "candidates"),
        [
            ("给闽兴报GA37 十一月三十一号前", "due", ("2026-11-30", "2026-12-01")),
            ("给闽兴报GA37 15折", "discount", ("0.15", "0.85")),
        ],
    )
    def test_is_asked_about(self, say, text, slot, candidates):
        draft = say(text).drafts[0]
        assert (draft.confirm, draft.candidates[slot]) == (True, candidates)
        assert draft.assumptions

    @pytest.mark.parametrize(("text", "quantity"), [("闽兴要一百万台GA37", 1_000_000), ("闽兴要两台半GA37", 2.5)])
    def test_an_odd_count_is_confirmed(self, say, text, quantity):
        draft = say(text).drafts[0]
        assert (draft.slots["quantity"], "amount_cny" in draft.slots, draft.confirm) == (quantity, False, True)

    def test_an_approval_with_a_condition_names_it(self, say):
        answer = say("批了 不过付款改三六一", "manager")
        assert (main(answer), answer.also) == (("approve", {"condition": "付款改三六一"}), ())


def test_three_customers_are_three_drafts(say):
    answer = say("闽兴庄国强说价格可以\n绿源那边推迟到下个月\n恒通打了五万定金")
    assert [(draft.intent, draft.slots["company"]) for draft in answer.drafts] == [
        ("log_follow_up", "泉州闽兴纺织有限公司"),
        ("log_follow_up", "漳州绿源食品有限公司"),
        ("record_payment", "晋江恒通染整有限公司"),
    ]


@pytest.mark.parametrize(
    "text", ["", " ", "。。。", "🙂", "\ufeff", "「」\n- - - -\n", "@助手", "\x00", "𠮷野家", "İ" * 30]
)
def test_anything_may_be_typed(say, text):
    for role in ("sales", "manager", "engineer", "customer", "finance", ""):
        assert main(say(text, role))[0] == "other"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("4月20号补贴截止 提前三天提醒我", "2026-04-17"),
        ("下周三交标书 提前一天提醒我", "2026-03-17"),
        ("明天下午三点开会 提前半小时提醒我", "2026-03-12T14:30:00+08:00"),
        ("4月20号前三天提醒我", "2026-04-17"),
    ],
)
def test_a_reminder_comes_as_much_ahead_as_was_said(say, text, due):
    assert main(say(text))[1]["due"] == due
