"""The one function that decides what somebody may see and change; nothing is seen unless it says so (R-52).

A record is its owner's, that of everybody above him in the line (a manager's team), and management's. What nobody
owns is seen by the managers of its region. Several roles are a union: each may widen what is seen, none narrows it.
``storage.scope`` says the same as SQL, and ``Field.readable_by`` which fields of a record seen are shown.
Unknown and forbidden are told alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domain.actor import Actor, Role
from domain.errors import NotFound
from domain.people.person import Person

LeaderOf = Callable[[int], Person | None]
"""The nearest active leader of a person (``find.people.leader_of``)."""

UNSEEN = "没有找到这条记录，可能已经被撤销或不在您的范围内。"
"""What is said of a record that does not exist, and of one that is none of somebody's business."""

SEE_ALL = (Role.ADMIN, Role.MANAGEMENT)
SEE_REGION = (Role.MANAGER,)
"""Who sees what nobody owns in his regions."""


def line_above(person_id: int, leader_of: LeaderOf) -> Iterator[Person]:
    """Yield a person's leaders, nearest first; a circle in the line ends it (R-59)."""
    seen = {person_id}
    leader = leader_of(person_id)
    while leader is not None and leader.id not in seen:
        seen.add(leader.id)
        yield leader
        leader = leader_of(leader.id)


def within(actor: Actor, owner_id: int | None, leader_of: LeaderOf, *, region: str = "") -> bool:
    """Return whether ``actor`` may see and change what ``owner_id`` looks after, or nobody in ``region`` (R-52)."""
    if actor.has(*SEE_ALL):
        return True
    if actor.person_id is None:
        return False
    if owner_id is None:
        return bool(region) and actor.has(*SEE_REGION) and region in actor.regions
    return actor.person_id == owner_id or any(
        person.id == actor.person_id for person in line_above(owner_id, leader_of)
    )


def require(actor: Actor, owner_id: int | None, leader_of: LeaderOf, *, region: str = "") -> None:
    """Raise NotFound unless ``within``: unknown and forbidden are told alike."""
    if not within(actor, owner_id, leader_of, region=region):
        raise NotFound(UNSEEN)
