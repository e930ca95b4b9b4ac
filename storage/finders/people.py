"""Finding staff."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from domain.actor import Role
from domain.people.focus import Focus
from domain.people.person import Person
from storage.foci import Foci
from storage.newly import ASKS

_SURNAME = re.compile(r"[老小](?P<called>[\u4e00-\u9fff])|(?P<titled>[\u4e00-\u9fff])(?:总|工|经理|主管|姐|哥)")


def account_key(platform: str, account: str) -> tuple[str, str]:
    """Return what tells accounts apart; WeCom's user ids are the same in any case (WeCom reference 5.2)."""
    return platform, account.lower() if platform == "wecom" else account


def account_is(platform: str, account: str) -> ColumnElement[bool]:
    """Return the condition on Person."""
    return _user_id(platform) == account_key(platform, account)[1]


def account_is_of(platform: str) -> ColumnElement[bool]:
    """Return the condition on Person, whoever of several keys, bound as ``platform``, it is."""
    return _user_id(platform).in_(bindparam(platform, expanding=True))


def _user_id(platform: str) -> ColumnElement[Any]:
    return func.lower(Person.wecom) if platform == "wecom" else Person.dingtalk.expression


class PeopleFinder:
    """Staff by account, name, role, place in the reporting line."""

    def __init__(self, session: Session, foci: Foci | None = None) -> None:
        self._session = session
        self._foci = foci or Foci(session)

    def by_account(self, platform: str, account: str) -> Person | None:
        """Return the active person with this user id."""
        if not account or platform not in ("wecom", "dingtalk"):
            return None
        return self._session.scalars(select(Person).where(account_is(platform, account), Person.active)).first()

    def by_name(self, name: str) -> Person | None:
        """Return the only active person of this name or nickname; None when there is none or more than one."""
        exact = self._session.scalars(select(Person).where(Person.name == name, Person.active).limit(2)).all()
        if exact:
            return exact[0] if len(exact) == 1 else None
        called = [person for person in self.active() if name in person.nicknames]
        return called[0] if len(called) == 1 else None

    def anybody_called(self, name: str) -> Person | None:
        """Return the only person of this name, who may have left; nicknames are for those who are here."""
        found = self._session.scalars(select(Person).where(Person.name == name).limit(2)).all()
        return found[0] if len(found) == 1 else (None if found else self.by_name(name))

    def called(self, name: str) -> Person | None:
        """Return the only one of this name, nickname, or way of calling a surname (老孙、小孙、孙总、孙工)."""
        person = self.by_name(name)
        match = _SURNAME.fullmatch(name)
        if person is not None or match is None:
            return person
        surname = match["called"] or match["titled"]
        found = [each for each in self.active() if each.name.startswith(surname)]
        return found[0] if len(found) == 1 else None

    def by_id(self, person_id: int) -> Person | None:
        """Return the person, whether active or not."""
        return self._person(person_id)

    def the_same_as(self, ids: Collection[int]) -> set[int]:
        """Return these people and every other entry of theirs: whoever has the same phone."""
        phones = select(Person.phone).where(Person.id.in_(ids), Person.phone != "").scalar_subquery()
        same = select(Person.id).where(Person.phone.in_(phones))
        return {*ids, *self._session.scalars(same, execution_options={ASKS: (Person,)})}

    def known(self, name: str, *, wecom: str = "", dingtalk: str = "") -> Person | None:
        """Return the person one of whose accounts, else whose name, is already enrolled (also when not active)."""
        for column, value in ((Person.wecom, wecom), (Person.dingtalk, dingtalk)):
            if value:
                person = self._session.scalars(select(Person).where(column == value)).first()
                if person is not None:
                    return person
        return self._session.scalars(select(Person).where(Person.name == name)).first()

    def active(self) -> Sequence[Person]:
        """Return everybody who works here."""
        return self._session.scalars(select(Person).where(Person.active).order_by(Person.id)).all()

    def with_role(self, role: Role) -> list[Person]:
        """Return the active holders of ``role``."""
        return [person for person in self.active() if role.value in person.roles]

    def leader_of(self, person_id: int) -> Person | None:
        """Return the nearest active leader; a gap or a circle in the line ends the walk (R-59)."""
        seen = {person_id}
        person = self._person(person_id)
        while person is not None and person.leader_id is not None and person.leader_id not in seen:
            seen.add(person.leader_id)
            person = self._person(person.leader_id)
            if person is not None and person.active:
                return person
        return None

    def focus(self, person_id: int, now: datetime, place: str = "") -> Focus:
        """Return what the person is in the middle of in this ``place``; a new, empty one at the first time."""
        return self._foci.of(person_id, place, now)

    def _person(self, person_id: int) -> Person | None:
        return self._session.get(Person, person_id, execution_options={ASKS: (Person,)})
