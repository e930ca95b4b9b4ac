"""One platform, wired: what the application needs of each, whichever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.dingtalk.login import DingTalkLogin
from bot.dingtalk.quota import Quota
from bot.wecom.login import WeComLogin
from cards.channel import Channel
from jobs.directory import Directory
from jobs.intake import Pressed

Mount = Callable[[web.Application], None]
"""Adds the door's routes to the application."""


async def nothing() -> None:
    """Start and stop nothing."""


def no_routes(_app: web.Application) -> None:
    """Add nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One platform, wired. ``start`` and ``stop`` run on the event loop."""

    channel: Channel
    mount: Mount
    pressed: Pressed | None = None
    start: Callable[[], Awaitable[None]] = nothing
    stop: Callable[[], Awaitable[None]] = nothing
    wecom_login: WeComLogin | None = None
    dingtalk_login: DingTalkLogin | None = None
    directory: Directory | None = None
    quota: Quota | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
