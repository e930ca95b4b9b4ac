"""What the platforms' directories know better than our file: who leads whom, where the file says nothing."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.messages import Command, Event
from domain.people.person import Person
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncMember(Command):
    """The directory says who leads this member (accounts, the nearest first); a leader we know is never replaced."""

    platform: str
    account: str
    leaders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderFilled(Event):
    """A member who had no leader in our file has one now, taken from the directory."""

    name: str
    leader: str


def sync_member(command: SyncMember, actor: Actor, work: Work) -> bool:
    """Fill in the first of the leaders who works here and is not led by this member; return whether there was one."""
    del actor
    person = work.find.people.by_account(command.platform, command.account)
    if person is None or person.leader_id is not None:
        return False
    for account in command.leaders:
        leader = work.find.people.by_account(command.platform, account)
        if leader is not None and not _leads(person, leader, work):
            person.leader_id = leader.id
            work.flush()
            work.record(LeaderFilled(subject=person.subject, name=person.name, leader=leader.name))
            return True
    return False


def _leads(person: Person, other: Person, work: Work) -> bool:
    """Return whether ``person`` is ``other`` or stands above him: leading would close a circle (R-59)."""
    seen: set[int] = set()
    above: Person | None = other
    while above is not None and above.id not in seen:
        if above.id == person.id:
            return True
        seen.add(above.id)
        above = None if above.leader_id is None else work.get(Person, above.leader_id)
    return False
