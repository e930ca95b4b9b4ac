"""By what a customer is found: names from any sign on, how they sound, ends of numbers, serials, the credit code.

Every key is matched from its beginning, so an index answers it: what is known by its end is kept backwards.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.customers.keys import name_key
from domain.customers.sounds import syllables
from domain.messages import Event

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

LONGEST = 32
"""Signs of a key; what is typed is cut to it as well."""
_STARTS = 8
"""Signs of a name from which it may be begun: 苏州恒力机械, 恒力机械, 力机械."""
_SOUNDED = 4
"""Starts from which a name may be begun as it sounds: behind the place it sits in."""
_LEAST_DIGITS = 4
_SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{3,}")
_LETTERS = re.compile(r"[a-z' ]{2,}")


class KeyKind(StrEnum):
    """What a key is made from; the value is one letter, because there are millions of rows."""

    NAME = "n"
    PINYIN = "p"
    INITIALS = "i"
    PHONE = "f"
    SERIAL = "s"
    SERIAL_END = "e"
    CODE = "c"

    @property
    def said(self) -> str:
        """Return why a customer was found, empty for its name."""
        return _SAID.get(self, "")


_SAID = {
    KeyKind.PINYIN: "按拼音",
    KeyKind.INITIALS: "按拼音首字母",
    KeyKind.PHONE: "按电话",
    KeyKind.SERIAL: "按设备编号",
    KeyKind.SERIAL_END: "按设备编号",
    KeyKind.CODE: "按信用代码",
}

Key = tuple[KeyKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMet(Event):
    """A customer, or somebody at one, was heard of for the first time."""

    name: str


def keys_of(
    names: Iterable[str], *, phones: Iterable[str] = (), serials: Iterable[str] = (), code: str = ""
) -> set[Key]:
    """Return every key of one customer."""
    keys: set[Key] = set()
    for name in names:
        keys.update(_name_keys(name_key(name)))
    others = [(KeyKind.PHONE, phone.partition("-")[0][::-1]) for phone in phones]
    for serial in serials:
        others += [(KeyKind.SERIAL, serial.upper()), (KeyKind.SERIAL_END, serial.upper()[::-1])]
    others.append((KeyKind.CODE, code))
    keys.update((kind, key[:LONGEST]) for kind, key in others if key)
    return keys


def sought(said: str) -> Sequence[Key]:
    """Return the beginnings of keys that ``said`` may stand for; empty when it is too short to look for."""
    plain = unicodedata.normalize("NFKC", said).strip()
    found: list[Key] = []
    name = name_key(plain)
    if len(name) >= 2 or (name and not name.isascii()):
        found.append((KeyKind.NAME, name))
    digits = re.sub(r"[\s()-]", "", plain)
    if digits.isascii() and digits.isdigit() and len(digits) >= _LEAST_DIGITS:
        found.append((KeyKind.PHONE, digits[::-1]))
    if _SERIAL.fullmatch(plain):
        found += [(KeyKind.SERIAL, plain.upper()), (KeyKind.SERIAL_END, plain.upper()[::-1])]
        found += [(KeyKind.CODE, plain.upper())] if len(plain) >= 8 else []
    if _LETTERS.fullmatch(plain.lower()):
        letters = re.sub(r"[' ]", "", plain.lower())
        found += [(KeyKind.PINYIN, letters), (KeyKind.INITIALS, letters)]
    return [(kind, key[:LONGEST]) for kind, key in found]


def index_customer(event: Event, actor: Actor, work: Work) -> None:
    """Reaction to whatever changes what ``event.subject``, a customer, is found by."""
    del actor
    record, _, id_ = event.subject.partition(":")
    if record == "customer":
        work.find.customers.index(int(id_))


def _name_keys(name: str) -> Iterable[Key]:
    if not name:
        return
    sounds = syllables(name)
    whole, initials = "".join(sounds), "".join([sound[0] for sound in sounds])
    sounded = 0
    for start in range(min(_STARTS, max(1, len(name) - 1))):
        rest = name[start:]
        yield KeyKind.NAME, rest[:LONGEST]
        if start <= _SOUNDED and not rest.isascii():
            yield KeyKind.PINYIN, whole[sounded : sounded + LONGEST]
            yield KeyKind.INITIALS, initials[start : start + LONGEST]
        sounded += len(sounds[start])
