"""The card of a rule made in the chat: what it says, what it would have done, and the tap that makes it hold."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.approvals.views import RuleView

_say = partial(phrase, "approvals/rule")
_TONES = {"draft": Tone.WARN, "published": Tone.GOOD, "rolled_back": Tone.MUTED, "dropped": Tone.MUTED}


def rule(view: RuleView, glance: Glance) -> Card:
    """Draw a rule for those who may change rules."""
    done = "" if view.decided_at is None else _say("outcome", view, glance.clock(view.decided_at))
    return Card(
        kind="approvals.rule",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", view),
        tone=_TONES[view.state],
        fields=(
            Field(label="规则", value=view.said),
            Field(label="试算", value=_say("tried", view)),
            Field(label="提出人", value=view.author),
        ),
        quote=view.words,
        notes=(_say("note"), *([done] if done and view.holds else [])),
        buttons=_buttons(view),
        outcome="" if view.holds else done,
        url=glance.page(f"/m/rules/{view.id}"),
    )


def _buttons(view: RuleView) -> tuple[Button, ...]:
    def button(text: str, verb: str, style: Style, typed: str) -> Button:
        action = Action(verb=verb, subject=view.subject, version=view.version)
        return Button(text=text, action=action, style=style, typed=typed)

    if view.state == "draft":
        return (
            button("发布", "publish_rule", Style.PRIMARY, f"发布规则 {view.id}"),
            button("不要了", "drop_rule", Style.PLAIN, f"不要规则 {view.id}"),
        )
    if view.holds:
        return (button("撤下", "roll_back_rules", Style.DANGER, "撤回审批规则"),)
    return ()
