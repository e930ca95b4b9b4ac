"""The Executor: may they → carry out → reactions, all inside one unit of work.

Beginning and committing belong to whoever holds the unit of work (the intake, the timers), which
also knows by the key whether this effect was seen before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.actor import Actor, Role
from domain.errors import NotAllowed
from domain.messages import Command, CommandBook, Event
from domain.record import Entity
from domain.work import Work

_DEEPEST = 8
"""Reactions to reactions; deeper than this is a loop in the table."""


@dataclass(frozen=True, slots=True)
class Deed:
    """How a command is carried out, and by whom. ``roles`` empty: everybody known may."""

    carry_out: Callable[..., Any]
    roles: frozenset[Role] = frozenset()
    refusal: str = "您没有权限做这个操作，请联系主管或管理员。"
    reads: Mapping[str, type[Entity]] = field(default_factory=dict)
    """Fields of the command that name records it asks for first: when many fall due at once, all are read at once."""

    def check(self, actor: Actor) -> None:
        """Raise NotAllowed unless the actor holds one of the roles."""
        if self.roles and not actor.has(*self.roles):
            raise NotAllowed(self.refusal)


def deed(carry_out: Callable[..., Any], *roles: Role, **reads: type[Entity]) -> Deed:
    """Return a line of the command table: ``deed(remind_task, Role.ADMIN, task_id=Task)``."""
    return Deed(carry_out, frozenset(roles), reads=reads)


Reaction = Callable[[Any, Actor, Work], None]


class Executor:
    """Carries out commands by the tables it is given; holds no state of its own."""

    def __init__(
        self, handlers: Mapping[type[Command], Deed], reactions: Mapping[type[Event], Sequence[Reaction]]
    ) -> None:
        self._handlers = handlers
        self._reactions = reactions
        self._reads = {kind.__name__: line.reads for kind, line in handlers.items()}
        self.book = CommandBook(handlers)

    def __call__(self, command: Command, actor: Actor, work: Work) -> Any:
        """Carry out ``command`` for ``actor`` inside ``work``; Refusals pass through, the caller rolls back."""
        line = self._handlers[type(command)]
        line.check(actor)
        return line.carry_out(command, actor, work)

    def records(self, body: Mapping[str, Any]) -> Iterator[tuple[type[Entity], int]]:
        """Yield the records that a command, as it is written down, will ask for first."""
        for name, kind in self._reads.get(str(body.get("type")), {}).items():
            if isinstance(id_ := body.get(name), int):
                yield kind, id_

    def react(self, event: Event, actor: Actor, work: Work, *, depth: int = 0) -> None:
        """Run the reactions to ``event``; the unit of work calls this for every recorded event."""
        if depth > _DEEPEST:
            raise RuntimeError(f"reactions to {type(event).__name__} go in a circle")
        for reaction in self._reactions.get(type(event), ()):
            reaction(event, actor, work)
