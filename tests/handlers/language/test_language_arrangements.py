"""When somebody is there, and who decides while somebody is away."""

import pytest


@pytest.mark.parametrize(
    ("text", "windows", "exclusions"),
    [
        (
            "今天三点以后有人 明天上午也行 后天不行",
            [{"date": "2026-03-11", "from": "15:00"}, {"date": "2026-03-12", "from": "08:00", "to": "12:00"}],
            [{"date": "2026-03-13"}],
        ),
        ("明天上午不行 下午可以", [{"date": "2026-03-12", "from": "12:00", "to": "18:30"}], [{"date": "2026-03-12", "from": "08:00", "to": "12:00"}]),
        ("周末别来 周一以后都可以", [{"date": "2026-03-16", "onwards": True}], [{"date": "2026-03-14", "date_end": "2026-03-15"}]),
        ("明天10点到12点方便", [{"date": "2026-03-12", "from": "10:00", "to": "12:00"}], None),
        ("明天上午和周五下午都行", [{"date": "2026-03-12", "from": "08:00", "to": "12:00"}, {"date": "2026-03-13", "from": "12:00", "to": "18:30"}], None),
    ],
)  # fmt: skip
def test_windows_and_exclusions(say, text, windows, exclusions):
    for role, intent in (("customer", "report_fault"), ("sales", "other")):
        draft = say(text, role).drafts[0]
        assert (draft.intent, draft.slots["windows"], draft.slots.get("exclusions")) == (intent, windows, exclusions)


def test_a_visit_is_due_when_it_suits(say):
    slots = say("空压机漏油 今天不行 明天上午有人", "customer").drafts[0].slots
    assert (slots["due"], slots["exclusions"]) == ("2026-03-12", [{"date": "2026-03-11"}])


def test_other_deeds_have_no_windows(say):
    assert "windows" not in say("明天上午去不了", "engineer").drafts[0].slots


def test_a_delegation(say):
    draft = say("我下周二到周五出差 报价让老周代批 超50万的还是发我", "manager").drafts[0]
    assert (draft.intent, dict(draft.slots)) == (
        "other", {"staff": "老周", "period": "2026-03-17/2026-03-20", "amount_max_cny": 500_000},
    )  # fmt: skip


@pytest.mark.parametrize(("role", "text"), [("manager", "取消代批"), ("sales", "报价让老周代批")])
def test_no_delegation(say, role, text):
    assert "staff" not in say(text, role).drafts[0].slots
