"""What the robot says, and the shapes it may say it in (WeCom reference 8.2.4, 8.2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CONTENT_MAX = 20480
"""Bytes of one answer in markdown."""
WORKING = "正在处理…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Words in markdown, or a template card (with its ``task_id``)."""

    content: str = ""
    card: Mapping[str, Any] | None = None

    def message(self) -> dict[str, Any]:
        """Return it as a new message: for ``response_url`` and for a message of our own accord."""
        if self.card is not None:
            return {"msgtype": "template_card", "template_card": dict(self.card)}
        return {"msgtype": "markdown", "markdown": {"content": self.content}}

    def answer(self, stream_id: str, *, begun: bool = False) -> dict[str, Any]:
        """Return it as the answer to a message; ``begun`` when the stream ``stream_id`` has already been shown."""
        if self.card is None:
            return stream(stream_id, self.content, finish=True)
        if begun:
            shown = stream(stream_id, "请看下面的卡片。", finish=True)
            return {**shown, "msgtype": "stream_with_template_card", "template_card": dict(self.card)}
        return self.message()


def stream(stream_id: str, content: str, *, finish: bool) -> dict[str, Any]:
    """Return one state of a stream; ``content`` replaces all that was shown before."""
    return {"msgtype": "stream", "stream": {"id": stream_id, "finish": finish, "content": content}}


def card_update(card: Mapping[str, Any], task_id: str, *, only: str = "") -> dict[str, Any]:
    """Return the answer to a press that redraws the card; in groups for ``only`` this member, else for all."""
    users = {"userids": [only]} if only else {}
    return {"response_type": "update_template_card", **users, "template_card": {**card, "task_id": task_id}}
