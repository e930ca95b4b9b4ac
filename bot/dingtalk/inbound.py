"""What DingTalk pushes, as Envelopes (DingTalk reference 2.2, 3, 5.7, 7.1).

The same functions serve the stream and the HTTP callbacks. They expect what ``bot.json`` returned and
a caller that has checked whom it is for (``Ours``). Much of a body is optional or undocumented, so
everything is read as "may be missing, may be of another type"; only what makes an envelope unique is insisted on.

Keys: a message is ``dingtalk:<msgId>``, an event ``dingtalk:<eventId>``, a click ``dingtalk:<sha256 hex>`` over the
card, the clicker, the payload and the delivery's own id. A frame that is delivered again
carries the same id and is the same click; two presses are two ids and two clicks, of which the version inside
the action lets only the first one through. Over HTTP the id is the signature's timestamp.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.json import BadJson, loads_object
from handlers.envelope import Attachment, Click, Envelope, Kind

PLATFORM = "dingtalk"
ACTION_PARAM = "a"
"""Our buttons and forms carry the packed action under this name."""

_OVER_QUOTA = "20001"
_MEDIA = {"picture": Kind.IMAGE, "audio": Kind.VOICE, "video": Kind.VIDEO, "file": Kind.FILE}
_QUOTED_MEDIA = {"picture": "[图片]", "audio": "[语音]", "video": "[视频]", "file": "[文件]"}
_EVENTS = {
    "user_add_org": Kind.JOINED,
    "user_leave_org": Kind.LEFT,
    "user_modify_org": Kind.CHANGED,
    "org_dept_create": Kind.CHANGED,
    "org_dept_modify": Kind.CHANGED,
    "org_dept_remove": Kind.CHANGED,
}
CONTACT_EVENTS = frozenset(_EVENTS)
"""Events that the monthly quota does not count (DingTalk reference 6.6)."""


def parse_robot(body: Mapping[str, Any], *, received: datetime, message_id: str = "") -> Envelope:
    """Return the envelope of a robot message of any kind; ``message_id`` (of the frame) stands in for a missing msgId.

    ``account`` is empty for people outside the company. Raise BadJson where nothing makes the message unique.
    """
    unique = _text(body.get("msgId")) or message_id
    if not unique:
        raise BadJson("a message without msgId")
    group = _text(body.get("conversationType")) == "2"
    account = _text(body.get("senderStaffId"))
    conversation = _text(body.get("conversationId"))
    kind, text, attachments, extra = _content(body)
    quoted, quoted_facts = _quoted(body)
    return Envelope(
        key=f"dingtalk:{unique}",
        platform=PLATFORM,
        account=account,
        conversation=conversation if group else account or conversation,
        kind=kind,
        sent_at=_moment(body.get("createAt"), received),
        text=text,
        group=group,
        mentioned=body.get("isInAtList") is not False if group else True,
        nick=_text(body.get("senderNick")),
        quoted=quoted,
        attachments=attachments,
        data={
            name: value
            for name, value in {
                "conversation_id": conversation,
                "conversation_title": _text(body.get("conversationTitle")),
                "sender_id": _text(body.get("senderId")),
                "union_id": _text(body.get("senderUnionId")),
                "session_webhook": _text(body.get("sessionWebhook")),
                "session_webhook_expires": _text(body.get("sessionWebhookExpiredTime")),
                **extra,
                **quoted_facts,
            }.items()
            if value
        },
    )


def parse_card(body: Mapping[str, Any], headers: Mapping[str, Any], *, received: datetime) -> Envelope:
    """Return the envelope of a pressed button or a sent form.

    ``headers`` are those of the frame; over HTTP ``{"messageId": <signature timestamp>}``. Form and select
    values arrive in ``Click.selections``, each as a tuple. Raise BadJson where card or clicker are missing.
    """
    card = _text(body.get("outTrackId"))
    account = _text(body.get("userId"))
    if not card or not account:
        raise BadJson("a click without card or clicker")
    raw = body.get("content") or body.get("value") or "{}"
    content = raw if isinstance(raw, dict) else loads_object(_text(raw))
    private = _object(content.get("cardPrivateData"))
    params = _object(private.get("params")) or _object(content.get("params"))
    form = _object(params.get("form"))
    action_ids = private.get("actionIds") or content.get("actionIds") or []
    named = _text(action_ids[0]) if isinstance(action_ids, list) and action_ids else _text(content.get("actionId"))
    action = _text(params.get(ACTION_PARAM)) or _text(form.get(ACTION_PARAM)) or named
    values = {**{key: value for key, value in params.items() if key != "form"}, **form}
    delivery = _text(headers.get("messageId"))
    parts = [card, account, json.dumps(content, sort_keys=True), delivery]
    return Envelope(
        key=f"dingtalk:{_digest(parts)}",
        platform=PLATFORM,
        account=account,
        conversation=account,
        kind=Kind.CLICK,
        sent_at=_moment(headers.get("time"), received),
        click=Click(
            action=action,
            card=card,
            selections={key: _answers(value) for key, value in values.items() if key != ACTION_PARAM},
        ),
        data={
            name: value
            for name, value in {
                "action_id": named,
                "space_id": _text(body.get("spaceId")),
                "space_type": _text(body.get("spaceType")),
            }.items()
            if value
        },
    )


def parse_event(headers: Mapping[str, Any], data: Mapping[str, Any], *, received: datetime) -> Envelope:
    """Return the envelope of an event: ``headers`` and ``data`` of a stream frame, or ``event_headers(body), body``.

    ``account`` is the member where the event names exactly one; ``data["users"]`` and ``data["departments"]`` name all
    of them, joined by commas.
    """
    name = _text(headers.get("eventType"))
    if not name:
        raise BadJson("an event without a type")
    users = list(_ids(data, "userId"))
    kind = _EVENTS.get(name, Kind.OTHER)
    unique = _text(headers.get("eventId")) or _digest([name, json.dumps(data, sort_keys=True)])
    return Envelope(
        key=f"dingtalk:{unique}",
        platform=PLATFORM,
        account=users[0] if len(users) == 1 else "",
        conversation="events" if kind is Kind.OTHER else "directory",
        kind=kind,
        sent_at=_moment(headers.get("eventBornTime"), received),
        data={
            key: value
            for key, value in {
                "event": name,
                "users": ",".join(users),
                "departments": ",".join(_ids(data, "deptId")),
                **{key: _text(value) for key, value in data.items() if kind is Kind.OTHER},
            }.items()
            if value
        },
    )


def event_headers(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frame headers that a decrypted HTTP event (fields inline, capitalised) would have had."""
    return {
        "eventType": body.get("EventType"),
        "eventId": body.get("eventId") or body.get("EventId"),
        "eventCorpId": body.get("CorpId"),
        "eventBornTime": body.get("EventTime") or body.get("TimeStamp"),
    }


def _content(body: Mapping[str, Any]) -> tuple[Kind, str, tuple[Attachment, ...], dict[str, str]]:
    """Return kind, text, attachments and extra facts of a message."""
    if _OVER_QUOTA in (_text(body.get("errorCode")), _text(body.get("errCode"))):
        said = _text(body.get("errorMessage")) or _text(body.get("errMsg"))
        return Kind.OVER_QUOTA, "", (), {"platform_says": said}
    msgtype = _text(body.get("msgtype"))
    content = _object(body.get("content"))
    if msgtype == "text":
        return Kind.TEXT, _text(_object(body.get("text")).get("content")).strip(), (), {}
    if msgtype == "richText":
        return *_rich_text(content.get("richText")), {}
    if kind := _MEDIA.get(msgtype):
        attachment = Attachment(kind=kind.value, ref=_download_code(content), name=_text(content.get("fileName")))
        facts = {"duration": _text(content.get("duration"))}
        return kind, _text(content.get("recognition")).strip(), (attachment,) if attachment.ref else (), facts
    return Kind.UNSUPPORTED, "", (), {"msgtype": msgtype, "platform_says": _text(content.get("unknownMsgType"))}


def _rich_text(parts: object) -> tuple[Kind, str, tuple[Attachment, ...]]:
    """Return the words, a new line where a picture stood, and the pictures, both in their order."""
    words: list[str] = []
    pictures: list[Attachment] = []
    for part in parts if isinstance(parts, list) else []:
        if not isinstance(part, dict):
            continue
        if ref := _download_code(part):
            pictures.append(Attachment(kind=Kind.IMAGE.value, ref=ref))
            words.append("\n")
        words.append(_text(part.get("text")))
    lines = (line.strip() for line in "".join(words).split("\n"))
    text = "\n".join(line for line in lines if line)
    return (Kind.TEXT if text or not pictures else Kind.IMAGE), text, tuple(pictures)


def _quoted(body: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return what the message answers, as text, and the facts that find it again; undocumented, so all is optional."""
    holder = _object(body.get("text")) or _object(body.get("content"))
    replied = _object(holder.get("repliedMsg"))
    if not holder.get("isReplyMsg") or not replied:
        return "", {}
    msgtype = _text(replied.get("msgType"))
    content = replied.get("content")
    body_of = _object(content)
    rich = _rich_text(body_of.get("richText"))[1]
    said = _text(body_of.get("content")) or _text(body_of.get("text")) or rich or _text(content)
    if not said:
        said = f"{_QUOTED_MEDIA.get(msgtype, '')}{_text(body_of.get('fileName'))}"
    return said.strip(), {
        "quoted_id": _text(replied.get("msgId")),
        "quoted_type": msgtype,
        "quoted_ref": _download_code(body_of),
    }


def _download_code(part: Mapping[str, Any]) -> str:
    return _text(part.get("downloadCode")) or _text(part.get("pictureDownloadCode"))


def _answers(value: object) -> tuple[str, ...]:
    """Return a form value as the answers given: SELECT and MULTI_SELECT wrap theirs, the others are plain."""
    if isinstance(value, dict):
        picked = value.get("value", value.get("index"))
        return _answers(picked) if not isinstance(picked, dict) else ()
    if isinstance(value, list):
        return tuple(text for each in value if (text := _text(each)))
    return (text,) if (text := _text(value)) else ()


def _ids(data: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the ids under ``name`` (stream) or ``Name`` (HTTP), one or many."""
    value = data.get(name, data.get(name[:1].upper() + name[1:]))
    for each in value if isinstance(value, list) else [value]:
        if text := _text(each):
            yield text


def _moment(value: object, received: datetime) -> datetime:
    """Return a time in ms, number or string, as UTC; ``received`` where it is missing or nonsense."""
    try:
        moment = datetime.fromtimestamp(int(_text(value)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return received
    return moment if abs(moment - received) < timedelta(days=366) else received


def _text(value: object) -> str:
    """Return strings as they are, numbers and truth values as DingTalk would have written them, all else as nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
