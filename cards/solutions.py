"""The card of a technical solution, for its owner and whoever leads him."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.solutions.views import SolutionView

_say = partial(phrase, "solutions/solution")
_TONES = {
    "draft": Tone.WARN,
    "submitted": Tone.WARN,
    "approved": Tone.GOOD,
    "rejected": Tone.BAD,
    "void": Tone.MUTED,
}


def solution(view: SolutionView, glance: Glance) -> Card:
    """Draw a solution as it stands."""
    files = (Field(label="附件", value="、".join(view.files)),) if view.files else ()
    decided = "" if view.decided_at is None else _say("decided", view, glance.clock(view.decided_at))
    return Card(
        kind="solutions.solution",
        subject=view.subject,
        version=view.version,
        title=_say("title"),
        subtitle=_say("subtitle", view),
        status=_say("status", view),
        tone=_TONES[view.state],
        headline=view.title,
        fields=(Field(label="客户", value=view.customer), Field(label="负责人", value=view.owner), *files),
        quote=view.words,
        notes=tuple(note for note in (_say("hint", view), decided) if note),
        buttons=_buttons(view),
        url=glance.page(f"/m/solutions/{view.id}"),
    )


def row(view: SolutionView) -> str:
    """Return one line of a list of solutions."""
    return _say("row", view)


def _buttons(view: SolutionView) -> tuple[Button, ...]:
    def button(text: str, verb: str, style: Style, typed: str) -> Button:
        action = Action(verb=verb, subject=view.subject, version=view.version)
        return Button(text=text, action=action, style=style, typed=typed)

    files = (button("看附件", "show_drawings", Style.PLAIN, f"附件 {view.no}"),) if view.files else ()
    match view.state:
        case "draft":
            submit = button("提交审批", "submit_solution", Style.PRIMARY, "方案提交审批")
            return (submit, button("作废", "void_solution", Style.PLAIN, "方案作废"), *files)
        case "submitted" if view.mine:
            return (button("撤回", "withdraw_solution", Style.PLAIN, "方案撤回"), *files)
    return files
