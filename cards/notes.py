"""The cards of private notes. They are drawn for the author only: the query behind them knows nobody else."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.notes.views import NotesView, NoteView

_say = partial(phrase, "notes/kept")
_list = partial(phrase, "notes/mine")


def kept(view: NoteView, glance: Glance) -> Card:
    """Draw one note; once deleted, only that it was."""
    delete = Button(
        text=_say("drop"),
        action=Action(verb="drop_note", subject=view.subject, version=view.version),
        style=Style.DANGER,
        typed=_say("drop_typed"),
    )
    return Card(
        kind="notes.kept",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status"),
        tone=Tone.MUTED if view.dropped else Tone.INFO,
        fields=() if view.dropped or not view.customer else (Field(label=_say("customer"), value=view.customer),),
        quote=view.text,
        notes=() if view.dropped else _small_print(view, glance),
        buttons=() if view.dropped else (delete,),
        outcome=_say("dropped") if view.dropped else "",
        url=glance.page(f"/m/notes/{view.id}"),
    )


def _small_print(view: NoteView, glance: Glance) -> tuple[str, ...]:
    said = _say("kept", glance.moment(view.at))
    return (said, _say("group")) if view.in_group else (said,)


def mine(view: NotesView, glance: Glance) -> Card:
    """Draw the author's notes as a numbered list, for ``删掉第2条``; a row is its beginning and leads to the whole."""
    more = view.total - len(view.notes)
    return Card(
        kind="notes.mine",
        subject=f"notes:{view.author_id}",
        version=0,
        title=_list("title", view),
        status=_say("status"),
        fields=tuple(
            Field(label=str(index), value=_list("row", note, view.customer), url=glance.page(f"/m/notes/{note.id}"))
            for index, note in enumerate(view.notes, 1)
        ),
        notes=(
            _list("how") if view.notes else _list("empty"),
            *((_list("more", more),) if more else ()),
        ),
        url=glance.page(f"/m/my-notes/{view.author_id}"),
    )
