"""Proposing a hand-over, carrying it out, and telling the new owners what they have got."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.actor import Actor, Role
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed, NotFound
from domain.handover.handover import Handover, HandoverState, How
from domain.messages import Command, Event
from domain.people.person import Person
from domain.pool.entering import LIST
from domain.pool.stay import PoolStay, StayState
from domain.scope import UNSEEN, within
from domain.work import Work

CARD = "handover.card"
_NAMED = 5
SAID: Mapping[str, str] = {
    "customers": "客户",
    "inquiries": "询价",
    "opportunities": "商机",
    "quotes": "报价",
    "tasks": "待办",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeHandover(Command):
    """List what ``leaver`` (a name, also of somebody who has left) looks after; ``taker`` is a name or empty."""

    leaver: str
    taker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Command):
    """Give all of it away."""

    handover_id: int
    how: How
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverProposed(Event):
    """What somebody looks after was listed."""

    leaver: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Event):
    """All of it changed hands; ``counts`` by taker's name and table."""

    how: How
    counts: dict[str, int]


def propose_handover(command: ProposeHandover, actor: Actor, work: Work) -> int:
    """Return the hand-over's id; only for those above the leaver in the line."""
    leaver = work.find.people.anybody_called(command.leaver)
    if leaver is None or actor.person_id is None or not _above(actor, leaver, work):
        raise NotFound(f"没有找到“{command.leaver[:20]}”，可能写错了名字，或不在您的团队里。")
    taker = work.find.people.by_name(command.taker) if command.taker else work.find.people.leader_of(leaver.id)
    if taker is None or taker.id == leaver.id:
        raise Invalid(f"还不知道交给谁，请写上接手人，例如：离职交接 {leaver.name} 给 李娜。")
    if not _above(actor, taker, work) and taker.id != actor.person_id and command.taker:
        raise NotFound(f"没有找到“{command.taker[:20]}”，可能写错了名字，或不在您的团队里。")
    counts = work.find.handover.counts(leaver.id)
    if not any(counts.values()):
        raise Invalid(f"{leaver.name} 名下没有客户、询价、商机、报价和待办，不需要交接。")
    handover = work.add(Handover(from_id=leaver.id, to_id=taker.id, proposed_by=actor.person_id, proposed_at=work.now))
    work.flush()
    work.record(HandoverProposed(subject=handover.subject, leaver=leaver.name, counts=counts))
    return handover.id


def hand_over(command: HandOver, actor: Actor, work: Work) -> None:
    """Change the owner of every record and nothing else: stages, histories and promises stay as they are."""
    handover = work.lock(Handover, command.handover_id)
    leaver, taker = work.get(Person, handover.from_id), work.get(Person, handover.to_id)
    if not _above(actor, leaver, work):
        raise NotFound(UNSEEN)
    if not taker.active:
        raise NotAllowed(f"{taker.name} 已经不在了，请换一位接手人。", subject=handover.subject)
    handover.decide(command.version, HandoverState.DONE)
    work.flush()
    moved = _moved(command.how, leaver, taker, work)
    _pool(moved.get(None, {}).get("customers", ()), leaver, work)
    handover.moved, handover.done_at = {str(id_): tables for id_, tables in moved.items()}, work.now
    work.flush()
    counts = {
        f"{'公海' if id_ is None else work.get(Person, id_).name}.{table}": len(ids)
        for id_, tables in moved.items()
        for table, ids in tables.items()
    }
    work.record(HandedOver(subject=handover.subject, how=command.how, counts=counts))
    for id_, tables in moved.items():
        if id_ is not None:
            work.say(id_, _digest(leaver, tables, work))
        for customer_id in tables.get("customers", ()):
            work.redraw(f"customer:{customer_id}")
    work.redraw(handover.subject)


def _moved(how: How, leaver: Person, taker: Person, work: Work) -> dict[int | None, dict[str, list[int]]]:
    """Give every record to its taker; return the ids by taker (None is the pool) and table."""
    goes = _takers(how, leaver, taker, work)
    moved: dict[int | None, dict[str, list[int]]] = defaultdict(dict)
    for to in dict.fromkeys(goes.values()):
        ids = [customer_id for customer_id, taker_id in goes.items() if taker_id == to]
        # What nobody may own without somebody to answer for it goes to the leader: the pool holds customers only.
        for table, rows in work.find.handover.give(leaver.id, to, taker.id, ids).items():
            holder = to if table == "customers" else (to or taker.id)
            moved[holder].setdefault(table, []).extend(rows)
    for table, rows in work.find.handover.give(leaver.id, taker.id, taker.id, None).items():
        moved[taker.id].setdefault(table, []).extend(rows)
    return moved


def _pool(customer_ids: Sequence[int], leaver: Person, work: Work) -> None:
    """Let these customers lie in the pool like any other: with who had them, and why they are there."""
    for customer_id in customer_ids:
        work.add(
            PoolStay(
                customer_id=customer_id,
                state=StayState.WAITING,
                since=work.now,
                from_id=leaver.id,
                reason=f"{leaver.name}离职交接",
            )
        )
        work.cancel(f"customer:{customer_id}:pool")
    if customer_ids:
        work.redraw(LIST)


def _takers(how: How, leaver: Person, taker: Person, work: Work) -> Mapping[int, int | None]:
    customers = work.find.handover.customers(leaver.id)
    if how is How.POOL:
        return {each.id: None for each in customers}
    if how is How.PERSON:
        return {each.id: taker.id for each in customers}
    load: dict[int, int] = defaultdict(int)
    goes: dict[int, int | None] = {}
    for each in customers:
        fit = [person for person in _sellers(leaver, work) if each.region and each.region in person.regions]
        chosen = min(fit, key=lambda person: (load[person.id], person.id), default=taker)
        load[chosen.id] += 1
        goes[each.id] = chosen.id
    return goes


def _sellers(leaver: Person, work: Work) -> list[Person]:
    return [each for each in work.find.people.with_role(Role.SALES) if each.id != leaver.id]


def _digest(leaver: Person, tables: Mapping[str, list[int]], work: Work) -> str:
    """Return what somebody has got, with the customers that matter first and what is known of them (S-042)."""
    counts = "、".join(f"{SAID[table]} {len(ids)}" for table, ids in tables.items() if ids)
    lines = [f"{leaver.name}交接给您：{counts}。阶段、历史和待办都保持原样。"]
    for customer_id in tables.get("customers", ())[:_NAMED]:
        customer = work.get(Customer, customer_id)
        about = f"：{customer.history_summary}" if customer.history_summary else ""
        lines.append(f"· {customer.name}{f'（{customer.level}）' if customer.level else ''}{about}")
    return "\n".join(lines)


def _above(actor: Actor, person: Person, work: Work) -> bool:
    return actor.person_id != person.id and within(actor, person.id, work.find.people.leader_of)
