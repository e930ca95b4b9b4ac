"""What a channel's own page asks, and where it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A field that inquiries of one channel alone have (展会 → 展会名称); ``options`` are empty for free words."""

    name: str
    label: str
    example: str
    longest: int
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """A channel as whoever comes by it may know it."""

    code: str
    name: str
    questions: tuple[QuestionView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksView:
    """Every channel, for whoever wants its link."""

    channels: tuple[ChannelView, ...]
