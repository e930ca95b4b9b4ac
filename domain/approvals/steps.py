"""Who decides a step, and when a step is decided. A vacancy climbs; it never approves (R-59, R-108)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.approvals.approval import Seat, SeatState
from domain.errors import Invalid
from domain.people.person import Person
from domain.policy import ApprovalRule, Step
from domain.scope import line_above

if TYPE_CHECKING:
    from storage.finders.people import PeopleFinder

_ROLES = {
    Role.MANAGER: "销售经理",
    Role.MANAGEMENT: "总经理",
    Role.FINANCE: "财务",
    Role.TECHNICAL: "技术",
    Role.PRODUCTION: "生产",
    Role.ADMIN: "管理员",
}


def approvers(step: Step, asker_id: int, barred: Collection[int], people: PeopleFinder) -> list[Person]:
    """Return who decides ``step``: whom it names, without the barred; nobody left: ``stand_in``, else Invalid."""
    named = [person for person in _named(step, asker_id, barred, people) if person.id not in barred]
    spare = None if named else stand_in(asker_id, barred, people)
    if spare is not None:
        return [spare]
    if not named:
        raise Invalid("没有人能审批这份报价：上级空缺，也没有别的管理员。请管理员先在人员文件里补上审批人。")
    return named


def stand_in(person_id: int, barred: Collection[int], people: PeopleFinder) -> Person | None:
    """Return the nearest leader above who may decide, else an administrator, else None."""
    above = next_above(person_id, barred, people)
    if above is not None:
        return above
    return next((person for person in people.with_role(Role.ADMIN) if person.id not in barred), None)


def next_above(person_id: int, barred: Collection[int], people: PeopleFinder) -> Person | None:
    """Return the nearest active leader of ``person_id`` who is not barred."""
    return next((leader for leader in line_above(person_id, people.leader_of) if leader.id not in barred), None)


def said_rule(rule: ApprovalRule) -> str:
    """Return ``常规报价，由直属上级审批``: the rule's name and who decides, in order."""
    who = "，再由".join(said_step(step) for step in rule.steps)
    return f"{rule.name}，{f'由{who}审批' if who else '不用审批'}"


def is_settled(mode: str, seats: Sequence[Seat]) -> bool:
    """Return whether the yeses of one step's seats suffice; a stand-in's yes counts for all who are silent."""
    agreed = [seat for seat in seats if seat.state is SeatState.APPROVED]
    if mode == "any" or any(seat.stands_in for seat in agreed):
        return bool(agreed)
    asked = [seat for seat in seats if not seat.stands_in and seat.state is not SeatState.GONE]
    return bool(asked) and len(agreed) == len(asked)


def said_step(step: Step) -> str:
    """Return who decides, in words: ``直属上级``, ``全部财务``, ``周敏``."""
    kind, _, name = step.by.partition(":")
    who = "直属上级" if kind == "leader" else _ROLES.get(Role(name), name) if kind == "role" else name
    return f"全部{who}" if step.mode == "all" and kind == "role" else who


def _named(step: Step, asker_id: int, barred: Collection[int], people: PeopleFinder) -> list[Person]:
    kind, _, name = step.by.partition(":")
    if kind == "leader":
        leader = next_above(asker_id, barred, people)
        return [] if leader is None else [leader]
    if kind == "role":
        return people.with_role(Role(name))
    person = people.by_name(name)
    return [] if person is None else [person]
