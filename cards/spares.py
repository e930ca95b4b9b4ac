"""The card of a request for spare parts, for the warehouse, for whoever approves, for the engineer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.wording import phrase
from domain.money import said_money
from domain.spares.part_request import Consent, RequestState

if TYPE_CHECKING:
    from cards.glance import Glance
    from domain.spares.views import RequestView

_say = partial(phrase, "spares/request")

_TONES = {
    RequestState.ISSUED: Tone.GOOD,
    RequestState.ORDERED: Tone.WARN,
    RequestState.REFUSED: Tone.BAD,
    RequestState.WITHDRAWN: Tone.MUTED,
}


def request(view: RequestView, glance: Glance) -> Card:
    """Draw who needs what by when, what there is of it, and the buttons of whoever acts."""
    return Card(
        kind="spares.request",
        subject=f"partrequest:{view.id}",
        version=view.version,
        title=_say("title", view),
        subtitle=view.job_no,
        status=_say("status", view),
        tone=_TONES.get(view.state, Tone.BAD if view.urgent else Tone.INFO),
        headline=f"{glance.moment(view.need_by)} 前要" if view.need_by and view.state.is_open else "",
        fields=tuple(row for row in _fields(view, glance) if row.value),
        notes=_notes(view),
        buttons=_buttons(view),
        outcome=_outcome(view, glance),
        url=glance.page(f"/m/jobs/{view.job_id}"),
    )


def _fields(view: RequestView, glance: Glance) -> tuple[Field, ...]:
    return (
        Field(label="设备", value=view.machine),
        Field(label="影响", value=view.impact, tone=Tone.BAD),
        Field(label="库存", value=_say("stock", view) if view.known and view.state.is_open else ""),
        Field(label="金额", value=said_money(view.amount_fen) if view.amount_fen else ""),
        Field(label="到货", value=glance.day(view.arrives_at) if view.arrives_at and view.state.is_open else ""),
        Field(label="审批", value=view.approved_by),
    )


def _notes(view: RequestView) -> tuple[str, ...]:
    if not view.state.is_open:
        return ()
    lines = [] if view.known else [_say("unknown")]
    if view.rule:
        lines.append(_say("rule", view))
    if view.consent is Consent.ASKED:
        lines.append(_say("waits_customer"))
    elif view.consent is Consent.GIVEN:
        lines.append(_say("agreed"))
    if view.issues and view.instead:
        lines.append(_say("instead", view.instead))
    elif view.issues and view.known and view.stock <= 0:
        lines.append(_say("lacking"))
    return (*lines, *([_say("typed")] if view.issues else []))


def _buttons(view: RequestView) -> tuple[Button, ...]:
    def press(text: str, verb: str, style: Style, typed: str, **args: str) -> Button:
        action = Action(verb=verb, subject=f"partrequest:{view.id}", version=view.version, args=args)
        return Button(text=text, action=action, style=style, typed=typed)

    if view.approves:
        return (
            press("同意", "approve_request", Style.PRIMARY, "同意"),
            press("不同意", "refuse_request", Style.DANGER, "驳回"),
        )
    if not view.issues:
        return ()
    issue = (
        press("出库", "issue_part", Style.PRIMARY, "出库")
        if view.known
        else press("目录外已备好", "issue_part", Style.PRIMARY, f"出库 {view.name}", outside="1"),
    )
    instead = tuple(
        press(f"换{name}出库", "issue_part", Style.PLAIN, f"出库 {name}", part=name) for name in view.instead[:2]
    )
    return (
        *issue,
        *instead,
        press("缺货", "order_part", Style.PLAIN, "缺货 周五到"),
        press("不发", "withhold_part", Style.DANGER, "不发"),
    )


def _outcome(view: RequestView, glance: Glance) -> str:
    match view.state:
        case RequestState.ISSUED:
            return _say("issued", view, glance.clock(view.issued_at) if view.issued_at else "")
        case RequestState.REFUSED:
            return _say("refused", view)
        case RequestState.WITHDRAWN:
            return _say("withdrawn")
    return ""
