"""Commands order, events report. Both are plain frozen data.

A command can lie in a timer for months, so it is written down by name with its fields and
decoded strictly: pydantic checks the types, an unknown field is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, cast

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What an actor wants; subclasses are imperative (``ApproveStep``)."""

    nags: ClassVar[bool] = False
    """Of a timer: it only reminds people of what waits, so it may wait for the morning and give way to a later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened; subclasses are in the past tense (``StepApproved``).

    ``subject`` is the record it happened to (``quote:12``). An event is also a line of the timeline.
    """

    subject: str


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return _cached_adapter(cast("Any", kind))


@cache
def _cached_adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(message: Command | Event) -> dict[str, Any]:
    """Return the message's fields as JSON data (dates ISO 8601, money in fen)."""
    fields: dict[str, Any] = _adapter(type(message)).dump_python(message, mode="json")
    return fields


class CommandBook:
    """Names to command types, for decoding what was written down."""

    def __init__(self, kinds: Iterable[type[Command]]) -> None:
        self._kinds = {kind.__name__: kind for kind in kinds}

    def encode(self, command: Command) -> dict[str, Any]:
        """Return ``{"type": "RemindTask", "task_id": 7}``."""
        return {"type": type(command).__name__, **to_json(command)}

    def nags(self, body: dict[str, Any]) -> bool:
        """Return whether what was written down only reminds; an unknown name does not."""
        kind = self._kinds.get(str(body.get("type")))
        return kind is not None and kind.nags

    def decode(self, body: dict[str, Any]) -> Command:
        """Return the command; KeyError for an unknown name, ValidationError for fields that do not fit."""
        fields = dict(body)
        kind = self._kinds[fields.pop("type")]
        command: Command = _adapter(kind).validate_python(fields)
        return command


def summary(event: Event) -> dict[str, Any]:
    """Return the event's own fields without its subject, for the timeline's body."""
    fields = to_json(event)
    del fields["subject"]
    return fields
