"""The Executor: may they → carry out → reactions, all inside one unit of work.

Beginning and committing belong to whoever holds the unit of work (the intake, the timers), which
also knows by the key whether this effect was seen before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.actor import Actor, Role
from domain.errors import NotAllowed
from domain.messages import Command, CommandBook, Event
from domain.work import Work

_DEEPEST = 8
"""Reactions to reactions; deeper than this is a loop in the table."""


@dataclass(frozen=True, slots=True)
class Deed:
    """How a command is carried out, and by whom. ``roles`` empty: everybody known may."""

    carry_out: Callable[..., Any]
    roles: frozenset[Role] = frozenset()
    refusal: str = "您没有权限做这个操作，请联系主管或管理员。"

    def check(self, actor: Actor) -> None:
        """Raise NotAllowed unless the actor holds one of the roles."""
        if self.roles and not actor.has(*self.roles):
            raise NotAllowed(self.refusal)


def deed(carry_out: Callable[..., Any], *roles: Role) -> Deed:
    """Return a line of the command table."""
    return Deed(carry_out, frozenset(roles))


Reaction = Callable[[Any, Actor, Work], None]


class Executor:
    """Carries out commands by the tables it is given; holds no state of its own."""

    def __init__(
        self, handlers: Mapping[type[Command], Deed], reactions: Mapping[type[Event], Sequence[Reaction]]
    ) -> None:
        self._handlers = handlers
        self._reactions = reactions
        self.book = CommandBook(handlers)

    def __call__(self, command: Command, actor: Actor, work: Work) -> Any:
        """Carry out ``command`` for ``actor`` inside ``work``; Refusals pass through, the caller rolls back."""
        line = self._handlers[type(command)]
        line.check(actor)
        return line.carry_out(command, actor, work)

    def react(self, event: Event, actor: Actor, work: Work, *, depth: int = 0) -> None:
        """Run the reactions to ``event``; the unit of work calls this for every recorded event."""
        if depth > _DEEPEST:
            raise RuntimeError(f"reactions to {type(event).__name__} go in a circle")
        for reaction in self._reactions.get(type(event), ()):
            reaction(event, actor, work)
