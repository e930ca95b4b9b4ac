"""A name the reader did not take for one: ``大恒`` of ``大恒要两台X200``, a bare core that no table knows.

It names nobody, so it fills no slot. It is remembered for the day somebody says who was meant.
"""

# ruff: noqa: E501  (lists of words)
from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from handlers.language.company_names import ORDINARY

_NOT_IN_NAMES: Final = "的了是在去到跟和给与对叫把被从由让向往找见约访问看想要有没个们我你他她它这那哪谁该请帮回发打来过说几一二两三四五六七八九十台套"
_WORD: Final = rf"(?P<name>[^\W\da-zA-Z_{_NOT_IN_NAMES}]{{2,4}})"
_TITLE: Final = r"[\u4e00-\u9fff](?:总|工|经理|厂长|主任|老板|部长)"
_FRAMES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:^|[\s,，。;；:：、]){_WORD}(?=(?:那边|这边|公司|厂里?)?(?:又|还|也)?(?:想?要|想买|想订|需要|订|买|问))",
        rf"(?:给|帮){_WORD}(?=报|出|做|发)",
        rf"(?:^|[\s,，。;；:：、]|认识了?的?|拜访了?|找|见了?){_WORD}(?:的)?(?={_TITLE})",
    )
)
_NOBODY: Final = ORDINARY | frozenset(
    "领导 老总 对方 那边 展会 老客户 新客户 厂里 厂家 甲方 业主 用户 别人 别家 同行 急着 尽快 麻烦 对接 采购方 代理商 经销商".split()  # noqa: SIM905
)


def unheard_name(text: str, read: Iterable[str]) -> str:
    """Return the word of ``text`` that stands where a customer is named, empty for none.

    ``read`` are the words that were read as something else.
    """
    taken = tuple(read)
    for frame in _FRAMES:
        for match in frame.finditer(text):
            name = match["name"]
            if name not in _NOBODY and not any(name in words or words in name for words in taken if words):
                return name
    return ""
