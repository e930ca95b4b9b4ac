"""A message about an earlier one: it names only the new values, or takes the earlier one back."""

import pytest

from handlers.language.meaning import Context


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("数量改成3台", {"quantity": 3}),
        ("预算改成35万", {"amount_cny": 350_000}),
        ("改成下周五", {"due": "2026-03-20"}),
        ("下周五前报", {"due": "2026-03-20"}),
        ("电话改成13900001111", {"phone": "13900001111"}),
        ("不对 是16樘 高2米2", {"quantity": 16, "size": {"height_mm": 2200}}),
        ("联系人换成李工", {"contact": "李工"}),
        ("产品换成GA37", {"product": "GA37"}),
        ("数量从2台改成3台", {"quantity": 3}),
        ("数量是3台不是2台", {"quantity": 3}),
        ("单价改成5万", {"unit_price_cny": 50_000}),
    ],
)
def test_names_only_the_new_values(say, text, slots):
    for last in ("log_inquiry", "request_quote", ""):
        answer = say(text, context=Context(last_intent=last))
        draft = answer.drafts[0]
        assert (answer.correction, draft.intent, dict(draft.slots)) == (True, last or "other", slots)
        assert draft.confirm


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("刚写错了 是6206", {"name": "6206"}),
        ("刚写错了 是6206 数量没错", {"name": "6206"}),
        ("刚才写错了，换的是6206两个", {"name": "6206", "quantity": 2}),
    ],
)
def test_an_engineer_corrects_a_part_no_catalogue_knows(say, text, part):
    answer = say(text, "engineer")
    draft = answer.drafts[0]
    assert (answer.correction, draft.intent, draft.slots["part"], draft.confirm) == (
        True,
        "finish_service",
        [part],
        True,
    )


@pytest.mark.parametrize(
    "text", ["换成老刘去", "客户改成美玲跟", "闽兴改到议标", "预算大概35万", "数量不限", "价格改不了"]
)
def test_is_no_correction(say, text):
    assert not say(text, context=Context(last_intent="log_inquiry")).correction


@pytest.mark.parametrize("text", ["撤回 Q-2611-0001", "把Q-2611-0001撤回", "撤销", "撤回一下上一条", "撤销刚才那条"])
def test_takes_back(say, text):
    answer = say(text)
    assert (answer.undo, answer.drafts[0].intent) == (True, "other")
    assert answer.drafts[0].slots.get("quote_no") == ("Q-2611-0001" if "Q-" in text else None)


@pytest.mark.parametrize("text", ["撤回报价怎么弄", "报价先别撤回", "闽兴的商机撤了吗"])
def test_does_not_take_back(say, text):
    assert not say(text).undo
