"""Groups of the company with the robot in them, and what lies in them on every member's phone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.clock import Clock
from playground.wecom.chats import Chats, Item
from playground.world import World


@dataclass(slots=True, kw_only=True)
class Group:
    """An internal group; ``id`` is its chatid, ``members`` are userids and may be changed."""

    id: str
    title: str
    members: set[str]


class Groups:
    """Places where the robot speaks: groups by id or title, and each member's own chat with it."""

    def __init__(self, world: World, chats: Chats, clock: Clock, name: str) -> None:
        self._world = world
        self._chats = chats
        self._clock = clock
        self._name = name
        self._groups: dict[str, Group] = {}

    def add(self, title: str, members: set[str]) -> Group:
        """Open a group with the robot in it."""
        group = Group(id=f"wrk{secrets.token_urlsafe(18)}", title=title, members=set(members))
        self._groups[group.id] = group
        return group

    def group(self, name: str) -> Group:
        """Return a group by id or title; a title not seen before opens a group of the whole company."""
        found = self._groups.get(name) or next((each for each in self._groups.values() if each.title == name), None)
        everybody = {person.wecom for person in self._world.people.values() if person.wecom}
        return found or self.add(name, everybody)

    def knows(self, chat: str) -> bool:
        """Tell whether this is a group's chatid."""
        return chat in self._groups

    async def hear(self, user: str, chat: str, msgtype: str, content: Mapping[str, Any], identity: str) -> None:
        """Put what a member said on the phones of all who are there."""
        nick = next((each.name for each in self._world.people.values() if each.wecom == user), user)
        for member in self._members(user, chat):
            shown = dict(content) if member == user else {**content, "content": f"{nick}：{content['content']}"}
            await self._put(member, chat, msgtype, shown, identity, mine=member == user, heard=True)

    async def speak(
        self, user: str, chat: str, msgtype: str, content: Mapping[str, Any], identity: str, task_id: str = ""
    ) -> None:
        """Put what the robot says on their phones, or replace what it said under this ``identity``."""
        for member in self._members(user, chat):
            item = self._chats.find(member, identity)
            if item is None:
                await self._put(member, chat, msgtype, content, identity, task_id=task_id)
            elif item.content != content:
                item.redraw(dict(content), "")
        await self._chats.tell()

    async def redraw(self, user: str, chat: str, task_id: str, card: Mapping[str, Any], only: list[str]) -> bool:
        """Replace a card, for ``only`` these members or for all; False when there is no such card."""
        found = False
        for member in self._members(user, chat):
            for item in self._chats.of(member):
                if item.robot and item.task_id == task_id and (not only or member in only):
                    item.redraw(dict(card), str(card.get("replace_text", "")))
                    found = True
        await self._chats.tell()
        return found

    def _members(self, user: str, chat: str) -> list[str]:
        return sorted(self._groups[chat].members) if chat else [user]

    async def _put(
        self,
        member: str,
        chat: str,
        msgtype: str,
        content: Mapping[str, Any],
        identity: str,
        *,
        mine: bool = False,
        heard: bool = False,
        task_id: str = "",
    ) -> None:
        await self._chats.add(
            Item(
                id=identity,
                user=member,
                msgtype=msgtype,
                content=dict(content),
                at=self._clock.now(),
                mine=mine,
                task_id=task_id,
                place=self._groups[chat].title if chat else self._name,
                chat=chat,
                robot=True,
                heard=heard,
            )
        )
