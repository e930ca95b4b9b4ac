"""The last line of defence: what must never reach a log, whoever wrote it there (R-85, R-88).

Masked are values under telling names, known secrets anywhere, credentials inside addresses and
texts, phone numbers, and the secret part of public links. Code should not log such things in the
first place; this is for the day it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from structlog.typing import EventDict, Processor

MASK = "***"

_KNOWN_MIN = 6
"""Characters. A shorter secret would blank out half of every line."""

_NAMES = (
    "token|secret|aes_?key|api_?key|password|passwd|authorization|cookie|session|signature|sign|"
    "phone|mobile|tel|ticket|code|nonce_?str"
)
_TELLING = re.compile(rf"(?:.*[_.-])?(?:{_NAMES})s?|.*(?:token|secret|password)", re.IGNORECASE)
_HARMLESS = frozenset({"status_code", "err_code", "error_code", "exit_code", "platform_code", "sub_code", "robot_code"})
_CREDENTIAL = re.compile(
    r"(?i)\b((?:access_?|user_?|refresh_?|corp_?|app_?|client_?|suite_?)?(?:token|secret|ticket)|"
    r"(?:(?:auth|authorization|download|response)_?)?code|password|passwd|api_?key|(?:encoding_?)?aes_?key|"
    r"(?:msg_?)?signature|sign|session|cookie|jsapi_ticket|key)"
    r"""(["']?\s*[=:]\s*["']?)([^\s"'&,;}\])]+)"""
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")
_LINK = re.compile(r"/([rtqo])/[A-Za-z0-9_.~-]{8,}")
_USERINFO = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
_PHONE = re.compile(r"(?<!\d)((?:\+?86[- ]?)?1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")


def redactor(secrets: Iterable[str]) -> Processor:
    """Return a structlog processor that masks; ``secrets`` are the values this installation knows."""
    known = sorted({each for each in secrets if len(each) >= _KNOWN_MIN}, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(each) for each in known)) if known else None

    def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
        return {_text(str(key), pattern): _named(str(key), value, pattern) for key, value in event.items()}

    return redact


def _named(name: str, value: Any, known: re.Pattern[str] | None) -> Any:
    if _TELLING.fullmatch(name) and name.lower() not in _HARMLESS and value not in (None, "", True, False):
        shown = _PHONE.fullmatch(str(value).strip())
        return _phone(shown) if shown else MASK
    return _value(value, known)


def _value(value: Any, known: re.Pattern[str] | None) -> Any:
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return value if _text(str(value), known) == str(value) else _text(str(value), known)
    if isinstance(value, Mapping):
        return {_text(str(key), known): _named(str(key), each, known) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_value(each, known) for each in value]
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes"
    return _text(value if isinstance(value, str) else repr(value), known)


def _text(text: str, known: re.Pattern[str] | None) -> str:
    if known is not None:
        text = known.sub(MASK, text)
    text = _USERINFO.sub(rf"\1{MASK}@", text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    text = _CREDENTIAL.sub(rf"\1\2{MASK}", text)
    text = _LINK.sub(rf"/\1/{MASK}", text)
    return _PHONE.sub(_phone, text)


def _phone(match: re.Match[str]) -> str:
    return f"{match[1]}****{match[2]}"
