"""The robot: groups in which people mention it, its two connections, and the address for late answers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.journal import Journal
from playground.phone import Sent
from playground.settings import AibotSettings, PlaygroundSettings
from playground.wecom.aibot.callback import AibotCallback
from playground.wecom.aibot.composer import RESPONSE_PATH, AibotComposer
from playground.wecom.aibot.groups import Groups
from playground.wecom.aibot.knobs import AibotKnobs
from playground.wecom.aibot.replies import AibotReplies
from playground.wecom.aibot.socket import CONNECTION_PATH, AibotSocket
from playground.wecom.api import refusal
from playground.wecom.chats import Chats, Item
from playground.wecom.content import MediaExists
from playground.wecom.errors import ApiError
from playground.world import World


class Robot:
    """One robot. What people do goes out over the connection its settings name."""

    def __init__(
        self,
        settings: PlaygroundSettings,
        robot: AibotSettings,
        *,
        clock: Clock,
        journal: Journal,
        world: World,
        chats: Chats,
        media_exists: MediaExists,
    ) -> None:
        journal.hide(robot.token, robot.encoding_aes_key, robot.secret)
        self._chats = chats
        self.knobs = AibotKnobs(**robot.knobs)
        self.groups = Groups(world, chats, clock, robot.name)
        self.composer = AibotComposer(settings, robot.bot_id, robot.name, clock)
        self.replies = AibotReplies(self.groups, self.knobs, clock, media_exists)
        self.callback = AibotCallback(
            settings, robot, knobs=self.knobs, clock=clock, journal=journal, replies=self.replies
        )
        self.socket = AibotSocket(
            robot, groups=self.groups, knobs=self.knobs, clock=clock, journal=journal, replies=self.replies
        )
        self._connected = robot.transport == "long_connection"

    @property
    def wrong(self) -> list[str]:
        """Everything the bot said that the platform could not take, in words."""
        return [*self.callback.wrong, *self.socket.wrong]

    def routes(self) -> list[web.RouteDef]:
        """Return where late answers are posted, and the long connection."""
        return [web.post(RESPONSE_PATH, self._respond), web.get(CONNECTION_PATH, self.socket.connect)]

    async def start(self) -> None:
        """Be ready to push."""
        await self.callback.start()

    async def close(self) -> None:
        """Stop pushing."""
        await self.callback.close()
        await self.socket.close()

    async def say(self, user: str, text: str, *, group: str = "", quote: str = "") -> Sent:
        """Say something to the robot: in a group with the mention, else in the chat with it alone.

        ``quote`` is the id of a message on the screen, or the quoted words themselves.
        """
        chat = self.groups.group(group).id if group else ""
        if chat and user not in self.groups.group(group).members:
            raise KeyError(user)
        quoted = self._quoted(user, quote) if quote else None
        body = self.composer.text(user, text, chat, quoted)
        await self.groups.hear(user, chat, "text", {"content": body["text"]["content"]}, f"said-{secrets.token_hex(8)}")
        return await self.push(body)

    async def press(self, item: Item, card: Mapping[str, Any], key: str, selected: Mapping[str, Sequence[str]]) -> Sent:
        """Press a button of a card that the robot sent."""
        return await self.push(
            self.composer.press(
                item.user,
                item.chat,
                card_type=card["card_type"],
                key=key,
                task_id=item.task_id,
                selected=selected,
            )
        )

    async def push(self, body: Mapping[str, Any]) -> Sent:
        """Push any body made with ``composer``."""
        return await (self.socket.push(body) if self._connected else self.callback.push(body))

    def _quoted(self, user: str, quote: str) -> dict[str, Any]:
        item = self._chats.find(user, quote)
        words = quote if item is None else str(item.content.get("content", ""))
        return {"msgtype": "text", "text": {"content": words}}

    async def _respond(self, request: web.Request) -> web.Response:
        address = self.composer.addresses.get(request.query.get("response_code", ""))
        try:
            body = json.loads(await request.read())
            if not isinstance(body, dict):
                raise ApiError(40035)
            await self.replies.by_address(address, body)
        except ValueError:
            return refusal(request, 40035, "invalid parameter")
        except ApiError as error:
            return refusal(request, error.code, error.text)
        return web.json_response({"errcode": 0, "errmsg": "ok"})
