"""What the configurator shows: each line with what can be set on it, and what a change would come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureView:
    """A measure of one piece; ``value`` is empty while it has to be said."""

    name: str
    unit: str
    value: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """An axis of choice."""

    group: str
    chosen: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineForm:
    """A line as it can be changed; ``number`` counts from 1, 0 is a line to be added."""

    number: int
    code: str
    name: str
    unit: str
    quantity: int
    measures: tuple[MeasureView, ...] = ()
    groups: tuple[GroupView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureView:
    """A quote that is open for changes; ``products`` are (code, name) of what can be added."""

    quote_id: int
    no: str
    version: int
    lines: tuple[LineForm, ...]
    products: tuple[tuple[str, str], ...]
    added: LineForm | None = None
    has_more: bool = False
    """More is sold than ``products`` lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a change would come to, amounts in fen with tax; nothing is written.

    ``barred`` are options that do not go with the others, each with its reason. ``wrong`` says why there is no price.
    ``margin_ppm`` None: not for the viewer's eyes.
    """

    piece_fen: int = 0
    line_fen: int = 0
    total_fen: int = 0
    was_total_fen: int = 0
    margin_ppm: int | None = None
    wrong: str = ""
    barred: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
