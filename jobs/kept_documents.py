"""A file that was sent to us, passed on to somebody who may see the record it belongs to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cards.card import Document
from domain.actor import Actor
from storage.database import Database
from storage.files import Files
from storage.queries import Queries


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocuments:
    """Reads the bytes when it is sent; a ``jobs.relay.Write``."""

    database: Database
    files: Files

    async def __call__(self, subject: str, args: Mapping[str, Any], viewer: Actor) -> Document:
        """Return the file ``keptfile:<id>``; NotFound when its record is none of the viewer's business."""
        del args
        kept = await self.database.read(
            lambda session: Queries(session).solutions.drawing(int(subject.partition(":")[2]), viewer)
        )
        data = await asyncio.to_thread(self.files.get, kept.file_id)
        return Document(name=kept.name or kept.kind, data=data)
