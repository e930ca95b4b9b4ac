"""The card of the channels' own pages: what to print, post and send, so that inquiries come with their source."""

from __future__ import annotations

from functools import partial

from cards.card import Card, Field
from cards.glance import Glance
from cards.wording import phrase
from domain.channels.views import LinksView

_say = partial(phrase, "channels/links")


def links(view: LinksView, glance: Glance) -> Card:
    """Draw each channel with the address of its page; the same address with /qr.svg is the code to print."""
    return Card(
        kind="channels.links",
        subject=f"person:{glance.viewer.person_id}",
        version=0,
        title=_say("title"),
        fields=tuple(
            Field(label=each.name, value=f"/i/{each.code}", url=glance.page(f"/i/{each.code}"))
            for each in view.channels
        ),
        notes=(_say("how"),) if view.channels else (),
        outcome="" if view.channels else _say("nothing"),
    )
