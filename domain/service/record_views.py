"""The record of a service as it is printed: what was wrong, what was done, who signed (S-141, S-144)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """Everything that stands on the paper.

    On the customer's copy ``customer`` and ``site`` are empty, ``serial`` is its last four and ``engineer`` the
    family name (R-71). ``minutes`` were worked; ``checks`` is item → ``ok`` or what was found. ``signature`` and
    ``photos`` are ids of kept files; photos come with their names.
    """

    no: str
    job_no: str
    state: str
    model: str
    serial: str
    customer: str
    site: str
    warranty: str
    fault: str
    opened_at: datetime
    arrived_at: datetime | None
    finished_at: datetime | None
    ended_at: datetime | None
    engineer: str
    words: str
    parts: tuple[str, ...]
    minutes: int
    checks: Mapping[str, str]
    photos: tuple[tuple[str, str], ...]
    rating: int | None
    comment: str
    signature: str
    signer: str
