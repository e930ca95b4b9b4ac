"""A card as part of a page of ours: the same meaning, with room for all of it and no platform's limits.

Every button sends one form, so what was chosen travels with whichever is pressed. The page that
holds the card owns the form's address and its hidden fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from cards.card import Style
from cards.render import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cards.action import ActionCodec
    from cards.card import Button, Card

CHOICE = "choice."
"""What the names of form fields that hold a choice begin with."""

ACTION = "action"
"""The form field that holds the packed action of the button pressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Where the buttons send to, and what goes with them unseen."""

    address: str
    hidden: Mapping[str, str]


def render(card: Card, codec: ActionCodec, form: Form) -> Markup:
    """Return the card as HTML; every text in it is escaped, every address is http(s) or ``tel:`` or left out (R-84)."""
    buttons = [*([card.submit] if card.submit else []), *card.buttons]
    return Markup(  # noqa: S704 - the template escapes whatever it is given
        _template().render(
            card=card,
            form=form,
            deeds=[] if card.outcome else _deeds(buttons, codec),
            links=[each for each in buttons if _safe(each.url)],
            choices=() if card.outcome else card.choices,
            choice=CHOICE,
            action=ACTION,
        )
    )


def _deeds(buttons: Sequence[Button], codec: ActionCodec) -> list[tuple[Button, str]]:
    """Return what can be pressed with its packed action, the weightiest in front: the thumb reaches it first."""
    deeds = [(each, codec.pack(each.action)) for each in buttons if each.action is not None]
    return sorted(deeds, key=lambda deed: deed[0].style is not Style.PRIMARY)


def _line(text: str) -> str:
    """Return text for a slot of one line; what it says is left as it is, since escaping is enough here."""
    return " ".join(escape.clean(text).split())


def _safe(url: str) -> bool:
    return url.startswith(("https://", "http://", "tel:"))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates" / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(line=_line, lines=escape.clean)
    environment.tests["address"] = _safe
    return environment.get_template("card.html")
