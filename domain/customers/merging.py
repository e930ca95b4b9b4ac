"""Proposing, deciding and undoing a merge; every record that points to a customer follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.actor import Actor
from domain.customers.customer import Customer
from domain.customers.editing import open_customer
from domain.customers.keys import name_key
from domain.customers.merge import FIELDS, Merge, MergeState, drafted
from domain.errors import Invalid, NotAllowed
from domain.messages import Command, Event
from domain.scope import require
from domain.work import Work

CARD = "customers.merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeMerge(Command):
    """Put two customers side by side; nothing changes yet."""

    left_id: int
    right_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCustomers(Command):
    """Make one of the two; ``chosen`` names ``left`` or ``right`` for fields in which they differ."""

    merge_id: int
    version: int = 0
    chosen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropMerge(Command):
    """They are two customers after all."""

    merge_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoMerge(Command):
    """Make two of them again."""

    merge_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeProposed(Event):
    """Two customers were put side by side."""

    left_id: int
    right_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged(Event):
    """The right one went into the left one; ``rows`` counts what followed, by table."""

    left_id: int
    right_id: int
    taken: dict[str, str]
    rows: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeDropped(Event):
    """They stay two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUndone(Event):
    """They are two again."""


def propose_merge(command: ProposeMerge, actor: Actor, work: Work) -> int:
    """Return the id of the proposal; both customers must be within the actor's scope."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能合并客户。")
    if command.left_id == command.right_id:
        raise Invalid("这是同一家客户，不需要合并。")
    left, right = _both(command.left_id, command.right_id, actor, work)
    merge = work.add(Merge(left_id=left.id, right_id=right.id, proposed_by=actor.person_id, proposed_at=work.now))
    work.flush()
    work.record(MergeProposed(subject=merge.subject, left_id=left.id, right_id=right.id))
    return merge.id


def merge_customers(command: MergeCustomers, actor: Actor, work: Work) -> None:
    """Take the fields, move all that pointed to the right one, and leave the right one as its way to the left."""
    merge = work.lock(Merge, command.merge_id)
    left, right = _both(merge.left_id, merge.right_id, actor, work)
    merge.check_proposed(command.version)
    if unknown := [name for name, side in command.chosen.items() if name not in FIELDS or side not in _SIDES]:
        raise Invalid(f"没有“{unknown[0][:20]}”这一项可选，请看卡片上的选项。", subject=merge.subject)
    merge.before = {"left": _fields(left), "right": _fields(right)}
    merge.taken = drafted(merge.before["left"], merge.before["right"], command.chosen)
    right.credit_code = None
    right.active, right.merged_into_id = False, left.id
    work.flush()
    for name, value in merge.taken.items():
        setattr(left, name, value)
    merge.moved = work.find.customers.move_all(right.id, left.id)
    names = [right.name, left.name, merge.before["left"]["name"], *right.aliases]
    merge.names = work.find.customers.call_new(left, [name_key(each) for each in names])
    left.aliases = [
        each for each in dict.fromkeys([*left.aliases, *right.aliases, right.name, merge.before["left"]["name"]])
        if each != left.name
    ]  # fmt: skip
    merge.state, merge.merged_at = MergeState.MERGED, work.now
    work.flush()
    work.record(
        CustomersMerged(
            subject=merge.subject,
            left_id=left.id,
            right_id=right.id,
            taken={name: str(value or "") for name, value in merge.taken.items()},
            rows={table: len(ids) for table, ids in merge.moved.items()},
        )
    )
    _show(merge, work)


def drop_merge(command: DropMerge, actor: Actor, work: Work) -> None:
    """By whoever may see both."""
    merge = work.lock(Merge, command.merge_id)
    _both(merge.left_id, merge.right_id, actor, work)
    merge.check_proposed(command.version)
    merge.state = MergeState.DROPPED
    work.flush()
    work.record(MergeDropped(subject=merge.subject))
    work.redraw(merge.subject)


def undo_merge(command: UndoMerge, actor: Actor, work: Work) -> None:
    """Give back what came with the right one; what somebody changed since then stays as he left it."""
    merge = work.lock(Merge, command.merge_id)
    left, right = work.lock(Customer, merge.left_id), work.lock(Customer, merge.right_id)
    require(actor, left.owner_id, work.find.people.leader_of, region=left.region)
    merge.undo(work.now)
    for name, value in merge.taken.items():
        if getattr(left, name) == value:
            setattr(left, name, merge.before["left"][name])
    left.aliases = list(merge.before["left"]["aliases"])
    work.flush()
    right.credit_code = merge.before["right"]["credit_code"]
    right.active, right.merged_into_id = True, None
    work.find.customers.move_back(merge.moved, left.id, right.id)
    work.find.customers.forget_names(left.id, merge.names)
    work.flush()
    work.record(MergeUndone(subject=merge.subject))
    _show(merge, work)


def index_merged(event: CustomersMerged | MergeUndone, actor: Actor, work: Work) -> None:
    """Reaction: both are found by what is theirs now."""
    del actor
    merge = work.get(Merge, int(event.subject.partition(":")[2]))
    for customer_id in (merge.left_id, merge.right_id):
        work.find.customers.index(customer_id)


_SIDES = ("left", "right")


def _both(left_id: int, right_id: int, actor: Actor, work: Work) -> tuple[Customer, Customer]:
    """Return both, locked in the order of their ids, so that two merges never wait for each other."""
    found = {id_: open_customer(id_, actor, work) for id_ in sorted((left_id, right_id))}
    return found[left_id], found[right_id]


def _fields(customer: Customer) -> dict[str, Any]:
    return {**{name: getattr(customer, name) for name in FIELDS}, "aliases": list(customer.aliases)}


def _show(merge: Merge, work: Work) -> None:
    for subject in (merge.subject, f"customer:{merge.left_id}", f"customer:{merge.right_id}"):
        work.redraw(subject)
