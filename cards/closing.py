"""The card that asks whether a deal is really won or lost: it names the deal, and one tap decides."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.money import said_roughly
from domain.opportunities.loss import LossReason
from domain.opportunities.views import DealView

_say = partial(phrase, "opportunities/closing")
_TONES = {"won": Tone.GOOD, "checking": Tone.WARN, "lost": Tone.BAD, "none": Tone.MUTED}


def closing(view: DealView, glance: Glance) -> Card:
    """Draw the question for whoever said it, or for the leader who checks it; settled it shows how it ended."""
    del glance
    lost = view.closing == "lost"
    return Card(
        kind="opportunities.closing",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", view),
        tone=_TONES[view.closing],
        headline="" if view.amount_fen is None else said_roughly(view.amount_fen),
        fields=_fields(view),
        notes=_notes(view),
        choices=(_reasons(view),) if lost else (),
        submit=_button(view, f"确认{view.lost_stage}", "close_lost", Style.DANGER) if lost else None,
        buttons=_buttons(view),
        outcome=_say("outcome", view) if view.closing == "none" else "",
    )


def _fields(view: DealView) -> tuple[Field, ...]:
    rows = (
        Field(label="编号", value=view.no),
        Field(label="产品", value=_say("wanted", view)),
        Field(label="合同号", value=view.contract_no),
        Field(label="报价", value=view.quote_no),
        Field(label="负责人", value=view.owner),
    )
    return tuple(each for each in rows if each.value)


def _notes(view: DealView) -> tuple[str, ...]:
    notes = []
    if view.closing == "lost":
        notes.append(_say("competitor" if view.competitor else "name_him", view))
        if view.loss_note:
            notes.append(_say("note", view))
    if view.closing == "checking":
        notes.append(_say("asked" if view.may_check else "waits", view))
    if view.closing in ("won", "checking") and view.wins:
        notes.append(_say("wins", view))
    return tuple(notes)


def _reasons(view: DealView) -> Choice:
    chosen = tuple(reason.value for reason in LossReason if reason.label == view.loss_reason)
    return Choice(
        key="reason",
        title=_say("choose", view),
        options=tuple(Option(id=reason.value, text=reason.label) for reason in LossReason),
        selected=chosen,
    )


def _buttons(view: DealView) -> tuple[Button, ...]:
    match view.closing:
        case "won":
            return (
                _button(view, f"确认{view.won_stage}", "close_won", Style.PRIMARY),
                _button(view, "还没有", "drop_closing"),
            )
        case "lost":
            return (_button(view, "没有流失", "drop_closing"),)
        case "checking" if view.may_check:
            return (
                _button(view, f"确认{view.won_stage}", "close_won", Style.PRIMARY),
                _button(view, "退回", "drop_closing", Style.DANGER),
            )
    return ()


def _button(view: DealView, text: str, verb: str, style: Style = Style.PLAIN) -> Button:
    return Button(text=text, action=Action(verb=verb, subject=view.subject, version=view.version), style=style)
