"""The members' phones: what they type, send, press and see in their chat with the app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.clock import Clock
from playground.phone import Sent, Shown
from playground.wecom.aibot import Robot
from playground.wecom.callbacks import Callbacks
from playground.wecom.chats import Chats, Item
from playground.wecom.codes import Codes
from playground.wecom.drawing import draw, questions, selected_by_default
from playground.wecom.events import Callback, Composer
from playground.wecom.knobs import Knobs
from playground.wecom.media import MediaStore
from playground.world import World


@dataclass(slots=True)
class WeComPhones:
    """``user`` is a userid in any case; KeyError for somebody without an account."""

    agent_id: int
    world: World
    knobs: Knobs
    clock: Clock
    chats: Chats
    codes: Codes
    media: MediaStore
    composer: Composer
    callbacks: Callbacks
    robot: Robot | None = None

    async def say(self, user: str, text: str, *, group: str = "", quote: str = "") -> Sent:
        """Type a text, in a group to the robot, with the mention (ValueError without one: an app is not in groups).

        Of a quotation only the new words reach the app; the robot gets both.
        """
        if group and self.robot is None:
            raise ValueError("a self-built app hears nothing of group chats")
        if group and self.robot is not None:
            return await self.robot.say(self._userid(user), text, group=group, quote=quote)
        content = {"content": text, "quote": quote} if quote else {"content": text}
        return await self._speak(user, "text", content, ("Content", text))

    async def tell_robot(self, user: str, text: str) -> Sent:
        """Type a text in the chat with the robot alone."""
        if self.robot is None:
            raise ValueError("the company has no robot")
        return await self.robot.say(self._userid(user), text)

    async def send_file(self, user: str, kind: str, name: str, data: bytes, *, recognition: str = "") -> Sent:
        """Send image, voice, video or file. WeCom gives apps no transcript, so ``recognition`` stays on the phone."""
        stored = self.media.keep(kind, name, data)
        content: dict[str, Any] = {"media_id": stored.id, "title": name, "description": recognition}
        if kind == "image":
            picture = f"http://wwpic.invalid/{stored.id}/0"
            return await self._speak(user, kind, content, ("PicUrl", picture), ("MediaId", stored.id))
        if kind == "voice":
            return await self._speak(user, kind, content, ("MediaId", stored.id), ("Format", "amr"))
        if kind == "video":
            thumb = self.media.keep("image", "thumb.jpg", b"\xff\xd8\xff\xe0thumb")
            return await self._speak(user, kind, content, ("MediaId", stored.id), ("ThumbMediaId", thumb.id))
        if kind != "file":
            raise ValueError(f"no such kind of message: {kind!r}")
        if self.knobs.file_messages == "none":
            item = await self._keep(user, kind, content)
            return Sent(key=f"wecom:unheard:{item.id}", attempts=[])
        if self.knobs.file_messages == "text":
            return await self._speak(user, kind, content, ("Content", name), msgtype="text")
        return await self._speak(user, kind, content, ("FileName", name), ("MediaId", stored.id))

    async def send_location(self, user: str, latitude: float, longitude: float, label: str) -> Sent:
        """Send a place."""
        where = {"title": "位置", "description": label}
        return await self._speak(
            user,
            "location",
            where,
            ("Location_X", latitude),
            ("Location_Y", longitude),
            ("Scale", 15),
            ("Label", label),
            ("AppType", "wxwork"),
        )

    async def send_link(self, user: str, title: str, description: str, url: str) -> Sent:
        """Send a link."""
        content = {"title": title, "description": description, "url": url}
        parts = (("Title", title), ("Description", description), ("Url", url), ("PicUrl", ""))
        return await self._speak(user, "link", content, *parts)

    async def enter(self, user: str) -> Sent:
        """Open the chat with the app."""
        return await self._push(self.composer.event(self._userid(user), "enter_agent", ("EventKey", "")))

    async def report_location(self, user: str, latitude: float, longitude: float) -> Sent:
        """Report where the phone is, as a consenting member's does when the chat is opened."""
        where = (("Latitude", latitude), ("Longitude", longitude), ("Precision", 65.0))
        after = [("AppType", "wxwork")]
        return await self._push(self.composer.event(self._userid(user), "LOCATION", *where, after=after))

    async def click_menu(self, user: str, key: str) -> Sent:
        """Press an entry of the app's fixed menu."""
        return await self._push(self.composer.event(self._userid(user), "click", ("EventKey", key)))

    async def view_menu(self, user: str, url: str) -> Sent:
        """Press an entry of the app's menu that opens a page."""
        return await self._push(self.composer.event(self._userid(user), "view", ("EventKey", url)))

    async def press(
        self, user: str, message: str, key: str, selections: Mapping[str, Sequence[str]] | None = None
    ) -> Sent:
        """Press a button, the submit button or an entry of the corner menu, drawn now or on an old screen.

        What ``selections`` (question → option ids) leaves out stays as it was ticked. KeyError for
        a message or key the member never had, ValueError for an option that is none.
        """
        userid = self._userid(user)
        item = self.chats.find(userid, message)
        if item is None:
            raise KeyError(f"{user} has no message {message}")
        for card in (item.content, *reversed(item.earlier)):
            if key in _button_keys(card) and item.robot and self.robot is not None:
                return await self.robot.press(item, card, key, self._selected(card, selections or {}))
            if key in _button_keys(card):
                return await self._push(self._pressed(item, card, key, selections or {}))
            if key in _menu_keys(card):
                code = self.codes.issue(self.agent_id, item.id, userid)
                kind = card["card_type"]
                return await self._push(
                    self.composer.menu_event(
                        userid, item=item.id, key=key, task_id=item.task_id, card_type=kind, response_code=code
                    )
                )
        raise KeyError(f"no button {key!r} on {message}")

    def screen(self, user: str) -> list[Shown]:
        """Return the member's chat, oldest first."""
        return [draw(item) for item in self.chats.of(self._userid(user))]

    async def wait(
        self,
        user: str,
        seen: Callable[[Shown], bool],
        *,
        timeout: float = 10.0,  # noqa: ASYNC109 - the name the protocol gives it
    ) -> Shown:
        """Return the newest message of the bot that ``seen`` accepts; TimeoutError shows the screen."""
        found: list[Shown] = []

        def look() -> bool:
            drawn = (draw(item) for item in self.chats.of(self._userid(user)) if not item.mine and not item.heard)
            found[:] = [shown for shown in drawn if seen(shown)]
            return bool(found)

        try:
            async with asyncio.timeout(timeout):
                await self.chats.until(look)
        except TimeoutError:
            screen = "\n---\n".join(shown.words for shown in self.screen(user))
            raise TimeoutError(f"{user} did not see it in {timeout} s; the screen:\n{screen}") from None
        return found[-1]

    async def _speak(self, user: str, kind: str, content: dict[str, Any], *parts: Any, msgtype: str = "") -> Sent:
        """Show what the member sends on his own phone and push it."""
        item = await self._keep(user, kind, content)
        return await self._push(self.composer.message(item.user, msgtype or kind, *parts))

    async def _keep(self, user: str, kind: str, content: dict[str, Any]) -> Item:
        userid = self._userid(user)
        identity = f"mine-{len(self.chats.of(userid)) + 1}"
        item = Item(id=identity, user=userid, msgtype=kind, content=content, at=self.clock.now(), mine=True)
        await self.chats.add(item)
        return item

    async def _push(self, callback: Callback) -> Sent:
        return await self.callbacks.push(callback)

    def _pressed(
        self, item: Item, card: Mapping[str, Any], key: str, selections: Mapping[str, Sequence[str]]
    ) -> Callback:
        selected = self._selected(card, selections)
        return self.composer.card_event(
            item.user,
            item=item.id,
            key=key,
            task_id=item.task_id,
            card_type=card["card_type"],
            response_code=self.codes.issue(self.agent_id, item.id, item.user),
            selected=selected if selected or self.knobs.empty_selected_items else None,
        )

    @staticmethod
    def _selected(card: Mapping[str, Any], selections: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
        selected: dict[str, Sequence[str]] = {}
        for question in questions(card):
            chosen = selections.get(question["question_key"], selected_by_default(question))
            if strange := set(chosen) - {option["id"] for option in question["option_list"]}:
                raise ValueError(f"no option {min(strange)!r} in {question['question_key']!r}")
            selected[question["question_key"]] = list(chosen)
        return selected

    def _userid(self, user: str) -> str:
        person = self.world.by_wecom(user)
        if person is None:
            raise KeyError(f"nobody has the WeCom userid {user!r}")
        return person.wecom


def _button_keys(card: Mapping[str, Any]) -> list[str]:
    buttons = [*(card.get("button_list") or ()), card.get("submit_button") or {}]
    return [button["key"] for button in buttons if button.get("key")]


def _menu_keys(card: Mapping[str, Any]) -> list[str]:
    return [action["key"] for action in (card.get("action_menu") or {}).get("action_list") or ()]
