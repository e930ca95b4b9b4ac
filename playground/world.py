"""The company that is played: its people and departments, one truth for both platforms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = 1
"""Id of the root department on both platforms."""


@dataclass(slots=True, kw_only=True)
class Department:
    """A department; ``parent`` is 0 for the root."""

    id: int
    name: str
    parent: int = ROOT


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody of the company. ``leaders`` and ``id`` are ids of persons; ``leads`` are departments.

    ``wecom`` and ``dingtalk`` are the user ids there, empty for somebody without an account.
    """

    id: str
    name: str
    title: str = ""
    roles: list[str] = field(default_factory=list)
    departments: list[int] = field(default_factory=lambda: [ROOT])
    leads: list[int] = field(default_factory=list)
    leaders: list[str] = field(default_factory=list)
    wecom: str = ""
    dingtalk: str = ""
    unionid: str = ""
    mobile: str = ""


class World:
    """People and departments, changed freely while the platforms run."""

    def __init__(self, company: str = "示例公司") -> None:
        self.company = company
        self.departments: dict[int, Department] = {ROOT: Department(id=ROOT, name=company, parent=0)}
        self.people: dict[str, Person] = {}

    @classmethod
    def from_people(cls, people: Iterable[Mapping[str, Any]], company: str = "示例公司") -> World:
        """Build a company from entries ``{name, roles, team, leader, wecom, dingtalk, phone, title}``.

        Every ``team`` becomes a department below the root, ``leader`` is another entry's name
        (KeyError when there is none).
        """
        world = cls(company)
        entries = list(people)
        for entry in entries:
            world.add(_person(entry, world.department(str(entry.get("team") or "")).id))
        by_name = {person.name: person for person in world.people.values()}
        for entry in entries:
            if entry.get("leader"):
                member, leader = by_name[entry["name"]], by_name[entry["leader"]]
                member.leaders.append(leader.id)
                leader.leads.extend(d for d in member.departments if d in leader.departments and d not in leader.leads)
        return world

    @classmethod
    def load(cls, path: Path, company: str = "示例公司") -> World:
        """Build a company from the ``people`` list of a YAML file."""
        return cls.from_people(yaml.safe_load(path.read_text(encoding="utf-8")).get("people", []), company)

    def add(self, person: Person) -> Person:
        """Take somebody in; ValueError when the id or an account is taken."""
        taken = person.id in self.people or (person.wecom and self.by_wecom(person.wecom))
        if taken or (person.dingtalk and self.by_dingtalk(person.dingtalk)):
            raise ValueError(f"{person.name} shares an id with somebody")
        person.unionid = person.unionid or f"union{person.id}"
        self.people[person.id] = person
        return person

    def remove(self, person_id: str) -> Person:
        """Let somebody go; KeyError when there is nobody."""
        return self.people.pop(person_id)

    def department(self, name: str) -> Department:
        """Return the department of this name, made below the root if new; an empty name is the root."""
        if not name:
            return self.departments[ROOT]
        for each in self.departments.values():
            if each.name == name:
                return each
        made = Department(id=max(self.departments) + 1, name=name)
        self.departments[made.id] = made
        return made

    def below(self, department_id: int) -> list[Department]:
        """Return the department and everything under it, parents first."""
        found = [self.departments[department_id]]
        for each in found:
            found.extend(child for child in self.departments.values() if child.parent == each.id)
        return found

    def members(self, department_id: int) -> list[Person]:
        """Return those directly in the department."""
        return [person for person in self.people.values() if department_id in person.departments]

    def by_wecom(self, user_id: str) -> Person | None:
        """Return the person with this WeCom userid, whose case does not matter (WeCom reference 5.2)."""
        wanted = user_id.lower()
        return next((p for p in self.people.values() if wanted and p.wecom.lower() == wanted), None)

    def by_dingtalk(self, user_id: str) -> Person | None:
        """Return the person with this DingTalk userId."""
        return next((p for p in self.people.values() if user_id and p.dingtalk == user_id), None)

    def by_unionid(self, unionid: str) -> Person | None:
        """Return the person with this DingTalk unionId."""
        return next((p for p in self.people.values() if unionid and p.unionid == unionid), None)


def _person(entry: Mapping[str, Any], department: int) -> Person:
    wecom, dingtalk = str(entry.get("wecom") or ""), str(entry.get("dingtalk") or "")
    return Person(
        id=str(entry.get("id") or wecom or dingtalk or entry["name"]),
        name=entry["name"],
        title=str(entry.get("title") or ""),
        roles=list(entry.get("roles") or ()),
        departments=[department],
        wecom=wecom,
        dingtalk=dingtalk,
        unionid=str(entry.get("unionid") or ""),
        mobile=str(entry.get("phone") or ""),
    )
