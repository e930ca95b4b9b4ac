"""Temporary media: uploaded by the app, or sent by a member (WeCom reference 6)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import PurePath

from aiohttp import web

from playground.clock import Clock
from playground.wecom.errors import ApiError

LIFETIME = 3 * 24 * 3600.0
_WITHOUT_RANGE = 20 * 1024 * 1024
_LEAST = 5
_MEGABYTE = 1024 * 1024
_LARGEST = {"image": 10 * _MEGABYTE, "voice": 2 * _MEGABYTE, "video": 10 * _MEGABYTE, "file": 20 * _MEGABYTE}
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "image": (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"),
    "voice": (b"#!AMR",),
}
_TYPES = {b"\xff\xd8\xff": ("image/jpeg", ".jpg"), b"\x89PNG\r\n\x1a\n": ("image/png", ".png")}
_OTHER_TYPES = {"voice": ("voice/amr", ".amr"), "video": ("video/mp4", ".mp4")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One medium. ``mime`` and ``suffix`` are what a download says about it."""

    id: str
    kind: str
    name: str
    data: bytes = field(repr=False)
    created_at: float
    mime: str
    suffix: str


class MediaStore:
    """All media of the corp; ids are shared by its apps and die after three days."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stored: dict[str, Stored] = {}

    def upload(self, kind: str, name: str, data: bytes) -> Stored:
        """Keep what the app uploads; 44001 up to 5 bytes, 45001 over the limit, 40058 for a wrong kind or format."""
        if kind not in _LARGEST:
            raise ApiError(40058)
        if len(data) <= _LEAST:
            raise ApiError(44001)
        if len(data) > _LARGEST[kind]:
            raise ApiError(45001)
        if not data.startswith(_BEGINNINGS.get(kind, (b"",))):
            raise ApiError(40058)
        return self.keep(kind, name, data)

    def keep(self, kind: str, name: str, data: bytes) -> Stored:
        """Keep what a member sent, whatever it is."""
        mime, suffix = _OTHER_TYPES.get(kind, ("application/octet-stream", PurePath(name).suffix))
        for beginning, described in _TYPES.items():
            if data.startswith(beginning):
                mime, suffix = described
        stored = Stored(
            id=f"1{secrets.token_urlsafe(48)}",
            kind=kind,
            name=name,
            data=data,
            created_at=self._clock.now(),
            mime=mime,
            suffix=suffix,
        )
        self._stored[stored.id] = stored
        return stored

    def exists(self, media_id: str) -> bool:
        """Tell whether the id is known and alive."""
        stored = self._stored.get(media_id)
        return stored is not None and self._clock.now() - stored.created_at < LIFETIME

    def get(self, media_id: str) -> Stored:
        """Return the medium; 40007 for an unknown or dead id."""
        if not self.exists(media_id):
            raise ApiError(40007)
        return self._stored[media_id]

    def download(self, media_id: str, wanted: slice | None) -> web.Response:
        """Answer media/get: 200, or 206 for a range; 830002 for more than 20 MB without one."""
        stored = self.get(media_id)
        headers = {
            "Content-Type": stored.mime,
            "Content-disposition": f'attachment; filename="{media_id}{stored.suffix}"',
        }
        if wanted is None:
            if len(stored.data) > _WITHOUT_RANGE:
                raise ApiError(830002)
            return web.Response(body=stored.data, headers=headers)
        start, stop, _ = wanted.indices(len(stored.data))
        headers |= {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{stop - 1}/{len(stored.data)}"}
        return web.Response(status=206, body=stored.data[start:stop], headers=headers)
