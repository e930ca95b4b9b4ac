"""Who decides a step, and when a step is decided. A vacancy climbs; it never approves (R-59, R-108)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.approvals.approval import Seat, SeatState
from domain.errors import Invalid
from domain.people.person import Person
from domain.policy_approvals import ApprovalRule, Step
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
_LEVELS = "一二三四五"


def expand(step: Step, asker_id: int, people: PeopleFinder) -> Iterator[Step]:
    """Yield the steps that ``step`` is in truth: one for each who is asked in turn, one for each leader of a chain."""
    for by in step.by if step.mode == "sequential" else (step.by[0],) if len(step.by) == 1 else ():
        kind, _, levels = by.partition(":")
        if kind == "leaders":
            found = len(list(islice(line_above(asker_id, people.leader_of), int(levels))))
            yield from (Step(by=(f"leader:{level}",)) for level in range(1, max(found, 1) + 1))
        else:
            yield Step(by=(by,), mode="any" if step.mode == "sequential" else step.mode)
    if len(step.by) > 1 and step.mode != "sequential":
        yield step


def approvers(step: Step, asker_id: int, barred: Collection[int], people: PeopleFinder) -> list[Person]:
    """Return who decides ``step``: whom it names, without the barred; nobody left: ``stand_in``, else Invalid.

    Where all must agree, everybody named who is missing is stood in for.
    """
    chosen: dict[int, Person] = {}
    for by in step.by:
        named = [person for person in _named(by, asker_id, barred, people) if person.id not in barred]
        if not named and step.mode == "all":
            named = _spare(asker_id, barred, people)
        chosen |= {person.id: person for person in named}
    if not chosen:
        chosen = {person.id: person for person in _spare(asker_id, barred, people)}
    if not chosen:
        raise Invalid("没有人能审批：上级空缺，也没有别的管理员。请管理员先在人员文件里补上审批人。")
    return [*chosen.values()]


def readers(who: Sequence[str], asker_id: int, people: PeopleFinder) -> list[Person]:
    """Return who gets it to read: whom ``who`` names, each once, the asker left out."""
    found = {person.id: person for by in who for person in _named(by, asker_id, {asker_id}, people)}
    return [person for person in found.values() if person.id != asker_id]


def stand_in(person_id: int, barred: Collection[int], people: PeopleFinder) -> Person | None:
    """Return the nearest leader above who may decide, else an administrator, else None."""
    above = next_above(person_id, barred, people)
    if above is not None:
        return above
    return next((person for person in people.with_role(Role.ADMIN) if person.id not in barred), None)


def next_above(person_id: int, barred: Collection[int], people: PeopleFinder) -> Person | None:
    """Return the nearest active leader of ``person_id`` who is not barred."""
    return next((leader for leader in line_above(person_id, people.leader_of) if leader.id not in barred), None)


def head_of(person_id: int, barred: Collection[int], people: PeopleFinder) -> Person | None:
    """Return the head of somebody's department: his topmost leader within the team, else the nearest one above."""
    person = people.by_id(person_id)
    team = "" if person is None else person.team
    within = [leader for leader in line_above(person_id, people.leader_of) if team and leader.team == team]
    return next((leader for leader in reversed(within) if leader.id not in barred), None) or next_above(
        person_id, barred, people
    )


def said_rule(rule: ApprovalRule, steps: Sequence[Step] | None = None) -> str:
    """Return ``常规报价，由直属上级审批``: the rule's name and who decides, in order."""
    who = "，再由".join(said_step(step) for step in (rule.steps if steps is None else steps))
    return f"{rule.name}，{f'由{who}审批' if who else '不用审批'}"


def is_settled(mode: str, seats: Sequence[Seat]) -> bool:
    """Return whether the yeses of one step's seats suffice; a stand-in's yes counts for the silent ones he covers."""
    agreed = [seat for seat in seats if seat.state is SeatState.APPROVED]
    if mode == "any":
        return bool(agreed)
    asked = [seat for seat in seats if not seat.stands_in and seat.state is not SeatState.GONE]
    standing = [seat for seat in agreed if seat.stands_in]
    return bool(agreed) and all(
        seat in agreed or any(not other.covers or seat.person_id in other.covers for other in standing)
        for seat in asked
    )


def said_step(step: Step) -> str:
    """Return who decides, in words: ``直属上级``, ``全部财务``, ``周敏和财务会签``."""
    who = [said_decider(by) for by in step.by]
    if len(who) == 1:
        return f"全部{who[0]}" if step.mode == "all" and step.by[0].startswith("role:") else who[0]
    if step.mode == "sequential":
        return "、再".join(who)
    return f"{'、'.join(who[:-1])}和{who[-1]}{'会签' if step.mode == 'all' else '或签'}"


def said_decider(by: str) -> str:
    """Return one decider in words."""
    kind, _, name = by.partition(":")
    match kind:
        case "leader":
            return f"第{_LEVELS[int(name) - 1]}级上级" if name not in ("", "1") else "直属上级"
        case "leaders":
            return f"逐级上级（{_LEVELS[int(name) - 1]}级）"
        case "head":
            return f"{name or '部门'}负责人"
        case "role":
            return _ROLES.get(Role(name), name)
    return name


def _spare(asker_id: int, barred: Collection[int], people: PeopleFinder) -> list[Person]:
    spare = stand_in(asker_id, barred, people)
    return [] if spare is None else [spare]


def _named(by: str, asker_id: int, barred: Collection[int], people: PeopleFinder) -> list[Person]:
    kind, _, name = by.partition(":")
    match kind:
        case "leader":
            above = (leader for leader in line_above(asker_id, people.leader_of) if leader.id not in barred)
            found = next(islice(above, int(name or 1) - 1, None), None)
        case "leaders":
            found = next_above(asker_id, barred, people)
        case "head":
            found = _head_of_team(name, people) if name else head_of(asker_id, barred, people)
        case "role":
            return people.with_role(Role(name))
        case _:
            found = people.by_name(name)
    return [] if found is None else [found]


def _head_of_team(team: str, people: PeopleFinder) -> Person | None:
    """Return the member of a team whose leader is not in it; of several the one enrolled first."""
    members = [person for person in people.active() if person.team == team]
    ids = {person.id for person in members}
    return next((person for person in members if person.leader_id not in ids), None)
