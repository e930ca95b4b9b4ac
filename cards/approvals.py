"""The card that asks for a decision."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.approvals.reasons import REASONS
from domain.approvals.views import ApprovalView
from domain.money import said_discount, said_money, said_percent
from domain.policy_approvals import QUOTE, SOLUTION

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
        tone=_tone(view),
        headline=_headline(view),
        fields=(*_fields(view), *_pack(view, glance), *_lines(view)),
        quote=view.reason,
        notes=_notes(view, glance),
        choices=(_reasons(),) if view.my_turn else (),
        submit=_button(view, "驳回", "reject_step", Style.DANGER, f"驳回 {view.no} 毛利不足") if view.my_turn else None,
        buttons=_buttons(view),
        outcome=_outcome(view, glance),
        url=glance.page(f"/m/approvals/{view.id}"),
    )


def whole(view: ApprovalView, glance: Glance) -> Card:
    """Draw its page: the way with everybody on it, what happened, and the colleagues it could be handed to."""
    card = decide(view, glance)
    stages = (Field(label=stage.node, value=_say("stage", stage)) for stage in view.stages)
    offered = tuple(Option(id=str(id_), text=name) for id_, name in view.colleagues)
    choice = (Choice(key="colleague", title=_say("colleague"), options=offered),) if offered else ()
    return replace(
        card,
        kind="approvals.whole",
        fields=(*card.fields, *_not_owed(view), *stages),
        notes=(*card.notes, *(_say("happened", each, glance.moment(each.at)) for each in view.history)),
        choices=(*card.choices, *choice),
    )


def copy(view: ApprovalView, glance: Glance) -> Card:
    """Draw an approved request for somebody who only reads it."""
    return Card(
        kind="approvals.copy",
        subject=view.subject,
        version=view.version,
        title=_say("copied", view),
        subtitle=_say("subtitle", view),
        status=_say("status", view),
        tone=_TONES[view.state],
        headline=_headline(view),
        fields=(*_fields(view), *_lines(view)),
        quote=view.reason,
        notes=_notes(view, glance),
        outcome=_outcome(view, glance),
        url=glance.page(f"/m/copies/{view.id}"),
    )


def row(view: ApprovalView) -> str:
    """Return one line of a list of approvals."""
    return _say("row", view)


def asked_row(view: ApprovalView) -> str:
    """Return one line of what somebody asked himself: where it is."""
    return _say("asked_row", view)


def _headline(view: ApprovalView) -> str:
    return view.title or said_money(view.amount_fen)


def _tone(view: ApprovalView) -> Tone:
    return Tone.BAD if view.state == "pending" and view.impact == "stopped" else _TONES[view.state]


def _fields(view: ApprovalView) -> tuple[Field, ...]:
    margin = () if view.margin_ppm is None else (Field(label="毛利率", value=said_percent(round(view.margin_ppm, -2))),)
    hurts = Tone.BAD if view.impact == "stopped" else Tone.WARN
    impact = () if view.impact == "normal" else (Field(label="影响", value=_say("impact", view), tone=hurts),)
    if view.kind == SOLUTION:
        files = (Field(label="附件", value="、".join(view.files)),) if view.files else ()
        return (Field(label="客户", value=view.customer), Field(label="方案", value=view.title), *impact, *files)
    return (
        Field(label="客户", value=view.customer),
        Field(label="金额", value=said_money(view.amount_fen)),
        Field(label="折扣", value=said_discount(view.discount_ppm)),
        *margin,
        *impact,
    )


def _lines(view: ApprovalView) -> tuple[Field, ...]:
    return tuple(Field(label="产品", value=_say("line", line)) for line in view.lines)


def _pack(view: ApprovalView, glance: Glance) -> tuple[Field, ...]:
    """Return what helps to decide, the figures before the stories (N4)."""
    pack = view.pack
    if pack is None:
        return ()
    recent = (Field(label="近期报价", value=_say("recent", view), tone=Tone.WARN),) if pack.recent_fen else ()
    overdue = (Field(label="逾期应收", value=said_money(pack.overdue_fen), tone=Tone.WARN),) if pack.overdue_fen else ()
    complaints = (Field(label="投诉", value=_say("complaints", pack), tone=Tone.WARN),) if pack.complaints else ()
    tickets = (Field(label="报修", value=_say("tickets", pack), tone=Tone.WARN),) if pack.open_tickets else ()
    prices = (
        Field(label="上次价" if not place else "再上次", value=_say("price", price, glance.day(price.at)))
        for place, price in enumerate(pack.prices if view.kind == QUOTE else ())
    )
    return (*recent, *overdue, *complaints, *tickets, *prices)


def _not_owed(view: ApprovalView) -> tuple[Field, ...]:
    """Say on the page what the card leaves out: that nothing is overdue, or that nobody keeps it."""
    if view.pack is None or view.pack.overdue_fen:
        return ()
    return (Field(label="逾期应收", value=_say("not_owed", view.pack)),)


def _notes(view: ApprovalView, glance: Glance) -> tuple[str, ...]:
    votes = [_say("vote", view, vote, glance.clock(vote.at)) for vote in view.votes if vote.at is not None]
    notes = [_say("rule", view), *(vote for vote in votes if vote != _outcome(view, glance))]
    if view.instead_of:
        notes.insert(0, _say("instead", view))
    if view.counter:
        notes.append(_say("condition", view))
    if view.state == "pending":
        notes.append(_say("since", glance.clock(view.waiting_since)))
        if not view.my_turn:
            notes.append(_say("waiting", view))
        elif view.pack is not None:
            if view.pack.beside:
                notes.append(_say("beside", view.pack))
            if view.pack.queue:
                queued = [_say("queued", each, glance.clock(each.since)) for each in view.pack.next_up]
                notes.append(_say("queue", view.pack, queued))
    return tuple(notes)


def _buttons(view: ApprovalView) -> tuple[Button, ...]:
    if view.my_turn:
        return (
            _button(view, "同意", "approve_step", Style.PRIMARY, f"同意 {view.no}"),
            _button(view, "转交", "hand_step_on", Style.PLAIN, f"{view.no} 转给周敏批"),
            _button(view, "加签", "add_approver", Style.PLAIN, f"{view.no} 加签周敏"),
            *((_button(view, "看附件", "show_drawings", Style.PLAIN, f"附件 {view.about_no}"),) if view.files else ()),
        )
    if view.asked and view.state == "pending":
        return (
            _button(view, "催一下", "urge_approval", Style.PRIMARY, f"催 {view.no}"),
            _button(view, "撤回", "withdraw_approval", Style.PLAIN, f"撤回 {view.no}"),
        )
    return ()


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
