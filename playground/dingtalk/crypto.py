"""Signatures and event encryption, written from the formulas (DingTalk reference 2.1, 2.3, 4.7, 5.8)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
"""Bytes that PKCS#7 pads to here; AES itself works in blocks of 16."""


class CryptoError(ValueError):
    """The other side's sealed answer cannot be opened, or is not signed with our token."""


def robot_sign(timestamp: str, secret: str) -> str:
    """Sign a robot message callback or a custom robot's webhook: ``timestamp`` in ms, base64 out."""
    return _hmac(secret, f"{timestamp}\n{secret}")


def card_sign(timestamp: str, api_secret: str) -> str:
    """Return ``x-ddpaas-signature``: only the timestamp is signed, neither the secret again nor the body."""
    return _hmac(api_secret, timestamp)


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


class EventCrypto:
    """Seals events and opens answers. ``owner`` is the key at the plaintext's end: the app's ClientID."""

    def __init__(self, token: str, aes_key: str, owner: str) -> None:
        self._token = token
        self._key = base64.b64decode(aes_key + "=")
        self._owner = owner

    def seal(self, plain: str, timestamp: str, nonce: str, *, prefix: bytes = b"") -> dict[str, str]:
        """Return ``{msg_signature, timeStamp, nonce, encrypt}``; ``prefix`` fixes the 16 random bytes."""
        encrypted = self.encrypt(plain, prefix=prefix)
        signature = self.signature(timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timeStamp": timestamp, "nonce": nonce, "encrypt": encrypted}

    def unseal(self, sealed: Mapping[str, object]) -> str:
        """Return the plaintext of what ``seal`` shaped; raise CryptoError when anything does not fit."""
        timestamp, nonce, encrypted = (str(sealed.get(key, "")) for key in ("timeStamp", "nonce", "encrypt"))
        if not hmac.compare_digest(self.signature(timestamp, nonce, encrypted), str(sealed.get("msg_signature", ""))):
            raise CryptoError("the signature does not fit")
        return self.decrypt(encrypted)

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """Return the SHA-1 over the four sorted strings, in hex."""
        return hashlib.sha1("".join(sorted([self._token, timestamp, nonce, encrypted])).encode()).hexdigest()  # noqa: S324 - the protocol's own digest

    def encrypt(self, plain: str, *, prefix: bytes = b"") -> str:
        """Return base64 of AES-256-CBC over random16 + length + text + owner."""
        text = plain.encode()
        body = (prefix or secrets.token_bytes(16)) + len(text).to_bytes(4, "big") + text + self._owner.encode()
        padding = _BLOCK - len(body) % _BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(body + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        """Return the text; raise CryptoError for damage or for another owner's key."""
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
        except (binascii.Error, ValueError) as error:
            raise CryptoError("not a ciphertext") from error
        if not padded or not 1 <= padded[-1] <= _BLOCK:
            raise CryptoError("the padding is damaged")
        body = padded[: -padded[-1]]
        end = 20 + int.from_bytes(body[16:20], "big")
        if body[end:].decode(errors="replace") != self._owner:
            raise CryptoError("sealed for another owner")
        return body[20:end].decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
