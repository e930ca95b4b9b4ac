"""What the robot is sent, as Envelopes (WeCom reference 8.2.2, 8.2.3); the same bodies come over both connections.

Everything is read as "may be missing, may be of another type"; only what makes an envelope unique is
insisted on. Keys are ``wecom:<msgid>``, for an event without one ``wecom:sha256:<hex of the body>``.
``data`` carries ``response_url`` for the answer, ``bot_id``, and ``event`` for events.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.json import BadJson
from bot.wecom.aibot import VIA
from cards.render.escape import clean
from handlers.envelope import Attachment, Click, Envelope, Kind

PLATFORM = "wecom"
STREAM = "stream"
"""The msgtype of a question for more of a stream: no message, and never kept."""

_MEDIA = {"image": Kind.IMAGE, "file": Kind.FILE, "video": Kind.VIDEO}
_QUOTED_MEDIA = {"image": "[图片]", "voice": "[语音]", "file": "[文件]", "video": "[视频]"}
_EVENTS = {"enter_chat": Kind.ENTER, "template_card_event": Kind.CLICK}
_MENTION = re.compile(r"\A\s*@\S+\s*")
_KEY_MARK = "#aeskey="


def parse(body: Mapping[str, Any], *, received: datetime, name: str = "") -> Envelope:
    """Return the envelope of a message or event; BadJson where it is neither.

    ``name`` is the robot's own, taken out of what is said; without it only a mention at the beginning is.
    """
    kind = _text(body.get("msgtype"))
    account = _text(_object(body.get("from")).get("userid"))
    if not kind or kind == STREAM:
        raise BadJson("no message")
    group = _text(body.get("chattype")) == "group"
    chat = _text(body.get("chatid"))
    if group and not chat:
        raise BadJson("a group without chatid")
    event = _object(body.get("event")) if kind == "event" else {}
    words, attachments = ("", ()) if event else _content(body, kind)
    return Envelope(
        key=_key(body),
        platform=PLATFORM,
        via=VIA,
        account=account,
        conversation=chat if group else account,
        kind=_EVENTS.get(_text(event.get("eventtype")), Kind.OTHER) if kind == "event" else _kind(kind, words),
        sent_at=_moment(body.get("create_time"), received),
        text=without_mention(words, name) if group else words,
        group=group,
        quoted=_quoted(body),
        attachments=attachments,
        click=_click(event) if event.get("eventtype") == "template_card_event" else None,
        data={
            key: value
            for key, value in {
                "response_url": _text(body.get("response_url")),
                "bot_id": _text(body.get("aibotid")),
                "event": _text(event.get("eventtype")),
            }.items()
            if value
        },
    )


def without_mention(words: str, name: str) -> str:
    """Return what was said to the robot, without ``@`` and its name."""
    if name and f"@{name}" in words:
        return " ".join(words.replace(f"@{name}", " ").split(" ")).strip()
    return _MENTION.sub("", words)


def media_ref(media: Mapping[str, Any]) -> str:
    """Return address and, where the connection gives one, key of a picture or file as one reference."""
    url, key = _text(media.get("url")), _text(media.get("aeskey"))
    return f"{url}{_KEY_MARK}{key}" if key else url


def split_ref(ref: str) -> tuple[str, str]:
    """Return address and key of a reference; the key is empty where it is the callback's own."""
    url, _, key = ref.partition(_KEY_MARK)
    return url, key


def _kind(msgtype: str, words: str) -> Kind:
    if msgtype == "mixed":
        return Kind.TEXT if words else Kind.IMAGE
    if msgtype == "voice":
        return Kind.VOICE
    return Kind.TEXT if msgtype == "text" else _MEDIA.get(msgtype, Kind.UNSUPPORTED)


def _content(body: Mapping[str, Any], kind: str) -> tuple[str, tuple[Attachment, ...]]:
    """Return the words and what hangs on them; a voice comes as its transcript."""
    part = _object(body.get(kind))
    if kind in ("text", "voice"):
        return _text(part.get("content")), ()
    if kind in _MEDIA:
        return "", (Attachment(kind=kind, ref=media_ref(part)),)
    items = [each for each in _list(part.get("msg_item")) if isinstance(each, dict)]
    words = [_text(_object(each.get("text")).get("content")) for each in items if each.get("msgtype") == "text"]
    pictures = [_object(each.get("image")) for each in items if each.get("msgtype") == "image"]
    return (
        "\n".join(each for each in words if each),
        tuple(Attachment(kind="image", ref=media_ref(each)) for each in pictures if each.get("url")),
    )


def _quoted(body: Mapping[str, Any]) -> str:
    """Return the words of the message that was answered; of a picture only that it is one."""
    quote = _object(body.get("quote"))
    kind = _text(quote.get("msgtype"))
    if kind == "mixed":
        items = [each for each in _list(_object(quote.get("mixed")).get("msg_item")) if isinstance(each, dict)]
        return "\n".join(filter(None, (_quoted({"quote": each}) for each in items)))
    return _text(_object(quote.get(kind)).get("content")) or _QUOTED_MEDIA.get(kind, "")


def _click(event: Mapping[str, Any]) -> Click:
    """Return the press; the page nests it, the platform's own program reads it flat."""
    pressed = _object(event.get("template_card_event")) or event
    return Click(
        action=_text(pressed.get("event_key")),
        card=_text(pressed.get("task_id")),
        selections=dict(_selections(_object(pressed.get("selected_items")))),
    )


def _selections(items: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in _list(items.get("selected_item")):
        answer = _object(item)
        chosen = _list(_object(answer.get("option_ids")).get("option_id"))
        yield _text(answer.get("question_key")), tuple(_text(each) for each in chosen)


def _key(body: Mapping[str, Any]) -> str:
    if unique := _text(body.get("msgid")).strip():
        return f"{PLATFORM}:{unique}"
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{PLATFORM}:sha256:{hashlib.sha256(plain.encode()).hexdigest()}"


def _moment(stamp: object, received: datetime) -> datetime:
    """Return when it was sent, to the second, where the body says so; a message does not."""
    if isinstance(stamp, int) and not isinstance(stamp, bool) and 0 < stamp < 10**10:
        return datetime.fromtimestamp(stamp, UTC)
    return received.astimezone(UTC)


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    """Return the several; one that stands alone counts as one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else str(value) if isinstance(value, int) else ""
