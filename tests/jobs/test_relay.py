"""Telling: at least once, in order, marked afterwards; one platform's trouble is not the other's."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from cards.channel import CannotUpdate, Misconfigured, Refused, Retry
from domain.actor import Role
from domain.people.commands import PersonLeave, ReportTrouble
from jobs.held import Held
from storage import outbox as queue
from storage.tables import outbox, sent_cards
from tests.jobs.road import Line, build_road, open_road, texts


@pytest.fixture
def road(database_url):
    with open_road(database_url) as road:
        road.enrol("陈静", Role.SALES, wecom="chenjing")
        road.enrol("管理员", Role.ADMIN, dingtalk="admin")
        yield road


@pytest.fixture
def wecom():
    return Line("wecom")


@pytest.fixture
def dingtalk():
    return Line("dingtalk")


async def do(road, *words, **more):
    for each in words:
        await road.keep(each, **more)
    await road.drain()


async def test_what_was_promised_goes_out_once(road, wecom):
    relay = road.relay(wecom)
    await do(road, "note 一", "note 二")
    assert (await relay.step(), await relay.step()) == (2, 0)
    assert texts(wecom.sent) == [("chenjing", "好 一"), ("chenjing", "好 二")]
    assert road.states(outbox) == ["sent", "sent"]


async def test_a_crash_between_sending_and_marking_sends_again_under_the_same_key(road, wecom):
    """R-27: the platform got it, the receipt was never written; after the lease somebody else sends it again."""
    await do(road, "note 一")
    now = road.clock.now()
    (row,) = road.database.transact(lambda session: queue.claim(session, now, "dead", 10))
    await wecom.send("chenjing", _text(row), key=row["key"])
    relay = road.relay(wecom)
    assert await relay.step() == 0
    road.clock.move(queue.LEASE + timedelta(seconds=1))
    assert await relay.step() == 1
    assert texts(wecom.sent) == [("chenjing", "好 一")] * 2
    assert len({key for _, _, key in wecom.sent}) == 1
    assert road.rows(outbox, "state", "tries") == [("sent", 2)]


def _text(row):
    from cards.card import Text

    return Text(text=row["body"]["text"])


async def test_whoever_lost_his_lease_marks_nothing(road):
    await do(road, "note 一")
    now = road.clock.now()
    late = now + queue.LEASE + timedelta(seconds=1)
    (row,) = road.database.transact(lambda session: queue.claim(session, now, "slow", 10))
    road.database.transact(lambda session: queue.claim(session, late, "quick", 10))
    marks = [
        road.database.transact(lambda session, lease=lease: queue.sent(session, row["id"], lease, late))
        for lease in ("slow", "quick", "quick")
    ]
    assert marks == [False, True, False]


async def test_failures_wait_longer_each_time_and_are_parked(road, wecom):
    relay = road.relay(wecom)
    await do(road, "note 一")
    waits = []
    for _ in range(queue.MOST_TRIES):
        wecom.answers.append(Retry("系统繁忙", code="-1"))
        before = road.clock.now()
        assert await relay.step() == 1
        (due,) = road.rows(outbox, "due")
        waits.append((due - before).total_seconds())
        # A second beyond, and beyond the breaker's pause.
        road.clock.set(max(due, before + timedelta(seconds=6)))
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    assert road.states(outbox) == ["parked"]
    assert await relay.step() == 0


async def test_a_limit_with_its_own_time_costs_no_try(road, wecom):
    """R-31."""
    relay = road.relay(wecom)
    await do(road, "note 一")
    for _ in range(queue.MOST_TRIES + 3):
        wecom.answers.append(Retry("太频繁", code="45009", after=60.0))
        assert await relay.step() == 1
        road.clock.move(timedelta(seconds=61))
    await relay.step()
    assert road.states(outbox) == ["sent"]


async def test_what_can_never_arrive_is_recorded(road, wecom):
    relay = road.relay(wecom)
    await do(road, "note 一")
    wecom.answers.append(Refused("不在可见范围", code="invaliduser"))
    await relay.step()
    assert road.rows(outbox, "state", "error") == [("refused", "不在可见范围")]
    assert await relay.step() == 0


async def test_a_misconfiguration_is_told_once_an_hour_and_the_message_waits(road, wecom, dingtalk):
    """R-29: ten messages, one word to the administrator; put right, all ten go out."""
    relay = road.relay(wecom, dingtalk)
    await do(road, *(f"note {n}" for n in range(10)))
    wecom.answers.extend(Misconfigured("IP 不在白名单", code="60020") for _ in range(20))
    await relay.step()
    road.clock.move(timedelta(minutes=2))
    await relay.step()
    assert [words for _, words in texts(dingtalk.sent)] == [
        "跟单有消息发不出去，需要您处理：IP 不在白名单（60020）。处理好后会自动补发。"
    ]
    road.clock.move(timedelta(minutes=2))
    while await relay.step():
        pass
    assert sorted(words for _, words in texts(wecom.sent)) == [f"好 {n}" for n in range(10)]
    wecom.answers.append(Misconfigured("IP 不在白名单", code="60020"))
    road.clock.move(timedelta(hours=1))
    await do(road, "note late")
    await relay.step()
    await relay.step()
    assert len(dingtalk.sent) == 2


async def test_a_platform_that_is_away_costs_the_other_nothing(road, wecom, dingtalk):
    """R-32: after five failures WeCom is not asked again for five seconds; DingTalk's messages go out at once."""
    road.enrol("周敏", Role.MANAGER, dingtalk="zhoumin")
    relay = road.relay(wecom, dingtalk, at_once=1)
    wecom.answers.extend(Retry("connection refused") for _ in range(100))
    await do(road, *(f"note {n}" for n in range(8)))

    def tell(work, envelope, rest):
        work.say(road.people["周敏"], rest)

    road.words.verbs["tell"] = tell
    await do(road, "tell 好")
    for _ in range(9):
        await relay.step()
    assert len(wecom.answers) == 95
    assert texts(dingtalk.sent) == [("zhoumin", "好")]
    road.clock.move(timedelta(seconds=6))
    for _ in range(5):
        await relay.step()
    assert len(wecom.answers) == 94, "one call finds out, the others go on waiting"
    wecom.answers.clear()
    road.clock.move(timedelta(seconds=700))
    while await relay.step():
        pass
    assert len(wecom.sent) == 8


async def test_a_card_is_redrawn_only_when_it_would_look_different(road, wecom):
    relay = road.relay(wecom)
    await do(road, "card 1")
    await relay.step()

    def again(work, envelope, rest):
        work.redraw("thing:1")

    road.words.verbs["again"] = again
    await do(road, "again")
    await relay.step()
    assert (texts(wecom.sent), wecom.redrawn) == ([("chenjing", "第0版")], [])
    await do(road, "redraw 1")
    await relay.step()
    assert wecom.redrawn == [("chenjing", "第1版")]
    assert road.states(outbox) == ["sent"] * 3


async def test_a_card_that_cannot_be_redrawn_is_sent_anew(road, wecom):
    relay = road.relay(wecom)
    await do(road, "card 1")
    await relay.step()
    await do(road, "redraw 1")
    wecom.update_answers.append(CannotUpdate("code expired"))
    await relay.step()
    await relay.step()
    assert texts(wecom.sent) == [("chenjing", "第0版"), ("chenjing", "第1版")]
    assert road.rows(sent_cards, "frozen") == [1, 0]
    await do(road, "redraw 1")
    await relay.step()
    assert wecom.redrawn == [("chenjing", "第2版")]


async def test_a_redrawing_done_a_second_time_promises_the_new_card_once(road, wecom):
    """Killed between promising and marking, while the old card itself was sent again and is alive again."""
    relay = road.relay(wecom)
    await do(road, "card 1")
    await relay.step()
    await do(road, "redraw 1")
    wecom.update_answers.append(CannotUpdate("code expired"))
    await relay.step()

    def killed(session):
        session.execute(update(outbox).where(outbox.c.kind == "redraw").values(state="ready"))
        session.execute(update(sent_cards).values(frozen=0))

    road.database.transact(killed)
    wecom.update_answers.append(CannotUpdate("code expired"))
    while await relay.step():
        pass
    assert texts(wecom.sent) == [("chenjing", "第0版"), ("chenjing", "第1版")]
    assert road.states(outbox) == ["sent"] * 3


async def test_one_platforms_card_does_not_wait_for_the_others(road, wecom, dingtalk):
    """R-32: the card on WeCom cannot be redrawn now, the one on DingTalk is; later only WeCom's is tried again."""
    road.enrol("周敏", Role.MANAGER, dingtalk="zhoumin")

    def both(work, envelope, rest):
        for name in ("陈静", "周敏"):
            work.tell(road.people[name], "test.state", "thing:1")

    road.words.verbs["both"] = both
    relay = road.relay(wecom, dingtalk)
    await do(road, "both")
    await relay.step()
    wecom.update_answers.append(Retry("connection refused"))
    await do(road, "redraw 1")
    await relay.step()
    assert (wecom.redrawn, dingtalk.redrawn) == ([], [("zhoumin", "第1版")])
    road.clock.move(timedelta(seconds=2))
    await relay.step()
    assert (wecom.redrawn, dingtalk.redrawn) == ([("chenjing", "第1版")], [("zhoumin", "第1版")])


async def test_a_card_whose_click_is_being_answered_is_let_alone(road, wecom):
    """DingTalk takes no update of a card while its own callback waits for the answer, nor just after."""
    relay = road.relay(wecom)
    seconds = [0.0]
    relay.held = Held(now=lambda: seconds[0])
    await do(road, "card 1")
    await relay.step()
    (ref,) = road.rows(sent_cards, "ref")
    relay.held.hold(ref)
    await do(road, "redraw 1")
    await relay.step()
    assert wecom.redrawn == []
    relay.held.answered(ref)
    road.clock.move(timedelta(seconds=3))
    await relay.step()
    assert wecom.redrawn == []
    seconds[0] += 1
    road.clock.move(timedelta(seconds=1))
    await relay.step()
    assert wecom.redrawn == [("chenjing", "第1版")]


async def test_the_answer_to_a_click_waits_for_nothing_once_it_is_drawn(road, wecom):
    """R-98: given up while it was being noted, the books would say that the clicker has what he never got."""
    relay = road.relay(wecom)
    await do(road, "card 1")
    await relay.step()
    (ref,) = road.rows(sent_cards, "ref")
    await do(road, "redraw 1")
    let_go = threading.Event()
    writers = [asyncio.ensure_future(road.database.write(lambda _session: let_go.wait(10))) for _ in range(2)]
    card = await asyncio.wait_for(relay.redraw_for_click("wecom", ref, "chenjing"), 5)
    assert card.title == "第1版"
    let_go.set()
    await asyncio.gather(*writers)
    while relay.noting:
        await asyncio.wait(relay.noting)
    await relay.step()
    assert wecom.redrawn == [], "he has it already"


def test_a_click_that_is_never_answered_does_not_hold_its_card_for_ever():
    seconds = [0.0]
    held = Held(now=lambda: seconds[0])
    held.hold("card")
    assert (held.remaining("card"), held.remaining("another")) == (2.5, 0.0)
    seconds[0] = 2.6
    assert held.remaining("card") == 0.0


async def test_a_redrawing_waits_for_the_card_that_is_on_its_way(road, wecom):
    """The change comes while the card is being sent: the card must not stay as it was drawn before."""
    relay = road.relay(wecom)
    on_its_way, let_go = asyncio.Event(), asyncio.Event()

    async def slow():
        on_its_way.set()
        await asyncio.wait_for(let_go.wait(), 10)

    wecom.before_send = slow
    await do(road, "card 1")
    sending = asyncio.create_task(relay.step())
    await asyncio.wait_for(on_its_way.wait(), 10)
    await do(road, "redraw 1")
    assert await relay.step() == 0
    let_go.set()
    await sending
    await relay.step()
    assert texts(wecom.sent) == [("chenjing", "第0版")]
    assert wecom.redrawn == [("chenjing", "第1版")]


async def test_nothing_is_told_to_somebody_who_left(road, wecom):
    """R-41, R-56, R-58: the promise was made while he was still here."""
    relay = road.relay(wecom)
    await do(road, "card 1")
    road.act(PersonLeave(platform="wecom", account="chenjing"))
    await relay.step()
    assert wecom.sent == []
    assert road.rows(outbox, "state", "error") == [("refused", "收件人已离职或没有账号")]


async def test_a_card_of_somebody_who_left_is_not_redrawn(road, wecom):
    relay = road.relay(wecom)
    await do(road, "card 1")
    await relay.step()
    road.act(PersonLeave(platform="wecom", account="chenjing"))
    await do(road, "redraw 1", account="other")
    await relay.step()
    assert wecom.redrawn == []
    assert road.states(outbox) == ["sent", "sent"]


async def test_a_broken_row_does_not_stop_the_others(road, wecom):
    relay = road.relay(wecom)

    def broken(work, envelope, rest):
        work.tell(road.people["陈静"], "no.such.card", "thing:1")

    road.words.verbs["broken"] = broken
    await do(road, "broken", "note 一")
    await relay.step()
    assert texts(wecom.sent) == [("chenjing", "好 一")]
    assert road.rows(outbox, "state", "error") == [("ready", "KeyError: 'no.such.card'"), ("sent", None)]


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_two_processes_tell_everything_once(road, wecom):
    """SKIP LOCKED and the lease: 60 messages, two relays side by side."""
    await do(road, *(f"note {n}" for n in range(60)))
    relays = [road.relay(wecom, at_once=8), build_road(road.database, clock=road.clock).relay(wecom, at_once=8)]

    async def drain(relay):
        while await relay.step():
            pass

    await asyncio.gather(*(drain(relay) for relay in relays))
    assert sorted(words for _, words in texts(wecom.sent)) == sorted(f"好 {n}" for n in range(60))


async def test_what_one_platform_refuses_goes_out_on_the_other(road, wecom, dingtalk):
    """He has left WeCom, or the app does not show him there: the card is drawn for him on DingTalk."""
    road.enrol("何雨", Role.SALES, wecom="heyu", dingtalk="1013")
    relay = road.relay(wecom, dingtalk)
    await do(road, "card 1", account="heyu")
    wecom.answers.append(Refused("不在可见范围", code="81013"))
    await relay.step()
    assert [account for account, _, _ in dingtalk.sent] == ["1013"]
    assert road.rows(outbox, "state", "note") == [("sent", "改由钉钉送达（不在可见范围）")]
    assert road.rows(sent_cards, "platform", "account") == [("dingtalk", "1013")]


async def test_whom_nothing_reaches_is_told_to_the_administrator_once(road, wecom, dingtalk):
    road.enrol("何雨", Role.SALES, wecom="heyu", dingtalk="1013")
    relay = road.relay(wecom, dingtalk)
    for n in range(3):
        await do(road, f"card {n}", account="heyu")
        wecom.answers.append(Refused("不在可见范围", code="81013"))
        dingtalk.answers.append(Refused("钉钉里没有这个人", code="invalidStaffIdList"))
        while await relay.step():
            pass
    assert texts(dingtalk.sent) == [
        ("admin", "何雨收不到跟单的消息：不在可见范围；钉钉里没有这个人。请在管理后台检查他的账号和应用的可见范围。")
    ]
    assert sorted(road.states(outbox)) == ["refused"] * 3 + ["sent"]


async def test_a_platform_that_is_long_away_is_gone_around(road, wecom, dingtalk):
    """After five minutes without a single call that came through, who has another account hears there."""
    road.enrol("何雨", Role.SALES, wecom="heyu", dingtalk="1013")
    relay = road.relay(wecom, dingtalk)
    for n in range(5):
        await do(road, f"note {n}")
    wecom.answers.extend(Retry("连不上") for _ in range(5))
    await relay.step()
    await do(road, "card 1", account="heyu")
    await relay.step()
    assert dingtalk.sent == []
    for _ in range(6):
        road.clock.move(timedelta(minutes=1))
        wecom.answers.extend(Retry("连不上") for _ in range(6))
        await relay.step()
    await do(road, "card 2", account="heyu")
    wecom.answers.clear()
    await relay.step()
    assert "1013" in [account for account, _, _ in dingtalk.sent]


async def test_a_text_that_may_have_arrived_is_marked_where_the_platform_cannot_know(road, wecom, dingtalk):
    """R-27: killed between send and mark; WeCom drops the copy by itself, DingTalk shows it as a possible one."""
    road.act(ReportTrouble(code="x", said="请看一下"))
    await do(road, "note 一")
    now = road.clock.now()
    road.database.transact(lambda session: queue.claim(session, now, "dead", 10))
    road.database.transact(queue.free)
    relay = road.relay(wecom, dingtalk)
    await relay.step()
    assert texts(dingtalk.sent) == [("admin", "（可能重复）请看一下")]
    assert texts(wecom.sent) == [("chenjing", "好 一")]
    assert road.rows(outbox, "state", "error") == [("sent", None)] * 2


async def test_the_doubt_outlives_a_second_failure(road, dingtalk):
    road.act(ReportTrouble(code="x", said="请看一下"))
    relay = road.relay(dingtalk)
    dingtalk.answers.append(Retry("没有应答", delivered_maybe=True))
    await relay.step()
    road.clock.move(timedelta(seconds=2))
    dingtalk.answers.append(Retry("系统繁忙"))
    await relay.step()
    road.clock.move(timedelta(seconds=10))
    await relay.step()
    assert texts(dingtalk.sent) == [("admin", "（可能重复）请看一下")]


async def test_whoever_holds_two_cards_of_one_thing_is_told_once(road, wecom):
    """The newest is redrawn or replaced; an older one that the platform will not redraw is left as it is."""
    relay = road.relay(wecom)
    await do(road, "card 1", "card 1")
    while await relay.step():
        pass
    wecom.sent.clear()
    await do(road, "redraw 1")
    wecom.update_answers.extend([CannotUpdate("code used"), CannotUpdate("code used")])
    while await relay.step():
        pass
    assert texts(wecom.sent) == [("chenjing", "第1版")]
    assert road.rows(sent_cards, "frozen") == [1, 1, 0]


async def test_a_card_that_comes_anyway_is_not_sent_twice(road, wecom):
    """Told and redrawn in one effect: what the platform will not redraw is left as it is, the new one is on its way."""
    relay = road.relay(wecom)
    await do(road, "card 1")
    await relay.step()
    wecom.sent.clear()

    def both(work, envelope, rest):
        work.redraw("thing:1")
        work.tell(work.actor.person_id, "test.state", "thing:1")

    road.words.verbs["both"] = both
    await do(road, "redraw 1", "both")
    wecom.update_answers.extend([CannotUpdate("code used")] * 2)
    while await relay.step():
        pass
    assert texts(wecom.sent) == [("chenjing", "第1版")]
