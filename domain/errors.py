"""Refusals: answers, not failures. The message is one clear Chinese sentence that says what to do next.

Refusal
├── NotAllowed      this person may not do this
├── NotFound        no such thing, or not for this person's eyes (the two are told alike)
├── Invalid         something said is missing or cannot be
└── Stale           it has moved on since the person looked; shows how things stand
Conflict            two writers met; the executor tries again, nobody is told
"""

from __future__ import annotations


class Refusal(Exception):
    """The wish was understood and is declined; nothing was changed."""

    def __init__(self, message: str, *, subject: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        """What to show beside the sentence (``approval:12``), empty for nothing."""


class NotAllowed(Refusal):
    """This person may not do this."""


class NotFound(Refusal):
    """Unknown, or out of this person's scope."""


class Invalid(Refusal):
    """A value is missing or impossible."""


class Stale(Refusal):
    """Somebody was faster, or the button belongs to an earlier state."""


class Conflict(Exception):
    """A row changed between reading and writing; the whole effect is tried again on fresh rows."""
