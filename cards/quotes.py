"""The card of a quote, from draft to decision."""

from __future__ import annotations

from functools import partial
from itertools import chain

from cards import offers
from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.money import PPM, said_discount, said_money, said_percent
from domain.quotes.paper_views import Standing
from domain.quotes.views import QuoteLineView, QuoteView, VersionView

_say = partial(phrase, "quotes/draft")
_say_versions = partial(phrase, "quotes/versions")
_say_working = partial(phrase, "quotes/working")
_TONES = {
    "draft": Tone.INFO,
    "submitted": Tone.INFO,
    "approved": Tone.GOOD,
    "rejected": Tone.BAD,
    "void": Tone.MUTED,
}
_DISCOUNTS_PPM = (PPM, 980_000, 950_000, 920_000, 900_000, 880_000, 850_000, 800_000)
"""What is asked for most; any other is typed."""
AS_AGREED = "agreed"
"""The choice that leaves a total as it was agreed for the whole."""
_MOST_LINES = 8
"""Lines or versions on a card; the page shows the rest."""
_MOST = 10


def draft(view: QuoteView, glance: Glance) -> Card:
    """Draw a quote for its author or somebody above him."""
    editable = view.state in ("draft", "rejected")
    return Card(
        kind="quotes.draft",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        subtitle=view.customer,
        status=_say("accepted") if _is_accepted(view) else _say("status", view),
        tone=_TONES[view.state],
        headline=said_money(view.total_fen),
        fields=(
            *_guard(view, glance),
            *_fields(view, glance),
            *(() if view.offer is None else offers.fields(view.offer, glance)),
        ),
        notes=_notes(view, glance),
        choices=(_choice(view),) if editable else (),
        submit=_submit(view) if editable else None,
        buttons=_buttons(view),
        outcome=_say("void") if view.state == "void" else "",
        url=glance.page(f"/m/quotes/{view.id}"),
    )


def versions(view: QuoteView, glance: Glance) -> Card:
    """Draw all versions of a quote, the newest first, with what changed; any of them may count again."""
    others = tuple(each for each in view.versions if not each.is_current)
    choosable = others if view.state != "void" else ()
    return Card(
        kind="quotes.versions",
        subject=view.subject,
        version=view.version,
        title=_say_versions("title", view),
        subtitle=view.customer,
        fields=tuple(
            Field(label=f"V{each.revision}", value=_say_versions("row", each, glance.clock(each.at)))
            for each in view.versions[:_MOST_LINES]
        ),
        notes=() if view.versions else (_say_versions("only"),),
        choices=(_others(choosable),) if choosable else (),
        submit=_button(view, "用这个版本", "return_version", typed="用V1") if choosable else None,
        url=glance.page(f"/m/quotes/{view.id}"),
    )


def working(view: QuoteView) -> str:
    """Return every line with its working, for the chat."""
    said = [_say_working("title", view)]
    for line in view.lines:
        said.append(_say_working("line", line))
        said += [_say_working("step", step) for step in line.steps]
    return "\n".join([*said, _say_working("total", view)])


def _guard(view: QuoteView, glance: Glance) -> tuple[Field, ...]:
    """Return the red line of the complaint guard (S-039)."""
    if view.state in ("approved", "void"):
        return ()
    warning = next((fault for fault in view.faults if fault.warns(glance.now)), None)
    return () if warning is None else (Field(label="注意", value=_say("fault", warning), tone=Tone.BAD),)


def _fields(view: QuoteView, glance: Glance) -> tuple[Field, ...]:
    margin = () if view.margin_ppm is None else (Field(label="毛利率", value=said_percent(round(view.margin_ppm, -2))),)
    return (
        *_changes(view),
        *chain.from_iterable(
            _line(view, number, line, glance) for number, line in enumerate(view.lines[:_MOST_LINES], start=1)
        ),
        *((Field(label="其余", value=_say("more", len(view.lines) - _MOST_LINES)),) if _is_long(view) else ()),
        Field(label="折扣", value=_say("discount", view)),
        Field(label="合计", value=said_money(view.total_fen)),
        Field(label="税", value=_say("tax", view)),
        *margin,
        *_terms(view),
    )


def _changes(view: QuoteView) -> tuple[Field, ...]:
    current = view.current
    if current is None or not current.changes:
        return ()
    return (Field(label=f"较V{current.base}", value="；".join(current.changes), tone=Tone.INFO),)


def _line(view: QuoteView, number: int, line: QuoteLineView, glance: Glance) -> tuple[Field, ...]:
    """Return the rows of a line; where there are several they are numbered, as people name them: 第2行换灰色."""
    alone = len(view.lines) == 1
    chosen = [option for group, option in line.options if group not in line.assumed]
    default = [option for group, option in line.options if group in line.assumed]
    size, options = _say("size", line) if line.size else "", _say("options", chosen, default)
    made = (
        (Field(label="尺寸", value=size), Field(label="配置", value=options))
        if alone
        else (Field(label="做法", value="；".join(each for each in (size, options) if each)),)
    )
    drawings = tuple(
        Field(label="图纸", value=each.name, url=glance.page(f"/m/quotes/{view.id}/drawings/{each.id}"))
        for each in line.drawings
    )
    return (
        Field(label="产品" if alone else f"第{number}行", value=_say("line", line)),
        *(each for each in made if each.value),
        *drawings,
    )


def _terms(view: QuoteView) -> tuple[Field, ...]:
    """One row for all clauses: a phone has room for six."""
    if not view.terms:
        return ()
    tone = Tone.PLAIN if all(term.is_standard for term in view.terms) else Tone.WARN
    return (Field(label="条款", value=_say("terms", view.terms), tone=tone),)


def _is_long(view: QuoteView) -> bool:
    return len(view.lines) > _MOST_LINES


def _notes(view: QuoteView, glance: Glance) -> tuple[str, ...]:
    notes = [] if view.customer else [_say("no_customer")]
    notes += [_say("warning", each) for each in view.warnings]
    if view.open_option is not None and view.state in ("draft", "rejected"):
        notes.append(_say("assumed", view.open_option))
    if view.state == "draft":
        notes.append(_say("rule", view))
    if view.waiting_for:
        notes.append(_say("waiting", view))
    if view.state == "approved" and view.decided_at is not None:
        notes.append(_say("decided", view, glance.clock(view.decided_at)))
    if view.comment:
        notes.append(_say("comment", view))
    if view.state == "rejected":
        notes.append(_say("again"))
    return (*notes, _say("valid", view))


def _choice(view: QuoteView) -> Choice:
    """One question at a time: what is open first, then the discount."""
    asked = view.open_option
    if asked is None:
        return _discounts(view)
    return Choice(
        key="option",
        title=asked.group,
        options=tuple(Option(id=str(place), text=choice) for place, choice in enumerate(asked.choices)),
        selected=(str(asked.choices.index(asked.chosen)),),
    )


def _submit(view: QuoteView) -> Button:
    if view.open_option is None:
        return _button(view, "改折扣", "discount_quote", typed="改成九五折")
    other = next(
        (each for each in view.open_option.choices if each != view.open_option.chosen), view.open_option.chosen
    )
    return _button(view, f"定{view.open_option.group}", "choose_option", typed=f"{view.open_option.group}用{other}")


def _others(others: tuple[VersionView, ...]) -> Choice:
    return Choice(
        key="version",
        title=_say_versions("choose"),
        options=tuple(Option(id=str(each.revision), text=_say_versions("option", each)) for each in others[:_MOST]),
        selected=(str(others[0].revision),),
    )


def _discounts(view: QuoteView) -> Choice:
    offered = sorted({*_DISCOUNTS_PPM, *(() if view.is_agreed else (view.discount_ppm,))}, reverse=True)
    agreed = (Option(id=AS_AGREED, text=_say("agreed")),) if view.is_agreed else ()
    return Choice(
        key="discount",
        title=_say("choose"),
        options=(*agreed, *(Option(id=str(ppm), text=said_discount(ppm)) for ppm in offered)),
        selected=(AS_AGREED if view.is_agreed else str(view.discount_ppm),),
    )


def _buttons(view: QuoteView) -> tuple[Button, ...]:
    history = (_button(view, "历史版本", "quote_versions", typed="历史版本"),) if view.versions else ()
    pdf = _button(view, "PDF", "print_quote", typed=f"PDF {view.no}")
    if view.state == "approved" and _is_accepted(view):
        return (pdf, *history)
    if view.state == "approved":
        send = _button(view, "发给客户", "offer_quote", style=Style.PRIMARY, typed=f"发给客户 {view.no}")
        return (send, pdf, *history)
    if view.state == "draft":
        return (
            _button(view, "确认提醒", "accept_warnings", style=Style.PRIMARY, typed="确认提醒")
            if view.waiting_warnings
            else _button(view, "提交审批", "submit_quote", style=Style.PRIMARY, typed="提交"),
            *history,
            pdf,
            _button(view, "作废", "void_quote", style=Style.DANGER, typed=f"作废 {view.no}"),
        )
    if view.state == "submitted":
        return (_button(view, "撤回", "withdraw_quote", typed=f"撤回 {view.no}"), *history)
    if view.state == "rejected":
        return (*history, _button(view, "作废", "void_quote", style=Style.DANGER, typed=f"作废 {view.no}"))
    return ()


def _is_accepted(view: QuoteView) -> bool:
    """Return whether the customer has accepted the very version that counts."""
    offer = view.offer
    return offer is not None and offer.standing is Standing.ACCEPTED and offer.revision == view.revision


def _button(view: QuoteView, text: str, verb: str, *, style: Style = Style.PLAIN, typed: str) -> Button:
    action = Action(verb=verb, subject=view.subject, version=view.version)
    return Button(text=text, action=action, style=style, typed=typed)
