"""Private notes for reading: their author's, and nobody else's, whatever his role."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.customers.customer import Customer
from domain.errors import NotFound
from domain.notes.note import PrivateNote
from domain.notes.views import NotesView, NoteView

MOST = 6
"""Notes on one card."""


class NoteQueries:
    """The only place that reads the text of a private note."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, note_id: int, viewer: Actor) -> NoteView:
        """Return one note of the viewer's own; anybody else's is NotFound."""
        note = self._session.get(PrivateNote, note_id)
        if note is None or viewer.person_id is None or note.author_id != viewer.person_id:
            raise NotFound("没有找到这条私密备注。发“我的私密备注”可以看到您自己记的。")
        return self._view(note)

    def mine(self, author_id: int, viewer: Actor, *, customer_id: int | None = None) -> NotesView:
        """Return the viewer's own notes, of one customer or all; NotFound for another author's."""
        if viewer.person_id is None or author_id != viewer.person_id:
            raise NotFound("没有找到这些私密备注。发“我的私密备注”可以看到您自己记的。")
        own = [PrivateNote.author_id == author_id, PrivateNote.dropped_at.is_(None)]
        if customer_id is not None:
            own.append(PrivateNote.customer_id == customer_id)
        newest = select(PrivateNote).where(*own).order_by(PrivateNote.id.desc()).limit(MOST)
        return NotesView(
            author_id=author_id,
            customer=self._customer(customer_id),
            notes=tuple(self._view(note) for note in self._session.scalars(newest)),
            total=self._session.execute(select(func.count()).select_from(PrivateNote).where(*own)).scalar_one(),
        )

    def _view(self, note: PrivateNote) -> NoteView:
        return NoteView(
            id=note.id,
            version=note.version,
            text=note.text,
            at=note.at,
            customer=self._customer(note.customer_id),
            in_group=note.in_group,
            dropped=note.dropped_at is not None,
        )

    def _customer(self, customer_id: int | None) -> str:
        customer = None if customer_id is None else self._session.get(Customer, customer_id)
        return "" if customer is None else customer.name
