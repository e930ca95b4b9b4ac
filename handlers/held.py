"""What becomes of reports that waited for a person: the board's buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.service.held import DropHeld, ReleaseHeld

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.context import Ask, FormHandler


def form_decide(ask: Ask, values: Mapping[str, str]) -> None:
    """立案, 搁置, or all of one machine put away."""
    held_id = int(values["held"])
    if values["deed"] == "release":
        ask.result.update(ticket_no=ask.act(ReleaseHeld(held_id=held_id)).ticket_no)
    else:
        count = ask.act(DropHeld(held_id=held_id, all_of_machine=values["deed"] == "drop_all"))
        ask.result.update(dropped=count)


FORMS: Mapping[str, FormHandler] = {"decide_held": form_decide}
