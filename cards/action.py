"""The typed, signed and versioned payload of a button.

A button carries what was meant, about what, and which state of it the person saw. The
signature proves that the button is ours; it says nothing about who presses it: the actor
always comes from the platform's own envelope (R-07).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

PACKED_MAX = 160
"""Bytes. WeCom allows 1,024 per key; DingTalk keeps all buttons of a card in one value of 1 KB."""

_SIGNATURE_BYTES = 9
_VERB_MAX = 24


class ActionError(ValueError):
    """The button's payload is not one of ours, or was changed on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """``verb`` on ``subject`` as it stood at ``version``: ``approve`` on ``approval:12`` at 3."""

    verb: str
    subject: str
    version: int = 0
    args: Mapping[str, str] = field(default_factory=dict)


class ActionCodec:
    """Packs actions into short text and back.

    ``secret`` is the installation's own key (at least 16 bytes); what an earlier ``previous`` one signed
    is still read while the key is being changed (R-08).
    """

    def __init__(self, secret: bytes, previous: bytes = b"") -> None:
        if len(secret) < 16:
            raise ValueError("the secret that signs buttons needs at least 16 bytes")
        self._secrets = (secret, previous) if previous else (secret,)

    def pack(self, action: Action) -> str:
        """Return ``verb~subject~version~args~signature``, at most PACKED_MAX bytes of URL-safe ASCII."""
        if not action.verb.replace("_", "").replace(".", "").isalnum() or len(action.verb) > _VERB_MAX:
            raise ActionError(f"not a verb: {action.verb!r}")
        if "~" in action.subject:
            raise ActionError(f"not a subject: {action.subject!r}")
        body = f"{action.verb}~{action.subject}~{action.version}~{urlencode(sorted(action.args.items()))}"
        packed = f"{body}~{_sign(body, self._secrets[0])}"
        if not packed.isascii() or len(packed) > PACKED_MAX:
            raise ActionError(f"payload of {len(packed.encode())} bytes, at most {PACKED_MAX}: {body}")
        return packed

    def unpack(self, packed: str) -> Action:
        """Return the action that was packed; raise ActionError for anything else."""
        if len(packed) > PACKED_MAX or not packed.isascii():
            raise ActionError("not a payload of ours")
        body, _, signature = packed.rpartition("~")
        if not any(hmac.compare_digest(signature, _sign(body, secret)) for secret in self._secrets):
            raise ActionError("the signature does not fit")
        parts = body.split("~")
        if len(parts) != 4:
            raise ActionError("not a payload of ours")
        verb, subject, version, args = parts
        return Action(verb=verb, subject=subject, version=int(version), args=dict(parse_qsl(args)))


def _sign(body: str, secret: bytes) -> str:
    digest = hmac.new(secret, body.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()
