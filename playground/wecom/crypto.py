"""Signature and encryption of callbacks, written from the algorithm (WeCom reference 1.4)."""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32


class CryptoError(ValueError):
    """A ciphertext that is not ours, or was changed on the way."""


class Crypto:
    """``token`` signs, ``encoding_aes_key`` (43 characters) encrypts, ``receiveid`` is the corp id."""

    def __init__(self, token: str, encoding_aes_key: str, receiveid: str) -> None:
        self._token = token
        self._key = base64.b64decode(encoding_aes_key + "=")
        if len(self._key) != _BLOCK:
            raise CryptoError("an EncodingAESKey has 43 characters of base64")
        self.receiveid = receiveid

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """Return the lower-case SHA-1 of the four strings, sorted bytewise and joined."""
        parts = sorted(part.encode() for part in (self._token, timestamp, nonce, encrypted))
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()

    def encrypt(
        self,
        message: bytes,
        *,
        random: bytes | None = None,
        receiveid: str | None = None,
        length: int | None = None,
        padding: int | None = None,
    ) -> str:
        """Return base64 of the encrypted message; ``length`` and ``padding`` write a wrong field on purpose."""
        plain = (random or secrets.token_bytes(16)) + struct.pack(">I", len(message) if length is None else length)
        plain += message + (self.receiveid if receiveid is None else receiveid).encode()
        missing = _BLOCK - len(plain) % _BLOCK
        plain += bytes([missing if padding is None else padding]) * missing
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """Return the message; CryptoError for a bad shape, padding, length or receiveid."""
        try:
            raw = base64.b64decode(encrypted, validate=True)
            decryptor = self._cipher().decryptor()
            plain = decryptor.update(raw) + decryptor.finalize()
        except ValueError as error:
            raise CryptoError("not base64 of whole blocks") from error
        count = plain[-1] if plain else 0
        if not 1 <= count <= _BLOCK or not plain.endswith(bytes([count]) * count):
            raise CryptoError("the padding is wrong")
        plain = plain[:-count]
        if len(plain) < 20 or 20 + (end := struct.unpack(">I", plain[16:20])[0]) > len(plain):
            raise CryptoError("the length is wrong")
        if plain[20 + end :] != self.receiveid.encode():
            raise CryptoError("the receiveid is another")
        return plain[20 : 20 + end]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
