"""Facts 9 to 18 of the WeCom reference, section 11.2, but for the fields of cards."""

import pytest

from tests.playground.wecom_kit import AGENT, BUTTONS, NOTICE, playing


def texts(play, user="chenjing"):
    return [shown.text for shown in play.wecom.phones.screen(user)]


async def test_9_receivers_are_found_in_any_case_and_the_unknown_come_back_in_lower_case():
    async with playing() as play:
        answer = await play.text("hi", touser="zhoumin|CHENJING|NoBody|Gone")
        assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody|gone")
        assert texts(play, "ZhouMin") == texts(play) == ["hi"]
        assert texts(play, "maqiang") == []


async def test_9_departments_include_what_is_below_and_all_means_all():
    async with playing() as play:
        await play.send(None, toparty="2|99", msgtype="text", text={"content": "team"})
        await play.text("all", touser="@all", toparty="2")
        assert texts(play) == ["team", "all"]
        assert texts(play, "maqiang") == ["all"]


@pytest.mark.parametrize(
    ("receivers", "code"),
    [
        ({"touser": "nobody|gone"}, 81013),
        ({"touser": ""}, 82001),
        ({"touser": ["chenjing"]}, 40031),
        ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
        ({"toparty": "|".join(map(str, range(101)))}, 82002),
        ({"totag": "|".join(map(str, range(101)))}, 82003),
    ],
)
async def test_9_receivers_that_refuse_the_whole_call(receivers, code):
    async with playing() as play:
        body = {"agentid": AGENT, "msgtype": "text", "text": {"content": "x"}, **receivers}
        assert (await play.post("message/send", body))["errcode"] == code
        assert play.wecom.messages.sent == []


async def test_9_invisible_members_are_invalid():
    async with playing(invisible={"chenjing"}) as play:
        assert (await play.text("hi"))["errcode"] == 81013


async def test_10_text_is_cut_at_2048_bytes_on_a_character():
    async with playing() as play:
        await play.text("单" * 1000)
        assert texts(play) == ["单" * 682]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text"}, 44004),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"msgtype": "markdown", "markdown": {"content": "x" * 2049}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "gone"}}, 40007),
        ({"msgtype": "textcard", "textcard": {"description": "d", "url": "https://a.example"}}, 41016),
        ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "a.example"}}, 40058),
        ({"msgtype": "news", "news": {"articles": []}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "https://a.example"}]}, "safe": 1}, 40074),
        ({"msgtype": "text", "text": {"content": "x"}, "safe": 2}, 40074),
        ({"msgtype": "text", "text": {"content": "x"}, "agentid": None}, 40056),
    ],
)
async def test_10_18_content_that_is_refused(body, code):
    async with playing() as play:
        assert (await play.send(**body))["errcode"] == code
        assert texts(play) == []


async def test_every_simple_type_is_drawn():
    async with playing() as play:
        media = play.wecom.media.keep("image", "a.png", b"\x89PNG\r\n\x1a\nxx").id
        article = {"title": "新闻", "description": "说明", "url": "https://a.example/n"}
        card = {"title": "标题", "description": '<div class="gray">灰</div>', "url": "https://a.example"}
        for msgtype, content in {
            "markdown": {"content": "**重要**"},
            "image": {"media_id": media},
            "voice": {"media_id": media},
            "video": {"media_id": media, "title": "片", "description": "x" * 600},
            "file": {"media_id": media},
            "textcard": card,
            "news": {"articles": [article]},
            "mpnews": {"articles": [{"title": "图文", "thumb_media_id": media, "content": "<p>x</p>", "digest": "摘"}]},
            "miniprogram_notice": {"title": "小程序"},
        }.items():
            assert (await play.send(msgtype=msgtype, **{msgtype: content}))["errcode"] == 0
        drawn = play.wecom.phones.screen("chenjing")
    assert [(shown.kind, shown.title) for shown in drawn] == [
        ("markdown", ""),
        ("image", ""),
        ("voice", ""),
        ("file", "片"),
        ("file", ""),
        ("link", "标题"),
        ("link", "新闻"),
        ("link", "图文"),
        ("link", "小程序"),
    ]
    assert drawn[1].media_id == media
    assert len(drawn[3].text) == 512
    assert (drawn[5].buttons[0].text, drawn[5].buttons[0].url) == ("详情", "https://a.example")


async def test_11_a_card_that_calls_back_needs_a_callback_url():
    async with playing(callback_path="") as play:
        assert (await play.card())["errcode"] == 43012
        assert (await play.send(msgtype="template_card", template_card=NOTICE))["errcode"] == 0


async def test_12_a_response_code_only_for_cards_that_call_back():
    async with playing() as play:
        plain = await play.send(msgtype="template_card", template_card=NOTICE)
        menu = {"desc": "更多", "action_list": [{"text": "静音", "key": "mute"}]}
        with_menu = await play.send(
            msgtype="template_card", template_card={**NOTICE, "task_id": "n-1", "action_menu": menu}
        )
        interactive = await play.card()
    assert "response_code" not in plain
    assert with_menu["response_code"] != interactive["response_code"]


async def test_12_a_code_works_once_and_for_72_hours():
    async with playing() as play:
        code = (await play.card())["response_code"]
        grey = {"userids": ["chenjing"], "button": {"replace_name": "已接单"}}
        codes = [(await play.update(code, **grey))["errcode"], (await play.update(code, **grey))["errcode"]]
        old = (await play.card(task_id="wo-2"))["response_code"]
        play.playground.clock.advance(72 * 3600 + 1)
        codes += [(await play.update(old, **grey))["errcode"], (await play.update("made up", **grey))["errcode"]]
    assert codes == [0, 42022, 60140, 60140]


async def test_12_knob_a_used_code_is_60140():
    async with playing(reused_code_errcode=60140) as play:
        code = (await play.card())["response_code"]
        grey = {"atall": 1, "button": {"replace_name": "好"}}
        assert [(await play.update(code, **grey))["errcode"] for _ in range(2)] == [0, 60140]


async def test_12_a_refused_update_leaves_the_code_usable():
    async with playing() as play:
        code = (await play.card())["response_code"]
        assert (await play.update(code, userids=["chenjing"], button={}))["errcode"] == 42020
        assert (await play.update(code, userids=["chenjing"], button={"replace_name": "好"}))["errcode"] == 0


async def test_13_the_second_app_cannot_use_the_first_ones_code():
    async with playing() as play:
        play.wecom.tokens.add_app(1000003, "other")
        code = (await play.card())["response_code"]
        body = {"agentid": 1000003, "response_code": code, "atall": 1, "button": {"replace_name": "好"}}
        answer = await play.post("message/update_template_card", body, await play.token("other"))
    assert answer["errcode"] == 42015


async def test_13_14_an_update_redraws_the_copies_named_and_no_other():
    async with playing() as play:
        code = (await play.card("chenjing|ZhouMin"))["response_code"]
        answer = await play.update(
            code, userids=["CHENJING", "maqiang", "Nobody"], button={"replace_name": "陈静 已接单"}
        )
        assert answer["invaliduser"] == ["nobody", "maqiang"]
        hers, his = play.wecom.phones.screen("chenjing")[0], play.wecom.phones.screen("ZhouMin")[0]
    assert [(button.text, button.enabled) for button in hers.buttons] == [("陈静 已接单", False)]
    assert hers.updated == 1
    assert [(button.text, button.enabled) for button in his.buttons] == [("接单", True), ("拒绝", True)]
    assert his.updated == 0


async def test_13_a_card_may_become_any_other_for_everybody():
    async with playing() as play:
        code = (await play.card("chenjing|ZhouMin"))["response_code"]
        assert (await play.update(code, atall=1, template_card={**NOTICE, "sub_title_text": "结束"}))["errcode"] == 0
        drawn = [play.wecom.phones.screen(user)[0] for user in ("chenjing", "ZhouMin")]
    assert [shown.title for shown in drawn] == ["工单已派给你"] * 2
    assert [shown.text for shown in drawn] == ["结束"] * 2


async def test_13_replace_text_greys_the_buttons_of_the_new_card():
    async with playing() as play:
        code = (await play.card())["response_code"]
        card = {**BUTTONS, "replace_text": "周敏 已同意"}
        await play.update(code, userids=["chenjing"], template_card=card)
        (shown,) = play.wecom.phones.screen("chenjing")
    assert [(button.text, button.enabled) for button in shown.buttons] == [("周敏 已同意", False)]


async def test_13_knob_a_clickers_code_updates_only_the_clicker():
    async with playing(code_updates_only_clicker=True) as play:
        await play.card("chenjing|ZhouMin")
        message = play.wecom.phones.screen("chenjing")[0].id
        await play.wecom.phones.press("chenjing", message, "accept")
        code = play.bot.got[0]["ResponseCode"]
        answer = await play.update(code, atall=1, button={"replace_name": "好"})
        assert answer["invaliduser"] == ["zhoumin"]
        assert [play.wecom.phones.screen(user)[0].updated for user in ("chenjing", "ZhouMin")] == [1, 0]


async def test_13_an_update_for_nobody_is_refused_or_for_the_clicker():
    async with playing() as play:
        code = (await play.card())["response_code"]
        assert (await play.update(code, button={"replace_name": "好"}))["errcode"] == 82001
        play.wecom.knobs.update_without_receivers_errcode = 0
        assert (await play.update(code, button={"replace_name": "好"}))["errcode"] == 0
        assert play.wecom.phones.screen("chenjing")[0].updated == 1


async def test_15_an_identical_request_is_delivered_once_within_its_interval():
    async with playing() as play:
        checked = {"enable_duplicate_check": 1, "duplicate_check_interval": 60}
        first, second = await play.text("hi", **checked), await play.text("hi", **checked)
        assert second["errcode"] == 0
        assert second["msgid"] == first["msgid"]
        assert texts(play) == ["hi"]
        await play.text("ho", **checked)
        play.playground.clock.advance(61)
        await play.text("hi", **checked)
        assert texts(play) == ["hi", "ho", "hi"]


async def test_15_a_repeated_card_is_a_duplicate_before_it_is_a_repeated_task_id():
    async with playing() as play:
        body = {"msgtype": "template_card", "template_card": BUTTONS, "enable_duplicate_check": 1}
        first, second = await play.send(**body), await play.send(**body)
        assert first == second
        assert len(play.wecom.phones.screen("chenjing")) == 1


async def test_16_more_than_30_a_minute_is_accepted_and_never_arrives():
    async with playing() as play:
        codes = {(await play.text(str(number)))["errcode"] for number in range(32)}
        assert codes == {0}
        assert texts(play) == [str(number) for number in range(30)]
        assert [message.dropped for message in play.wecom.messages.sent[-2:]] == [["chenjing"]] * 2
        play.playground.clock.advance(61)
        await play.text("later")
        assert texts(play)[-1] == "later"


async def test_16_more_than_1000_an_hour_is_dropped_too():
    async with playing(member_per_hour=3) as play:
        for number in range(5):
            await play.text(str(number))
            play.playground.clock.advance(61)
        assert texts(play) == ["0", "1", "2"]


async def test_16_knob_the_excess_is_refused():
    async with playing(member_per_minute=1, over_limit_errcode=45009) as play:
        assert [(await play.text("x"))["errcode"] for _ in range(2)] == [0, 45009]


async def test_17_a_recall_empties_every_phone_within_24_hours():
    async with playing() as play:
        play.wecom.tokens.add_app(1000003, "other")
        kept, gone = (await play.text("kept"))["msgid"], (await play.text("gone", touser="chenjing|ZhouMin"))["msgid"]
        foreign = await play.post("message/recall", {"msgid": gone}, await play.token("other"))
        assert foreign["errcode"] == 40058
        assert (await play.post("message/recall", {"msgid": gone})) == {"errcode": 0, "errmsg": "ok"}
        assert texts(play) == ["kept"]
        assert texts(play, "ZhouMin") == []
        play.playground.clock.advance(24 * 3600 + 1)
        assert (await play.post("message/recall", {"msgid": kept}))["errcode"] == 42052
