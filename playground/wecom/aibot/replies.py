"""What the robot says, checked as the platform does, and drawn where it was asked (WeCom reference 8.2.4, 8.2.5)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.clock import Clock
from playground.wecom.aibot.composer import Address
from playground.wecom.aibot.groups import Groups
from playground.wecom.aibot.knobs import AibotKnobs
from playground.wecom.cards import check_card
from playground.wecom.content import MediaExists
from playground.wecom.errors import ApiError

_CONTENT_MAX = 20480


@dataclass(slots=True, kw_only=True)
class Exchange:
    """What was asked, and how far its answer has got. ``stream`` is the id of the answer's stream."""

    body: Mapping[str, Any]
    at: float
    stream: str = ""
    finished: bool = False
    answered: bool = False

    @property
    def user(self) -> str:
        """Who asked."""
        return str(self.body["from"]["userid"])

    @property
    def chat(self) -> str:
        """The group it was asked in, empty for a chat between two."""
        return str(self.body.get("chatid", ""))

    @property
    def event(self) -> str:
        """The event's type, empty for a message."""
        return str(self.body.get("event", {}).get("eventtype", ""))


class AibotReplies:
    """Draws answers; ApiError for what the platform does not take."""

    def __init__(self, groups: Groups, knobs: AibotKnobs, clock: Clock, media_exists: MediaExists) -> None:
        self._groups = groups
        self._knobs = knobs
        self._clock = clock
        self._media_exists = media_exists
        self._task_ids: set[str] = set()

    async def answer(self, exchange: Exchange, reply: Mapping[str, Any]) -> None:
        """Take the answer to a message, or more of its stream."""
        match reply.get("msgtype"):
            case "stream":
                await self._stream(exchange, reply)
            case "template_card":
                if exchange.stream:
                    raise ApiError(846608)
                await self._card(exchange.user, exchange.chat, reply)
                exchange.finished = True
            case "stream_with_template_card":
                await self._stream(exchange, reply)
                await self._card(exchange.user, exchange.chat, reply)
            case _:
                raise ApiError(40008)
        exchange.answered = True

    async def welcome(self, exchange: Exchange, reply: Mapping[str, Any]) -> None:
        """Take the answer to enter_chat: a text or a card."""
        if reply.get("msgtype") == "text":
            words = {"content": str(reply["text"]["content"])}
            await self._groups.speak(exchange.user, "", "text", words, _identity())
            return
        await self._card(exchange.user, "", reply)

    async def update(self, exchange: Exchange, reply: Mapping[str, Any]) -> None:
        """Take the answer to a press: the card as it is from now on, with the same task_id."""
        card = reply.get("template_card")
        if reply.get("response_type") != "update_template_card" or not isinstance(card, dict):
            raise ApiError(40008)
        only = reply.get("userids", [])
        if only and not exchange.chat:
            raise ApiError(40058)
        check_card(card, self._media_exists, update=True)
        pressed = exchange.body["event"]["template_card_event"]["task_id"]
        if card.get("task_id") != pressed:
            raise ApiError(846625)
        if not await self._groups.redraw(exchange.user, exchange.chat, pressed, card, list(only)):
            raise ApiError(42016)

    async def message(self, user: str, chat: str, reply: Mapping[str, Any], *, quoting: str = "") -> None:
        """Take a message of the robot's own accord, or by response_url."""
        match reply.get("msgtype"):
            case "markdown":
                words = _content(reply.get("markdown"))
                shown = f"> {quoting}\n{words}" if quoting else words
                await self._groups.speak(user, chat, "markdown", {"content": shown}, _identity())
            case "template_card":
                await self._card(user, chat, reply)
            case _:
                raise ApiError(40008)

    async def by_address(self, address: Address | None, reply: Mapping[str, Any]) -> None:
        """Take what was posted to a response_url."""
        if address is None or self._clock.now() - address.at > self._knobs.response_life:
            raise ApiError(60140)
        if address.used:
            raise ApiError(self._knobs.used_response_errcode)
        quoting = address.asked if address.chat and self._knobs.quote_originals else ""
        await self.message(address.user, address.chat, reply, quoting=quoting)
        address.used = True

    async def _stream(self, exchange: Exchange, reply: Mapping[str, Any]) -> None:
        stream = reply.get("stream")
        if exchange.event or not isinstance(stream, dict) or not isinstance(stream.get("id"), str) or not stream["id"]:
            raise ApiError(846605 if exchange.event else 40058)
        if exchange.stream and exchange.stream != stream["id"]:
            raise ApiError(846605)
        if exchange.finished or self._clock.now() - exchange.at > self._knobs.stream_life:
            raise ApiError(846608)
        words = _content(stream)
        exchange.stream = stream["id"]
        exchange.finished = stream.get("finish") is True
        await self._groups.speak(exchange.user, exchange.chat, "markdown", {"content": words}, f"stream-{stream['id']}")

    async def _card(self, user: str, chat: str, reply: Mapping[str, Any]) -> None:
        card = reply.get("template_card")
        check_card(card, self._media_exists)
        assert isinstance(card, dict)
        task_id = str(card.get("task_id", ""))
        if task_id in self._task_ids:
            raise ApiError(846625)
        if task_id:
            self._task_ids.add(task_id)
        await self._groups.speak(user, chat, "template_card", card, _identity(), task_id)


def _content(part: object) -> str:
    words = part.get("content") if isinstance(part, dict) else None
    if not isinstance(words, str) or not words:
        raise ApiError(44004)
    if len(words.encode()) > _CONTENT_MAX:
        raise ApiError(45002)
    return words


def _identity() -> str:
    return f"robot-{secrets.token_hex(8)}"
