"""Who talks where: one-to-one chats, groups, what was written in them, and a way to wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.dingtalk.scene import Scene
from playground.phone import Shown

BOT = ""
"""The sender's name of what the bot sent."""

Draw = Callable[[str], Shown]


@dataclass(slots=True, kw_only=True)
class Group:
    """An internal group. ``id`` is its openConversationId; ``has_robot`` and ``disbanded`` may be changed."""

    id: str
    title: str
    members: set[str]
    has_robot: bool = True
    disbanded: bool = False


@dataclass(slots=True, kw_only=True)
class Entry:
    """One thing in a conversation. ``draw`` shows it to a viewer; ``audience`` narrows who sees it at all."""

    id: str
    conversation: str
    sender: str
    at: float
    draw: Draw
    audience: frozenset[str] | None = None
    read_by: set[str] = field(default_factory=set)


class Chats:
    """Every conversation that the robot is part of."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._entries: list[Entry] = []
        self._changed = asyncio.Condition()
        self.groups: dict[str, Group] = {}

    def add_group(self, title: str, members: set[str]) -> Group:
        """Open an internal group with the robot in it."""
        group = Group(id=f"cid{self._scene.token(24)}==", title=title, members=set(members))
        self.groups[group.id] = group
        return group

    def group(self, name: str) -> Group:
        """Return a group by id or title; a title not seen before opens a group of the whole company."""
        found = self.groups.get(name) or next((each for each in self.groups.values() if each.title == name), None)
        if found is None and name.startswith("cid"):
            raise KeyError(name)
        everybody = {person.dingtalk for person in self._scene.world.people.values() if person.dingtalk}
        return found or self.add_group(name, everybody)

    @staticmethod
    def private(user: str) -> str:
        """Return the conversation id of a person's chat with the robot."""
        return f"cidP2P{user.encode().hex()}="

    async def add(self, entry: Entry) -> None:
        """Put something into its conversation."""
        self._entries.append(entry)
        await self.touch()

    async def remove(self, entry_id: str) -> None:
        """Take something back everywhere."""
        self._entries = [entry for entry in self._entries if entry.id != entry_id]
        await self.touch()

    async def touch(self) -> None:
        """Wake everybody who waits for a screen to change."""
        async with self._changed:
            self._changed.notify_all()

    def entries(self, user: str) -> list[Entry]:
        """Return what this person can see, oldest first."""
        mine = {self.private(user), *(group.id for group in self.groups.values() if user in group.members)}
        return [
            entry
            for entry in self._entries
            if entry.conversation in mine and (entry.audience is None or user in entry.audience)
        ]

    def find(self, entry_id: str) -> list[Entry]:
        """Return the entries of one message: one per conversation it went to."""
        return [entry for entry in self._entries if entry.id == entry_id]

    async def wait(self, user: str, seen: Callable[[Shown], bool], *, seconds: float) -> Shown:
        """Return the newest message of the bot that ``seen`` accepts; TimeoutError lists what is there instead."""
        found: list[Shown] = []

        def look() -> bool:
            drawn = (entry.draw(user) for entry in reversed(self.entries(user)) if entry.sender == BOT)
            found[:] = [shown for shown in drawn if seen(shown)][:1]
            return bool(found)

        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(look)
        except TimeoutError:
            there = [entry.draw(user).words for entry in self.entries(user)]
            raise TimeoutError(f"{user} waited {seconds:g} s in vain; on the screen: {there}") from None
        return found[0]
