"""The cards of learnt words: one that was learnt just now, and the numbered list of them."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.vocabulary.views import AliasesView, AliasView

_say = partial(phrase, "vocabulary/learnt")
_list = partial(phrase, "vocabulary/listed")


def learnt(view: AliasView, glance: Glance) -> Card:
    """Draw one word: what it means, who taught it, when and in which message."""
    gone = view.revoked_at is not None
    forget = Button(
        text=_say("forget"),
        action=Action(verb="forget_alias", subject=view.subject, version=view.version),
        style=Style.DANGER,
        typed=_say("forget_typed", view),
    )
    return Card(
        kind="vocabulary.learnt",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", gone),
        tone=Tone.MUTED if gone else Tone.GOOD,
        fields=(
            Field(label=_say("words"), value=view.words),
            Field(label=_say("means"), value=view.target),
            Field(label=_say("learnt"), value=_say("by", view.learnt_by, glance.moment(view.learnt_at))),
        ),
        quote=view.said,
        notes=() if gone else (_say("next_time"),),
        buttons=() if gone else (forget,),
        outcome=_say("gone", view, glance.clock(view.revoked_at)) if view.revoked_at is not None else "",
        url=glance.page(f"/m/aliases/{view.id}"),
    )


def listed(view: AliasesView, glance: Glance) -> Card:
    """Draw the words the viewer may see as a numbered list, for ``删掉第2条``."""
    more = view.total - len(view.aliases)
    return Card(
        kind="vocabulary.listed",
        subject=f"aliases:{view.viewer_id}",
        version=0,
        title=_list("title", view),
        fields=tuple(
            Field(label=str(index), value=_row(each, glance), url=glance.page(f"/m/aliases/{each.id}"))
            for index, each in enumerate(view.aliases, 1)
        ),
        notes=(
            _list("how", view.aliases[0]) if view.aliases else _list("empty"),
            *((_list("more", more),) if more else ()),
            *(_list("said", index, each) for index, each in enumerate(view.aliases, 1) if each.said),
        ),
        url=glance.page(f"/m/my-aliases/{view.viewer_id}"),
    )


def _row(view: AliasView, glance: Glance) -> str:
    return _list("row", view, f"{view.learnt_at.astimezone(glance.zone):%m-%d}")
