"""What a person means, given what he is in the middle of: corrections, taking back, ordinals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from handlers.context import Ask, Understood
from handlers.envelope import Envelope, Kind
from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader
from handlers.learning import heard_in
from handlers.reading import understood_by
from handlers.tables import TABLES
from handlers.unready import UNREADY
from storage.queries import Queries
from storage.uow import UnitOfWork
from tests.support.company import Company, open_company

READER = Reader(
    Gazetteer.build(
        customers=["苏州恒力机械有限公司"],
        products=["X200", "X300"],
        parts=["6205轴承"],
        staff=[{"name": "陈静"}, {"name": "李工"}],
        sources=["展会", "转介绍"],
    )
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Reading changes nothing but the focus, which every test sets; so one company does for all."""
    with open_company(f"sqlite:///{tmp_path_factory.mktemp('reading')}/test.db") as opened:
        yield opened


def reads(
    company: Company,
    text: str,
    *,
    subject: str = "",
    name: str = "陈静",
    question: dict[str, Any] | None = None,
    listed: Sequence[str] = (),
) -> Understood:
    """Return what ``name`` means by ``text`` while he looks at ``subject``."""
    read: list[Understood] = []

    def effect(work: UnitOfWork) -> None:
        actor = company.actor(name)
        assert actor.person_id is not None
        focus = work.find.people.focus(actor.person_id, work.now)
        focus.turn(work.now, subject=subject)
        if listed:
            focus.show(work.now, list(listed))
        if question is not None:
            focus.ask(work.now, question)
        ask = Ask(
            envelope=Envelope(
                key="k", platform="wecom", account=name, conversation=name, kind=Kind.TEXT, sent_at=work.now, text=text
            ),
            actor=actor,
            now=work.now,
            calendar=work.calendar,
            policies=work.policies,
            queries=Queries(work.session),
            act=work.act,
            say=_unused,
            show=_unused,
            focus=focus,
        )
        read.append(understood_by(READER, text, ask))

    company.run(effect, name)
    return read[0]


def _unused(*said: Any, **more: Any) -> None:
    raise AssertionError((said, more))


LISTED = ("approval:1", "approval:2")
CORRECTIONS = [
    ("数量改成3台", {"quantity": 3}),
    ("预算改成35万", {"amount_cny": 350_000}),
    ("预算改35万左右", {"amount_cny": 350_000, "amount_approx": True}),
    ("改成下周五", {"due": "2026-12-04"}),
    ("下周五前报", {"due": "2026-12-04"}),
    ("电话改成13900001111", {"phone": "13900001111"}),
    ("不对 是16樘 高2米2", {"quantity": 16, "size": {"height_mm": 2200}}),
    ("联系人换成李工", {"contact": "李工"}),
    ("产品换成X300", {"product": "X300"}),
    ("改成三台X300", {"product": "X300", "quantity": 3}),
    ("数量从两台改成三台", {"quantity": 3}),
    ("数量是3台不是2台", {"quantity": 3}),
    ("来源改成展会", {"source": "展会"}),
]


@pytest.mark.parametrize(
    ("subject", "intent"), [("inquiry:1", "request_quote"), ("quote:1", "request_quote"), ("", "revise")]
)
def test_a_bare_discount_is_of_the_quotation_in_hand(company: Company, subject: str, intent: str) -> None:
    understood = reads(company, "改成95折", subject=subject)
    assert (understood.intent, understood.slots["discount"]) == (intent, 0.95)


@pytest.mark.parametrize("subject", ["inquiry:1", "quote:1", ""])
@pytest.mark.parametrize(("text", "slots"), CORRECTIONS)
def test_a_correction_names_only_the_new_values(
    company: Company, text: str, slots: dict[str, Any], subject: str
) -> None:
    understood = reads(company, text, subject=subject)
    assert (understood.intent, understood.slots) == ("revise", {**slots, "correction": True})


@pytest.mark.parametrize("subject", ["inquiry:1", "quote:1"])
def test_a_bare_discount_is_a_new_version_of_the_quote(company: Company, subject: str) -> None:
    understood = reads(company, "改成95折", subject=subject)
    assert (understood.intent, understood.slots) == ("request_quote", {"discount": 0.95})


@pytest.mark.parametrize("text", ["3台", "35万"])
def test_after_the_button_a_bare_value_is_a_correction(company: Company, text: str) -> None:
    assert reads(company, text, subject="inquiry:1", question={"asks": "revise"}).intent == "revise"
    assert reads(company, text, subject="inquiry:1").intent != "revise"


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("撤销", "undo", {}),
        ("撤回一下上一条", "undo", {}),
        ("撤销刚才那条", "undo", {}),
        ("撤回 Q-2611-0001", "withdraw_quote", {"quote_no": "Q-2611-0001"}),
        ("把Q-2611-0001撤回", "withdraw_quote", {"quote_no": "Q-2611-0001"}),
    ],
)
def test_taking_back(company: Company, text: str, intent: str, slots: dict[str, Any]) -> None:
    understood = reads(company, text, subject="inquiry:1")
    assert (understood.intent, understood.slots) == (intent, slots)


def test_a_new_demand_is_no_correction(company: Company) -> None:
    understood = reads(company, "展会上认识的苏州恒力机械王总想要两台X300", subject="inquiry:1")
    assert (understood.intent, understood.slots.get("correction")) == ("log_inquiry", None)


def test_an_ordinal_chooses_from_the_list_that_was_asked_about(company: Company) -> None:
    def listed(work: UnitOfWork) -> None:
        actor = company.actor("周敏")
        assert actor.person_id is not None
        work.find.people.focus(actor.person_id, work.now).show(work.now, ["approval:4", "approval:7"])

    company.run(listed, "周敏")
    understood = reads(company, "第二个", name="周敏", question={"intent": "approve", "slots": {"reason": "可以"}})
    assert (understood.intent, understood.slots) == ("approve", {"reason": "可以", "subject": "approval:7"})


def test_who_the_customer_is_corrects_the_inquiry_in_hand_and_nothing_else(company: Company) -> None:
    understood = reads(company, "客户是恒力机械", subject="inquiry:1")
    assert (understood.intent, understood.slots["company"]) == ("name_customer", "苏州恒力机械有限公司")
    assert reads(company, "客户是恒力机械").intent != "name_customer"
    for text in ("客户是做食品的", "客户是谁", "客户是老客户", "客户是新来的"):
        assert reads(company, text, subject="inquiry:1").intent != "name_customer"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("大恒想要两台X200，预算30万左右", ["大恒"]),
        ("给大恒报两台X200", ["大恒"]),
        ("展会上认识的大恒王总，13812345678，想要两台X200", ["大恒"]),
        ("大恒机械王总要两台X200", ["大恒机械"]),
        ("恒力要两台X200", []),
        ("客户想要两台X200", []),
        ("想要两台X200，预算30万", []),
        ("他们要两台X200", []),
        ("私密 大恒王总爱喝茶", []),
        ("不对 大恒要两台X200", []),
    ],
)
def test_the_words_nobody_is_sure_of(company: Company, text: str, words: list[str]) -> None:
    understood = reads(company, text)
    heard = heard_in(understood.intent, understood.slots, understood.reasons, text)
    assert [each.words for each in heard] == words


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("我的私密备注", "list_notes", {}),
        ("恒力的私密备注", "list_notes", {"about": "恒力", "company": "苏州恒力机械有限公司"}),
        ("记个恒力的私密备注", "private_note", {"company": "苏州恒力机械有限公司"}),
        ("我的私密备注：老李爱喝茶", "private_note", {"contact": "老李"}),
        ("删掉第2条", "delete_listed", {"place": "2"}),
        ("把第三条删了吧", "delete_listed", {"place": "三"}),
        ("别名有哪些", "list_aliases", {}),
        ("恒力的别名", "list_aliases", {"about": "恒力", "company": "苏州恒力机械有限公司"}),
        ("忘掉 大恒", "forget_alias", {"words": "大恒"}),
        ("忘记别名“大恒”", "forget_alias", {"words": "大恒"}),
        ("忘掉第2条", "delete_listed", {"place": "2"}),
        ("取消订单", "other", {}),
    ],
)
def test_phrases_of_notes_and_names(company: Company, text: str, intent: str, slots: dict[str, Any]) -> None:
    understood = reads(company, text)
    assert (understood.intent, dict(understood.slots)) == (intent, slots)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("同意 SP-2611-0001", "approve"),
        ("同意 SP-2611-0001？", "show_record"),
        ("同意SP-2611-0001 了吗", "show_record"),
        ("驳回 SP-2611-0001 吗", "show_record"),
        ("SP-2611-0001批了没", "show_record"),
        ("SP-2611-0001转给老周批？", "show_record"),
        ("作废 Q-2611-0001？", "show_record"),
        ("没同意 SP-2611-0001", "other"),
        ("他说同意SP-2611-0001", "other"),
        ("以后超过50万的报价都抄送老周", "change_rule"),
        ("以后超过50万的都要抄送老周吗？", "other"),
        ("以后超过50万的不要抄送老周", "other"),
        ("发布规则1吗", "other"),
        ("结案吗", "other"),
        ("不要给恒力打标签 价格敏感", "other"),
        ("给恒力打标签 价格敏感吗", "other"),
        ("别合并恒力和绿源", "other"),
        ("不取消代批", "other"),
        ("这个别转给老周批", "other"),
        ("不用加签老周", "other"),
    ],
)
def test_a_phrase_that_is_asked_denied_or_retold_does_nothing(company: Company, text: str, intent: str) -> None:
    assert reads(company, text, name="周敏").intent == intent


@pytest.mark.parametrize("text", ["2过", "同意2"])
def test_places_of_the_list_are_decided(company: Company, text: str) -> None:
    assert reads(company, text, name="周敏", listed=LISTED).intent == "approve"


@pytest.mark.parametrize("text", ["2过吗", "2过了没", "2可以吗", "同意2了吗", "要不要同意2", "他说2过了"])
def test_places_of_the_list_that_are_only_asked_about_are_not(company: Company, text: str) -> None:
    assert reads(company, text, name="周敏", listed=LISTED).intent not in ("approve", "reject")


@pytest.mark.parametrize(
    "text",
    [
        "驳回 SP-2611-0001 私密 他家快不行了",
        "私密 以后超过50万的报价都抄送老周",
        "私密 转给老周批",
        "给恒力打标签 欠款 别让别人看见",
        "第2个做完了 这条只有我能看",
    ],
)
def test_private_beats_every_table_of_phrases(company: Company, text: str) -> None:
    assert reads(company, text, name="周敏").intent == "private_note"


@pytest.mark.parametrize("text", ["我的私密备注", "恒力的私密备注"])
def test_asking_for_private_notes_is_no_note(company: Company, text: str) -> None:
    assert reads(company, text).intent == "list_notes"


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("恒力的历史沟通摘要", "summarize_customer", {"said": "恒力"}),
        ("恒力有人报备吗", "check_conflict", {"said": "恒力"}),
        ("给恒力二期项目做个报备", "register_customer", {"company": "恒力", "project": "二期项目"}),
        ("为啥要总经理批", "explain", {"subject": ""}),
        ("恒力升为重点客户", "set_level", {"said": "恒力", "level": "重点"}),
        ("导入去年台账", "import_records", {}),
        ("恒力投标 12月20号开标 保证金10万", "log_follow_up", {"due": "2026-12-20", "amount_cny": 100_000}),
    ],
)
def test_a_deed_goes_to_what_carries_it_out(company: Company, text: str, intent: str, slots: dict[str, Any]) -> None:
    understood = reads(company, text, name="周敏")
    assert (understood.intent, {**understood.slots, **slots}) == (intent, dict(understood.slots))
    assert intent in TABLES.intents


def test_nothing_is_called_unready_that_somebody_carries_out() -> None:
    assert not set(UNREADY) & set(TABLES.intents)


def test_a_bare_question_is_no_answer_to_a_ticket(company: Company) -> None:
    assert reads(company, "已联系客户了吗", name="周敏").intent != "respond_ticket"
