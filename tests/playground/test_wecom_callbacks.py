"""Facts 19 to 28 of the WeCom reference, section 11.3."""

import asyncio
import hashlib

import pytest
from wechatpy.enterprise.crypto import WeChatCrypto

from tests.playground.wecom_kit import AES_KEY, BUTTONS, CORP, MULTIPLE, NOTICE, TOKEN, VOTE, playing


async def test_19_verification_wants_the_text_byte_for_byte():
    async with playing() as play:
        verdicts = []
        for echo in ("{}", '"{}"', "{}\n", "\ufeff{}"):
            play.bot.echo = echo
            verdicts.append((await play.wecom.verify("1616140317555161061+/=")).ok)
        raw = play.bot.queries[0]["raw"]
    assert verdicts == [True, False, False, False]
    echostr = raw.split("echostr=")[1]
    assert not set("+/=") & set(echostr)
    assert "%3D" in echostr or "%2B" in echostr or "%2F" in echostr


async def test_19_verification_fails_on_another_status():
    async with playing() as play:
        play.playground.settings.wecom.callback_path = "/nowhere"
        verdict = await play.wecom.verify()
    assert (verdict.ok, verdict.reason) == (False, "status 404")


async def test_20_a_message_arrives_encrypted_signed_and_in_either_element_order():
    """The stand-in decrypts with wechatpy, so both sides of the cipher are not ours."""
    async with playing() as play:
        for number in range(12):
            sent = await play.wecom.phones.say("CHENJING", f"今天拜访了 ]]> <b> {number}")
        first, last = play.bot.got[0], play.bot.got[-1]
    assert first["Content"] == "今天拜访了 ]]> <b> 0"
    assert (first["ToUserName"], first["FromUserName"], first["MsgType"], first["AgentID"]) == (
        CORP,
        "chenjing",
        "text",
        "1000002",
    )
    assert sent.key == f"wecom:{last['MsgId']}"
    assert sent.acknowledged
    assert len({message["MsgId"] for message in play.bot.got}) == 12
    assert {body.index(b"<AgentID>") < body.index(b"<Encrypt>") for body in play.bot.bodies} == {True, False}
    assert len({query["nonce"] for query in play.bot.queries}) == 12


async def test_21_silence_is_delivered_again_with_the_same_plaintext_and_a_new_cipher():
    """R-01: what is not answered in time comes again."""
    async with playing(deadline=0.05) as play:
        play.bot.hold = [asyncio.Event(), asyncio.Event()]
        sent = await play.wecom.phones.say("chenjing", "慢")
        assert [attempt.error for attempt in sent.attempts] == ["no answer in time"] * 2 + [""]
        assert len(set(play.bot.bodies)) == 3
        assert len({query["msg_signature"] for query in play.bot.queries}) == 3
    (message,) = play.bot.got
    assert message["Content"] == "慢"
    assert sent.key == f"wecom:{message['MsgId']}"


async def test_21_at_most_four_deliveries():
    async with playing() as play:
        play.playground.settings.bot_url = "http://127.0.0.1:9"
        sent = await play.wecom.phones.say("chenjing", "无人")
    assert len(sent.attempts) == 4
    assert all(attempt.error.startswith("connection failed") for attempt in sent.attempts)
    assert not sent.acknowledged


@pytest.mark.parametrize(("again", "statuses"), [(False, [500]), (True, [500, 503, 200])])
async def test_21_knob_a_500_is_retried_or_not(again, statuses):
    async with playing(retry_on_status=again) as play:
        play.bot.statuses = [500, 503]
        sent = await play.wecom.phones.say("chenjing", "x")
    assert [attempt.status for attempt in sent.attempts] == statuses


@pytest.mark.parametrize(
    ("contents", "bodies", "times"), [("same_bytes", 1, 1), ("same_plaintext", 2, 1), ("new_time", 2, 2)]
)
async def test_21_22_knob_what_a_duplicate_repeats(contents, bodies, times):
    async with playing(retry_contents=contents, duplicates=1) as play:
        sent = await play.wecom.phones.say("chenjing", "x")
    assert [attempt.status for attempt in sent.attempts] == [200, 200]
    assert len(set(play.bot.bodies)) == bodies
    assert len({message["CreateTime"] for message in play.bot.got}) == times
    assert len({message["MsgId"] for message in play.bot.got}) == 1


async def test_22_lost_and_reordered():
    async with playing(lose=1, reorder=1) as play:
        lost = await play.wecom.phones.say("chenjing", "lost")
        held = await play.wecom.phones.say("chenjing", "first")
        assert (lost.attempts, held.attempts) == ([], [])
        await play.wecom.phones.say("chenjing", "second")
        assert [message["Content"] for message in play.bot.got] == ["second", "first"]
        assert held.acknowledged


async def test_22_two_approvals_of_one_second_share_sender_and_time():
    async with playing() as play:
        play.playground.clock.set(1_767_225_600)
        keys = {
            (
                await play.wecom.approve(
                    number, name="报价", status=2, template="T", applicant="chenjing", approver="ZhouMin"
                )
            ).key
            for number in ("202601010001", "202601010002")
        }
        one, two = play.bot.got
    assert (one["FromUserName"], one["CreateTime"]) == (two["FromUserName"], two["CreateTime"]) == ("sys", "1767225600")
    assert [each["ApprovalInfo"]["SpNo"] for each in (one, two)] == ["202601010001", "202601010002"]
    assert "MsgId" not in one
    assert len(keys) == 2


def encrypted_reply(xml):
    return WeChatCrypto(TOKEN, AES_KEY, CORP).encrypt_message(xml, "1372623149", "1409659813")


TEXT_REPLY = (
    "<xml><ToUserName>chenjing</ToUserName><FromUserName>corp</FromUserName><CreateTime>1</CreateTime>"
    "<MsgType>text</MsgType><Content>收到</Content></xml>"
)


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("", []),
        ("success", []),
        (encrypted_reply(TEXT_REPLY), ["收到"]),
        (encrypted_reply(TEXT_REPLY).replace("1409659813", "1409659814"), []),
        (encrypted_reply(TEXT_REPLY.replace("chenjing", "ZhouMin")), []),
        ("<html>oops", []),
        ('{"ok": true}', []),
    ],
)
async def test_23_the_answer_is_nothing_or_a_signed_reply_and_garbage_is_noted(body, seen):
    async with playing() as play:
        play.bot.body = body
        await play.wecom.phones.say("chenjing", "hi")
        assert [shown.text for shown in play.wecom.phones.screen("chenjing") if not shown.mine] == seen
        notes = [entry["text"] for entry in play.playground.journal.entries("wecom", "note")]
    assert bool(notes) == (body not in ("", "success") and not seen)


GREY_REPLY = TEXT_REPLY.replace("<MsgType>text</MsgType><Content>收到</Content>", "{}").format(
    "<MsgType>update_button</MsgType><Button><ReplaceName>已接单</ReplaceName></Button>"
)


@pytest.mark.parametrize(("honoured", "buttons"), [(False, ["接单", "拒绝"]), (True, ["已接单"])])
async def test_24_a_passive_update_of_a_pressed_card_is_ignored_unless_the_knob_says_so(honoured, buttons):
    async with playing(passive_card_update=honoured) as play:
        await play.card("chenjing|ZhouMin")
        play.bot.body = encrypted_reply(GREY_REPLY)
        await play.wecom.phones.press("chenjing", play.wecom.phones.screen("chenjing")[0].id, "accept")
        assert [button.text for button in play.wecom.phones.screen("chenjing")[0].buttons] == buttons
        assert play.wecom.phones.screen("ZhouMin")[0].updated == 0


CARD_REPLY = TEXT_REPLY.replace("<MsgType>text</MsgType><Content>收到</Content>", "{}").format(
    "<MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType>"
    "<MainTitle><Title>已静音</Title></MainTitle>"
    "<HorizontalContentList><KeyName>客户</KeyName><Value>华东</Value></HorizontalContentList>"
    "<HorizontalContentList><KeyName>主管</KeyName><Value>看</Value><Type>3</Type><UserId>ZhouMin</UserId>"
    "</HorizontalContentList><ButtonList><Text>恢复</Text><Style>1</Style><Key>unmute</Key></ButtonList></TemplateCard>"
)


async def test_24_the_menu_event_takes_a_passive_update_of_the_clickers_copy():
    async with playing() as play:
        menu = {"desc": "更多", "action_list": [{"text": "静音", "key": "mute"}]}
        card = {**NOTICE, "task_id": "n-1", "action_menu": menu}
        await play.send("chenjing|ZhouMin", msgtype="template_card", template_card=card)
        play.bot.body = encrypted_reply(CARD_REPLY)
        message = play.wecom.phones.screen("chenjing")[0]
        assert message.button("静音").style == "menu"
        await play.wecom.phones.press("chenjing", message.id, "mute")
        (event,) = play.bot.got
        (hers,), (his,) = play.wecom.phones.screen("chenjing"), play.wecom.phones.screen("ZhouMin")
    assert (event["Event"], event["EventKey"], event["TaskId"], event["CardType"]) == (
        "template_card_menu_event",
        "mute",
        "n-1",
        "text_notice",
    )
    assert "SelectedItems" not in event
    assert (hers.title, hers.rows) == ("已静音", [("客户", "华东"), ("主管", "看")])
    assert hers.button("恢复").key == "unmute"
    assert his.title == "工单已派给你"


async def press(play, card, key, selections=None):
    await play.send(msgtype="template_card", template_card=card)
    message = play.wecom.phones.screen("chenjing")[-1].id
    await play.wecom.phones.press("chenjing", message, key, selections)
    return play.bot.got[-1]


async def test_25_a_click_names_task_card_and_button_and_has_no_message_id():
    async with playing() as play:
        event = await press(play, BUTTONS, "accept")
    assert event.pop("ResponseCode")
    assert event.pop("CreateTime")
    assert event == {
        "ToUserName": CORP,
        "FromUserName": "chenjing",
        "MsgType": "event",
        "Event": "template_card_event",
        "EventKey": "accept",
        "TaskId": "wo-1001@accept",
        "CardType": "button_interaction",
        "AgentID": "1000002",
    }


async def test_25_the_key_of_an_event_is_the_digest_of_its_plaintext():
    async with playing() as play:
        sent = await play.wecom.phones.enter("chenjing")
        (entry,) = play.playground.journal.entries("wecom", "callback")
    assert sent.key == f"wecom:sha256:{hashlib.sha256(entry['xml'].encode()).hexdigest()}"


@pytest.mark.parametrize(
    ("card", "key", "selections", "items"),
    [
        (VOTE, "submit_check", {"items": ["power", "leak"]}, [("items", ["power", "leak"])]),
        (VOTE, "submit_check", {"items": []}, [("items", [])]),
        (VOTE, "submit_check", None, [("items", ["leak"])]),
        (MULTIPLE, "submit_visit", {"result": ["signed"]}, [("result", ["signed"]), ("next", ["call"])]),
        (MULTIPLE, "submit_visit", None, [("result", ["follow"]), ("next", ["call"])]),
    ],
)
async def test_25_selections_none_one_and_many(card, key, selections, items):
    async with playing() as play:
        event = await press(play, card, key, selections)
    found = event["SelectedItems"]["SelectedItem"]
    read = [
        (item["QuestionKey"], _listed((item["OptionIds"] or {}).get("OptionId", [])))
        for item in (found if isinstance(found, list) else [found])
    ]
    assert read == items


def _listed(value):
    return value if isinstance(value, list) else [value]


async def test_25_knob_an_empty_element_where_nothing_can_be_selected():
    async with playing(empty_selected_items=True) as play:
        event = await press(play, BUTTONS, "accept")
    assert event["SelectedItems"] is None


async def test_26_every_click_has_its_own_code_and_old_screens_can_be_pressed():
    async with playing() as play:
        code = (await play.card("chenjing|ZhouMin"))["response_code"]
        phones = play.wecom.phones
        message = phones.screen("chenjing")[0].id
        await phones.press("chenjing", message, "accept")
        await play.update(code, atall=1, template_card={**NOTICE, "task_id": "other"})
        await phones.press("chenjing", message, "accept")
        await phones.press("zhoumin", message, "reject")
        events = play.bot.got
        fresh = await play.update(events[1]["ResponseCode"], atall=1, template_card=NOTICE)
    assert [(event["FromUserName"], event["EventKey"], event["TaskId"]) for event in events] == [
        ("chenjing", "accept", "wo-1001@accept"),
        ("chenjing", "accept", "wo-1001@accept"),
        ("ZhouMin", "reject", "wo-1001@accept"),
    ]
    assert len({code, *(event["ResponseCode"] for event in events)}) == 4
    assert fresh["errcode"] == 0


async def test_what_no_screen_ever_showed_cannot_be_pressed():
    async with playing() as play:
        await play.send(msgtype="template_card", template_card=VOTE)
        phones = play.wecom.phones
        message = phones.screen("chenjing")[0].id
        with pytest.raises(KeyError, match="no button"):
            await phones.press("chenjing", message, "approve")
        with pytest.raises(KeyError, match="has no message"):
            await phones.press("maqiang", message, "submit_check")
        with pytest.raises(ValueError, match="no option 'gas'"):
            await phones.press("chenjing", message, "submit_check", {"items": ["gas"]})
        with pytest.raises(KeyError, match="nobody"):
            await phones.say("nobody", "hi")
        with pytest.raises(ValueError, match="group"):
            await phones.say("chenjing", "hi", group="g")
    assert play.bot.got == []


async def test_27_hostile_requests_can_be_made():
    """R-08, R-101: the stand-in refuses each, which shows that each is what it says."""
    plain = b"<xml><MsgType>text</MsgType></xml>"
    async with playing() as play:
        seal, crypto = play.wecom.seal, WeChatCrypto(TOKEN, AES_KEY, CORP)

        def refused(sealed):
            query = sealed.query
            try:
                crypto.decrypt_message(sealed.body, query["msg_signature"], query["timestamp"], query["nonce"])
            except Exception as error:  # noqa: BLE001 - wechatpy has no common base
                return type(error).__name__
            return ""

        assert refused(seal(plain)) == ""
        assert refused(seal(plain, signature="0" * 40)) == "InvalidSignatureException"
        assert refused(seal(plain, receiveid="wwother")) != ""
        assert refused(seal(plain, length=4_000_000_000)) != ""
        doctype = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml>&a;</xml>'
        sealed = seal(doctype)
        assert (
            crypto.decrypt_message(
                sealed.body, *(sealed.query[name] for name in ("msg_signature", "timestamp", "nonce"))
            )
            == doctype.decode()
        )
        huge = await play.wecom.deliver_raw(body=b"<xml>" + b"a" * 10_000_000, query={"nonce": "1"})
    assert len(play.bot.bodies[0]) == 10_000_005
    assert huge.status == 500


async def test_27_an_old_request_can_be_replayed_byte_for_byte():
    async with playing() as play:
        sealed = play.wecom.seal(play.wecom.composer.message("chenjing", "text", ("Content", "again")).plain)
        answers = [await play.wecom.deliver_raw(body=sealed.body, query=sealed.query) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert [message["Content"] for message in play.bot.got] == ["again", "again"]


async def test_28_a_plain_app_hears_of_its_visible_range_and_not_of_the_directory():
    async with playing() as play:
        assert await play.wecom.contact_changed("delete_user", {"UserID": "maqiang"}) is None
        await play.wecom.unsubscribe("maqiang")
        assert (await play.text("hi", touser="maqiang"))["errcode"] == 81013
        await play.wecom.subscribe("maqiang")
        assert (await play.text("hi", touser="maqiang"))["errcode"] == 0
        play.wecom.knobs.change_contact = True
        await play.wecom.contact_changed("delete_user", {"UserID": "maqiang"})
        got = play.bot.got
    assert [(each["FromUserName"], each["Event"]) for each in got] == [
        ("maqiang", "unsubscribe"),
        ("maqiang", "subscribe"),
        ("sys", "change_contact"),
    ]
    assert (got[2]["ChangeType"], "AgentID" in got[2]) == ("delete_user", False)


async def test_every_message_and_event_of_a_member():
    async with playing() as play:
        phones = play.wecom.phones
        await phones.send_file("chenjing", "image", "a.jpg", b"\xff\xd8\xffpicture")
        await phones.send_file("chenjing", "voice", "a.amr", b"#!AMR\nvoice", recognition="你好")
        await phones.send_file("chenjing", "video", "a.mp4", b"video")
        await phones.send_location("chenjing", 31.2304, 121.4737, "上海市")
        await phones.send_link("chenjing", "标题", "说明", "https://a.example")
        await phones.enter("chenjing")
        await phones.report_location("chenjing", 31.2304, 121.4737)
        await phones.click_menu("chenjing", "MY_TASKS")
        await phones.view_menu("chenjing", "https://a.example")
        image, voice, video, place, link, enter, where, click, view = play.bot.got
        assert play.wecom.media.get(image["MediaId"]).data == b"\xff\xd8\xffpicture"
        assert [shown.kind for shown in phones.screen("chenjing")] == ["image", "voice", "file", "link", "link"]
        assert all(shown.mine for shown in phones.screen("chenjing"))
    assert (voice["Format"], "Recognition" in voice) == ("amr", False)
    assert set(video) >= {"MediaId", "ThumbMediaId"}
    assert (place["Location_X"], place["Location_Y"], place["Label"], place["AppType"]) == (
        "31.2304",
        "121.4737",
        "上海市",
        "wxwork",
    )
    assert (link["Title"], link["Url"]) == ("标题", "https://a.example")
    assert (enter["Event"], enter["EventKey"]) == ("enter_agent", None)
    assert (where["Event"], where["Latitude"], where["Precision"]) == ("LOCATION", "31.2304", "65.0")
    assert (click["EventKey"], view["EventKey"]) == ("MY_TASKS", "https://a.example")


@pytest.mark.parametrize(("knob", "heard"), [("none", []), ("file", ["file"]), ("text", ["text"])])
async def test_knob_what_is_heard_of_a_file(knob, heard):
    async with playing(file_messages=knob) as play:
        await play.wecom.phones.send_file("chenjing", "file", "图纸.pdf", b"%PDF-1.7")
        assert [message["MsgType"] for message in play.bot.got] == heard
        assert play.wecom.phones.screen("chenjing")[0].title == "图纸.pdf"


async def test_wait_returns_the_newest_and_tells_what_was_on_the_screen_instead():
    async with playing() as play:
        phones = play.wecom.phones
        waiting = asyncio.create_task(phones.wait("chenjing", lambda shown: "到了" in shown.text))
        await phones.say("chenjing", "到了没有")
        await play.text("快了")
        assert not waiting.done()
        await play.text("到了")
        assert (await waiting).text == "到了"
        with pytest.raises(TimeoutError, match="快了"):
            await phones.wait("chenjing", lambda shown: "走了" in shown.text, timeout=0.01)


async def test_wait_sees_a_card_that_is_redrawn():
    async with playing() as play:
        code = (await play.card())["response_code"]
        waiting = asyncio.create_task(play.wecom.phones.wait("chenjing", lambda shown: shown.updated == 1))
        await play.update(code, userids=["chenjing"], button={"replace_name": "好"})
        assert (await waiting).buttons[0].text == "好"
