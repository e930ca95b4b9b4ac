"""The robot as a channel: what was promised to be said goes out as the answer to what was asked, or as a message.

The key of a promise names the message it answers (``<inbox key>#<n>``), so a promise told after a
restart still finds its question. Cards cannot be redrawn here but in the answer to a press.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from bot.wecom.aibot import VIA
from bot.wecom.aibot.reply import CONTENT_MAX, Reply
from bot.wecom.channel import task_id_for
from cards.card import Card, Markdown, Message, Text
from cards.channel import CannotUpdate, Media, MediaRef, Receipt, Refused
from cards.render import escape
from cards.render.wecom import render

if TYPE_CHECKING:
    from cards.action import ActionCodec
    from handlers.envelope import Envelope


class Mouth(Protocol):
    """One of the two connections (WeCom reference 8.2): they differ in how words get out."""

    async def answer(self, asked: Envelope, reply: Reply) -> bool:
        """Say it as the answer to ``asked``; False when that is too late."""

    async def message(self, account: str, asked: Envelope | None, reply: Reply) -> None:
        """Say it as a message of its own; raise a ChannelError when it cannot be said."""


class AibotChannel:
    """Implements ``cards.channel.Channel``. ``asked`` finds the message that a promise (by its key) answers."""

    platform = VIA
    knows_texts = False

    def __init__(
        self,
        mouth: Mouth,
        codec: ActionCodec,
        *,
        asked: Callable[[str], Awaitable[Envelope | None]],
        fetch: Callable[[MediaRef], Awaitable[Media]],
    ) -> None:
        self._mouth = mouth
        self._codec = codec
        self._asked = asked
        self._fetch = fetch

    async def send(self, account: str, message: Message, *, key: str, group: bool = False) -> Receipt:
        """Say it in the group, or to the member: as the answer to what was asked, else as a message of its own."""
        del group  # the account says which it is
        task_id = task_id_for(key)
        reply = self._drawn(message, task_id)
        asked = await self._asked(key)
        if asked is None or not await self._mouth.answer(asked, reply):
            await self._mouth.message(account, asked, reply)
        return Receipt(handle={} if reply.card is None else {"task_id": task_id})

    async def update(self, account: str, card: Card, handle: Mapping[str, str]) -> Mapping[str, str]:
        """Raise CannotUpdate: the robot redraws a card only while it is being pressed."""
        del account, card, handle
        raise CannotUpdate("a robot's card is redrawn only in the answer to a press")

    async def fetch(self, ref: MediaRef) -> Media:
        """Return a picture or file that a member sent to the robot; its address lives for five minutes."""
        return await self._fetch(ref)

    def _drawn(self, message: Message, task_id: str) -> Reply:
        match message:
            case Card():
                drawn = render(message, self._codec, task_id=task_id)
                if drawn["msgtype"] == "template_card":
                    return Reply(card=drawn["template_card"])
                words = drawn["markdown"]["content"]
            case Text(text=text):
                # The robot speaks markdown only, and what people wrote may look like it.
                words = escape.markdown(text)
            case Markdown(markdown=markdown):
                words = escape.clean(markdown)
            case _:
                raise Refused("智能机器人这里只能发文字和卡片")
        if not words.strip():
            raise Refused("there is nothing in this message")
        return Reply(content=escape.cut_bytes(words.strip(), CONTENT_MAX))
