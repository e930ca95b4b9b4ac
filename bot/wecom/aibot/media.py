"""Pictures and files sent to the robot: fetched within five minutes, and encrypted (WeCom reference 8.2.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.downloads import Downloads, mime_of
from bot.wecom.aibot.inbound import split_ref
from bot.wecom.crypto import aes_key_of
from cards.channel import Media, MediaRef, Refused

_BLOCK = 32


def media_reader(downloads: Downloads, *, aes_key: str) -> Callable[[MediaRef], Awaitable[Media]]:
    """Return how media are fetched; ``aes_key`` is the callback's, for those that bring none of their own."""

    async def fetch(ref: MediaRef) -> Media:
        url, own = split_ref(ref.ref)
        sealed = await downloads.get(url, ref)
        data = open_media(sealed.data, own or aes_key)
        return replace(sealed, data=data, mime=mime_of(data, ref))

    return fetch


def open_media(data: bytes, aes_key: str) -> bytes:
    """Return the decrypted file; Refused when the key does not fit: it will not fit later either."""
    try:
        key = aes_key_of(aes_key.rstrip("="))
        decryptor = Cipher(AES256(key), CBC(key[:16])).decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
    except ValueError:
        raise Refused("文件解不开", code="media.key") from None
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= _BLOCK or not plain.endswith(bytes([pad]) * pad):
        raise Refused("文件解不开", code="media.key")
    return plain[:-pad]
