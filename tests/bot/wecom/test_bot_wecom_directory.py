"""Who is in the company, from answers as complete and as gappy as the platform gives them."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.wecom.directory import Department, Member, WeComDirectory
from cards.channel import Misconfigured

DEPARTMENTS = {
    "1": {"id": 1, "name": "公司", "department_leader": ["boss"], "parentid": 0, "order": 1},
    "2": {"id": 2, "name": "华东", "department_leader": ["zhoumin", "boss"], "parentid": 1, "order": 2},
    "3": {"id": 3, "parentid": 2},
}
USERS = {
    "chenjing": {"name": "陈静", "department": [2, 3], "direct_leader": ["lisi"], "main_department": 2, "status": 1},
    "zhoumin": {"name": "周敏", "department": [2], "main_department": 2, "status": 1},
    "boss": {"name": "老板", "department": [1], "status": 4},
    "gap": {},
}
LISTS = {"1": ["boss"], "2": ["zhoumin", "chenjing"], "3": ["ChenJing", "gap", "hidden"]}


@pytest.fixture
def directory(api, client):
    rows = [{"id": 1, "parentid": 0}, {"id": 2, "parentid": 1}, {"id": 3, "parentid": 2}, {"order": 1}, "?"]
    api.on("department/simplelist", {"errcode": 0, "department_id": rows})

    def department(request):
        found = DEPARTMENTS[request.query["id"]]
        return web.json_response({"errcode": 0, "department": found})

    def members(request):
        rows = [{"userid": each, "name": f"名{each}"} for each in LISTS[request.query["department_id"]]]
        return web.json_response({"errcode": 0, "userlist": [*rows, {"name": "nobody"}]})

    def member(request):
        userid = request.query["userid"]
        if userid not in USERS:
            return web.json_response({"errcode": 60011, "errmsg": "no privilege"})
        return web.json_response({"errcode": 0, "userid": userid, **USERS[userid]})

    api.on("department/get", department)
    api.on("user/simplelist", members)
    api.on("user/get", member)
    return WeComDirectory(client)


async def test_departments_with_their_leaders(directory):
    assert await directory.departments() == [
        Department(id=1, name="公司", parent=0, leaders=("boss",)),
        Department(id=2, name="华东", parent=1, leaders=("zhoumin", "boss")),
        Department(id=3, name="", parent=2),
    ]


async def test_everybody_once_with_the_nearest_leader(directory):
    assert [member async for member in directory.members()] == [
        Member(userid="boss", name="老板", departments=(1,), status=4),
        Member(userid="zhoumin", name="周敏", departments=(2,), leaders=("boss",), status=1),
        Member(userid="chenjing", name="陈静", departments=(2, 3), leaders=("lisi",), status=1),
        Member(userid="gap", name="名gap"),
        Member(userid="hidden", name="名hidden"),
    ]


async def test_a_department_that_vanished_in_between_is_still_listed(api, directory):
    api.on("department/get", {"errcode": 60003})
    assert await directory.departments() == [
        Department(id=1),
        Department(id=2, parent=1),
        Department(id=3, parent=2),
    ]


async def test_a_missing_permission_is_for_the_administrator(api, directory):
    api.on("department/simplelist", {"errcode": 48002})
    with pytest.raises(Misconfigured):
        await directory.departments()


async def test_a_company_without_visible_departments_is_empty(api, directory):
    api.on("department/simplelist", {"errcode": 0})
    assert [member async for member in directory.members()] == []
