"""Callbacks of WeCom: who sent it, and what it says (WeCom reference 1.4).

The order is fixed: the signature is compared first and in constant time, then the body is
decrypted, then padding, length and receive id are checked. Whatever is wrong, the caller sees one
exception, so that nobody outside can learn which step refused (R-01, R-03, R-05).

``wechatpy`` compares signatures with ``!=``, trusts any padding and raises seven kinds of
exceptions on hostile input; it serves as the counterpart in the tests instead.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCK = 32
"""WeCom pads to 32 bytes, not to AES's 16."""
_AES_BLOCK = 16
_RANDOM = 16
_HEAD = _RANDOM + 4


class CallbackRefused(Exception):
    """The callback is not genuine. ``reason`` is for our log, never for the answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackKey:
    """What the administrator copied from the platform: ``token``, and ``aes_key`` of 43 characters."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An encrypted message with the signature over it and its timestamp and nonce."""

    encrypted: str
    signature: str


class CallbackCrypto:
    """Opens and seals callbacks with the current key, or with a previous one while it is being rotated (R-08).

    ``keys`` come in the order of preference; the first one seals. ``receive_id`` is the CorpID
    (the empty string for a robot of the platform). ValueError for a key that cannot be one.
    """

    def __init__(self, keys: Sequence[CallbackKey], receive_id: str) -> None:
        if not keys:
            raise ValueError("at least one callback key is needed")
        ciphers = [(key.token, _cipher(key.aes_key)) for key in keys]
        self._keys = [(token, cipher, cipher.decryptor()) for token, cipher in ciphers]
        self._receive_id = receive_id.encode()

    def check(self, *, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Raise CallbackRefused unless the platform signed exactly this.

        ``timestamp`` and ``nonce`` as they stood in the query, ``encrypted`` as in the body (or
        the echostr of the URL verification).
        """
        given = signature.encode(errors="replace")
        fits = False
        for token, _, _ in self._keys:
            fits |= hmac.compare_digest(given, _sign(token, timestamp, nonce, encrypted).encode())
        if not fits:
            raise CallbackRefused("signature")

    def decrypt(self, encrypted: str) -> bytes:
        """Return the message inside a checked ``encrypted``; raise CallbackRefused when it is not meant for us."""
        refused = CallbackRefused("ciphertext")
        for _, _, decryptor in self._keys:
            try:
                return self._decrypt(decryptor, encrypted)
            except CallbackRefused as error:
                refused = error
        raise refused

    def seal(self, message: bytes, *, timestamp: str, nonce: str, random: bytes = b"") -> Sealed:
        """Return ``message`` encrypted and signed; ``random`` (16 bytes) is drawn when it is not given."""
        token, cipher, _ = self._keys[0]
        plain = (random or secrets.token_bytes(_RANDOM)) + struct.pack(">I", len(message)) + message + self._receive_id
        pad = _BLOCK - len(plain) % _BLOCK
        encryptor = cipher.encryptor()
        encrypted = base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()
        return Sealed(encrypted=encrypted, signature=_sign(token, timestamp, nonce, encrypted))

    def _decrypt(self, decryptor: CipherContext, encrypted: str) -> bytes:
        try:
            raw = binascii.a2b_base64(encrypted, strict_mode=True)
        except ValueError:
            raise CallbackRefused("ciphertext") from None
        if len(raw) % _AES_BLOCK:
            raise CallbackRefused("ciphertext")
        # One decryptor runs on for ever, since making one costs more than the decryption. Of CBC only the first block
        # depends on what came before it, and that block is the random one, which nobody reads.
        plain = decryptor.update(raw)
        pad = plain[-1] if plain else 0
        if not 1 <= pad <= _BLOCK or not plain.endswith(bytes([pad]) * pad):
            raise CallbackRefused("padding")
        end = len(plain) - pad
        if end < _HEAD:
            raise CallbackRefused("length")
        length = int.from_bytes(plain[_RANDOM:_HEAD])
        if length > end - _HEAD:
            raise CallbackRefused("length")
        if not hmac.compare_digest(plain[_HEAD + length : end], self._receive_id):
            raise CallbackRefused("receive id")
        return plain[_HEAD : _HEAD + length]


def aes_key_of(aes_key: str) -> bytes:
    """Return the 32 bytes behind an EncodingAESKey; ValueError when it cannot be one.

    The last character of the 43 usually carries spare bits, so the decoding must not be canonical.
    """
    try:
        key = base64.b64decode(aes_key.encode("ascii") + b"=", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        key = b""
    if len(aes_key) != 43 or len(key) != 32:
        raise ValueError("the callback's EncodingAESKey has 43 letters and digits")
    return key


def _cipher(aes_key: str) -> Cipher[CBC]:
    """Return the cipher to reuse."""
    key = aes_key_of(aes_key)
    return Cipher(AES256(key), CBC(key[:16]))


def _sign(*values: str) -> str:
    """Return the SHA-1 over token, timestamp, nonce and ciphertext, sorted bytewise and joined."""
    return hashlib.sha1("".join(sorted(values)).encode(errors="replace")).hexdigest()  # noqa: S324 — the platform's choice
