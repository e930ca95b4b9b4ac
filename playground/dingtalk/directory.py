"""Contacts over the old API, free of quota (reference 7.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.dingtalk.errors import OldError, request_id, unknown_method
from playground.dingtalk.gate import Call, Gate
from playground.dingtalk.scene import Scene
from playground.world import Person

_USERS, _DEPARTMENTS = "qyapi_get_member", "qyapi_get_department_list"


class Directory:
    """Reads the company, one level at a time."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._world = scene.world

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return the five calls, and the answer to every method that is none (it must be routed last)."""

        def free(api: Any, scope: str) -> Any:
            return gate.old(api, scope=scope, paid=False)

        return [
            web.post("/topapi/v2/user/get", free(self.user, _USERS)),
            web.post("/topapi/v2/department/listsub", free(self.departments, _DEPARTMENTS)),
            web.post("/topapi/user/listid", free(self.members, _USERS)),
            web.post("/topapi/v2/user/getbymobile", free(self.by_mobile, _USERS)),
            web.post("/topapi/user/getbyunionid", free(self.by_unionid, _USERS)),
        ]

    def unknown_routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return the answer to every other method of the old API."""
        return [web.route("*", "/topapi/{method:.+}", gate.open(self.unknown))]

    async def user(self, call: Call) -> Mapping[str, Any]:
        """Return one person; members that are empty are absent."""
        user = call.body.get("userid")
        if not user:
            raise OldError(400002, "参数错误：userid不能为空")
        person = self._world.by_dingtalk(str(user))
        if person is None:
            raise OldError(33012, "无效的USERID")
        details = self._details(person)
        return _ok(_stringly(details) if self._scene.knobs.stringly_contacts else details)

    async def departments(self, call: Call) -> Mapping[str, Any]:
        """Return the direct children of a department, the root's by default."""
        parent = self._department(call)
        return _ok(
            [
                {
                    "dept_id": each.id,
                    "name": each.name,
                    "parent_id": each.parent,
                    "create_dept_group": False,
                    "auto_add_user": False,
                }
                for each in self._world.departments.values()
                if each.parent == parent
            ]
        )

    async def members(self, call: Call) -> Mapping[str, Any]:
        """Return the userIds directly in a department."""
        people = self._world.members(self._department(call))
        return _ok({"userid_list": [person.dingtalk for person in people if person.dingtalk]})

    async def by_mobile(self, call: Call) -> Mapping[str, Any]:
        """Return the userId behind a mobile number."""
        mobile = str(call.body.get("mobile", ""))
        return self._found(next((p for p in self._world.people.values() if mobile and p.mobile == mobile), None))

    async def by_unionid(self, call: Call) -> Mapping[str, Any]:
        """Return the userId behind a unionId."""
        return self._found(self._world.by_unionid(str(call.body.get("unionid", ""))))

    async def unknown(self, request: web.Request) -> Mapping[str, Any]:
        """Refuse a method that does not exist."""
        raise unknown_method("dingtalk.oapi." + request.match_info["method"].replace("/", "."))

    def _department(self, call: Call) -> int:
        wanted = str(call.body.get("dept_id", 1))
        if not wanted.isdigit() or int(wanted) not in self._world.departments:
            raise OldError(60003, "部门不存在")
        return int(wanted)

    def _found(self, person: Person | None) -> Mapping[str, Any]:
        if person is None or not person.dingtalk:
            raise OldError(60121, "找不到该用户")
        return _ok({"userid": person.dingtalk})

    def _details(self, person: Person) -> dict[str, Any]:
        leader = next((self._world.people[each].dingtalk for each in person.leaders if each in self._world.people), "")
        details: dict[str, Any] = {
            "userid": person.dingtalk,
            "unionid": person.unionid,
            "name": person.name,
            "state_code": "86",
            "title": person.title,
            "hide_mobile": False,
            "exclusive_account": False,
            "dept_id_list": person.departments,
            "dept_order_list": [{"dept_id": each, "order": 1} for each in person.departments],
            "leader_in_dept": [{"dept_id": each, "leader": each in person.leads} for each in person.departments],
            "active": True,
            "real_authed": True,
            "senior": False,
            "admin": "admin" in person.roles,
            "boss": False,
        }
        if leader:
            details["manager_userid"] = leader
        if person.mobile and self._scene.knobs.contacts_with_mobile:
            details["mobile"] = person.mobile
        return details


def _ok(result: Any) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", "request_id": request_id(), "result": result}


def _stringly(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details as the page's example prints them: booleans and numbers in quotes, arrays as one object."""

    def plain(value: Any) -> Any:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items()}
        if isinstance(value, list):
            return plain(value[0]) if value and isinstance(value[0], dict) else value
        return str(value)

    return {name: plain(value) for name, value in details.items()}
