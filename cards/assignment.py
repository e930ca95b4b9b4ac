"""How the week's inquiries were shared out, and why."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.assignment.views import FairnessView, OverdueView

_say = partial(phrase, "assignment/fairness")
_late = partial(phrase, "assignment/overdue")
_MOST = 10
"""People on one card; the others are counted."""


def fairness(view: FairnessView, glance: Glance) -> Card:
    """Draw one week beside the one before."""
    shown = view.shares[:_MOST]
    counts = [share.count for share in view.shares]
    uneven = bool(counts) and max(counts) - min(counts) > 1
    return Card(
        kind="assignment.fairness",
        subject=view.subject,
        version=0,
        title=_say("title", glance.day(view.since)),
        status=_say("status", sum(counts), sum(share.before for share in view.shares)),
        tone=Tone.WARN if uneven else Tone.INFO,
        headline=_say("spread", max(counts), min(counts)) if len(counts) > 1 else "",
        fields=tuple(Field(label=share.name, value=_say("share", share)) for share in shown),
        notes=(
            *([_say("late", view)] if view.contacts else []),
            *(_say("ways", share) for share in shown if share.count),
            *([_say("more", len(view.shares) - _MOST)] if len(view.shares) > _MOST else []),
        ),
        outcome="" if counts else _say("nothing"),
    )


def overdue(view: OverdueView, glance: Glance) -> Card:
    """Draw a late first contact for whoever leads its owner."""
    waits = view.open and not view.contacted
    acts = waits and view.owner != glance.viewer.name

    def press(text: str, verb: str, style: Style = Style.PLAIN) -> Button:
        return Button(text=text, action=Action(verb=verb, subject=view.subject, version=view.version), style=style)

    others = tuple(Option(id=str(id_), text=name) for id_, name in view.others[:_MOST])
    return Card(
        kind="assignment.overdue",
        subject=view.subject,
        version=view.version,
        title=_late("title", view),
        subtitle=view.no,
        status=_late("status", view),
        tone=Tone.BAD if waits and view.red else Tone.INFO if waits else Tone.GOOD,
        headline=_late("headline", glance.moment(view.due)) if waits else "",
        fields=(Field(label="负责人", value=view.owner),),
        quote=view.requirement,
        notes=(
            _late("rule", view),
            *([_late("urged", glance.clock(view.urged_at))] if view.urged_at is not None else []),
        ),
        choices=(Choice(key="to", title="改派给", options=others),) if acts and others else (),
        submit=press("改派", "hand_contact") if acts and others else None,
        buttons=(press("催办", "urge_contact", Style.PRIMARY), press("我来跟", "take_contact")) if acts else (),
        outcome="" if waits else _late("done", view),
    )
