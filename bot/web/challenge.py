"""A small question for whoever asks too often: easy for a person without script, dear for a flood (R-72).

Nothing is remembered: the seal holds when the question ends and a signature over the answer and what
it was asked about (the machine and the form's nonce), so one answer lets one submission through.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_NUMERALS = "零一二三四五六七八九"
_SECONDS = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and the seal that comes back with the answer."""

    words: str
    seal: str


class Challenges:
    """Asks and checks; ``key`` is the server's own, the same in every process."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def ask(self, about: str, now: datetime) -> Question:
        """Return a question about ``about``, good for half an hour."""
        first, second = secrets.choice(range(2, 10)), secrets.choice(range(2, 10))
        ends = int(now.timestamp()) + _SECONDS
        words = f"{_NUMERALS[first]}加{_NUMERALS[second]}等于几？请写数字"
        return Question(words=words, seal=f"{ends}.{self._sign(about, ends, first + second)}")

    def answered(self, about: str, seal: str, answer: str, now: datetime) -> bool:
        """Return whether ``answer`` is right and in time, and the question was asked about the same thing."""
        end, _, signature = seal.partition(".")
        if not (_digits(end, 12) and _digits(answer, 3)) or int(end) < now.timestamp():
            return False
        return hmac.compare_digest(signature.encode(), self._sign(about, int(end), int(answer)).encode())

    def _sign(self, about: str, ends: int, answer: int) -> str:
        return hmac.new(self._key, f"challenge:{about}:{ends}:{answer}".encode(), hashlib.sha256).hexdigest()[:32]


def _digits(text: str, longest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= longest
