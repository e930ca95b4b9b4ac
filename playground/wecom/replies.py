"""What the bot may say in the answer to a callback (WeCom reference 1.3, 3.5)."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

from lxml import etree

from playground.clock import Clock
from playground.journal import Journal
from playground.wecom.cards import INTERACTIVE, check_card
from playground.wecom.chats import Chats, Item
from playground.wecom.content import MediaExists
from playground.wecom.crypto import Crypto, CryptoError
from playground.wecom.errors import ApiError
from playground.wecom.events import Callback
from playground.wecom.knobs import Knobs
from playground.wecom.xml import read_xml, text_of

_SAYS_NOTHING = ("", "success")
_REPLIABLE_EVENTS = (
    "subscribe",
    "enter_agent",
    "LOCATION",
    "click",
    "view",
    "view_miniprogram",
    "scancode_waitmsg",
    "template_card_menu_event",
)
_LISTS = {
    "HorizontalContentList",
    "VerticalContentList",
    "JumpList",
    "ButtonList",
    "SelectList",
    "OptionList",
    "ActionList",
}
_NAMES = {"AppId": "appid", "UserId": "userid", "KeyName": "keyname", "PagePath": "pagepath", "CheckBox": "checkbox"}
_NUMBERS = {"Type", "Style", "DescColor", "Mode", "AspectRatio"}
_FLAGS = {"IsChecked", "Disable"}


@dataclass(slots=True)
class Replies:
    """Reads replies and draws them; what it cannot read or may not honour goes into the journal."""

    crypto: Crypto
    knobs: Knobs
    clock: Clock
    journal: Journal
    chats: Chats
    media_exists: MediaExists

    async def take(self, callback: Callback, body: str) -> None:
        """Honour the body of a 200, if it says anything."""
        if body.strip() in _SAYS_NOTHING:
            return
        try:
            reply = self._opened(body)
            ignored = await self._honour(callback, reply)
        except (ValueError, ApiError) as error:
            ignored = str(error)
        if ignored:
            self.journal.write("wecom", "note", text=f"reply ignored: {ignored}")

    def _opened(self, body: str) -> etree._Element:
        envelope = read_xml(body)
        encrypted = text_of(envelope, "Encrypt")
        signature = self.crypto.sign(text_of(envelope, "TimeStamp"), text_of(envelope, "Nonce"), encrypted)
        if not secrets.compare_digest(signature, text_of(envelope, "MsgSignature")):
            raise CryptoError("the reply's signature does not fit")
        return read_xml(self.crypto.decrypt(encrypted))

    async def _honour(self, callback: Callback, reply: etree._Element) -> str:
        """Draw the reply on the phone of whoever caused the callback; return why not, or nothing."""
        msgtype = text_of(reply, "MsgType")
        if text_of(reply, "ToUserName") != callback.sender:
            return "it is for somebody else"
        if msgtype in ("update_button", "update_template_card"):
            return await self._redraw(callback, reply)
        if callback.event and callback.event not in _REPLIABLE_EVENTS:
            return f"{callback.event} takes no reply"
        content = _content(msgtype, reply)
        if content is None:
            return f"unknown MsgType {msgtype!r}"
        identity = f"passive-{secrets.token_hex(8)}"
        now = self.clock.now()
        await self.chats.add(Item(id=identity, user=callback.sender, msgtype=msgtype, content=content, at=now))
        return ""

    async def _redraw(self, callback: Callback, reply: etree._Element) -> str:
        honoured = callback.event == "template_card_menu_event" or (
            callback.event == "template_card_event" and self.knobs.passive_card_update
        )
        item = self.chats.find(callback.sender, callback.item)
        if not honoured or item is None:
            return f"{callback.event or 'a message'} takes no card update"
        if text_of(reply, "MsgType") == "update_button":
            item.redraw(None, text_of(reply, "Button/ReplaceName"))
        else:
            element = reply.find("TemplateCard")
            card = {} if element is None else _card(element)
            check_card(card, self.media_exists, update=True)
            item.redraw(card, str(card.get("replace_text", "")) if card["card_type"] in INTERACTIVE else "")
        await self.chats.tell()
        return ""


def _content(msgtype: str, reply: etree._Element) -> dict[str, Any] | None:
    if msgtype == "text":
        return {"content": text_of(reply, "Content")}
    if msgtype in ("image", "voice"):
        return {"media_id": text_of(reply, f"{msgtype.title()}/MediaId")}
    if msgtype == "video":
        names = {"media_id": "MediaId", "title": "Title", "description": "Description"}
        return {name: text_of(reply, f"Video/{element}") for name, element in names.items()}
    if msgtype == "news":
        names = {"title": "Title", "description": "Description", "url": "Url", "picurl": "PicUrl"}
        items = reply.iterfind("Articles/item")
        return {"articles": [{name: text_of(item, element) for name, element in names.items()} for item in items]}
    return None


def _card(element: etree._Element) -> dict[str, Any]:
    """Return the JSON form of a TemplateCard: snake case, repeated elements as lists."""
    card: dict[str, Any] = {}
    for child in element:
        tag = str(child.tag)
        name = _NAMES.get(tag) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tag).lower()
        value: Any = _card(child) if len(child) else _scalar(tag, (child.text or "").strip())
        if tag in _LISTS:
            card.setdefault(name, []).append(value)
        else:
            card[name] = value
    return card


def _scalar(tag: str, text: str) -> str | float | bool:
    if tag in _FLAGS:
        return text.lower() in ("1", "true")
    return float(text) if tag in _NUMBERS and text else text
