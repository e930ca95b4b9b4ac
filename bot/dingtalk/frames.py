"""The frames of DingTalk's stream (DingTalk reference 1.3–1.5): read one, write its acknowledgement."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bot.json import BadJson, loads_object

ROBOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"

SUBSCRIPTIONS = (
    {"type": "EVENT", "topic": "*"},
    {"type": "CALLBACK", "topic": ROBOT},
    {"type": "CALLBACK", "topic": CARD},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """``kind`` is SYSTEM, EVENT or CALLBACK; ``data`` is what the frame's JSON string held."""

    kind: str
    topic: str
    message_id: str
    headers: dict[str, Any] = field(repr=False)
    data: dict[str, Any] = field(repr=False)


def read(text: str | bytes) -> Frame:
    """Return the frame; raise BadJson. ``specVersion`` is optional, as the official ping shows."""
    body = loads_object(text)
    headers = body.get("headers", body.get("header"))
    if not isinstance(headers, dict):
        raise BadJson("a frame without headers")
    data = body.get("data")
    return Frame(
        kind=str(body.get("type", "")),
        topic=str(headers.get("topic", "")),
        message_id=str(headers.get("messageId", "")),
        headers=headers,
        data=loads_object(data) if isinstance(data, str) and data else {},
    )


def ack(message_id: str, data: dict[str, Any], *, code: int = 200, message: str = "OK") -> str:
    """Return the acknowledgement as text; ``code`` 200 done, 400 not acceptable, 404 unknown topic, 500 again later."""
    return json.dumps(
        {
            "code": code,
            "headers": {"messageId": message_id, "contentType": "application/json"},
            "message": message,
            "data": json.dumps(data, ensure_ascii=False),
        },
        ensure_ascii=False,
    )
