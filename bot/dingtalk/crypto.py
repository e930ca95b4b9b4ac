"""Who may call us over HTTP: DingTalk's three signatures and the event encryption (DingTalk reference 2, 4.7, 5.8).

| door | what is signed | what the signature does not cover |
|---|---|---|
| robot message | timestamp | the body (R-04) |
| card callback | timestamp | the body |
| event | token, timestamp, nonce, cipher text | nothing |

Where the body is not covered, ``OneBody`` lets a captured header carry the one body it came with.
Every failure is the same ``CallbackRefused`` (R-05); its words are for our log, never for the caller.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC."""

WINDOW = timedelta(minutes=5)
"""How far a signed timestamp may lie from our clock. DingTalk suggests an hour for robots; see R-02 and R-04."""

_BLOCK = 32
_HEAD = 20


class CallbackRefused(Exception):
    """Not from DingTalk, not for us, or not readable: answered with one and the same 403."""


def robot_sign(timestamp: str, secret: str) -> str:
    """Return the ``sign`` of a robot callback, and of a custom group robot's webhook (there url-encode it)."""
    return _hmac(secret, f"{timestamp}\n{secret}")


def card_sign(timestamp: str, api_secret: str) -> str:
    """Return ``x-ddpaas-signature`` of a card callback."""
    return _hmac(api_secret, timestamp)


def check_fresh(timestamp: str, now: datetime, window: timedelta = WINDOW) -> None:
    """Refuse a timestamp (ms, or seconds as one official sample has it) further than ``window`` from ``now``."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 13:
        raise CallbackRefused("the timestamp is no number")
    seconds = int(timestamp) / (1000 if len(timestamp) > 10 else 1)
    if abs(now.timestamp() - seconds) > window.total_seconds():
        raise CallbackRefused("the timestamp is outside the window; is our clock right?")


class OneBody:
    """Checks a signature that covers only its timestamp, and binds it to the first body it arrives with (R-04).

    ``sign`` is ``robot_sign`` or ``card_sign``. The memory holds one window and belongs to this process: a captured
    header is worth one body per replica and at most ten minutes, and the inbox drops the genuine body when it comes
    twice.
    """

    def __init__(
        self,
        sign: Callable[[str, str], str],
        secret: str,
        *,
        clock: Clock,
        window: timedelta = WINDOW,
        previous: str = "",
    ) -> None:
        if not secret:
            raise ValueError("a signature needs a secret")
        self._sign = sign
        self._secrets = [each for each in (secret, previous) if each]
        self._clock = clock
        self._window = window
        self._bodies: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def check(self, timestamp: str, signature: str, body: bytes) -> None:
        """Raise CallbackRefused unless the signature is right, fresh, and new or seen with this very body."""
        if not any(_same(self._sign(timestamp, secret), signature) for secret in self._secrets):
            raise CallbackRefused("the signature does not fit")
        now = self._clock()
        check_fresh(timestamp, now, self._window)
        self._forget_before(now.timestamp() - 2 * self._window.total_seconds())
        digest = hashlib.sha256(body).digest()
        _, known = self._bodies.setdefault(timestamp, (now.timestamp(), digest))
        if not hmac.compare_digest(known, digest):
            raise CallbackRefused("the header was used before, with another body")

    def _forget_before(self, seconds: float) -> None:
        while self._bodies and next(iter(self._bodies.values()))[0] < seconds:
            self._bodies.popitem(last=False)


class EventCrypto:
    """The encryption of HTTP events (DingTalk reference 2.3).

    ``owner_key`` is the ClientID (AppKey) of the app; older kinds of apps use suiteKey, customKey or corpId.
    Our own code, because ``dingtalk.crypto`` compares signatures with ``!=``, does not look at the padding
    and fails in a different way for each fault (R-05).
    """

    def __init__(self, *, token: str, aes_key: str, owner_key: str) -> None:
        try:
            key = base64.b64decode(aes_key + "=", validate=True)
        except binascii.Error:
            key = b""
        if len(aes_key) != 43 or len(key) != 32:
            raise ValueError("dingtalk.aes_key must be 43 letters and digits")
        if not token or not owner_key:
            raise ValueError("the event encryption needs dingtalk.token and the app's client id")
        self._token = token
        self._owner = owner_key.encode()
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def signature(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """Return the hex SHA-1 over the four sorted parts."""
        joined = "".join(sorted([self._token, timestamp, nonce, encrypt]))
        return hashlib.sha1(_bytes(joined)).hexdigest()  # noqa: S324 -- DingTalk's choice

    def decrypt(self, signature: str, timestamp: str, nonce: str, encrypt: str) -> bytes:
        """Return the plain bytes; raise CallbackRefused for anything that is not DingTalk's, or not for this app."""
        if not _same(self.signature(timestamp, nonce, encrypt), signature):
            raise CallbackRefused("the signature does not fit")
        plain = self._decipher(encrypt)
        padding = plain[-1]
        if not 1 <= padding <= _BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise CallbackRefused("the padding is wrong")
        content = plain[:-padding]
        if len(content) < _HEAD:
            raise CallbackRefused("too short")
        end = _HEAD + int(struct.unpack(">I", content[16:_HEAD])[0])
        if end > len(content) or not hmac.compare_digest(content[end:], self._owner):
            raise CallbackRefused("meant for another app")
        return content[_HEAD:end]

    def encrypt(self, text: str, *, timestamp: str, nonce: str, salt: bytes | None = None) -> dict[str, str]:
        """Return the four members of an encrypted answer. ``salt`` is 16 bytes, random unless a test fixes them."""
        message = text.encode()
        plain = (salt or secrets.token_bytes(16)) + struct.pack(">I", len(message)) + message + self._owner
        padding = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        encrypted = base64.b64encode(sealed).decode()
        return {
            "msg_signature": self.signature(timestamp, nonce, encrypted),
            "timeStamp": timestamp,
            "nonce": nonce,
            "encrypt": encrypted,
        }

    def _decipher(self, encrypt: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypt, validate=True)
        except ValueError:
            raise CallbackRefused("not base64") from None
        if not sealed or len(sealed) % 16:
            raise CallbackRefused("not whole blocks")
        decryptor = self._cipher.decryptor()
        return decryptor.update(sealed) + decryptor.finalize()


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), _bytes(message), hashlib.sha256).digest()).decode()


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), _bytes(theirs))


def _bytes(text: str) -> bytes:
    """Header text may hold lone surrogates (bytes that were no UTF-8); they must compare, not crash."""
    return text.encode("utf-8", "surrogatepass")
