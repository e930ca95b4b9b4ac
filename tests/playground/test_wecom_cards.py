"""Every field rule of template cards and its errcode (WeCom reference 3.3, fact 10)."""

import copy

import pytest

from playground.wecom.cards import check_card
from playground.wecom.errors import ApiError
from tests.playground.wecom_kit import BUTTONS, MULTIPLE, NOTICE, VOTE, playing

NEWS = {
    "card_type": "news_notice",
    "main_title": {"title": "照片已归档"},
    "card_image": {"url": "https://a.example/p.jpg", "aspect_ratio": 1.5},
    "card_action": {"type": 1, "url": "https://a.example"},
}
ACTION = {"text": "静音", "key": "mute"}
MISSING = "missing"


def changed(card, path, value):
    card = copy.deepcopy(card)
    *way, last = path.split(".")
    block = card
    for step in way:
        block = block[int(step)] if step.isdigit() else block.setdefault(step, {})
    if value is MISSING:
        del block[last]
    else:
        block[int(last) if last.isdigit() else last] = value
    return card


def code_of(card, *, update=False):
    try:
        check_card(card, lambda media_id: media_id == "alive", update=update)
    except ApiError as error:
        return error.code
    return 0


@pytest.mark.parametrize("card", [BUTTONS, NOTICE, NEWS, VOTE, MULTIPLE])
def test_the_plain_cards_are_fine(card):
    assert code_of(card) == 0


OPTION = {"id": "1", "text": "一"}


@pytest.mark.parametrize(
    ("card", "path", "value", "code"),
    [
        (BUTTONS, "card_type", "poster", 42031),
        (BUTTONS, "task_id", MISSING, 42014),
        (BUTTONS, "task_id", "有中文", 42014),
        (BUTTONS, "task_id", "a" * 128, 0),
        (BUTTONS, "task_id", "a" * 129, 42014),
        (BUTTONS, "main_title", {"desc": "没有标题"}, 41016),
        (BUTTONS, "button_list", [], 42017),
        (BUTTONS, "button_list", [{"text": str(n), "key": str(n)} for n in range(7)], 40058),
        (BUTTONS, "button_list.0.text", "", 42038),
        (BUTTONS, "button_list.0.key", MISSING, 42039),
        (BUTTONS, "button_list.0.key", "k" * 1024, 0),
        (BUTTONS, "button_list.0.key", "k" * 1025, 42039),
        (BUTTONS, "button_list.0.key", "reject", 42039),
        (BUTTONS, "button_list.0.style", 5, 40058),
        (BUTTONS, "button_list.0", {"type": 1, "text": "打开"}, 42028),
        (BUTTONS, "button_list.0", {"type": 1, "text": "打开", "url": "https://a.example"}, 0),
        (BUTTONS, "button_selection", {"question_key": "eta", "option_list": []}, 42037),
        (BUTTONS, "button_selection", {"question_key": "", "option_list": [OPTION]}, 42043),
        (BUTTONS, "button_selection", {"question_key": "eta", "option_list": [OPTION, OPTION]}, 42040),
        (BUTTONS, "button_selection", {"question_key": "eta", "option_list": [{"id": "1"}]}, 42041),
        (BUTTONS, "button_selection", {"question_key": "eta", "option_list": [{**OPTION, "id": "i" * 129}]}, 42040),
        (BUTTONS, "horizontal_content_list", [{"keyname": "k"}] * 7, 42035),
        (BUTTONS, "horizontal_content_list", [{"value": "v"}], 42027),
        (BUTTONS, "horizontal_content_list", [{"keyname": "k", "type": 1}], 42028),
        (BUTTONS, "horizontal_content_list", [{"keyname": "k", "type": 2}], 42029),
        (BUTTONS, "horizontal_content_list", [{"keyname": "k", "type": 2, "media_id": "dead"}], 40007),
        (BUTTONS, "horizontal_content_list", [{"keyname": "k", "type": 2, "media_id": "alive"}], 0),
        (BUTTONS, "horizontal_content_list", [{"keyname": "k", "type": 3}], 42050),
        (BUTTONS, "jump_list", [{"title": "t"}] * 4, 42042),
        (BUTTONS, "jump_list", [{"type": 1, "url": "https://a.example"}], 42033),
        (BUTTONS, "jump_list", [{"type": 2, "title": "t"}], 42030),
        (BUTTONS, "action_menu", {"desc": "更多", "action_list": [ACTION, ACTION]}, 42051),
        (BUTTONS, "action_menu", {"desc": "更多", "action_list": [{**ACTION, "key": str(n)} for n in range(4)]}, 40058),
        (BUTTONS, "quote_area", {"type": 1, "quote_text": "q"}, 42028),
        (NOTICE, "card_action", MISSING, 42045),
        (NOTICE, "card_action.type", 0, 42045),
        (NOTICE, "card_action.url", MISSING, 42028),
        (NOTICE, "main_title", MISSING, 41016),
        (NOTICE, "action_menu", {"desc": "更多", "action_list": [ACTION]}, 42014),
        (NEWS, "card_image", MISSING, 42044),
        (NEWS, "card_image.url", MISSING, 42044),
        (NEWS, "card_image.aspect_ratio", 2.25, 40058),
        (NEWS, "vertical_content_list", [{"title": "t"}] * 5, 42036),
        (NEWS, "vertical_content_list", [{"desc": "d"}], 42033),
        (VOTE, "checkbox.option_list", [{"id": str(n), "text": "t", "is_checked": False} for n in range(21)], 42037),
        (VOTE, "checkbox.option_list.0.is_checked", MISSING, 40058),
        (VOTE, "checkbox.mode", 2, 40058),
        (VOTE, "checkbox", MISSING, 42043),
        (VOTE, "submit_button", MISSING, 42049),
        (VOTE, "submit_button.key", MISSING, 42046),
        (MULTIPLE, "select_list", [], 42047),
        (MULTIPLE, "select_list", MULTIPLE["select_list"] * 2, 42047),
        (MULTIPLE, "select_list.1.question_key", "result", 42043),
        (MULTIPLE, "main_title", "不是对象", 40058),
    ],
)
def test_a_changed_field_is_answered_with_its_code(card, path, value, code):
    assert code_of(changed(card, path, value)) == code


def test_an_update_needs_no_task_id_and_no_submit_button():
    assert code_of(changed(changed(VOTE, "task_id", MISSING), "submit_button", MISSING), update=True) == 0


async def test_10_a_task_id_is_good_once_per_app():
    async with playing() as play:
        assert [(await play.card())["errcode"] for _ in range(2)] == [0, 42014]
        play.wecom.knobs.repeated_task_id_ok = True
        assert (await play.card())["errcode"] == 0


async def test_a_card_is_drawn_with_title_rows_buttons_and_selects():
    async with playing() as play:
        await play.card(
            button_selection={
                "question_key": "eta",
                "title": "预计到达",
                "option_list": [{"id": "30", "text": "30分钟"}, {"id": "60", "text": "1小时"}],
            },
            jump_list=[{"type": 1, "title": "地图", "url": "https://a.example/map"}],
            sub_title_text="超时将自动转派",
        )
        await play.send(msgtype="template_card", template_card=VOTE)
        buttons, vote = play.wecom.phones.screen("chenjing")
    assert buttons.words == "确认接单\n今天 14:00\n超时将自动转派\n客户：华东阀门厂"
    assert [(b.key, b.text, b.url) for b in buttons.buttons] == [
        ("accept", "接单", ""),
        ("reject", "拒绝", ""),
        ("", "地图", "https://a.example/map"),
    ]
    (eta,) = buttons.selects
    assert (eta.title, eta.options, eta.selected, eta.many) == (
        "预计到达",
        [("30", "30分钟"), ("60", "1小时")],
        ["30"],
        False,
    )
    (check,) = vote.selects
    assert (check.selected, check.many) == (["leak"], True)
    assert vote.button("提交").key == "submit_check"
