"""Who is who, for reading."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.people.focus import Focus
from domain.people.person import Person
from storage.finders.people import PeopleFinder, account_is, account_is_of, account_key
from storage.newly import ASKS

_PLATFORMS = ("wecom", "dingtalk")
_CALLED = (
    select(Person)
    .where(or_(*(account_is_of(platform) for platform in _PLATFORMS)), Person.active)
    .order_by(Person.id.desc())
    .execution_options(**{ASKS: (Person,)})
)
"""Of several accounts, by platform. Built once: putting a statement together costs as much as running it."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a person is told: platform and user id there."""

    platform: str
    account: str


@dataclass(frozen=True, slots=True)
class Account:
    """An active member's user id on one platform; ``led``: our file says by whom."""

    account: str
    led: bool


class PeopleQueries:
    """Staff as actors and as addressees."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._met: dict[tuple[str, str], Person] = {}

    def called(self, name: str) -> str | None:
        """Return the full name of the only one who is called so (老孙, 敏姐), None for nobody or several."""
        person = PeopleFinder(self._session).called(name)
        return None if person is None else person.name

    def actor(self, platform: str, account: str) -> Actor | None:
        """Return who writes from this account, None for strangers."""
        if not account or platform not in _PLATFORMS:
            return None
        person = self._met.get(account_key(platform, account))
        if person is None or not (person.active and _has(person, platform, account)):
            same = select(Person).where(account_is(platform, account), Person.active)
            person = self._session.scalars(same, execution_options={ASKS: (Person,)}).first()
        return None if person is None else person.actor(platform)

    def expect(self, accounts: Collection[tuple[str, str]]) -> list[int]:
        """Read at once whom ``actor`` will be asked for, by platform and account; return who they are."""
        asked = {
            platform: [account_key(on, each)[1] for on, each in accounts if on == platform and each]
            for platform in _PLATFORMS
        }
        for person in self._session.scalars(_CALLED, asked):
            for platform, account in (("wecom", person.wecom), ("dingtalk", person.dingtalk)):
                self._met[account_key(platform, account or "")] = person
        return [person.id for person in self._met.values()]

    def addressee(self, person_id: int) -> tuple[Actor, Door] | None:
        """Return the person as viewer and where to tell him; None when he left or has no account."""
        return next(iter(self.addresses(person_id)), None)

    def addresses(self, person_id: int) -> list[tuple[Actor, Door]]:
        """Return the person as viewer and every door he can be told at, the preferred one first."""
        person = self._session.get(Person, person_id)
        first = None if person is None or not person.active else person.door()
        if person is None or first is None:
            return []
        others = ((platform, person.account(platform)) for platform in _PLATFORMS if platform != first[0])
        doors = [first, *((platform, account) for platform, account in others if account)]
        return [(person.actor(platform), Door(platform, account)) for platform, account in doors]

    def accounts(self, platform: str) -> list[Account]:
        """Return everybody active who has an account on the platform."""
        column = {"wecom": Person.wecom, "dingtalk": Person.dingtalk}[platform]
        query = select(column, Person.leader_id).where(column.is_not(None), Person.active).order_by(Person.id)
        return [
            Account(account, leader_id is not None) for account, leader_id in self._session.execute(query) if account
        ]

    def everybody(self) -> list[int]:
        """Return who works here."""
        return list(self._session.scalars(select(Person.id).where(Person.active).order_by(Person.id)))

    def holding(self, role: Role, *, but: int | None) -> list[str]:
        """Return the names of the active holders of a role, except one."""
        return [person.name for person in PeopleFinder(self._session).with_role(role) if person.id != but]

    def named_in(self, text: str, but: int | None) -> tuple[str, ...]:
        """Return the colleagues whose name stands in ``text``, except one."""
        rows = self._session.execute(select(Person.id, Person.name).where(Person.active).order_by(Person.id))
        return tuple(name for id_, name in rows if id_ != but and name in text)

    def reachable(self, person_id: int, platform: str) -> bool:
        """Return whether a person has an account on ``platform``."""
        person = self._session.get(Person, person_id)
        return person is not None and bool(person.account(platform))

    def told_on(self, person_id: int) -> str:
        """Return the platform a person is told on now, empty when nowhere."""
        person = self._session.get(Person, person_id)
        door = None if person is None else person.door()
        return "" if door is None else door[0]

    def looks_at(self, person_id: int, now: datetime) -> list[str]:
        """Return the subjects of what a person did last in each chat, as far as that is not long ago."""
        foci = self._session.scalars(select(Focus).where(Focus.person_id == person_id).order_by(Focus.id))
        return [focus.subject for focus in foci if focus.fresh(now)]

    def name(self, person_id: int | None) -> str:
        """Return a person's name, ``系统`` for none."""
        person = None if person_id is None else self._session.get(Person, person_id)
        return "系统" if person is None else person.name


def _has(person: Person, platform: str, account: str) -> bool:
    own = person.wecom if platform == "wecom" else person.dingtalk
    return own is not None and account_key(platform, own) == account_key(platform, account)
