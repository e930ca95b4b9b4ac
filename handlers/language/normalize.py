"""Raw chat text → the text the recognisers read, with the way back.

Dropped: zero-width signs, @-mentions, quoted messages, hesitation. Folded: full width, traditional
signs, spoken self-repair (``E0几来着 E07`` keeps E07). At most 500 signs are read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from handlers.language.traditional import TABLE

LIMIT: Final = 500
"""Signs read of one message; what follows is kept in the raw text and not understood."""

_INVISIBLE: Final = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\ufe0e\ufe0f")
_SPACES: Final = frozenset("\t\u00a0\u2002\u2003\u2004\u2005\u2009\u202f\u3000")
_PLAIN: Final = {"【": "[", "】": "]", "、": "、", "～": "~", "〜": "~", "—": "-", "–": "-", "−": "-", "→": "→"}
_QUOTE: Final = re.compile(
    r"^\s*[「“\"][^」]*[」”\"]\s*\n\s*-(?:\s*-){2,}[^\n]*\n|^>[^\n]*\n?|^引用[^\n]{0,80}\n", re.MULTILINE
)
_MENTION: Final = re.compile(r"@[\w\-]{0,12}?(?:助手|机器人|跟单|小秘书|bot)(?:[\s,，:：]|$)|@(?=\w)", re.IGNORECASE)
"""The bot itself goes with its name; of a colleague only the sign goes, for he may be who is meant."""
_DROPPED: Final = re.compile(
    r"(?:那个?|这个?|客户|公司|厂家?|老板|它|他|她)*(?:叫|是)(?:啥|什么|个啥)来着[，,。\s]*(?=[^，,。\s?？])"
    r"|[A-Za-z]{0,3}\d{0,3}(?:几|啥|多少)来着[，,。\s]*(?=[^，,。\s?？])"
    r"|(?:嗯+|呃+|(?<![\u4e00-\u9fff])额+(?![度外头])|唔+|emm+|那啥|怎么说呢|我想想|我想一下|你知道吧|就是说|就是那个|哎呀|哎哟)[，,。…\s]*",
    re.IGNORECASE,
)
_ONE_FOR_ONE: Final = {
    **TABLE,
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **{ord(sign): " " for sign in _SPACES},
    **{ord(sign): plain for sign, plain in _PLAIN.items()},
}
"""Signs that fold to one sign each: a text of nothing else is folded in one go."""
_UNUSUAL: Final = re.compile(
    r"[^\x20-\x3f\x41-\x7e\n\u3000\u4e00-\u9fff\uff01-\uff5e、。→【】°]|^>|^引用", re.MULTILINE
)
"""Signs that may need folding or dropping, and what a quoted message or a mention begins with."""
_AGREED: Final = re.compile(r"(?<=[\u4e00-\u9fff\dA-Za-z])[\s，,]+(?:对对?|没错|就是(?:它|这个))(?=[\s，,。]|$)")


@dataclass(frozen=True, slots=True)
class Normalized:
    """``text[i]`` comes from ``raw[index[i]]``; ``index`` has one more entry, the end of the raw text."""

    raw: str
    text: str
    index: tuple[int, ...]

    def quote(self, start: int, end: int) -> str:
        """Return the raw words behind ``text[start:end]``."""
        return self.raw[self.index[start] : self.index[end - 1] + 1] if end > start else ""


def normalize(raw: str) -> Normalized:
    """Return ``raw`` as the recognisers want it; pure, linear, and never an error."""
    if len(raw) <= LIMIT and not _UNUSUAL.search(raw):
        return _without_hesitation_of(raw, raw.translate(_ONE_FOR_ONE), tuple(range(len(raw))))
    head = raw[: 4 * LIMIT]
    gone = bytearray(len(head))
    for pattern in (_QUOTE, _MENTION):
        for match in pattern.finditer(head):
            gone[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    signs: list[str] = []
    index: list[int] = []
    for position, sign in enumerate(head):
        if gone[position] or sign in _INVISIBLE:
            continue
        for plain in _fold(sign):
            signs.append(plain)
            index.append(position)
        if len(signs) >= LIMIT:
            break
    return _without_hesitation_of(raw, "".join(signs[:LIMIT]), tuple(index[:LIMIT]))


def _fold(sign: str) -> str:
    if sign in _SPACES:
        return " "
    if sign in _PLAIN:
        return _PLAIN[sign]
    simple = TABLE.get(ord(sign))
    if simple is not None:
        return simple
    return sign if "\u4e00" <= sign <= "\u9fff" or sign.isascii() else unicodedata.normalize("NFKC", sign)


def _without_hesitation_of(raw: str, text: str, index: tuple[int, ...]) -> Normalized:
    for pattern in (_DROPPED, _AGREED):
        gone = [match.span() for match in pattern.finditer(text)]
        if gone:
            borders = [0, *(border for span in gone for border in span), len(text)]
            kept = list(zip(borders[::2], borders[1::2], strict=True))
            text = "".join(text[start:end] for start, end in kept)
            index = tuple(place for start, end in kept for place in index[start:end])
    return Normalized(raw, text, (*index, len(raw)))
