"""The home card: how much waits of everything, and the first thing of each list a tap away."""

from __future__ import annotations

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.desk.views import HomeView, Waiting

_TEMPLATE = "desk/home"
_BUTTONS = 5


def home(view: HomeView, glance: Glance) -> Card:
    """Draw it for the one whose desk it is."""
    opening = [each for each in view.lists if each.first][:_BUTTONS]
    return Card(
        kind="desk.home",
        subject=view.subject,
        version=0,
        title=phrase(_TEMPLATE, "title", glance.viewer.name),
        tone=Tone.INFO,
        fields=tuple(Field(label=each.name, value=phrase(_TEMPLATE, "row", each)) for each in view.lists),
        notes=() if view.lists else (phrase(_TEMPLATE, "nothing"),),
        buttons=tuple(_open(view, each, number) for number, each in enumerate(opening)),
        url=glance.page("/m"),
    )


def _open(view: HomeView, each: Waiting, number: int) -> Button:
    action = Action(verb="open_waiting", subject=view.subject, args={"c": each.card, "s": each.first})
    return Button(text=each.name, action=action, style=Style.PRIMARY if number == 0 else Style.PLAIN)
