"""Fetching what members sent, from the platform's hosts only (DingTalk reference 3.1, WeCom reference 8.2.2; R-87)."""

from __future__ import annotations

import asyncio
import mimetypes
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from bot.bodies import TooLargeError, read_up_to
from cards.channel import Media, MediaRef, Misconfigured, Refused, Retry

SIZE_MAX = 20 * 1024 * 1024
HOSTS = (".dingtalk.com", ".aliyuncs.com")
"""Where DingTalk keeps files. Its documents name no host for downloads: a setting, to be confirmed on a real tenant."""

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"OggS", "audio/ogg"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadSettings:
    """``hosts`` are names, or suffixes with a leading dot. ``api_base``'s own host is always one of them.

    Only where ``api_base`` itself is plain http (a played platform) are files fetched without TLS.
    ``called`` is what people call the platform.
    """

    api_base: str = "https://api.dingtalk.com"
    hosts: tuple[str, ...] = HOSTS
    size_max: int = SIZE_MAX
    seconds: float = 30.0
    called: str = "钉钉"


class Downloads:
    """Gets a temporary address as bytes, within size and time."""

    def __init__(self, settings: DownloadSettings, *, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._session = session

    async def get(self, url: str, ref: MediaRef) -> Media:
        """Return the file; raise Refused for one that is too large or gone, Misconfigured for a foreign host."""
        address = self._allowed(url)
        limits = aiohttp.ClientTimeout(total=None, connect=3, sock_read=10)
        try:
            async with (
                asyncio.timeout(self._settings.seconds),
                self._session.get(address, allow_redirects=False, timeout=limits) as answer,
            ):
                if answer.status >= 500:
                    raise Retry(f"{self._settings.called}文件服务繁忙", code=str(answer.status))
                if answer.status != 200:
                    raise Refused("文件已经取不到了", code=str(answer.status))
                data = await read_up_to(answer.content, self._settings.size_max)
        except TooLargeError:
            raise Refused("文件太大，最多 20 MB") from None
        except (TimeoutError, aiohttp.ClientError) as error:
            raise Retry(f"文件没有下载完：{type(error).__name__}") from None
        return Media(name=ref.name, mime=mime_of(data, ref), data=data)

    def _allowed(self, url: str) -> str:
        """Return the address, over TLS; refuse another scheme, a login in it, a port or a foreign host."""
        parts = urlsplit(url)
        base = urlsplit(self._settings.api_base)
        if base.scheme == "http" and (parts.scheme, parts.netloc) == (base.scheme, base.netloc):
            return url
        host = (parts.hostname or "").lower()
        known = (base.scheme == "https" and host == base.hostname) or any(
            host.endswith(each) if each.startswith(".") else host == each for each in self._settings.hosts
        )
        if parts.scheme not in ("http", "https") or parts.netloc.lower() != host or not known:
            raise Misconfigured(f"{self._settings.called}给的下载地址不在允许的域名内：{host[:80]}", code="media.host")
        return urlunsplit(parts._replace(scheme="https"))  # samples say http, the hosts speak TLS


def mime_of(data: bytes, ref: MediaRef) -> str:
    """Return the type by content, then by name: every download is called ``.file`` and no header can be trusted."""
    if ref.mime:
        return ref.mime
    if data[4:8] == b"ftyp":
        return "video/mp4"
    for magic, mime in _MAGIC:
        if data.startswith(magic):
            return mime
    return mimetypes.guess_type(ref.name)[0] or "application/octet-stream"
