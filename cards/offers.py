"""What a rep passes on to his customer, and how it stands with him."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cards.card import Field, Text, Tone
from cards.wording import phrase
from domain.quotes.offer import is_over
from domain.quotes.paper_views import Standing

if TYPE_CHECKING:
    from cards.glance import Glance
    from domain.quotes.paper_views import OfferView, QuotePaper

_say = partial(phrase, "quotes/offer")
_TONES = {Standing.ACCEPTED: Tone.GOOD, Standing.DECLINED: Tone.BAD, Standing.EXPIRED: Tone.WARN}


def letter(paper: QuotePaper, offer: OfferView, glance: Glance) -> Text:
    """Return the sentence with the address of the customer's page, for passing on."""
    return Text(text=_say("letter", paper, offer, glance.page(f"/q/{offer.token}")))


def fields(offer: OfferView, glance: Glance) -> tuple[Field, ...]:
    """Return how an offer stands, for the card of its quote."""
    standing = offer.standing
    if standing is Standing.OPEN and is_over(offer.until, glance.now, glance.zone):
        standing = Standing.EXPIRED
    seen = _say("seen", offer, "" if offer.viewed_at is None else glance.moment(offer.viewed_at))
    said = {
        Standing.OPEN: seen,
        Standing.EXPIRED: _say("expired", offer),
        Standing.REPLACED: seen,
        Standing.CHANGING: _say("changing", offer),
        Standing.ACCEPTED: _say("accepted", offer, _moment(offer, glance)),
        Standing.DECLINED: _say("declined", offer, _moment(offer, glance)),
    }[standing]
    question = (Field(label="客户问", value=_say("question", offer), tone=Tone.WARN),) if offer.open_question else ()
    return (Field(label="客户", value=said, tone=_TONES.get(standing, Tone.INFO)), *question)


def _moment(offer: OfferView, glance: Glance) -> str:
    return "" if offer.answered_at is None else glance.moment(offer.answered_at)
