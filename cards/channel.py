"""A platform we can speak on.

ChannelError
├── Retry           the platform is busy, slow or limits us: again later
├── Refused         this message can never reach this person
├── CannotUpdate    the card is frozen (code used or expired): a new one must be sent
└── Misconfigured   an administrator has to act; the message waits
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cards.card import Card, Message


class ChannelError(Exception):
    """A message did not go out."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(reason)
        self.code = code
        """The platform's own code (``45009``, ``Forbidden.AccessDenied.QpsLimitForApi``), for logs and the admin."""


class Retry(ChannelError):
    """Passing: try again, not before ``after`` seconds when the platform or our own budget says so."""

    def __init__(
        self, reason: str, *, code: str = "", after: float | None = None, delivered_maybe: bool = False
    ) -> None:
        super().__init__(reason, code=code)
        self.after = after
        self.delivered_maybe = delivered_maybe
        """The answer was lost on the way: it may have arrived."""


class Refused(ChannelError):
    """Permanent for this message or this person; recorded and shown, never tried again."""


class CannotUpdate(Refused):
    """The card cannot be redrawn any more."""


class Misconfigured(ChannelError):
    """A secret, permission, trusted address or quota: tell the administrator once, keep the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the platform gave back; ``handle`` is kept with the sent card and handed to ``update``.

    ``note`` says what was given up (``卡片模板未配置，已改发链接``), empty when all was drawn.
    """

    message_id: str = ""
    handle: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    known: bool = False
    """The platform has this card from an earlier try, whose answer was lost, and shows what was drawn then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRef:
    """A picture, voice or file still lying on the platform. ``ref`` is its media id or download code."""

    kind: str
    ref: str
    name: str = ""
    mime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """Bytes fetched from a platform, at most 20 MB."""

    name: str
    mime: str
    data: bytes = field(repr=False)


class Channel(Protocol):
    """Send, update, fetch media. One recipient a call: the outbox holds one row per person."""

    platform: str
    """``wecom`` or ``dingtalk``."""
    knows_texts: bool
    """Whether the platform itself recognises a text sent a second time under its key."""

    async def send(self, account: str, message: Message, *, key: str, group: bool = False) -> Receipt:
        """Send to one member (or, with ``group``, to a group conversation).

        ``key`` is stable over retries of the same promise; it feeds the platform's own duplicate check.
        """

    async def update(self, account: str, card: Card, handle: Mapping[str, str]) -> Mapping[str, str]:
        """Redraw the card that ``send`` returned ``handle`` for, as ``account`` sees it; return the new handle."""

    async def fetch(self, ref: MediaRef) -> Media:
        """Download media that a member sent."""
