"""What is asked about quotations in passing: ``我的报价``, ``Q-2611-0001到谁那了``, ``撤回刚才那份报价``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from domain.condition import ALWAYS
from domain.condition_yaml import dump
from handlers.context import Ask, IntentHandler, Understood
from handlers.inquiries import look_at
from handlers.quotes import CARD, meant

_LOOK: Final = r"(?:(?:看|查|打开)(?:一?下|看)?)?"
_MINE: Final = re.compile(
    rf"{_LOOK}我(?:的|有|还有|现在|最近|手上)*(?:哪些|几份|多少|所有|全部|最近)?的?报价单?(?:列表|都?有哪些)?"
)
_ALL: Final = re.compile(
    rf"{_LOOK}(?:我们|咱们?|团队|大家)?(?:现在|最近)?(?:的|还?有)*(?:哪些|所有的?|全部的?|最近的)报价单?|报价单?(?:列表|清单|都?有哪些)"
)
_NO: Final = r"(?P<no>Q-?[0-9]{4}-?[0-9]{4,6})"
_STANDS: Final = re.compile(
    rf"(?:{_NO}|(?:我?(?:的|刚才|刚|这|那)*(?:份|个)?报价单?))(?:的|这份|那份|报价)*(?:现在|审批|批)*"
    r"(?:到(?:谁|哪)(?:一步|步|里|儿|那里?|那儿|手里|手上|了)*|批(?:下来|好|完)?了?(?:没有?|吗)|(?:通)?过了?(?:没有?|吗)"
    r"|(?:是|什么|啥)+(?:状态|情况|进度|进展)|(?:怎么|咋)样了?|卡?在(?:谁|哪)(?:那里?|那儿|里|儿|手里|手上|了)*)",
    re.IGNORECASE,
)
_WITHDRAWS: Final = re.compile(
    r"(?:帮我|把|麻烦)*(?:我|刚才|刚刚|刚|提交|的)*(?:那份|那个|这份|那张)?(?:报价单?|(?<=份))(?:先|给我)*撤(?:回来?|下来?)(?:一下|吧|了)*"
    r"|(?:帮我|麻烦)*撤(?:回来?|下来?)(?:一下)?(?:我|刚才|刚刚|刚|提交|的)*(?:(?:那份|那个|这份|那张)(?:报价单?)?|报价单?)"
)


def read(text: str, ask: Ask) -> Understood | None:
    """Return what the whole message asks of quotations; None for anything else."""
    plain = text.strip().rstrip("。.!！?？ ")
    if _MINE.fullmatch(plain):
        return Understood(intent="find_records", slots={"record": "quote", "tree": {"owner": {"is": ask.actor.name}}})
    if _ALL.fullmatch(plain):
        return Understood(intent="find_records", slots={"record": "quote", "tree": dump(ALWAYS)})
    stands = _STANDS.fullmatch(plain)
    if stands is not None:
        return Understood(intent="show_standing", slots={"quote_no": stands["no"].upper()} if stands["no"] else {})
    return Understood(intent="withdraw_quote", slots={}) if _WITHDRAWS.fullmatch(plain) else None


def show_standing(ask: Ask, understood: Understood) -> None:
    """``批了没``: in a sentence, with its card."""
    view = meant(ask, understood)
    look_at(ask, view.subject)
    if view.waiting_for:
        ask.say(f"报价 {view.no} V{view.revision} 正在审批，{view.approval_no} 等{'、'.join(view.waiting_for)}。")
    ask.show(CARD, view.subject)


INTENTS: Mapping[str, IntentHandler] = {"show_standing": show_standing}
