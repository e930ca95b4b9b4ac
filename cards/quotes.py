"""The card of a quote, from draft to decision."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.money import PPM, said_discount, said_money, said_percent
from domain.quotes.views import QuoteView

_say = partial(phrase, "quotes/draft")
_TONES = {
    "draft": Tone.INFO,
    "submitted": Tone.INFO,
    "approved": Tone.GOOD,
    "rejected": Tone.BAD,
    "void": Tone.MUTED,
}
_DISCOUNTS_PPM = (PPM, 980_000, 950_000, 920_000, 900_000, 880_000, 850_000, 800_000)
"""What is asked for most; any other is typed."""


def draft(view: QuoteView, glance: Glance) -> Card:
    """Draw a quote for its author or somebody above him."""
    editable = view.state in ("draft", "rejected")
    return Card(
        kind="quotes.draft",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        subtitle=view.customer,
        status=_say("status", view),
        tone=_TONES[view.state],
        headline=said_money(view.total_fen),
        fields=(*_guard(view, glance), *_fields(view)),
        notes=_notes(view),
        choices=(_discounts(view),) if editable else (),
        submit=_button(view, "改折扣", "discount_quote", typed="改成九五折") if editable else None,
        buttons=_buttons(view),
        outcome=_outcome(view, glance),
        url=glance.page(f"/m/quotes/{view.id}"),
    )


def _guard(view: QuoteView, glance: Glance) -> tuple[Field, ...]:
    """Return the red line of the complaint guard (S-039)."""
    if view.state in ("approved", "void"):
        return ()
    warning = next((fault for fault in view.faults if fault.warns(glance.now)), None)
    return () if warning is None else (Field(label="注意", value=_say("fault", warning), tone=Tone.BAD),)


def _fields(view: QuoteView) -> tuple[Field, ...]:
    margin = () if view.margin_ppm is None else (Field(label="毛利率", value=said_percent(round(view.margin_ppm, -2))),)
    return (
        *(Field(label="产品", value=_say("line", line)) for line in view.lines),
        Field(label="折扣", value=_say("discount", view)),
        Field(label="合计", value=said_money(view.total_fen)),
        Field(label="税", value=_say("tax", view)),
        *margin,
    )


def _notes(view: QuoteView) -> tuple[str, ...]:
    notes = [] if view.customer else [_say("no_customer")]
    if view.state == "draft":
        notes.append(_say("rule", view))
    if view.waiting_for:
        notes.append(_say("waiting", view))
    if view.comment:
        notes.append(_say("comment", view))
    if view.state == "rejected":
        notes.append(_say("again"))
    return (*notes, _say("valid", view))


def _discounts(view: QuoteView) -> Choice:
    offered = sorted({*_DISCOUNTS_PPM, view.discount_ppm}, reverse=True)
    return Choice(
        key="discount",
        title=_say("choose"),
        options=tuple(Option(id=str(ppm), text=said_discount(ppm)) for ppm in offered),
        selected=(str(view.discount_ppm),),
    )


def _buttons(view: QuoteView) -> tuple[Button, ...]:
    if view.state == "draft":
        return (
            _button(view, "提交审批", "submit_quote", style=Style.PRIMARY, typed="提交"),
            _button(view, "作废", "void_quote", style=Style.DANGER, typed=f"作废 {view.no}"),
        )
    if view.state == "submitted":
        return (_button(view, "撤回", "withdraw_quote", typed=f"撤回 {view.no}"),)
    if view.state == "rejected":
        return (_button(view, "作废", "void_quote", style=Style.DANGER, typed=f"作废 {view.no}"),)
    return ()


def _button(view: QuoteView, text: str, verb: str, *, style: Style = Style.PLAIN, typed: str) -> Button:
    action = Action(verb=verb, subject=view.subject, version=view.version)
    return Button(text=text, action=action, style=style, typed=typed)


def _outcome(view: QuoteView, glance: Glance) -> str:
    if view.state == "approved" and view.decided_at is not None:
        return _say("decided", view, glance.clock(view.decided_at))
    return _say("void") if view.state == "void" else ""
