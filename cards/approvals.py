"""The card that asks for a decision."""

from __future__ import annotations

from functools import cache, partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.approvals.reasons import REASONS
from domain.approvals.views import ApprovalView
from domain.money import said_discount, said_money, said_percent

_say = partial(phrase, "approvals/decide")
_TONES = {
    "pending": Tone.WARN,
    "approved": Tone.GOOD,
    "rejected": Tone.BAD,
    "withdrawn": Tone.MUTED,
    "superseded": Tone.MUTED,
}


def decide(view: ApprovalView, glance: Glance) -> Card:
    """Draw an approval for somebody who decides, has decided, or asked."""
    return Card(
        kind="approvals.decide",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        subtitle=_say("subtitle", view),
        status=_say("status", view),
        tone=_TONES[view.state],
        headline=said_money(view.amount_fen),
        fields=_fields(view),
        quote=view.reason,
        notes=_notes(view, glance),
        choices=(_reasons(),) if view.my_turn else (),
        submit=_button(view, "驳回", "reject_step", Style.DANGER, f"驳回 {view.no} 毛利不足") if view.my_turn else None,
        buttons=(_button(view, "同意", "approve_step", Style.PRIMARY, f"同意 {view.no}"),) if view.my_turn else (),
        outcome=_outcome(view, glance),
        url=glance.page(f"/m/approvals/{view.id}"),
    )


def row(view: ApprovalView) -> str:
    """Return one line of a list of approvals."""
    return _say("row", view)


def _fields(view: ApprovalView) -> tuple[Field, ...]:
    margin = () if view.margin_ppm is None else (Field(label="毛利率", value=said_percent(round(view.margin_ppm, -2))),)
    return (
        Field(label="客户", value=view.customer),
        Field(label="金额", value=said_money(view.amount_fen)),
        Field(label="折扣", value=said_discount(view.discount_ppm)),
        *margin,
        *(Field(label="产品", value=_say("line", line)) for line in view.lines),
    )


def _notes(view: ApprovalView, glance: Glance) -> tuple[str, ...]:
    votes = [_say("vote", vote, glance.clock(vote.at)) for vote in view.votes if vote.at is not None]
    notes = [_say("rule", view), *(vote for vote in votes if vote != _outcome(view, glance))]
    if view.state == "pending":
        notes.append(_say("since", glance.clock(view.waiting_since)))
        if not view.my_turn:
            notes.append(_say("waiting", view))
    return tuple(notes)


@cache
def _reasons() -> Choice:
    return Choice(
        key="reason",
        title=_say("reason"),
        options=tuple(Option(id=id_, text=text) for id_, text in REASONS.items()),
    )


def _button(view: ApprovalView, text: str, verb: str, style: Style, typed: str) -> Button:
    action = Action(verb=verb, subject=view.subject, version=view.version)
    return Button(text=text, action=action, style=style, typed=typed)


def _outcome(view: ApprovalView, glance: Glance) -> str:
    return "" if view.decided_at is None else _say("outcome", view, glance.clock(view.decided_at))
