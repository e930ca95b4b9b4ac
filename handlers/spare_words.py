"""Yes or no to a request for parts, typed: by whoever has to approve it, and by the store that hands it out.

``同意 丝杠``, ``批了``, ``不批 太贵了``, ``何平的丝杠不批``, ``不发 留给无锡那台``. A sentence that names the part
does it; a bare yes puts the only request that waits to one tap, of several it asks which. With an approval of another
kind waiting too, a bare word is that one's (``handlers.approval_words``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.context import Understood
from handlers.language.mood import asked, retold

if TYPE_CHECKING:
    from domain.spares.views import RequestView
    from handlers.context import Ask

_ENDS = r"[了吧啊呀的]*"
_YES = rf"(?:同意|批准?|准许?|通过|可以发?|照准){_ENDS}"
_NO = (
    r"(?:不同意|不(?:能|予|可以?)?批准?|不准|驳回|拒绝|打回|退回"
    rf"|不(?:能|给|可以?)?发|先不发|不给|不(?:能|予)?出库|[出发]不了){_ENDS}"
)
_NUMBER = r"(?:WO|BX)-\d{4}-\d{4,}"
_DECIDED = re.compile(
    rf"(?P<front>[^\s,，:：]{{0,20}}?)[\s,，:：]*(?:(?P<no>{_NO})|(?P<yes>{_YES}))[\s,，:：]*(?P<rest>\S.*)?", re.DOTALL
)
_OTHER = re.compile(r"(?:SP|Q|XJ|FA)-\d{4}|报价|折扣|毛利|合同|方案|请假|转单", re.IGNORECASE)
"""Said of what is decided elsewhere."""
_ABOUT = re.compile(r"的?(?:备件|配件|件)?(?:申请|那条|那单)?")
_FILLER = re.compile(r"^(?:这个|那个|这条|把|给|的|备件|配件|申请|[\s,，:：因为])+")
_PIECES = re.compile(r"^[×x*]?\s*\d*\s*(?:个|只|根|条|套|块|台)?")


def read(text: str, ask: Ask) -> Understood | None:
    """Return what the whole of ``text`` decides about parts, None when it is not about any."""
    match = _DECIDED.fullmatch(text.strip().rstrip("。.!！~ "))
    if _OTHER.search(text) or match is None or ask.actor.person_id is None or asked(text) or retold(text):
        return None
    refuses = match["no"] is not None
    waiting = ask.queries.spares.to_approve(ask.actor)
    store = refuses and not waiting
    waiting = ask.queries.spares.waiting(ask.actor) if store else waiting
    if not waiting:
        return None
    front, rest = match["front"] or "", match["rest"] or ""
    chosen, reason = _named(f"{front} {rest}".strip(), waiting)
    if chosen is None and (front or (rest and not refuses)):
        return None
    in_hand = [each for each in waiting if f"partrequest:{each.id}" == ask.in_hand]
    if chosen is None and not in_hand and ask.queries.approvals.pending_for(ask.actor, 1):
        return None
    found = chosen if chosen is not None else in_hand if len(in_hand) == 1 else waiting
    subjects = [f"partrequest:{each.id}" for each in found]
    return Understood(
        intent="refuse_part" if refuses else "approve_part",
        slots={"subjects": subjects, "named": chosen is not None, "store": store, "reason": reason},
    )


def _named(said: str, waiting: Sequence[RequestView]) -> tuple[list[RequestView] | None, str]:
    """Return the requests that are named, None when none is, and what else is said."""
    if number := re.search(_NUMBER, said, re.IGNORECASE):
        found = [each for each in waiting if each.job_no == number[0].upper()]
        return found or None, _rest(said.replace(number[0], " "))
    found, left = list(waiting), said
    who = [each for each in found if each.engineer in said]
    if who:
        found, left = who, left.replace(who[0].engineer, " ")
    what = [each for each in found if each.name in left or _short(each.name, left)]
    if what:
        found, left = what, left.replace(what[0].name if what[0].name in left else _short(what[0].name, left), " ")
        left = _PIECES.sub("", left.strip())
    return (found if who or what else None), _rest(left)


def _short(name: str, said: str) -> str:
    """Return the model in front of a part's name where that alone is said: 6205 of 6205轴承; empty when it is not."""
    model = re.match(r"[A-Za-z0-9-]{3,}", name)
    return model[0] if model is not None and model[0] in said else ""


def _rest(said: str) -> str:
    return re.sub(r"\s+", " ", _FILLER.sub("", _ABOUT.sub("", said.strip(), count=1))).strip()
