"""Reading a body without trusting its length (R-87, R-103)."""

from __future__ import annotations

from aiohttp import StreamReader


class TooLargeError(ValueError):
    """More bytes than the caller takes."""


async def read_up_to(content: StreamReader, most: int) -> bytes:
    """Return the whole body, counted after inflation; raise TooLargeError as soon as it is more than ``most`` bytes."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in content.iter_any():
        size += len(chunk)
        if size > most:
            raise TooLargeError(f"more than {most} bytes")
        chunks.append(chunk)
    return b"".join(chunks)
