"""The directories of both platforms against our staff (R-58, R-59), read through the played platforms."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from bot.app import DOORS
from cards.channel import Retry
from domain.actor import SYSTEM
from domain.people.commands import EnrolPerson
from domain.people.person import Person
from jobs.directory import DirectoryJob, Member, Synced
from storage.queries import Queries
from tests.support.house import open_house
from tests.support.service_shop import open_shop


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop


def directory(*members: Member, broken: bool = False):
    """A directory that lists ``members`` and then, perhaps, stops answering."""

    async def read():
        for member in members:
            yield member
        if broken:
            raise Retry("no answer")

    return read


def job(shop, **directories) -> DirectoryJob:
    return DirectoryJob(database=shop.database, business=shop.business, directories=directories)


def accounts(shop) -> list[str]:
    return [each.account for each in shop.look(lambda queries: queries.people.accounts("wecom"))]


EVERYBODY = ["zhoumin", "tangyue", "chenjing", "sunku", "heping", "lt", "gaofei", "mq"]


async def test_who_is_gone_or_disabled_leaves(shop):
    """R-58: the event was missed; case does not matter in WeCom."""
    there = [Member(account=each.upper()) for each in EVERYBODY if each not in ("lt", "mq")]
    synced = await job(shop).sync("wecom", directory(*there, Member(account="mq", left=True), Member(account="neu")))
    assert synced == Synced(members=8, left=2, led=0)
    assert accounts(shop) == [each for each in EVERYBODY if each not in ("lt", "mq")]
    people = shop.look(lambda queries: [queries.people.actor("wecom", each) for each in ("lt", "mq", "neu")])
    assert people == [None, None, None]


async def test_a_directory_that_breaks_off_or_is_empty_says_nothing(shop):
    with pytest.raises(Retry):
        await job(shop).sync("wecom", directory(Member(account="chenjing"), broken=True))
    assert await job(shop).sync("wecom", directory()) == Synced(members=0, left=0, led=0)
    assert accounts(shop) == EVERYBODY


async def test_a_platform_that_does_not_answer_does_not_stop_the_other(shop):
    shop.act(EnrolPerson(name="钱进", dingtalk="1002"))
    shop.act(EnrolPerson(name="何雨", dingtalk="1013"))
    both = job(shop, wecom=directory(broken=True), dingtalk=directory(Member(account="1002")))
    await both.run()
    assert accounts(shop) == EVERYBODY
    assert [each.account for each in shop.look(lambda queries: queries.people.accounts("dingtalk"))] == ["1002"]


async def test_only_missing_leaders_are_filled_in(shop):
    """Known leaders stay; nobody is led by himself, by his own people or by somebody we do not know (R-59)."""
    leaders = {
        "zhoumin": ("heping", "nobody", "TangYue"),
        "tangyue": ("tangyue", "zhoumin"),
        "heping": ("tangyue",),
        "sunku": ("nobody",),
    }
    there = [Member(account=each, leaders=leaders.get(each, ())) for each in EVERYBODY]
    synced = await job(shop).sync("wecom", directory(*there))
    assert synced == Synced(members=8, left=0, led=1)

    def led_by(session) -> dict[str, str]:
        queries = Queries(session)
        people = {each: session.get(Person, queries.people.actor("wecom", each).person_id) for each in EVERYBODY}
        return {each: queries.people.name(person.leader_id) for each, person in people.items() if person.leader_id}

    assert shop.database.look(led_by) == {
        "zhoumin": "唐悦",
        **dict.fromkeys(("chenjing", "heping", "lt", "gaofei", "mq"), "周敏"),
    }


async def test_nothing_to_do_writes_nothing(shop):
    there = [Member(account=each) for each in EVERYBODY]
    before = shop.run(lambda work: work.count("marker"), SYSTEM)
    assert await job(shop).sync("wecom", directory(*there)) == Synced(members=8, left=0, led=0)
    assert shop.run(lambda work: work.count("marker"), SYSTEM) == before + 1


@pytest_asyncio.fixture
async def house(tmp_path):
    async with open_house(f"sqlite:///{tmp_path}/bot.db", tmp_path, mix="mixed") as house:
        yield house


async def test_both_platforms_are_read_to_the_end(house):
    """R-58: two leave on each platform and no event arrives; the next look takes their access away."""
    doors = house.app[DOORS]
    sync = DirectoryJob(
        database=house.engine.database,
        business=house.engine.business,
        directories={name: door.directory for name, door in doors.items()},
    )
    world = house.playground.world
    leavers = ("魏巍", "林涛", "何平")
    for name in leavers:
        person = next(each for each in world.people.values() if each.name == name)
        world.remove(person.id)
    async with asyncio.timeout(30):
        await sync.run()

    def active(session) -> set[str]:
        people = Queries(session).people
        known = [people.actor(platform, each.account) for platform in doors for each in people.accounts(platform)]
        return {actor.name for actor in known}

    assert await house.engine.database.read(active) == {
        "秦岚",
        "周敏",
        "罗成",
        "陈静",
        "邵勇",
        "唐悦",
        "孙库",
        "高原",
        "梁宁",
        "马强",
        "何雨",
        "钱进",
    }


async def test_a_visible_range_that_shrinks_takes_nobody_away(house):
    """Half of the staff missing at once is the app's range, not a wave of leavers: told, and nobody forgotten."""
    doors = house.app[DOORS]
    sync = DirectoryJob(
        database=house.engine.database,
        business=house.engine.business,
        directories={"dingtalk": doors["dingtalk"].directory},
    )
    world = house.playground.world
    for person in [each for each in world.people.values() if each.dingtalk and each.name != "梁宁"][:4]:
        world.remove(person.id)
    before = await house.engine.database.read(lambda session: Queries(session).people.accounts("dingtalk"))
    async with asyncio.timeout(30):
        await sync.run()
    after = await house.engine.database.read(lambda session: Queries(session).people.accounts("dingtalk"))
    assert after == before
    house.engine.wake()
    await house.sees("梁宁", lambda shown: "看不到" in shown.words and "可见范围" in shown.words)
