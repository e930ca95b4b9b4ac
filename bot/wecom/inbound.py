"""From a decrypted WeCom message or event to an Envelope (WeCom reference 2).

What an event means is one line of ``_EVENTS``. Its remaining elements travel in ``data`` under
lower-case paths (``changetype``, ``approvalinfo.spno``), since the platform's own spelling drifts;
the second of a repeated element gets ``.2`` and so on. ``data["event"]`` is set for events only.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.wecom import xml
from cards.render.escape import clean
from handlers.envelope import Attachment, Click, Envelope, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

PLATFORM = "wecom"
SYSTEM_LANE = "@sys"
"""The conversation of events that nobody sent; no member's userid can begin with ``@``."""

_COMMON = frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "AgentID", "Event"})

_EVENTS = {
    "subscribe": Kind.JOINED,
    "unsubscribe": Kind.LEFT,
    "enter_agent": Kind.ENTER,
    "location": Kind.LOCATION,
    "location_select": Kind.LOCATION,
    "click": Kind.MENU,
    "view": Kind.MENU,
    "view_miniprogram": Kind.MENU,
    "scancode_push": Kind.MENU,
    "scancode_waitmsg": Kind.MENU,
    "template_card_event": Kind.CLICK,
    "template_card_menu_event": Kind.CLICK,
    "change_contact": Kind.CHANGED,
    "change_external_contact": Kind.CHANGED,
    "change_external_chat": Kind.CHANGED,
    "change_external_tag": Kind.CHANGED,
}
"""Everything else (pictures announced, approvals, batch jobs, life cycle of the app) is kept for the record."""

_ATTACHED = {"image": Kind.IMAGE, "voice": Kind.VOICE, "video": Kind.VIDEO, "file": Kind.FILE}
_VOICE_TYPES = {"amr": "audio/amr", "speex": "audio/speex"}


def parse(raw: bytes, received: datetime) -> Envelope:
    """Return what arrived; ``raw`` is the decrypted body, byte for byte. Raise XmlError if it is no message."""
    return envelope(xml.parse(xml.scrub(raw)), raw, received)


def envelope(tree: xml.Tree, raw: bytes, received: datetime) -> Envelope:
    """Return the envelope of an already parsed message."""
    sender = _text(tree, "FromUserName")
    account = "" if sender == "sys" else sender
    kind, words, attachments, click, data = _meaning(tree)
    return Envelope(
        key=_key(tree, raw),
        platform=PLATFORM,
        account=account,
        conversation=account or SYSTEM_LANE,
        kind=kind,
        sent_at=_sent_at(tree, received),
        text=words,
        attachments=attachments,
        click=click,
        data=data,
    )


_Meaning = tuple[Kind, str, tuple[Attachment, ...], Click | None, dict[str, str]]


def _meaning(tree: xml.Tree) -> _Meaning:
    match _text(tree, "MsgType").lower():
        case "event":
            return _event(tree)
        case "text":
            return Kind.TEXT, _text(tree, "Content"), (), None, {}
        case "location":
            place = {
                "latitude": _text(tree, "Location_X"),
                "longitude": _text(tree, "Location_Y"),
                "scale": _text(tree, "Scale"),
                "label": _text(tree, "Label"),
            }
            return Kind.LOCATION, place["label"], (), None, place
        case "link":
            link = {name.lower(): _text(tree, name) for name in ("Title", "Description", "Url")}
            return Kind.LINK, link["title"], (), None, link
        case "image" | "voice" | "video" | "file" as sort:
            attachment = Attachment(
                kind=sort,
                ref=_text(tree, "MediaId"),
                name=_text(tree, "FileName"),
                mime=_VOICE_TYPES.get(_text(tree, "Format").lower(), ""),
            )
            return _ATTACHED[sort], "", (attachment,), None, {}
        case other:
            return Kind.UNSUPPORTED, "", (), None, {"type": other}


def _event(tree: xml.Tree) -> _Meaning:
    name = _text(tree, "Event")
    kind = _EVENTS.get(name.lower(), Kind.OTHER)
    words, click = "", None
    data = {"event": name.lower()}
    match kind:
        case Kind.CLICK:
            click = Click(
                action=_text(tree, "EventKey"),
                card=_text(tree, "TaskId"),
                response_code=_text(tree, "ResponseCode"),
                selections=_selections(tree),
            )
        case Kind.MENU:
            words = _text(tree, "ScanCodeInfo", "ScanResult") or _text(tree, "EventKey")
            data |= {"key": _text(tree, "EventKey")}
        case Kind.LOCATION:
            data |= _reported_place(tree)
            words = data["label"]
        case _:
            data |= dict(_leaves(tree))
    return kind, words, (), click, data


def _selections(tree: xml.Tree) -> dict[str, tuple[str, ...]]:
    """Return the answers by question; the platform sends none, an empty element, one or many."""
    answers: dict[str, tuple[str, ...]] = {}
    for items in xml.nodes(tree, "SelectedItems"):
        for item in xml.nodes(items, "SelectedItem"):
            question = _text(item, "QuestionKey")
            chosen = [each for ids in xml.nodes(item, "OptionIds") for each in ids.get("OptionId", ())]
            answers[question] = answers.get(question, ()) + tuple(
                clean(each) for each in chosen if isinstance(each, str)
            )
    return answers


def _reported_place(tree: xml.Tree) -> dict[str, str]:
    """Return the place of the two location events, which name the same facts differently."""
    if picked := xml.nodes(tree, "SendLocationInfo"):
        (place, *_) = picked
        names = {
            "latitude": "Location_X",
            "longitude": "Location_Y",
            "scale": "Scale",
            "label": "Label",
            "name": "Poiname",
        }
        return {name: _text(place, element) for name, element in names.items()}
    names = {"latitude": "Latitude", "longitude": "Longitude", "precision": "Precision", "label": "Label"}
    return {name: _text(tree, element) for name, element in names.items()}


def _leaves(tree: xml.Tree, path: str = "") -> Iterator[tuple[str, str]]:
    for name, values in tree.items():
        if not path and name in _COMMON:
            continue
        for place, value in enumerate(values, 1):
            here = f"{path}{name.lower()}" + (f".{place}" if place > 1 else "")
            if isinstance(value, str):
                yield here, clean(value)
            else:
                yield from _leaves(value, f"{here}.")


def _key(tree: xml.Tree, raw: bytes) -> str:
    """Return the inbox key: events have no MsgId, and sender plus second is shared by different events (R-12)."""
    message_id = _text(tree, "MsgId").strip()
    return f"{PLATFORM}:{message_id}" if message_id else f"{PLATFORM}:sha256:{hashlib.sha256(raw).hexdigest()}"


def _sent_at(tree: xml.Tree, received: datetime) -> datetime:
    stamp = _text(tree, "CreateTime").strip()
    if stamp.isascii() and stamp.isdigit() and len(stamp) <= 10:
        return datetime.fromtimestamp(int(stamp), UTC)
    return received.astimezone(UTC)


def _text(tree: xml.Tree, *path: str) -> str:
    found = xml.text(tree, *path)
    return clean(found) if found else ""
