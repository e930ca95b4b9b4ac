"""The frames of the long connection (WeCom reference 8.2.6): read one, write one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.json import BadJson, loads_object

SUBSCRIBE = "aibot_subscribe"
PING = "ping"
MESSAGE = "aibot_msg_callback"
EVENT = "aibot_event_callback"
ANSWER = "aibot_respond_msg"
WELCOME = "aibot_respond_welcome_msg"
UPDATE = "aibot_respond_update_msg"
SEND = "aibot_send_msg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """``cmd`` is empty for an acknowledgement, whose ``code`` says whether all went well (0)."""

    cmd: str
    req_id: str
    code: int = 0
    text: str = ""
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def takes_over(self) -> bool:
        """Whether it says that a newer connection serves the robot from now on."""
        event = self.body.get("event")
        return self.cmd == EVENT and isinstance(event, dict) and event.get("eventtype") == "disconnected_event"


def read(text: str | bytes) -> Frame:
    """Return the frame; raise BadJson."""
    raw = loads_object(text)
    headers = raw.get("headers")
    req_id = headers.get("req_id") if isinstance(headers, dict) else None
    if not isinstance(req_id, str) or not req_id:
        raise BadJson("a frame without req_id")
    code, body = raw.get("errcode"), raw.get("body")
    return Frame(
        cmd=str(raw.get("cmd") or ""),
        req_id=req_id,
        code=code if isinstance(code, int) else 0,
        text=str(raw.get("errmsg") or ""),
        body=body if isinstance(body, dict) else {},
    )


def write(cmd: str, req_id: str, body: Mapping[str, Any] | None = None) -> str:
    """Return the command as text."""
    frame: dict[str, Any] = {"cmd": cmd, "headers": {"req_id": req_id}}
    if body is not None:
        frame["body"] = dict(body)
    return json.dumps(frame, ensure_ascii=False)
