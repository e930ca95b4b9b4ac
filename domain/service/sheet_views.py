"""What the page of a job shows beyond its card: pictures, voices, and the form that is filled in on site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.service.views import JobView


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFile:
    """A kept picture, voice or document of a job; ``by`` is who sent it, ``客户`` for the customer."""

    file_id: str
    kind: str
    mime: str
    name: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    """A part the engineer may have used: ``van`` pieces with him, ``main`` in the store."""

    code: str
    name: str
    unit: str
    van: int
    main: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """``fills`` says whether the viewer may fill in the form, ``signs`` whether the customer may sign on his phone."""

    job: JobView
    files: tuple[SheetFile, ...]
    parts: tuple[StockLine, ...]
    checks: Mapping[str, str]
    """What the engineer has noted of the checklist: item → ``ok`` or what was found."""
    fills: bool
    signs: bool
