"""The card of a change of many records: how many, the first of them, and the tap that does it."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.bulk.views import BulkView

_say = partial(phrase, "bulk/card")
_TONES = {"proposed": Tone.WARN, "done": Tone.GOOD, "undone": Tone.MUTED, "dropped": Tone.MUTED}


def card(view: BulkView, glance: Glance) -> Card:
    """Draw it for its author."""

    def button(text: str, verb: str, style: Style = Style.PLAIN) -> Button:
        action = Action(verb=verb, subject=view.subject, version=view.version)
        return Button(text=text, action=action, style=style, typed=text)

    open_ = view.state == "proposed"
    return Card(
        kind="bulk.card",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", view),
        tone=_TONES[view.state],
        fields=(
            Field(label="条件", value=view.said),
            Field(label="改成", value=_say("value", view)),
            *(Field(label=name, value=_say("sample", view, now)) for name, now in view.sample if open_),
        ),
        notes=tuple(note for note in (_say("note", view),) if note),
        buttons=(
            *((button("确认修改", "confirm_bulk", Style.PRIMARY), button("不改了", "drop_bulk")) if open_ else ()),
            *((button("撤销修改", "undo_bulk", Style.DANGER),) if view.may_undo else ()),
        ),
        url=glance.page(f"/m/bulk/{view.id}"),
    )
