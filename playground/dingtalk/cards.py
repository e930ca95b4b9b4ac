"""Card instances: what a card holds, who sees which variable, and what a write may contain (reference 5.2–5.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.dingtalk.errors import NewError
from playground.dingtalk.scene import Template

KEY_MAX = 100
"""Bytes of a variable's name."""
VALUE_MAX = 1024
"""Bytes of a variable's value."""
STREAM_TOTAL_MAX = 3 * 1024

_STREAMING, _FINISHED, _FAILED = "2", "3", "5"


@dataclass(slots=True, kw_only=True)
class CardWrite:
    """One change of a card: from PUT, or from the answer to a click. Users are user ids, whatever the request used."""

    public: dict[str, str] | None = None
    private: dict[str, dict[str, str]] = field(default_factory=dict)
    public_by_key: bool = False
    private_by_key: bool = False


@dataclass(slots=True, kw_only=True)
class Card:
    """One instance. ``places`` are (space type, space id)."""

    out_track_id: str
    template_id: str
    template: Template
    client_id: str
    callback_type: str
    route_key: str
    user_id_type: int
    public: dict[str, str]
    private: dict[str, dict[str, str]]
    space_models: dict[str, Any]
    places: list[tuple[str, str]] = field(default_factory=list)
    unanswered: list[float] = field(default_factory=list)
    """When its callbacks set off that have no answer yet, monotonic."""
    toasts: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    """The last form each person saw, for a press on an old screen."""
    guids: set[str] = field(default_factory=set)
    _redrawn: dict[str, int] = field(default_factory=dict)

    def seen_by(self, user: str) -> dict[str, str]:
        """Return the variables as this person's client reads them: private first, only where the template says so."""
        own = self.private.get(user, {})
        return {
            name: own[name] if name in self.template.private and name in own else self.public.get(name, "")
            for name in self.template.variables
        }

    def redrawn(self, user: str) -> int:
        """Return how often this person's view was written to since the card came."""
        return self._redrawn.get("", 0) + self._redrawn.get(user, 0)

    def write(self, change: CardWrite) -> None:
        """Apply a change: the default is to overwrite the whole data set, so what is not repeated is lost."""
        if change.public is not None:
            self.public = {**self.public, **change.public} if change.public_by_key else dict(change.public)
            self._redrawn[""] = self._redrawn.get("", 0) + 1
        for user, values in change.private.items():
            self.private[user] = {**self.private.get(user, {}), **values} if change.private_by_key else dict(values)
            self._redrawn[user] = self._redrawn.get(user, 0) + 1

    def stream(self, key: str, content: str, *, full: bool, finalize: bool, failed: bool) -> None:
        """Write text into one variable as an AI card does; raise NewError where the platform refuses."""
        if key in self.template.markdown and not full:
            raise NewError("param.stream.isFull", "markdown variable needs isFull")
        whole = content if full else self.public.get(key, "") + content
        if len(content.encode()) > VALUE_MAX or len(whole.encode()) > STREAM_TOTAL_MAX:
            raise NewError("param.stream.content", "content is too large")
        status = _FAILED if failed else _FINISHED if finalize else _STREAMING
        self.write(CardWrite(public={key: whole, "flowStatus": status}, public_by_key=True))


def param_map(holder: Any, *, strict: bool) -> dict[str, str]:
    """Return ``holder["cardParamMap"]`` checked; raise NewError ``param.invalid`` that names the variable.

    What the real server does with values that are no strings or too long is unknown; they show
    as empty fields. Strict refuses them, so that a test sees the mistake.
    """
    values = holder.get("cardParamMap") if isinstance(holder, Mapping) else None
    if not isinstance(values, Mapping):
        raise NewError("param.invalid", "cardParamMap is not an object")
    for name, value in values.items():
        if len(name.encode()) > KEY_MAX:
            raise NewError("param.invalid", f"cardParamMap key {name!r} is longer than {KEY_MAX} bytes")
        if strict and not isinstance(value, str):
            raise NewError("param.invalid", f"cardParamMap.{name} is not a string")
        if strict and len(value.encode()) > VALUE_MAX:
            raise NewError("param.invalid", f"cardParamMap.{name} is longer than {VALUE_MAX} bytes")
    return {name: value if _fits(value) else "" for name, value in values.items()}


def _fits(value: Any) -> bool:
    return isinstance(value, str) and len(value.encode()) <= VALUE_MAX


def parse_space_id(open_space_id: Any) -> list[tuple[str, str]]:
    """Return the (SPACE_TYPE, id) pairs of ``dtv1.card//IM_ROBOT.1001;IM_GROUP.cid…``, in any case."""
    if not open_space_id:
        raise NewError("param.openSpaceIdEmpty", "openSpaceId is empty")
    prefix, separator, rest = str(open_space_id).partition("//")
    if prefix.lower() != "dtv1.card" or not separator:
        raise NewError("param.openSpaceIdInvalid", "openSpaceId is invalid")
    places = []
    for part in rest.split(";"):
        kind, dot, target = part.partition(".")
        if not dot or not target or kind.upper() not in {"IM_ROBOT", "IM_GROUP", "IM_SINGLE", "ONE_BOX"}:
            raise NewError("param.openSpaceIdInvalid", "openSpaceId is invalid")
        places.append((kind.upper(), target))
    return places
