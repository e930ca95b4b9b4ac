"""Files that came with a form: cleaned in the workers, then kept (R-74, R-75)."""

from __future__ import annotations

import asyncio
import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.images import PHOTO_BYTES, PhotoRefused
from bot.voices import VOICE_BYTES, clean_voice
from handlers.envelope import Attachment

if TYPE_CHECKING:
    from aiohttp.web_request import FileField
    from multidict import MultiDictProxy

    from bot.images import PhotoWorker
    from storage.files import Files

_PNG = "data:image/png;base64,"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """Takes photos, signatures and voices in; what it returns is harmless and durable."""

    files: Files
    photos: PhotoWorker

    async def take_photos(self, form: MultiDictProxy[Any], field: str, most: int, name: str) -> list[Attachment]:
        """Return the photos of a field, called ``name`` with their number; an empty file field is no photo.

        Raise PhotoRefused.
        """
        uploads = _of(form, field)
        if len(uploads) > most:
            raise PhotoRefused(f"最多 {most} 张照片，请去掉几张")
        cleaned = [await self.photos.photo(upload.file.read(PHOTO_BYTES + 1)) for upload in uploads]
        return [
            await self.keep(data, "image/jpeg", f"{name}{index}.jpg", kind="image")
            for index, data in enumerate(cleaned, start=1)
        ]

    async def take_voice(self, form: MultiDictProxy[Any], field: str, name: str) -> list[Attachment]:
        """Return the recorded voice of a field; there is at most one. Raise VoiceRefused."""
        cleaned = [
            await asyncio.to_thread(clean_voice, upload.file.read(VOICE_BYTES + 1)) for upload in _of(form, field)[:1]
        ]
        return [await self.keep(data, "audio/wav", name, kind="voice") for data in cleaned]

    async def take_signature(self, written: str) -> list[Attachment]:
        """Return the signature of a data URL, nothing for an empty one. Raise PhotoRefused."""
        if not written:
            return []
        picture = await self.photos.signature(_png(written))
        return [await self.keep(picture, "image/png", "签名.png", kind="signature")]

    async def keep(self, data: bytes, mime: str, name: str, *, kind: str) -> Attachment:
        """Keep what has been cleaned."""
        file_id = await asyncio.to_thread(self.files.put, data, mime, name)
        return Attachment(kind=kind, ref="", name=name, mime=mime, file_id=file_id)


def close_uploads(form: MultiDictProxy[Any]) -> None:
    """Let go of the temporary files of a form."""
    for field in form.values():
        if isinstance(field, web.FileField):
            field.file.close()


def _of(form: MultiDictProxy[Any], name: str) -> list[FileField]:
    return [field for field in form.getall(name, []) if isinstance(field, web.FileField) and field.filename]


def _png(written: str) -> bytes:
    """Return the bytes of a data URL; raise PhotoRefused for anything else."""
    try:
        if written.startswith(_PNG):
            return base64.b64decode(written.removeprefix(_PNG), validate=True)
    except binascii.Error:
        pass
    raise PhotoRefused("签名图片打不开，请重新签一次")
