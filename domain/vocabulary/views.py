"""What cards and lists show of learnt words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasView:
    """``words`` means ``target``, a name; ``said`` is the beginning of the message it was learnt from."""

    id: int
    version: int
    kind: str
    words: str
    target: str
    learnt_by: str
    learnt_at: datetime
    said: str
    revoked_by: str
    revoked_at: datetime | None

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"learntalias:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasesView:
    """The learnt words one viewer may see, the newest first; ``total`` counts those beyond the ones shown, too."""

    viewer_id: int
    about: str
    aliases: tuple[AliasView, ...]
    total: int
