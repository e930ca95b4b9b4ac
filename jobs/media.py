"""Pictures and voices are fetched from the platform at once and kept as our own files (they die after days)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from sqlalchemy import RowMapping

from cards.channel import Channel, MediaRef, Refused
from domain.clock import Clock
from storage import inbox
from storage.database import Database

if TYPE_CHECKING:
    from handlers.envelope import Envelope

_log = structlog.get_logger()

_MOST_TRIES = 20
"""About four minutes; after that the message goes on without its picture."""


class Keeper(Protocol):
    """``storage.files.Files``, as far as it is needed here."""

    def put(self, data: bytes, mime: str, name: str) -> str:
        """Keep the bytes durably and return the file's id."""


class MediaJob:
    """Takes rows in state ``fetch``, downloads their media, then lets the intake have them."""

    def __init__(
        self,
        *,
        database: Database,
        channels: Mapping[str, Channel],
        files: Keeper,
        read: Callable[[dict[str, Any]], Envelope],
        clock: Clock,
    ) -> None:
        self._database = database
        self._channels = channels
        self._files = files
        self._read = read
        self._clock = clock

    async def run_due(self) -> int:
        """Fetch what waits; return how many rows became ready."""
        now = self._clock.now()
        rows = await self._database.read(lambda session: inbox.waiting_for_media(session, now, 8))
        return sum(await asyncio.gather(*(self._fetch(row) for row in rows)))

    async def _fetch(self, row: RowMapping) -> int:
        envelope = self._read(row["body"])
        attachments = []
        lost = False
        for attachment in envelope.attachments:
            if attachment.file_id:
                attachments.append(attachment)
                continue
            ref = MediaRef(kind=attachment.kind, ref=attachment.ref, name=attachment.name, mime=attachment.mime)
            try:
                media = await self._channels[envelope.channel].fetch(ref)
                file_id = await asyncio.to_thread(self._files.put, media.data, media.mime, media.name)
            except Exception as error:  # noqa: BLE001 - the edge: one row that cannot be fetched must not hold up the others
                if not isinstance(error, Refused) and row["tries"] + 1 < _MOST_TRIES:
                    return await self._again(row, error)
                # Gone, too big, or tried long enough: the message itself must still be carried out.
                _log.warning("media_lost", key=row["key"], error=f"{type(error).__name__}: {error}")
                lost = True
                continue
            attachments.append(replace(attachment, file_id=file_id, name=media.name, mime=media.mime))
        data = {**envelope.data, "media_lost": "yes"} if lost else envelope.data
        body = replace(envelope, attachments=tuple(attachments), data=data).to_json()
        await self._database.write(lambda session: inbox.fetched(session, row["id"], body))
        return 1

    async def _again(self, row: RowMapping, error: Exception) -> int:
        now = self._clock.now()
        said = f"{type(error).__name__}: {error}"
        _log.warning("media_later", key=row["key"], error=said)
        await self._database.write(
            lambda session: inbox.failed(session, row["id"], now + timedelta(seconds=1), said, most=_MOST_TRIES)
        )
        return 0
