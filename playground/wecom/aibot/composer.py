"""The robot's messages and events before they are sent (WeCom reference 8.2.2, 8.2.3)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.clock import Clock
from playground.settings import PlaygroundSettings

RESPONSE_PATH = "/cgi-bin/aibot/response"


@dataclass(slots=True, kw_only=True, eq=False)
class Address:
    """One response_url: works once, for an hour."""

    code: str
    user: str
    chat: str
    asked: str
    at: float
    used: bool = False


@dataclass(slots=True)
class AibotComposer:
    """Writes bodies, each with its own address for a late answer."""

    settings: PlaygroundSettings
    bot_id: str
    name: str
    clock: Clock
    addresses: dict[str, Address] = field(default_factory=dict)

    def text(self, user: str, words: str, chat: str, quote: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return a text; in a group with the mention without which no robot hears it."""
        said = f"@{self.name} {words}" if chat else words
        body = {**self._head(user, chat, words), "msgtype": "text", "text": {"content": said}}
        return {**body, "quote": dict(quote)} if quote else body

    def mixed(self, user: str, words: str, pictures: Sequence[Mapping[str, str]], chat: str) -> dict[str, Any]:
        """Return words and pictures in one message."""
        said = f"@{self.name} {words}" if chat else words
        items: list[dict[str, Any]] = [{"msgtype": "text", "text": {"content": said}}]
        items += [{"msgtype": "image", "image": dict(each)} for each in pictures]
        return {**self._head(user, chat, words), "msgtype": "mixed", "mixed": {"msg_item": items}}

    def enter(self, user: str) -> dict[str, Any]:
        """Return the event of somebody's first look at the chat today."""
        return self._event(user, "", {"eventtype": "enter_chat"})

    def press(
        self, user: str, chat: str, *, card_type: str, key: str, task_id: str, selected: Mapping[str, Sequence[str]]
    ) -> dict[str, Any]:
        """Return the event of a pressed card."""
        items = [{"question_key": key_, "option_ids": {"option_id": list(ids)}} for key_, ids in selected.items()]
        pressed = {"card_type": card_type, "event_key": key, "task_id": task_id}
        if items:
            pressed["selected_items"] = {"selected_item": items}  # type: ignore[assignment]
        return self._event(user, chat, {"eventtype": "template_card_event", "template_card_event": pressed})

    def _event(self, user: str, chat: str, event: Mapping[str, Any]) -> dict[str, Any]:
        head = self._head(user, chat, "")
        return {**head, "create_time": int(self.clock.now()), "msgtype": "event", "event": dict(event)}

    def _head(self, user: str, chat: str, asked: str) -> dict[str, Any]:
        address = Address(code=secrets.token_urlsafe(16), user=user, chat=chat, asked=asked, at=self.clock.now())
        self.addresses[address.code] = address
        place = {"chatid": chat, "chattype": "group"} if chat else {"chattype": "single"}
        return {
            "msgid": secrets.token_urlsafe(24),
            "aibotid": self.bot_id,
            **place,
            "from": {"userid": user},
            "response_url": f"{self.settings.own_url}{RESPONSE_PATH}?response_code={address.code}",
        }
