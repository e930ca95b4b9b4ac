"""Pictures from outside, made harmless: decoded under limits and drawn anew (R-74, R-75).

Nothing of the upload survives but its pixels: no EXIF, GPS, comment, profile, thumbnail or bytes
after the end, so a file that is also a ZIP or a page stops being one.

The decoder is C code fed by strangers, so it runs in a process of its own that may take only so
much memory and time (``PhotoWorker``); if it dies, one upload is refused and nothing else notices.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import resource
import signal
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Self

from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_PIXELS = 25_000_000
PHOTO_SIDE = 1600
PHOTO_QUALITY = 82

SIGNATURE_BYTES = 200 * 1024
SIGNATURE_PIXELS = 2_000_000
SIGNATURE_SIDE = 800

_SIGNS = {"JPEG": (0, b"\xff\xd8\xff"), "PNG": (0, b"\x89PNG\r\n\x1a\n"), "WEBP": (8, b"WEBP")}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")
"""Still pictures of iPhones; the same container also holds films, which are none."""
register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

_RATIO = 50
"""A picture much longer than wide is no photo, and scales to a line."""


class PhotoRefused(Exception):
    """The picture cannot be taken; the message is the sentence for the person who sent it."""


def clean_photo(data: bytes) -> bytes:
    """Return the photo as a fresh JPEG, upright, its long side at most 1600 pixels; raise PhotoRefused."""
    if len(data) > PHOTO_BYTES:
        raise PhotoRefused("图片太大了，请发 10 MB 以内的照片")
    if _kind(data) is None:
        raise PhotoRefused("这不是能识别的照片，请发 JPG、PNG、WebP 或 HEIC 格式")
    return _redrawn(data, pixels=PHOTO_PIXELS, draw=_as_photo)


def clean_signature(data: bytes) -> bytes:
    """Return the signature as a fresh grey PNG on white, its long side at most 800 pixels; raise PhotoRefused."""
    if len(data) > SIGNATURE_BYTES:
        raise PhotoRefused("签名图片太大了，请重新签一次")
    if _kind(data) != "PNG":
        raise PhotoRefused("签名图片打不开，请重新签一次")
    return _redrawn(data, pixels=SIGNATURE_PIXELS, draw=_as_signature)


class PhotoWorker:
    """Runs the two functions above in at most ``workers`` processes, each call within ``seconds`` and ``megabytes``.

    Use it as an async context manager, or call ``close``.
    """

    def __init__(self, *, workers: int = 1, seconds: float = 10.0, megabytes: int = 1024) -> None:
        self._workers = workers
        self._seconds = seconds
        self._megabytes = megabytes
        self._pool = self._start()

    async def photo(self, data: bytes) -> bytes:
        """Return what ``clean_photo`` returns, or raise PhotoRefused."""
        return await self._run(clean_photo, data)

    async def signature(self, data: bytes) -> bytes:
        """Return what ``clean_signature`` returns, or raise PhotoRefused."""
        return await self._run(clean_signature, data)

    def close(self) -> None:
        """Stop the processes; a picture under way is finished first."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.close)

    async def _run(self, function: Callable[[bytes], bytes], data: bytes) -> bytes:
        # Twice, because a process that dies takes innocent neighbours in the queue with it.
        for _ in range(2):
            pool = self._pool
            try:
                return await asyncio.get_running_loop().run_in_executor(pool, _timed, function, data, self._seconds)
            except BrokenProcessPool:
                if pool is self._pool:
                    self._pool = self._start()
                pool.shutdown(wait=False)
        raise PhotoRefused("这张图片处理不了，请换一张")

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_confine,
            initargs=(self._megabytes,),
            max_tasks_per_child=200,
        )


def _confine(megabytes: int) -> None:
    """Cap this process's memory, and let an alarm kill it even in the middle of C code."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _timed(function: Callable[[bytes], bytes], data: bytes, seconds: float) -> bytes:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return function(data)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _kind(data: bytes) -> str | None:
    """Return the format by its first bytes; what a name or a header claims is not asked."""
    for kind, (offset, sign) in _SIGNS.items():
        if data[offset : offset + len(sign)] == sign:
            return kind
    return "HEIF" if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS else None


def _redrawn(data: bytes, *, pixels: int, draw: Callable[[Image.Image], bytes]) -> bytes:
    kind = _kind(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[kind] if kind else []) as image:
                _check_size(image, pixels)
                return draw(image)
    except (PhotoRefused, MemoryError, Image.DecompressionBombError) as refused:
        if isinstance(refused, PhotoRefused):
            raise
        raise PhotoRefused("图片的尺寸太大了，请发小一点的照片") from None
    except Exception:  # noqa: BLE001 a decoder fed by strangers raises anything (OSError, SyntaxError, struct.error, …)
        raise PhotoRefused("图片打不开，可能没有传完整，请重新发一次") from None


def _check_size(image: Image.Image, pixels: int) -> None:
    """Refuse by the header alone, before a single pixel is decoded."""
    width, height = image.size
    if width < 1 or height < 1 or width * height > pixels:
        raise PhotoRefused("图片的尺寸太大了，请发小一点的照片")
    if max(width, height) > _RATIO * min(width, height):
        raise PhotoRefused("图片太长或太扁了，请换一张")


def _as_photo(image: Image.Image) -> bytes:
    image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS)
    fresh = _on_white(upright, "RGB")
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=PHOTO_QUALITY, optimize=True)
    return out.getvalue()


def _as_signature(image: Image.Image) -> bytes:
    image.thumbnail((SIGNATURE_SIDE, SIGNATURE_SIDE), Image.Resampling.LANCZOS)
    fresh = _on_white(image, "L")
    darkest, lightest = fresh.getextrema()
    if darkest == lightest:
        raise PhotoRefused("还没有签名，请在框里签上名字")
    out = io.BytesIO()
    fresh.save(out, "PNG", optimize=True)
    return out.getvalue()


def _on_white(image: Image.Image, mode: str) -> Image.Image:
    """Return a new image that shares nothing with the old one but its pixels."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda level: level / 256).convert("L")
    if image.mode != mode:
        image = image.convert("RGBA") if image.has_transparency_data else image.convert(mode)
    fresh = Image.new(mode, image.size, "white")
    if image.mode == "RGBA":
        fresh.paste(image.convert("RGB").convert(mode), mask=image.getchannel("A"))
    else:
        fresh.paste(image)
    return fresh
