"""Keeping a private note and taking it away; both by its author alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.actor import Actor
from domain.errors import Invalid, NotAllowed, NotFound
from domain.messages import Command, Event
from domain.notes.note import PrivateNote
from domain.scope import UNSEEN
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepNote(Command):
    """Keep ``text`` for the actor alone; ``company`` is a customer's name, one nobody knows is left out."""

    text: str = field(repr=False)
    company: str = ""
    in_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DropNote(Command):
    """Delete one of the actor's own notes."""

    note_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateNoteKept(Event):
    """Somebody kept something for himself. The timeline says no more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateNoteDropped(Event):
    """An author deleted a note of his."""


def keep_note(command: KeepNote, actor: Actor, work: Work) -> int:
    """Return the note's id."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能记私密备注。")
    if not command.text.strip():
        raise Invalid("要记的内容是空的。请这样发：私密 王总下个月休假。")
    customer = work.find.customers.by_name(command.company) if command.company else None
    note = work.add(
        PrivateNote(
            author_id=actor.person_id,
            text=command.text.strip(),
            at=work.now,
            customer_id=None if customer is None else customer.id,
            in_group=command.in_group,
        )
    )
    work.flush()
    work.record(PrivateNoteKept(subject=note.subject))
    return note.id


def drop_note(command: DropNote, actor: Actor, work: Work) -> None:
    """Blank the note's text; somebody else's note does not exist."""
    note = work.lock(PrivateNote, command.note_id)
    if note.author_id != actor.person_id:
        raise NotFound(UNSEEN)
    note.drop(work.now)
    work.flush()
    work.record(PrivateNoteDropped(subject=note.subject))
    work.redraw(note.subject)
    work.redraw(f"notes:{note.author_id}")
