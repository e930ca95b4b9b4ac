"""Which pages there are, and what each class of access is checked by."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from bot.doors import Door
from bot.engine import Engine
from bot.settings import Settings
from bot.web.access import Access, Check
from cards.action import ActionCodec


def mount_pages(
    app: web.Application, settings: Settings, engine: Engine, doors: Mapping[str, Door], codec: ActionCodec
) -> dict[Access, Check]:
    """Add every page and return the checks of those that need a login."""
    del app, settings, engine, doors, codec
    return {}
