"""A card as meaning: what a person reads and may press, with no platform in it.

The renderers in ``cards/render`` draw it for WeCom, DingTalk and plain text, each with that
platform's hard limits and a declared order of what is given up first (``Card.fallback``).
Text here is plain text: user text can hold anything, and it is the renderer's duty that it
never becomes a link, a mention or a button (R-84).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from cards.action import Action


class Tone(StrEnum):
    """How a word should feel; renderers pick the nearest colour they have."""

    PLAIN = "plain"
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    MUTED = "muted"


class Style(StrEnum):
    """The weight of a button."""

    PRIMARY = "primary"
    DANGER = "danger"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row: ``label`` (a few characters) and ``value``; ``url`` is one of our own pages or a ``tel:`` link."""

    label: str
    value: str
    tone: Tone = Tone.PLAIN
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A deed (``action``) or a link (``url``), never both.

    ``typed`` is what a person can type instead, shown where a button cannot be drawn.
    """

    text: str
    action: Action | None = None
    url: str = ""
    style: Style = Style.PLAIN
    typed: str = ""

    def __post_init__(self) -> None:
        if (self.action is None) == (not self.url):
            raise ValueError(f"button {self.text!r} needs an action or a url, not both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice; ``id`` is ASCII, at most 64 bytes, unique in its choice."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question with prepared answers; its selection arrives with the click under ``key``.

    ``many`` allows several answers. ``selected`` are the ids ticked before anybody touches it.
    """

    key: str
    title: str
    options: tuple[Option, ...]
    selected: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One business object as one person may see it now.

    ``kind`` names the builder (``quotes.approval``); ``subject`` the object (``approval:12``) and
    ``version`` its state. ``outcome`` (``周敏 已同意 14:32``) replaces the buttons once it is decided.
    ``submit`` is the button that sends the choices; without choices use ``buttons``.
    """

    kind: str
    subject: str
    version: int
    title: str
    subtitle: str = ""
    status: str = ""
    tone: Tone = Tone.INFO
    headline: str = ""
    """The one figure or word to read first (an amount, a time)."""
    fields: tuple[Field, ...] = ()
    quote: str = ""
    """Somebody's own words, shown as a quotation."""
    notes: tuple[str, ...] = ()
    """Assumptions, rule names, what happens next: small print, one line each."""
    choices: tuple[Choice, ...] = ()
    submit: Button | None = None
    buttons: tuple[Button, ...] = ()
    outcome: str = ""
    url: str = ""
    """Our page that shows the whole of it."""
    picture_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A plain sentence."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Markdown:
    """Prepared wording of our own; user text in it has been escaped with ``cards.render.escape``."""

    title: str
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that goes into the chat (JPEG or PNG bytes)."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that goes into the chat."""

    name: str
    data: bytes = field(repr=False)


Message = Card | Text | Markdown | Picture | Document
