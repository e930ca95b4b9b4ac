"""What lies on every member's phone: one list of items per member, each with his own copy of a card."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class Item:
    """One message in one member's chat with the app.

    ``content`` is the object that goes by the name of ``msgtype`` in the payload (``text``,
    ``template_card``), as it stands now; ``earlier`` holds what it was before updates, so that a
    press on an old screen can be played. ``grey`` is the label that took the place of the buttons.
    """

    id: str
    user: str
    msgtype: str
    content: dict[str, Any]
    at: float
    mine: bool = False
    task_id: str = ""
    grey: str = ""
    updated: int = 0
    robot: bool = False
    """It stands in a chat with the robot (``chat`` is the group's id, ``place`` what the phone calls it)."""
    chat: str = ""
    place: str = ""
    heard: bool = False
    """A member said it, not the bot."""
    earlier: list[dict[str, Any]] = field(default_factory=list)

    def redraw(self, content: dict[str, Any] | None, grey: str) -> None:
        """Replace the content (None leaves it) and the buttons by ``grey`` (empty shows them)."""
        self.earlier.append(self.content)
        self.content = self.content if content is None else content
        self.grey = grey
        self.updated += 1


class Chats:
    """All items, by member; ``user`` is the userid in the case the directory stores."""

    def __init__(self) -> None:
        self._items: dict[str, list[Item]] = {}
        self._changed = asyncio.Condition()

    def of(self, user: str) -> list[Item]:
        """Return the member's chat, oldest first."""
        return list(self._items.get(user, ()))

    def find(self, user: str, item_id: str) -> Item | None:
        """Return the member's copy of a message."""
        return next((item for item in self._items.get(user, ()) if item.id == item_id), None)

    async def add(self, item: Item) -> None:
        """Put an item at the end of its member's chat."""
        self._items.setdefault(item.user, []).append(item)
        await self.tell()

    async def remove(self, item_id: str) -> None:
        """Take a recalled message from every chat."""
        for user, items in self._items.items():
            self._items[user] = [item for item in items if item.id != item_id]
        await self.tell()

    async def tell(self) -> None:
        """Wake those who wait for a change."""
        async with self._changed:
            self._changed.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until ``condition`` holds, looking again after every change."""
        async with self._changed:
            await self._changed.wait_for(condition)
