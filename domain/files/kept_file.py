"""A file we keep for a record; the bytes lie in the files' store under ``file_id``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record


class KeptFile(Entity, Record):
    """``subject`` is the record it belongs to (``inquiry:12``), empty while nobody has said."""

    __tablename__ = "kept_files"

    file_id: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    mime: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column()
    subject: Mapped[str] = mapped_column(String(80), default="", index=True)
    person_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
