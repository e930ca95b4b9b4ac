"""The card of a hand-over: what there is, and the three ways it can go."""

from __future__ import annotations

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.handover.views import HandoverView

_TEMPLATE = "handover/card"


def card(view: HandoverView, glance: Glance) -> Card:
    """Draw it for somebody above the leaver."""

    def button(how: str, style: Style = Style.PLAIN) -> Button:
        action = Action(verb="hand_over", subject=view.subject, version=view.version, args={"how": how})
        return Button(text=phrase(_TEMPLATE, how, view), action=action, style=style)

    open_ = view.state == "proposed"
    return Card(
        kind="handover.card",
        subject=view.subject,
        version=view.version,
        title=phrase(_TEMPLATE, "title", view),
        tone=Tone.WARN if open_ else Tone.GOOD,
        fields=tuple(Field(label=label, value=str(number)) for label, number in view.counts),
        notes=(phrase(_TEMPLATE, "note", view),),
        buttons=(button("person", Style.PRIMARY), button("region"), button("pool")) if open_ else (),
        outcome="" if open_ else phrase(_TEMPLATE, "outcome", view),
        url=glance.page(f"/m/handovers/{view.id}"),
    )
