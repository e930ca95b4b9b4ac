"""What a command may use of the world: one unit of work, seen from the business.

``storage/uow.py`` implements it. Everything promised here commits together with the change or
not at all: events (the timeline), what must be told (outbox), what must happen later (timers).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from domain.clock import WorkCalendar
    from domain.messages import Command, Event
    from domain.policy import Policies
    from domain.record import Entity
    from storage.finders import Finders

E = TypeVar("E", bound="Entity")


class Work(Protocol):
    """One transaction and everything promised in it."""

    key: str
    """The effect's own key: the inbox row's, the timer's. Stable over replays."""
    now: datetime
    """One moment for the whole effect (UTC)."""
    calendar: WorkCalendar
    policies: Policies
    find: Finders
    """Look-ups by what people say: phone, number, name."""

    def add(self, record: E) -> E:
        """Keep a new record. Its ``id`` is known at once, look-ups find it; it is written as late as may be."""

    def add_row(self, kind: type[Entity], values: Mapping[str, Any]) -> int:
        """Keep a new record that nothing in this effect looks at, given by its attributes; return its ``id``.

        The cheap way for thousands: no object is made of it, and look-ups find it once it is flushed.
        """

    def get(self, kind: type[E], id_: int) -> E:
        """Return the record; NotFound when there is none."""

    def lock(self, kind: type[E], id_: int) -> E:
        """Return the record, read fresh and locked until the end: for limits over several rows."""

    def flush(self) -> None:
        """Write what was added and changed so far; Conflict when a row has moved (the version did not fit).

        Needed before look-ups that must find a change, not for what was added.
        """

    def number(self, prefix: str) -> str:
        """Return the next document number of the month: ``Q-2611-0007``. Gaps are allowed, doubles never."""

    def count(self, name: str) -> int:
        """Add one to a counter and return its value: 1 says that this is the first time ever."""

    def secret(self) -> str:
        """Return a fresh unguessable word of 128 bits for links (URL-safe, 22 characters)."""

    def record(self, event: Event) -> None:
        """Write the event on the timeline; its reactions run in this same transaction."""

    def tell(self, person_id: int, kind: str, subject: str = "", **args: Any) -> None:
        """Promise ``person_id`` the card ``kind`` (``quotes.approval``) about ``subject``.

        The card is drawn when it is sent, with what is true then and what that person may see.
        """

    def say(self, person_id: int, text: str) -> None:
        """Promise ``person_id`` a plain sentence."""

    def redraw(self, subject: str) -> None:
        """Promise that every card about ``subject``, whoever holds it, is drawn anew."""

    def promise(self, name: str, due: datetime, command: Command) -> None:
        """Promise that ``command`` runs at ``due`` (as the system). A pending timer of this name is replaced."""

    def cancel(self, name: str) -> None:
        """Take a promise back; nothing happens when there is none."""

    def forget_words(self) -> None:
        """Keep nothing in the inbox of what the sender wrote, once this effect is done: it was for nobody's eyes."""

    def cancel_like(self, prefix: str) -> None:
        """Take back every pending promise whose name starts with ``prefix``."""
