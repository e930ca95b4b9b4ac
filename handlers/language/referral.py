"""Somebody a customer brought along: ``另外他介绍了无锡凯达的张工 13799990000`` is a lead of its own.

Who is introduced, and his number, are nothing of the customer the rest of the message is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.language.spans import Masked, Span

_BRINGS: Final = re.compile(
    r"(?:(?<=[\s,，。;；、!！])|(?<=[\u4e00-\u9fffA-Z])(?=另外|顺便|顺带|对了))"
    r"(?:另外|还有|顺便|顺带|对了|然后|同时|并且?|而且|末了|最后|完了|临走|[,， ])*"
    r"(?:他们?|她|人家|对方|[CPS]{1,2}|C的P|老板)?(?:说)?(?:又|还|也|顺便|顺带|另外|主动|答应)*(?:给|帮|跟|向|为)?(?:我们?|咱们?)?"
    r"(?:介绍|推荐|引荐|引见|牵线|推|拉)(?:(?:了|给|到|过来了?|来了?|我们?|咱们?|认识|我)+|(?=一?[个位家]))"
)
_HANDS: Final = re.compile(
    r"(?<=[\s,，。;；、!！])(?:另外|还有|顺便|对了|然后|同时|[,， ])*"
    r"(?:他们?|她|人家|对方|[CPS]{1,2})?(?:又|还|也|顺便|主动)*"
    r"把(?P<who>[^,，。;；]{1,16}?)(?:介绍|推荐|引荐|推)给了?(?:我们?|咱们?)"
)
"""她把无锡凯达的张工介绍给我了."""
_VERB: Final = re.compile("[介推引牵拉][绍荐见线了给]")
_SOMEBODY: Final = re.compile(r"[CPFS]|朋友|同行|客户|公司|老板|厂")
_NEAR: Final = 14
"""Masked signs in which somebody must be named: 介绍了X200 introduces a machine."""
_NAMED: Final = frozenset({"company", "contact", "phone"})


def find_referral(masked: Masked, spans: Sequence[Span]) -> tuple[int, int] | None:
    """Return where in the text a lead that somebody brought begins to be told of, and where he is named himself.

    None without one, and where nothing is told beside it.
    """
    if not _VERB.search(masked.text):
        return None
    for match in (*_BRINGS.finditer(masked.text), *_HANDS.finditer(masked.text)):
        lead = match.start("who") if match.re is _HANDS else match.end()
        start, named = masked.origin[match.start()], masked.origin[lead]
        before = [span for span in spans if span.end <= start and span.kind in _NAMED]
        behind = masked.text[lead : lead + _NEAR]
        after = [span for span in spans if span.start >= named and span.kind in _NAMED]
        if before and after and _SOMEBODY.search(behind) and not behind.startswith(("M", "NM")):
            return start, named
    return None
