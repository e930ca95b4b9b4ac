"""What crossed the wire: one JSON object per line, and a live view for the page.

Entries have ``n`` (a running number), ``at`` (unix seconds of the played clock), ``platform``,
``kind`` and whatever the kind brings: ``request``, ``answer``, ``callback`` (one attempt to push
to the bot and what came back), ``fault`` (one that was applied), ``phone`` (what a person does on
the page: once as it begins, once with ``done``), ``note``. Secrets and tokens
are masked before anything is kept.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from playground.clock import Clock

KEPT = 5000
_FOLLOWER_QUEUE = 1000
_LONGEST_TEXT = 8000
_SECRET_NAMES = re.compile(
    r"secret|access_?token|user_?ticket|aes_?key|password|authorization|^token$|^ticket$", re.IGNORECASE
)
_SECRET_IN_QUERY = re.compile(
    r"((?:access_token|corpsecret|appsecret|client_secret|ticket)=)([^&#\s\"]+)", re.IGNORECASE
)


class Journal:
    """Appends to ``path`` (nothing is written without one) and keeps the newest entries in memory."""

    def __init__(self, path: Path | None = None, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._file: IO[str] | None = path.open("a", encoding="utf-8", buffering=1) if path else None
        self._kept: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._followers: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self._hidden: set[str] = set()
        self._count = 0

    def hide(self, *values: str) -> None:
        """Mask these exact values wherever they appear from now on."""
        self._hidden.update(value for value in values if value)

    def write(self, platform: str, kind: str, **data: Any) -> dict[str, Any]:
        """Keep one entry and return it as kept."""
        self._count += 1
        entry = {"n": self._count, "at": self._clock.now(), "platform": platform, "kind": kind}
        entry.update(self._masked(data))
        self._kept.append(entry)
        if self._file:
            self._file.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
        for queue in self._followers:
            if queue.full():  # a viewer that stopped reading loses the oldest, the platform goes on
                queue.get_nowait()
            queue.put_nowait(entry)
        return entry

    def entries(self, platform: str = "", kind: str = "") -> list[dict[str, Any]]:
        """Return the kept entries, oldest first, of one platform or kind if given."""
        return [e for e in self._kept if platform in ("", e["platform"]) and kind in ("", e["kind"])]

    async def follow(self, after: int = 0) -> AsyncIterator[dict[str, Any]]:
        """Yield kept entries with ``n`` above ``after``, then every new one, until ``release``."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(_FOLLOWER_QUEUE)
        self._followers.add(queue)
        try:
            for entry in [e for e in self._kept if e["n"] > after]:
                yield entry
            while (new := await queue.get()) is not None:
                yield new
        finally:
            self._followers.discard(queue)

    def release(self) -> None:
        """Let every follower go."""
        for queue in self._followers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)

    def close(self) -> None:
        """Close the file; later entries are kept in memory only."""
        if self._file:
            self._file.close()
            self._file = None

    def _masked(self, value: Any, name: str = "") -> Any:
        if isinstance(value, Mapping):
            return {str(key): self._masked(each, str(key)) for key, each in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
            return [self._masked(each, name) for each in value]
        if isinstance(value, str):
            return self._masked_text(value, name)
        return f"<{len(value)} bytes>" if isinstance(value, bytes) else value

    def _masked_text(self, text: str, name: str) -> str:
        if name and _SECRET_NAMES.search(name):
            return "***" if text else ""
        for hidden in self._hidden:
            text = text.replace(hidden, "***")
        text = _SECRET_IN_QUERY.sub(r"\1***", text)
        return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}… ({len(text)} characters)"


def readable(body: bytes) -> Any:
    """Return a request or answer body as JSON data, else as text, else as its size, for the journal."""
    with suppress(ValueError):
        return json.loads(body)
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"<{len(body)} bytes>"
