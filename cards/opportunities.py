"""The card of a deal: where it stands, how it got there, what comes next."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.money import said_roughly
from domain.opportunities.views import DealView

_say = partial(phrase, "opportunities/deal")
_TONES = {"open": Tone.INFO, "dormant": Tone.MUTED, "won": Tone.GOOD, "lost": Tone.BAD, "undone": Tone.MUTED}
_HISTORY = 4
"""Lines of history on a card; the list of all stands in the answer to 商机历史."""


def deal(view: DealView, glance: Glance) -> Card:
    """Draw a deal for its owner or somebody above him."""
    moving = view.running
    return Card(
        kind="opportunities.deal",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", view),
        tone=Tone.WARN if view.stale(glance.now) else _TONES[view.state],
        headline="" if view.amount_fen is None else said_roughly(view.amount_fen),
        fields=_fields(view, glance),
        notes=_notes(view, glance),
        choices=(_stages(view),) if moving else (),
        submit=_button(view, "换阶段", "move_stage", typed=f"{view.no} 推到{view.stages[-1]}") if moving else None,
        buttons=_buttons(view),
        outcome="" if moving else _say("outcome", view),
    )


def steps(view: DealView, glance: Glance) -> Card:
    """Draw the checklist of the deal's stage: what is done, what is not, who answers for it."""
    del glance
    open_ = [step for step in view.steps if not step.done] if view.running else []
    choice = Choice(
        key="steps",
        title=_say("todo", view),
        options=tuple(Option(id=str(step.position), text=step.title) for step in open_),
        many=True,
    )
    return Card(
        kind="opportunities.steps",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", view),
        notes=(_say("steps", view), _say("playbook", view)) if view.steps else (),
        choices=(choice,) if open_ else (),
        submit=_button(view, "做完了", "tick_steps", Style.PRIMARY) if open_ else None,
        outcome="" if open_ else _say("done", view),
    )


def row(view: DealView, glance: Glance) -> str:
    """Return one line of a list of deals."""
    return _say("row", view, _days(view, glance), view.stale(glance.now))


def history(view: DealView, glance: Glance) -> str:
    """Return every transition, the oldest first, a line each."""
    return "\n".join(_say("moved", move, glance.moment(move.at)) for move in reversed(view.moves))


def _fields(view: DealView, glance: Glance) -> tuple[Field, ...]:
    closes = view.expected_close
    rows = (
        *(Field(label="产品", value=_say("wanted", line)) for line in view.wanted),
        Field(label="联系人", value=view.contact),
        Field(label="预计成交", value="" if closes is None else f"{closes.year}年{closes.month}月{closes.day}日"),
        Field(label="报价", value=view.quote_no),
        Field(label="合同号", value=view.contract_no),
        Field(label="来源", value=view.source),
        Field(label="负责人", value=view.owner if view.owner != glance.viewer.name else ""),
    )
    return tuple(each for each in rows if each.value)


def _notes(view: DealView, glance: Glance) -> tuple[str, ...]:
    notes = (
        [_say("path", view), _say("touched", view, _days(view, glance), view.stale(glance.now))] if view.running else []
    )
    if view.running and view.steps:
        notes.append(_say("steps", view))
    if view.closing == "checking":
        notes.append(_say("checking", view))
    if view.wakes_at is not None:
        notes.append(_say("sleeps", glance.day(view.wakes_at)))
    if view.loss_note:
        notes.append(_say("lost_note", view))
    notes += [_say("moved", move, glance.clock(move.at)) for move in view.moves[:_HISTORY]]
    if view.files:
        notes.append(_say("files", view))
    if view.wins:
        notes.append(_say("wins", view))
    return tuple(notes)


def _stages(view: DealView) -> Choice:
    here = view.stages.index(view.stage) if view.stage in view.stages else -1
    following = view.stages[here + 1] if here + 1 < len(view.stages) else view.stage
    return Choice(
        key="stage",
        title=_say("choose"),
        options=tuple(Option(id=str(place), text=stage) for place, stage in enumerate(view.stages)),
        selected=(str(view.stages.index(following)),) if following in view.stages else (),
    )


def _buttons(view: DealView) -> tuple[Button, ...]:
    if not view.running:
        return ()
    buttons = [
        _button(view, view.won_stage, "ask_won", Style.PRIMARY, f"{view.no} {view.won_stage}"),
        _button(view, view.lost_stage, "ask_lost", Style.DANGER, f"{view.no} {view.lost_stage}"),
    ]
    if view.moves and view.moves[0].kind in ("created", "forward", "back"):
        buttons.append(_button(view, "撤销", "undo_stage", typed="撤销"))
    return tuple(buttons)


def _button(view: DealView, text: str, verb: str, style: Style = Style.PLAIN, typed: str = "") -> Button:
    return Button(
        text=text, action=Action(verb=verb, subject=view.subject, version=view.version), style=style, typed=typed
    )


def _days(view: DealView, glance: Glance) -> int:
    return (glance.now.astimezone(glance.zone).date() - view.touched_at.astimezone(glance.zone).date()).days
