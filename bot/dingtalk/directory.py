"""The company's people and departments (DingTalk reference 7.1); free of quota.

The documents' own example prints numbers and truth values as strings and lists as single objects, so every
field is read leniently.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.dingtalk.client import DingTalkClient
from cards.channel import Refused

ROOT = 1
"""The id of the company itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """``parent`` is 0 above the root."""

    id: int
    name: str
    parent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member. ``leads`` are the departments led; what DingTalk keeps back is empty."""

    userid: str
    name: str
    unionid: str = ""
    title: str = ""
    mobile: str = ""
    email: str = ""
    manager: str = ""
    departments: tuple[int, ...] = ()
    leads: tuple[int, ...] = ()
    active: bool = True
    admin: bool = False


class Directory:
    """Reads the address book; raises the ChannelErrors of the client."""

    def __init__(self, client: DingTalkClient) -> None:
        self._client = client

    async def departments(self) -> AsyncIterator[Department]:
        """Walk all departments from the root down, each once."""
        waiting, seen = [ROOT], {ROOT}
        while waiting:
            parent = waiting.pop(0)
            answer = await self._client.old("/topapi/v2/department/listsub", {"dept_id": parent})
            for each in _objects(answer.get("result")):
                number = _number(each.get("dept_id"))
                if number is None or number in seen:
                    continue
                seen.add(number)
                waiting.append(number)
                yield Department(
                    id=number, name=_text(each.get("name")), parent=_number(each.get("parent_id")) or parent
                )

    async def members(self, department: int) -> list[str]:
        """Return the userIds of the direct members."""
        answer = await self._client.old("/topapi/user/listid", {"dept_id": department})
        result = answer.get("result")
        return [_text(each) for each in _list(result.get("userid_list") if isinstance(result, dict) else None)]

    async def people(self) -> AsyncIterator[Person]:
        """Walk all members of all departments, each once; one who leaves meanwhile is left out."""
        seen: set[str] = set()
        numbers = [ROOT, *[department.id async for department in self.departments()]]
        for number in numbers:
            for userid in await self.members(number):
                if userid not in seen:
                    seen.add(userid)
                    try:
                        yield await self.person(userid)
                    except Refused:
                        continue

    async def person(self, userid: str) -> Person:
        """Return one member; Refused (33012, 60121) where there is none."""
        answer = await self._client.old("/topapi/v2/user/get", {"userid": userid, "language": "zh_CN"})
        result = answer.get("result")
        return _person(result if isinstance(result, dict) else {}, userid)

    async def userid_of(self, unionid: str) -> str:
        """Return the userId of a unionId; Refused (60121) for outsiders."""
        answer = await self._client.old("/topapi/user/getbyunionid", {"unionid": unionid})
        result = answer.get("result")
        return _text(result.get("userid")) if isinstance(result, dict) else ""


def _person(body: Mapping[str, Any], userid: str) -> Person:
    departments = (_number(each) for each in _list(body.get("dept_id_list")))
    leads = (_number(each.get("dept_id")) for each in _objects(body.get("leader_in_dept")) if _true(each.get("leader")))
    return Person(
        userid=_text(body.get("userid")) or userid,
        name=_text(body.get("name")),
        unionid=_text(body.get("unionid")),
        title=_text(body.get("title")),
        mobile=_text(body.get("mobile")),
        email=_text(body.get("org_email")) or _text(body.get("email")),
        manager=_text(body.get("manager_userid")),
        departments=tuple(each for each in departments if each is not None),
        leads=tuple(each for each in leads if each is not None),
        active=_true(body.get("active", True)),
        admin=_true(body.get("admin")),
    )


def _list(value: object) -> list[Any]:
    """Return a list; ``"[2,3]"`` and a single thing are lists too."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    if isinstance(value, list):
        return value
    return [] if value in (None, "") else [value]


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [each for each in _list(value) if isinstance(each, dict)]


def _number(value: object) -> int | None:
    text = _text(value).strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _true(value: object) -> bool:
    return _text(value).lower() in ("true", "1")


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""
