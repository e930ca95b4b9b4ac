"""Files that no row names are removed: their upload died between the file and the row (R-22)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from domain.clock import Clock
from storage.database import Database
from storage.files import Files
from storage.named_files import named

_log = structlog.get_logger()

_GRACE = timedelta(hours=12)
"""A file is written before its row; nothing that is still under way is so old. With a look every six hours
an orphan is gone within eighteen."""


class FileSweeper:
    """Compares the files' store with the rows."""

    def __init__(self, *, database: Database, files: Files, clock: Clock) -> None:
        self._database = database
        self._files = files
        self._clock = clock

    async def run(self) -> int:
        """Remove what is old and nobody's; return how many files that was."""
        before = self._clock.now() - _GRACE
        old = await asyncio.to_thread(lambda: {kept.id for kept in self._files.kept() if kept.at < before})
        if not old:
            return 0
        # The rows are read after the files: a row written meanwhile is seen.
        orphans = old - await self._database.read(lambda session: {file_id for _, file_id in named(session)})
        for file_id in sorted(orphans):
            await asyncio.to_thread(self._files.delete, file_id)
            _log.info("orphan_removed", file=file_id)
        return len(orphans)
