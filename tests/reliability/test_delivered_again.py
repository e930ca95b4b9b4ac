"""What tells deliveries apart, and for how long: R-12 and R-13, over the real wires of both platforms."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from playground.phone import Sent
from playground.wecom.events import Callback
from storage.tables import inbox
from tests.reliability.aftermath import arrivals, books_are_right, effects, heard
from tests.support.house import House, open_house

REDELIVERED_LATER = "2025-11-21T15:40:00+08:00"
"""Twenty-five hours after the house opened."""


def at_second(callback: Callback, second: int) -> Callback:
    """Return the callback as if it had happened in this second."""
    moved = tuple((name, second if name == "CreateTime" else value) for name, value in callback.elements)
    return replace(callback, elements=moved)


async def test_two_hundred_pairs_of_one_second(sqlite_url: str, tmp_path: Path) -> None:
    """R-12: pairs of distinct events with one FromUserName and one CreateTime, half of them from ``sys``: 400 effects."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        wecom = house.playground.wecom
        assert wecom is not None
        compose, now = wecom.composer, int(house.playground.clock.now())
        members = [account for platform, account in house.doors.values() if platform == "wecom"]
        sent: list[Sent] = []
        for pair in range(200):
            second = now - pair % 7
            for half in "ab":
                if pair % 2:
                    callback = compose.approval(
                        f"2025112000{pair:03}{half}",
                        name="用印",
                        status=1,
                        template="t",
                        applicant=members[0],
                        approver=members[1],
                    )
                else:
                    callback = compose.event(members[pair % len(members)], "click", ("EventKey", f"menu-{pair}-{half}"))
                sent.append(await wecom.push(at_second(callback, second)))
        assert all(each.acknowledged for each in sent)
        await house.settle(timeout=60)
        carried_out = await effects(house)
        assert len({each.key for each in sent}) == 400
        assert {each.key: carried_out[each.key] for each in sent} == {each.key: 1 for each in sent}
        await books_are_right(house)


async def test_a_delivery_again_has_no_second_effect(sqlite_url: str, tmp_path: Path) -> None:
    """R-13: again at once, after 10,001 others, after six minutes, after a restart and after 25 hours."""
    async with open_house(sqlite_url, tmp_path, mix="mixed") as house:
        repeat = [by_wecom(house), by_dingtalk(house)]
        for deliver in repeat:
            await again(house, deliver, times=2)
        keys = set(await effects(house))
        assert len(keys) == 2
        await house.engine.database.write(
            lambda session: session.execute(insert(inbox), [other(number) for number in range(10_001)])
        )
        for deliver in repeat:
            await again(house, deliver)
        house.playground.clock.advance(timedelta(minutes=6).total_seconds())
        for deliver in repeat:
            await again(house, deliver)
        await once(house, keys)
        recorded = [each.recorded for each in repeat]
    async with open_house(sqlite_url, tmp_path, mix="mixed", at=REDELIVERED_LATER) as house:
        for deliver, body in zip((by_wecom(house), by_dingtalk(house)), recorded, strict=True):
            deliver.recorded = body
            await again(house, deliver)
        assert {key: (await effects(house))[key] for key in keys} == dict.fromkeys(keys, 1)
        assert heard(house, "陈静") == heard(house, "何雨") == [], "answered a second time"
        assert await arrivals(house) == 2 + 10_001


class Recorded:
    """A callback that is sent as often as wanted, each time signed anew as the platform does."""

    def __init__(self, recorded: object, send: Callable[[object], Awaitable[Sent]]) -> None:
        self.recorded = recorded
        self.send = send


def by_wecom(house: House) -> Recorded:
    wecom = house.playground.wecom
    assert wecom is not None
    callback = wecom.composer.message(house.doors["陈静"][1], "text", ("Content", "帮助"))

    async def send(recorded: object) -> Sent:
        assert isinstance(recorded, Callback)
        return await wecom.push(recorded)

    return Recorded(callback, send)


def by_dingtalk(house: House) -> Recorded:
    dingtalk = house.playground.dingtalk
    assert dingtalk is not None
    body = dingtalk.inbound.text(house.doors["何雨"][1], "帮助")

    async def send(recorded: object) -> Sent:
        return await dingtalk.pusher.robot_message(json.loads(str(recorded)))

    return Recorded(json.dumps(body), send)


async def again(house: House, deliver: Recorded, times: int = 1) -> None:
    for _ in range(times):
        assert (await deliver.send(deliver.recorded)).acknowledged
    await house.settle()


async def once(house: House, keys: set[str]) -> None:
    carried_out = await effects(house)
    assert {key: carried_out[key] for key in keys} == dict.fromkeys(keys, 1)
    assert [len(heard(house, name)) for name in ("陈静", "何雨")] == [1, 1]


def other(number: int) -> dict[str, object]:
    """Return somebody else's callback, long carried out."""
    at = datetime(2025, 11, 20, 6, 30, tzinfo=UTC)
    row: dict[str, object] = {"key": f"wecom:{number}", "platform": "wecom", "account": "x", "conversation": "x"}
    row |= {"kind": "text", "body": {}, "state": "done", "tries": 0}
    return row | {"not_before": at, "received_at": at, "done_at": at}
