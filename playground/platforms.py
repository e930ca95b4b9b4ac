"""What the application expects of a played platform; ``WeCom`` and ``DingTalk`` both are one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from playground.phone import Phones


class Platform(Protocol):
    """A platform as a server. ``name`` is ``wecom`` or ``dingtalk``."""

    name: str

    @property
    def phones(self) -> Phones:
        """Return the phones of its people."""

    def routes(self) -> Sequence[web.RouteDef]:
        """Return its API, with the platform's own paths."""

    async def start(self) -> None:
        """Open what it needs to push callbacks."""

    async def close(self) -> None:
        """Stop pushing and let everything go."""

    def blob(self, media_id: str) -> tuple[str, bytes]:
        """Return name and bytes of a medium that somebody sent or uploaded; KeyError for an unknown id."""

    def revoke_token(self) -> None:
        """Make every access token that was given out invalid, before its time."""


def platform_of(path: str) -> str:
    """Return whose API a path is, empty for the playground's own."""
    if path in ("/", "/play", "/favicon.ico") or path.startswith("/play/"):
        return ""
    return "wecom" if path.startswith(("/cgi-bin/", "/connect/")) else "dingtalk"
