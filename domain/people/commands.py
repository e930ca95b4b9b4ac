"""Who is who: loading staff, and what the platforms say about them."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor, Role
from domain.errors import Invalid
from domain.messages import Command, Event
from domain.people.person import Person
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolPerson(Command):
    """Add a member of staff or bring the known one up to date (known by an account, else by name).

    ``leader`` is a name; it must be enrolled before. Empty values leave what is known.
    """

    name: str
    roles: tuple[Role, ...] = ()
    team: str = ""
    leader: str = ""
    regions: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()
    phone: str = ""
    wecom: str = ""
    dingtalk: str = ""
    seniority: int | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEnrolled(Event):
    """A member of staff was added or changed."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLeave(Command):
    """The platform says this account is gone: nothing is told to it any more (R-58)."""

    platform: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLeft(Event):
    """A member of staff has left the company or the app's visible range."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseDoor(Command):
    """Tell the actor on ``platform`` from now on: he has just written from there."""

    platform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorUsed(Event):
    """A member of staff is told on another platform from now on."""

    platform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTrouble(Command):
    """Something that only an administrator can put right; ``code`` names the kind, ``said`` is the sentence."""

    code: str
    said: str
    once: bool = False
    """Once for ever; otherwise once an hour for each code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleReported(Event):
    """The administrators were told."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStranger(Command):
    """Somebody the company has not enrolled wrote to the bot: the administrators are told once."""

    platform: str
    account: str
    nick: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerReported(Event):
    """An unknown account has been reported to the administrators."""

    nick: str


def enrol_person(command: EnrolPerson, actor: Actor, work: Work) -> int:
    """Return the person's id."""
    del actor
    person = work.find.people.known(command.name, wecom=command.wecom, dingtalk=command.dingtalk)
    if person is None:
        person = work.add(Person(name=command.name))
        work.flush()
    person.name = command.name
    person.active = True
    person.roles = [role.value for role in command.roles] or person.roles
    person.team = command.team or person.team
    person.regions = list(command.regions) or person.regions
    person.skills = list(command.skills) or person.skills
    person.nicknames = list(command.nicknames) or person.nicknames
    person.phone = command.phone or person.phone
    person.wecom = command.wecom or person.wecom
    person.dingtalk = command.dingtalk or person.dingtalk
    person.seniority = person.seniority if command.seniority is None else command.seniority
    if command.latitude is not None and command.longitude is not None:
        person.latitude, person.longitude = command.latitude, command.longitude
    if command.leader:
        leader = work.find.people.by_name(command.leader)
        if leader is None:
            raise Invalid(f"{command.name} 的上级“{command.leader}”还不在名单里，请把上级写在前面。")
        if leader.id == person.id:
            raise Invalid(f"{command.name} 的上级不能是自己。")
        person.leader_id = leader.id
    work.flush()
    work.record(PersonEnrolled(subject=person.subject, name=person.name))
    return person.id


def leave(command: PersonLeave, actor: Actor, work: Work) -> None:
    """Forget the account; a person without any account is not active any more."""
    del actor
    person = work.find.people.by_account(command.platform, command.account)
    if person is None:
        return
    if command.platform == "wecom":
        person.wecom = None
    else:
        person.dingtalk = None
    person.active = person.door() is not None
    work.flush()
    work.record(PersonLeft(subject=person.subject, name=person.name))


def report_stranger(command: ReportStranger, actor: Actor, work: Work) -> None:
    """Tell every administrator how to enrol this account; once for each account."""
    del actor
    subject = f"stranger:{command.platform}:{command.account}"[:80]
    if work.count(subject) > 1:
        return
    work.record(StrangerReported(subject=subject, nick=command.nick))
    door = {"wecom": "企业微信", "dingtalk": "钉钉"}.get(command.platform, command.platform)
    for admin in work.find.people.with_role(Role.ADMIN):
        work.say(
            admin.id,
            f"{door}账号 {command.account}{f'（{command.nick}）' if command.nick else ''} 给机器人发了消息，"
            f"但不在人员名单里。把他加进人员文件（{command.platform}: {command.account}）后执行 gendan load 即可。",
        )


def use_door(command: UseDoor, actor: Actor, work: Work) -> None:
    """Remember the platform."""
    assert actor.person_id is not None
    person = work.get(Person, actor.person_id)
    person.preferred = command.platform
    work.flush()
    work.record(DoorUsed(subject=person.subject, platform=command.platform))


def report_trouble(command: ReportTrouble, actor: Actor, work: Work) -> None:
    """Tell every administrator, unless they have been told."""
    del actor
    hour = "" if command.once else f":{work.now:%Y%m%d%H}"
    if work.count(f"trouble:{command.code}{hour}"[:64]) > 1:
        return
    work.record(TroubleReported(subject="people", code=command.code))
    for admin in work.find.people.with_role(Role.ADMIN):
        work.say(admin.id, command.said)
