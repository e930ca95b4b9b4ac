"""The people's phones: what they type, send and press, and what their screens show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from playground.dingtalk.chats import Chats, Entry
from playground.dingtalk.clicks import Clicks
from playground.dingtalk.files import Files
from playground.dingtalk.inbound import Inbound
from playground.dingtalk.pusher import Pusher
from playground.dingtalk.scene import Scene
from playground.dingtalk.sessions import Sessions
from playground.phone import Sent, Shown

_KINDS = ("image", "voice", "video", "file")


class DingTalkPhones:
    """Implements ``playground.phone.Phones``; ``user`` is a userId."""

    def __init__(
        self,
        scene: Scene,
        chats: Chats,
        *,
        inbound: Inbound,
        sessions: Sessions,
        pusher: Pusher,
        files: Files,
        clicks: Clicks,
    ) -> None:
        self._scene = scene
        self._chats = chats
        self._inbound = inbound
        self._sessions = sessions
        self._pusher = pusher
        self._files = files
        self._clicks = clicks

    async def say(self, user: str, text: str, *, group: str = "", quote: str = "") -> Sent:
        """Type to the robot, in a group with the mention. ``quote`` is the id of a message on the screen."""
        place = self._chats.group(group) if group else None
        body = self._inbound.text(user, text, place, self._replied(user, quote) if quote else None)
        return await self.deliver(user, body, Shown(id=body["msgId"], kind="text", at=0.0, text=text))

    async def send_file(self, user: str, kind: str, name: str, data: bytes, *, recognition: str = "") -> Sent:
        """Send a file one to one: in groups a robot cannot receive any."""
        if kind not in _KINDS:
            raise ValueError(f"kind {kind!r} is none of {', '.join(_KINDS)}")
        media_id = self._files.keep(name, data)
        code = self._files.code_for(media_id)
        if kind == "image":
            body = self._inbound.picture(user, code)
        elif kind == "voice":
            body = self._inbound.audio(user, code, recognition)
        elif kind == "video":
            body = self._inbound.video(user, code)
        else:
            body = self._inbound.file(user, code, name)
        shown = Shown(id=body["msgId"], kind=kind, at=0.0, title=name, text=recognition, media_id=media_id)
        return await self.deliver(user, body, shown)

    async def press(
        self, user: str, message: str, key: str, selections: dict[str, Sequence[str]] | None = None
    ) -> Sent:
        """Press a card's button; KeyError for an unknown card, ValueError for a link."""
        return await self._clicks.press(user, message, key, selections or {})

    def screen(self, user: str) -> list[Shown]:
        """Return the person's chat and groups with the robot, oldest first; looking marks them as read."""
        entries = self._chats.entries(user)
        for entry in entries:
            entry.read_by.add(user)
        groups = self._chats.groups
        return [
            replace(entry.draw(user), place=groups[entry.conversation].title if entry.conversation in groups else "")
            for entry in entries
        ]

    async def wait(self, user: str, seen: Callable[[Shown], bool], *, timeout: float = 10.0) -> Shown:  # noqa: ASYNC109 - as in Phones
        """Return the newest message from the bot that ``seen`` accepts."""
        return await self._chats.wait(user, seen, seconds=timeout)

    async def deliver(self, user: str, body: dict[str, Any], shown: Shown) -> Sent:
        """Put any inbound body on the screens of its conversation and bring it to the bot."""
        at = self._scene.clock.now()
        nick = self._scene.person(user).name

        def draw(viewer: str) -> Shown:
            title = shown.title if viewer == user else nick
            return Shown(
                id=shown.id,
                kind=shown.kind,
                at=at,
                mine=viewer == user,
                title=title,
                text=shown.text,
                media_id=shown.media_id,
                raw=body,
            )

        await self._chats.add(Entry(id=shown.id, conversation=body["conversationId"], sender=user, at=at, draw=draw))
        sent = await self._pusher.robot_message(body)
        if self._scene.settings.transport == "http":
            await self._sessions.answer(body["conversationId"], sent.attempts[0].body)
        return sent

    def _replied(self, user: str, quote: str) -> dict[str, Any]:
        """Return ``repliedMsg`` as clients send it; a quoted card has no content."""
        entry = next((each for each in self._chats.entries(user) if each.id == quote), None)
        if entry is None:
            raise KeyError(quote)
        shown = entry.draw(user)
        replied = {"msgId": quote, "senderId": f"$:LWCP_v1:${entry.sender}", "createdAt": int(entry.at * 1000)}
        if shown.kind == "card":
            return {**replied, "msgType": "interactiveCard"}
        return {**replied, "msgType": shown.kind, "content": {"text": shown.text}}
