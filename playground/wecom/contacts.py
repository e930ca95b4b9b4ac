"""The directory as a self-built app may read it (WeCom reference 5.1, 5.2)."""

from __future__ import annotations

from typing import Any

from playground.wecom.errors import ApiError
from playground.wecom.knobs import Knobs
from playground.wecom.receivers import Directory
from playground.world import ROOT, Department, Person, World


class Contacts:
    """Answers without ``errcode``; apps created since June 2022 see no phone, mail or picture."""

    def __init__(self, world: World, directory: Directory, knobs: Knobs) -> None:
        self._world = world
        self._directory = directory
        self._knobs = knobs

    def user(self, userid: str) -> dict[str, Any]:
        """user/get: the userid in any case, answered in the stored one; 60111, or 60011 if invisible."""
        person = self._world.by_wecom(userid)
        if person is None:
            raise ApiError(60111)
        if not self._directory.visible(person):
            raise ApiError(self._knobs.invisible_errcode)
        return self._full(person)

    def members(self, department_id: str, *, full: bool) -> dict[str, Any]:
        """user/list and user/simplelist: one department, nothing of those below it; 60003."""
        here = self._department(department_id).id
        people = [person for person in self._world.members(here) if self._directory.visible(person)]
        return {"userlist": [self._full(person) if full else self._brief(person) for person in people]}

    def departments(self, department_id: str) -> dict[str, Any]:
        """department/list: the department and all below it, everything without an id."""
        return {"department": [self._described(each) for each in self._below(department_id)]}

    def department_ids(self, department_id: str) -> dict[str, Any]:
        """department/simplelist: the same without names."""
        return {
            "department_id": [
                {"id": each.id, "parentid": each.parent, "order": _order(each)} for each in self._below(department_id)
            ]
        }

    def department(self, department_id: str) -> dict[str, Any]:
        """department/get."""
        return {"department": self._described(self._department(department_id))}

    def _brief(self, person: Person) -> dict[str, Any]:
        return {"userid": person.wecom, "name": person.name, "department": list(person.departments)}

    def _full(self, person: Person) -> dict[str, Any]:
        leaders = [self._world.people[each] for each in person.leaders if each in self._world.people]
        return {
            **self._brief(person),
            "order": [0] * len(person.departments),
            "position": person.title,
            "is_leader_in_dept": [int(each in person.leads) for each in person.departments],
            "direct_leader": [leader.wecom for leader in leaders if self._directory.visible(leader)][:1],
            "telephone": "",
            "alias": "",
            "main_department": person.departments[0] if person.departments else ROOT,
            "extattr": {"attrs": []},
            "status": 1,
        }

    def _described(self, department: Department) -> dict[str, Any]:
        leaders = [p.wecom for p in self._directory.everybody() if department.id in p.leads]
        return {
            "id": department.id,
            "name": department.name,
            "name_en": "",
            "department_leader": leaders,
            "parentid": department.parent,
            "order": _order(department),
        }

    def _below(self, department_id: str) -> list[Department]:
        return self._world.below(self._department(department_id).id if department_id else ROOT)

    def _department(self, department_id: str) -> Department:
        if not department_id.isdigit() or int(department_id) not in self._world.departments:
            raise ApiError(60003)
        return self._world.departments[int(department_id)]


def _order(department: Department) -> int:
    """Departments are ordered by descending numbers on the platform; ours keep the order they were made in."""
    return 100_000_000 - department.id
