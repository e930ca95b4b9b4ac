"""What a person sees and does on a phone, the same for both platforms.

Tests and the page speak to the played platforms through this: ``WeCom`` and ``DingTalk`` both
offer a ``Phones`` object. It knows nothing of the bot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(slots=True, kw_only=True)
class ShownButton:
    """A button as drawn now. ``key`` is what ``press`` takes; ``url`` is set for links."""

    key: str
    text: str
    url: str = ""
    style: str = ""
    enabled: bool = True


@dataclass(slots=True, kw_only=True)
class ShownSelect:
    """A drop-down or check list; ``options`` are (id, text) pairs."""

    key: str
    title: str
    options: list[tuple[str, str]]
    selected: list[str]
    many: bool = False
    enabled: bool = True


@dataclass(slots=True, kw_only=True)
class Shown:
    """One message in a person's chat with the bot, as this person's client draws it now.

    ``kind`` is text, markdown, image, voice, file, link or card. ``mine`` marks what the person
    sent. ``rows`` are label and value pairs of a card. ``raw`` is the platform's own payload.
    """

    id: str
    kind: str
    at: float
    mine: bool = False
    title: str = ""
    text: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[ShownButton] = field(default_factory=list)
    selects: list[ShownSelect] = field(default_factory=list)
    toast: str = ""
    updated: int = 0
    """How often the bot has redrawn it."""
    place: str = ""
    """The group it stands in, as the phone names it; empty in the chat with the bot."""
    media_id: str = ""
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Everything readable on it, for a test that looks for a sentence."""
        parts = [self.title, self.text, *(f"{label}：{value}" for label, value in self.rows)]
        return "\n".join(part for part in parts if part)

    def button(self, text: str) -> ShownButton:
        """Return the button with this text; KeyError names the ones there are."""
        for button in self.buttons:
            if button.text == text:
                return button
        raise KeyError(f"no button {text!r} on {self.title!r}, only {[b.text for b in self.buttons]}")


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One delivery of a callback: status and body of the bot's answer, or ``error`` when none came in time."""

    status: int = 0
    body: str = ""
    error: str = ""
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Sent:
    """A callback the platform pushed, with every attempt. ``key`` is how an inbox would name it."""

    key: str
    attempts: list[Attempt]

    @property
    def acknowledged(self) -> bool:
        """Tell whether the bot took it."""
        return any(200 <= attempt.status < 300 for attempt in self.attempts)


class Phones(Protocol):
    """The people of one platform, as their phones. ``user`` is the platform's own user id."""

    async def say(self, user: str, text: str, *, group: str = "", quote: str = "") -> Sent:
        """Type a message to the bot (in a group: with the mention)."""

    async def send_file(self, user: str, kind: str, name: str, data: bytes, *, recognition: str = "") -> Sent:
        """Send an image, voice, video or file; ``recognition`` is the platform's own transcript of a voice."""

    async def press(
        self, user: str, message: str, key: str, selections: dict[str, Sequence[str]] | None = None
    ) -> Sent:
        """Press a button of a message, whether it is still drawn or not (an old screen)."""

    def screen(self, user: str) -> list[Shown]:
        """Return the person's chat with the bot, oldest first, as drawn now."""

    async def wait(
        self,
        user: str,
        seen: Callable[[Shown], bool],
        *,
        timeout: float = 10.0,  # noqa: ASYNC109 - a test's patience, read where it waits
    ) -> Shown:
        """Return the newest message from the bot that ``seen`` accepts, waiting for it to appear or be redrawn."""
