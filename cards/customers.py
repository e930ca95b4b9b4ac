"""The card of a customer: who they are, whom we know there, and what the company wants to know of them."""

from __future__ import annotations

from functools import partial

from cards.card import Card, Field, Tone
from cards.dictionary import filled_fields, question_choice, question_note, question_skip, question_submit
from cards.glance import Glance
from cards.wording import phrase
from domain.customers.views import CustomerView

_say = partial(phrase, "customers/customer")


def customer(view: CustomerView, glance: Glance) -> Card:
    """Draw a customer for somebody who may see it."""
    question = view.filled.question if view.active else None
    rows = (
        Field(label="区域", value=view.region),
        Field(label="级别", value=view.level),
        Field(label="也叫", value="、".join(view.aliases)),
        *filled_fields(view.filled),
        *(
            Field(label="联系人", value=_say("contact", each), url=f"tel:{each.phone}" if each.phone else "")
            for each in view.contacts
        ),
        Field(label="负责人", value=view.owner if view.owner != glance.viewer.name else ""),
    )
    return Card(
        kind="customers.customer",
        subject=view.subject,
        version=view.version,
        title=view.name,
        status=_say("status", view),
        tone=Tone.INFO if view.active else Tone.MUTED,
        fields=tuple(row for row in rows if row.value),
        notes=question_note(question),
        choices=question_choice(question),
        submit=question_submit(question, view.subject, view.version),
        buttons=question_skip(question, view.subject, view.version),
        url=glance.page(f"/m/customers/{view.id}"),
    )
