"""Cards that call for somebody: a shut door, a job to take over, the dispatcher's board."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.wording import phrase
from domain.service.transfer import TransferState

if TYPE_CHECKING:
    from cards.glance import Glance
    from domain.service.views import Board, JobView, TransferView

_block = partial(phrase, "service/blocked")
_hand = partial(phrase, "service/transfer")
_board = partial(phrase, "service/board")


def blocked(view: JobView, glance: Glance) -> Card:
    """Draw an engineer before a shut door, with one tap to call whoever can open it.

    Once he is inside nothing here moves with the job: each change would reach them as another card.
    """
    shut = bool(view.blocked)
    return Card(
        kind="service.blocked",
        subject=f"workorder:{view.id}",
        version=view.version,
        title=_block("title" if shut else "over", view),
        subtitle=view.no,
        status=_block("status", view),
        tone=Tone.BAD if shut else Tone.MUTED,
        quote=view.blocked,
        fields=tuple(
            row
            for row in (
                Field(label="客户电话", value=view.phone, url=f"tel:{view.phone}" if view.phone else ""),
                Field(label="地点", value=view.site),
                Field(label="设备", value=view.model),
            )
            if row.value
        ),
        notes=(_block("ask"),) if shut else (),
        buttons=(Button(text="打电话给客户", url=f"tel:{view.phone}", style=Style.PRIMARY),)
        if shut and view.phone
        else (),
        outcome="" if shut else _block("inside", view),
        url=glance.page(f"/m/jobs/{view.id}"),
    )


def transfer(view: TransferView, glance: Glance) -> Card:
    """Draw a job that a colleague wants to pass on."""
    open_ = view.state is TransferState.OPEN and view.holder == view.by
    asked = open_ and glance.viewer.name == view.to

    def press(text: str, verb: str, style: Style, typed: str) -> Button:
        action = Action(verb=verb, subject=f"jobtransfer:{view.id}", version=view.version)
        return Button(text=text, action=action, style=style, typed=typed)

    return Card(
        kind="service.transfer",
        subject=f"jobtransfer:{view.id}",
        version=view.version,
        title=_hand("title", view),
        subtitle=view.job_no,
        status=_hand("status", view),
        tone=Tone.BAD if open_ and view.urgent else Tone.INFO if open_ else Tone.MUTED,
        headline=f"{glance.clock(view.eta)} 到" if open_ and view.eta else "",
        fields=(Field(label="地点", value=view.site),) if view.site else (),
        quote=view.fault,
        notes=(*([_hand("reason", view)] if view.reason else []), *([_hand("stays", view)] if open_ else [])),
        buttons=(
            press("接过来", "take_transfer", Style.PRIMARY, "接了"),
            press("不接", "refuse_transfer", Style.DANGER, "拒单 去不了"),
        )
        if asked
        else (),
        outcome="" if open_ else _hand("ended", view),
        url=glance.page(f"/m/jobs/{view.job_id}"),
    )


def board(view: Board, glance: Glance) -> Card:
    """Draw the dispatcher's board: counts, the jobs that press most, who has how much."""
    return Card(
        kind="service.board",
        subject="board:0",
        version=0,
        title=_board("title"),
        status=str(sum(view.counts.values())),
        tone=Tone.WARN if any(row.late or not row.engineer for row in view.rows) else Tone.INFO,
        fields=tuple(
            Field(
                label=row.no,
                value=_board("row", row, glance.clock(row.resolve_due) if row.resolve_due else ""),
                tone=Tone.BAD if row.late or row.blocked or (row.urgent and not row.engineer) else Tone.PLAIN,
            )
            for row in view.rows
        ),
        notes=tuple(
            line
            for line in (
                " · ".join(_board("count", state.label, count) for state, count in view.counts.items()),
                _board("loads", [f"{name} {load}" for name, load in view.loads]) if view.loads else "",
                _board("next") if view.rows else _board("empty"),
            )
            if line
        ),
        url=glance.page("/m/dispatch"),
    )
