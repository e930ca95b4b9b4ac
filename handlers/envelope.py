"""One thing that arrived, stripped of its platform.

The inbound side of each platform verifies, decrypts and parses, and hands on an Envelope; its
``key`` makes it unique for ever (contract: ``wecom:<MsgId>``, ``wecom:sha256:<hex of the
decrypted XML>``, ``dingtalk:<msgId>``, ``dingtalk:<eventId>``, ``dingtalk:sha256:…`` for clicks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What sort of thing it is."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    LINK = "link"
    CLICK = "click"
    MENU = "menu"
    """A fixed menu entry of the app; ``text`` is its key."""
    ENTER = "enter"
    """A member opened the chat."""
    JOINED = "joined"
    """A member came into the app's visible range, or into the company."""
    LEFT = "left"
    CHANGED = "changed"
    """Something in the directory changed; ``data`` says what."""
    OVER_QUOTA = "over_quota"
    """The platform delivered an empty message because the company's quota is used up."""
    UNSUPPORTED = "unsupported"
    FORM = "form"
    """A page was filled in; ``text`` names the form, ``data`` holds its values, ``attachments`` its files."""
    OTHER = "other"
    """An event kept for the record only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture, voice, video or file. ``ref`` lies on the platform until ``file_id`` says where we keep it."""

    kind: str
    ref: str
    name: str = ""
    mime: str = ""
    file_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A button pressed: the packed action, the card it was on, and what was selected.

    ``card`` is WeCom's TaskId or DingTalk's outTrackId; ``response_code`` is WeCom's, good for one
    update within 72 h of ``Envelope.sent_at``.
    """

    action: str
    card: str = ""
    response_code: str = ""
    selections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """``account`` is the sender's id on ``platform`` (``wecom``, ``dingtalk``), empty for the system.

    ``conversation`` orders what belongs together: the group, or the sender himself.
    ``data`` holds the few extra facts of an event (latitude, change type, session webhook).
    """

    key: str
    platform: str
    account: str
    conversation: str
    kind: Kind
    sent_at: datetime
    text: str = ""
    group: bool = False
    mentioned: bool = True
    nick: str = ""
    quoted: str = ""
    attachments: tuple[Attachment, ...] = ()
    click: Click | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    via: str = ""
    """The channel that answers here, where it is not the platform's own: WeCom's robot speaks for itself."""

    @property
    def channel(self) -> str:
        """The channel that answers here."""
        return self.via or self.platform

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data for the inbox."""
        # Field by field: asdict copies every value deeply, which cost a quarter of keeping a callback.
        return {
            "key": self.key,
            "platform": self.platform,
            "account": self.account,
            "conversation": self.conversation,
            "kind": self.kind.value,
            "sent_at": self.sent_at.astimezone(UTC).isoformat(),
            "text": self.text,
            "group": self.group,
            "mentioned": self.mentioned,
            "nick": self.nick,
            "quoted": self.quoted,
            "attachments": [asdict(each) for each in self.attachments],
            "click": None if self.click is None else asdict(self.click),
            "data": dict(self.data),
            **({"via": self.via} if self.via else {}),
        }

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Envelope:
        """Return the envelope that ``to_json`` wrote down."""
        click = body.get("click")
        return cls(
            **{
                **body,
                "kind": Kind(body["kind"]),
                "sent_at": datetime.fromisoformat(body["sent_at"]),
                "attachments": tuple(Attachment(**each) for each in body.get("attachments", ())),
                "click": Click(**{**click, "selections": {k: tuple(v) for k, v in click["selections"].items()}})
                if click
                else None,
            }
        )
