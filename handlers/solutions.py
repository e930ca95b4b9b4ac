"""Technical solutions: written in one sentence, drawings sent after it, checked by those who know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from cards.action import Action
from cards.solutions import row
from domain.errors import Invalid, NotFound
from domain.solutions.drafting import DraftSolution, ReviseSolution, VoidSolution
from domain.solutions.solution import CARD
from domain.solutions.submitting import SubmitSolution, WithdrawSolution
from domain.solutions.views import SolutionView
from handlers.context import Ask, ButtonHandler, IntentHandler, Missing, Understood
from handlers.inquiries import look_at, number

FILE = "files.kept"
_NO: Final = r"(?P<no>FA-\d{4}-\d{4,})"
_FIRST: Final = re.compile(r"(?P<called>[^\s，,：:的]{2,})[\s，,：:的]+(?P<rest>\S[\s\S]*)")
_THIS: Final = r"(?:把)?(?:这个|这份)?(?:技术)?方案"
PHRASES: Final[Sequence[tuple[re.Pattern[str], str]]] = tuple(
    (re.compile(pattern, re.IGNORECASE), intent)
    for pattern, intent in (
        (
            r"(?:新建|提交|写|出|做)?(?:一?[个份])?技术方案(?:审批)?(?!改成|改为)[\s：:，,]+(?!FA-)(?P<about>\S[\s\S]*)",
            "draft_solution",
        ),
        (
            rf"(?:{_NO}[\s，,：:]*)?{_THIS}(?:改成|改为|更新为|更新)[\s：:，,]*(?P<words>\S[\s\S]*)",
            "revise_solution",
        ),
        (rf"{_THIS}\s*{_NO}?\s*(?:提交|送审)(?:审批)?(?:吧)?", "submit_solution"),
        (rf"(?:提交|送审){_THIS}\s*{_NO}?(?:吧)?", "submit_solution"),
        (rf"{_THIS}\s*{_NO}?\s*撤回(?:吧)?|撤回(?:技术)?方案", "withdraw_solution"),
        (rf"{_THIS}\s*{_NO}?\s*作废(?:吧)?|作废(?:技术)?方案", "void_solution"),
        (r"(?:查?看?一?下?)?我的?(?:技术)?方案(?:列表|有哪些|到哪了)?", "list_solutions"),
        (rf"(?:查?看?一?下?)?(?:技术)?(?:方案)?\s*{_NO}", "show_solution"),
        (rf"(?:看|发)?(?:一?下)?附件\s*{_NO}", "show_drawings"),
    )
)
"""Whole messages; ``about`` is what is written, with the customer's name in it."""


def draft(ask: Ask, understood: Understood) -> None:
    """``技术方案 苏州恒力 X200配自动上下料，节拍45秒，影响交付``."""
    words = str(understood.slots.get("about") or "")
    company = str(understood.slots.get("company") or "") or _customer_in_hand(ask)
    if not company:
        raise Missing("company", "是哪个客户的技术方案？")
    solution_id = ask.act(DraftSolution(company=company, words=_without(words, company)))
    _show(ask, f"solution:{solution_id}")


def revise(ask: Ask, understood: Understood) -> None:
    """``方案改成 节拍40秒，双工位``."""
    view = _meant(ask, understood)
    ask.act(ReviseSolution(solution_id=view.id, words=str(understood.slots["words"])))
    _show(ask, view.subject)


def submit(ask: Ask, understood: Understood) -> None:
    """``方案提交审批``."""
    _submit(ask, _meant(ask, understood).id)


def withdraw(ask: Ask, understood: Understood) -> None:
    """``方案撤回``."""
    view = _meant(ask, understood)
    ask.act(WithdrawSolution(solution_id=view.id))
    ask.say(f"技术方案 {view.no} 已撤回，改好可以再提交。")


def void(ask: Ask, understood: Understood) -> None:
    """``方案作废``."""
    view = _meant(ask, understood)
    ask.act(VoidSolution(solution_id=view.id))
    ask.say(f"技术方案 {view.no} 已作废。")


def list_own(ask: Ask, understood: Understood) -> None:
    """``我的方案``."""
    del understood
    views = ask.queries.solutions.of(ask.actor)
    if not views:
        ask.say("您还没有技术方案。例如：技术方案 苏州恒力 X200配自动上下料，节拍45秒。")
        return
    if ask.focus is not None:
        ask.focus.show(ask.now, [view.subject for view in views])
    ask.say("\n".join(["您的技术方案：", *(f"{place}. {row(view)}" for place, view in enumerate(views, 1))]))


def show(ask: Ask, understood: Understood) -> None:
    """``FA-2611-0001``."""
    _show(ask, _meant(ask, understood).subject)


def show_drawings(ask: Ask, understood: Understood) -> None:
    """``附件 FA-2611-0001``."""
    _send_drawings(ask, _meant(ask, understood).id)


def _meant(ask: Ask, understood: Understood) -> SolutionView:
    """Return the one that is named, the one in hand, else the sender's last."""
    no = understood.slots.get("no")
    if no:
        return ask.queries.solutions.by_no(str(no), ask.actor)
    if ask.in_hand.startswith("solution:"):
        return ask.queries.solutions.card(number(ask.in_hand), ask.actor)
    own = ask.queries.solutions.of(ask.actor)
    if not own:
        raise NotFound("您还没有技术方案。例如：技术方案 苏州恒力 X200配自动上下料，节拍45秒。")
    return own[0]


def _customer_in_hand(ask: Ask) -> str:
    if not ask.in_hand.startswith("inquiry:"):
        return ""
    return ask.queries.inquiries.card(number(ask.in_hand), ask.actor).customer


def _without(words: str, company: str) -> str:
    """Return the words without what the customer is called in front: it stands on the card anyway."""
    first = _FIRST.match(words.strip())
    if first is None or first["called"] not in company:
        return words
    return first["rest"]


def _show(ask: Ask, subject: str) -> None:
    look_at(ask, subject)
    ask.show(CARD, subject)


def _submit(ask: Ask, solution_id: int, version: int = 0) -> None:
    ask.act(SubmitSolution(solution_id=solution_id, version=version))
    view = ask.queries.solutions.card(solution_id, ask.actor)
    waits = f"等{'、'.join(view.waiting_for)}审批" if view.waiting_for else "已同意"
    ask.say(f"技术方案 {view.no} 已提交，{view.approval_no} {waits}。")


def _send_drawings(ask: Ask, solution_id: int) -> None:
    drawings = ask.queries.solutions.drawings(solution_id, ask.actor)
    if not drawings:
        raise Invalid("这份方案没有附件。")
    for kept in drawings:
        ask.show(FILE, f"keptfile:{kept.id}")


def _press_submit(ask: Ask, action: Action) -> None:
    _submit(ask, number(action.subject), action.version)


def _press_withdraw(ask: Ask, action: Action) -> None:
    ask.act(WithdrawSolution(solution_id=number(action.subject), version=action.version))


def _press_void(ask: Ask, action: Action) -> None:
    ask.act(VoidSolution(solution_id=number(action.subject), version=action.version))


def _press_drawings(ask: Ask, action: Action) -> None:
    kind, _, id_ = action.subject.partition(":")
    if kind == "approval":
        _, _, id_ = ask.queries.approvals.card(int(id_), ask.actor).about.partition(":")
    _send_drawings(ask, int(id_))


INTENTS: Mapping[str, IntentHandler] = {
    "draft_solution": draft,
    "revise_solution": revise,
    "submit_solution": submit,
    "withdraw_solution": withdraw,
    "void_solution": void,
    "list_solutions": list_own,
    "show_solution": show,
    "show_drawings": show_drawings,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "submit_solution": _press_submit,
    "withdraw_solution": _press_withdraw,
    "void_solution": _press_void,
    "show_drawings": _press_drawings,
}
