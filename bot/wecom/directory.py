"""Who is in the company, as far as the application may see (WeCom reference 5.1, 5.2).

No telephone numbers or addresses: applications are not given them any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from cards.channel import Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from bot.wecom.client import WeComClient

_log = structlog.get_logger("gendan.wecom.directory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """``leaders`` are userids; a parent outside the visible range is an id that no department has."""

    id: int
    name: str = ""
    parent: int = 0
    leaders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """``leaders`` are userids, the nearest first; ``status`` is 1 active, 2 disabled, 4 not activated, 5 quit."""

    userid: str
    name: str
    departments: tuple[int, ...] = ()
    leaders: tuple[str, ...] = ()
    status: int | None = None


class WeComDirectory:
    """Reads departments and members with the application's own secret."""

    def __init__(self, client: WeComClient) -> None:
        self._client = client

    async def departments(self) -> list[Department]:
        """Return every visible department, in the platform's order."""
        answer = await self._client.get("department/simplelist")
        found = [
            (_whole(row.get("id")), _whole(row.get("parentid")) or 0) for row in _rows(answer.get("department_id"))
        ]
        return [await self._department(each, parent) for each, parent in found if each is not None]

    async def members(self) -> AsyncIterator[Member]:
        """Yield every visible member once, whatever number of departments he is in."""
        departments = await self.departments()
        by_id = {department.id: department for department in departments}
        seen: set[str] = set()
        for department in departments:
            answer = await self._client.get("user/simplelist", department_id=str(department.id))
            for row in _rows(answer.get("userlist")):
                userid = str(row.get("userid") or "")
                if userid and userid.lower() not in seen:
                    seen.add(userid.lower())
                    yield await self._member(userid, row, by_id)

    async def _department(self, department_id: int, parent: int) -> Department:
        try:
            answer = await self._client.get("department/get", id=str(department_id))
        except Refused as refused:
            # The visible range may have changed between the two calls.
            _log.warning("department not readable", department=department_id, code=refused.code)
            return Department(id=department_id, parent=parent)
        facts = answer.get("department")
        facts = facts if isinstance(facts, dict) else {}
        return Department(
            id=department_id,
            name=str(facts.get("name") or ""),
            parent=_whole(facts.get("parentid")) or parent,
            leaders=_userids(facts.get("department_leader")),
        )

    async def _member(self, userid: str, row: Mapping[str, Any], departments: Mapping[int, Department]) -> Member:
        try:
            facts = {**row, **await self._client.get("user/get", userid=userid)}
        except Refused as refused:
            _log.warning("member not readable", userid=userid, code=refused.code)
            facts = dict(row)
        member_of = tuple(each for each in map(_whole, _list(facts.get("department"))) if each is not None)
        main = _whole(facts.get("main_department")) or (member_of[0] if member_of else 0)
        return Member(
            userid=userid,
            name=str(facts.get("name") or userid),
            departments=member_of,
            leaders=_userids(facts.get("direct_leader")) or _leaders_above(userid, main, departments),
            status=_whole(facts.get("status")),
        )


def _leaders_above(userid: str, department_id: int, departments: Mapping[int, Department]) -> tuple[str, ...]:
    """Return the leaders of the nearest department upwards that is led by somebody else."""
    walked: set[int] = set()
    while department_id not in walked and (department := departments.get(department_id)) is not None:
        walked.add(department_id)
        if leaders := tuple(each for each in department.leaders if each.lower() != userid.lower()):
            return leaders
        department_id = department.parent
    return ()


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in _list(value) if isinstance(row, dict)]


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _userids(value: Any) -> tuple[str, ...]:
    return tuple(each for each in _list(value) if isinstance(each, str) and each)
