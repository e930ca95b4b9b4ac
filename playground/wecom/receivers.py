"""Whom a message is for: userids, departments and tags of one call (WeCom reference 3.1, 3.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from playground.wecom.errors import ApiError
from playground.wecom.knobs import Knobs
from playground.world import Person, World

_EVERYBODY = "@all"


@dataclass(slots=True)
class Receivers:
    """The members meant, in order, and what could not be found."""

    people: list[Person] = field(default_factory=list)
    invalid_users: list[str] = field(default_factory=list)
    invalid_parties: list[str] = field(default_factory=list)
    invalid_tags: list[str] = field(default_factory=list)


class Directory:
    """The part of the company that the app may see (应用可见范围)."""

    def __init__(self, world: World, knobs: Knobs) -> None:
        self._world = world
        self._knobs = knobs

    def visible(self, person: Person) -> bool:
        """Tell whether the app may see and reach this person."""
        return bool(person.wecom) and person.wecom.lower() not in self._knobs.invisible

    def everybody(self) -> list[Person]:
        """Return all visible members."""
        return [person for person in self._world.people.values() if self.visible(person)]

    def of_send(self, body: dict[str, Any]) -> Receivers:
        """Read ``touser``, ``toparty`` and ``totag`` of message/send; 82001, 82002, 82003, 40031, 40032."""
        users, parties, tags = (_split(body, name) for name in ("touser", "toparty", "totag"))
        if not users and not parties and not tags:
            raise ApiError(82001)
        if users == [_EVERYBODY]:
            return Receivers(people=self.everybody())
        return self.find(users, parties, tags)

    def find(self, users: list[str], parties: list[str], tags: list[str]) -> Receivers:
        """Look everybody up; a department includes what is below it."""
        _limit(users, 1000, 40032)
        _limit(parties, 100, 82002)
        _limit(tags, 100, 82003)
        found = Receivers()
        for user in users:
            person = self._world.by_wecom(user)
            if person is None or not self.visible(person):
                found.invalid_users.append(user.lower())
            else:
                _take(found, [person])
        for party in parties:
            if party.isdigit() and int(party) in self._world.departments:
                below = {each.id for each in self._world.below(int(party))}
                _take(found, (p for p in self.everybody() if below & set(p.departments)))
            else:
                found.invalid_parties.append(party)
        for tag in tags:
            if tag in self._knobs.tags:
                members = (self._world.by_wecom(user) for user in self._knobs.tags[tag])
                _take(found, (p for p in members if p and self.visible(p)))
            else:
                found.invalid_tags.append(tag)
        return found


def _split(body: dict[str, Any], name: str) -> list[str]:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise ApiError(40031 if name == "touser" else 40058)
    return [part for part in value.split("|") if part]


def _limit(values: list[str], most: int, code: int) -> None:
    if len(values) > most:
        raise ApiError(code)


def _take(found: Receivers, people: Iterable[Person]) -> None:
    found.people.extend(person for person in people if person not in found.people)
