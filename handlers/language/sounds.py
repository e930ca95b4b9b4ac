"""How names sound: syllables without tones, for homophone typos and names typed in pinyin."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final
from unicodedata import normalize

from pypinyin.pinyin_dict import pinyin_dict

_TONES: Final = dict.fromkeys(range(0x300, 0x370))
_FLAT: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def _first_readings() -> dict[str, str]:
    """Take the tones off all readings in one go; sign by sign it would cost half a second."""
    signs = [code for code in pinyin_dict if 0x4E00 <= code <= 0x9FFF]
    toned = "\n".join(str(pinyin_dict[code]).partition(",")[0] for code in signs)
    plain = normalize("NFD", toned.replace("ü", "v")).translate(_TONES).split("\n")
    return {chr(code): sound for code, sound in zip(signs, plain, strict=True)}


def _blurred(sound: str) -> str:
    for curled, flat in _FLAT:
        if sound.startswith(curled):
            sound = flat + sound[2:]
    return sound[:-1] if sound.endswith("ng") else sound


SYLLABLES: Final = MappingProxyType(_first_readings())
"""Sign → its first reading without tone (恒 → heng)."""

BLURRED: Final = MappingProxyType({sign: _blurred(sound) for sign, sound in SYLLABLES.items()})
"""Sign → the reading as half the country says it: flat tongue, no back nasals (正 → zen)."""
