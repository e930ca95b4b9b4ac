"""A word that customers are marked with, and the group it stands in."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Record

LONGEST = 20
MOST = 12
"""Tags of one customer; more are not read by anybody."""


class Tag(Entity, Record):
    """``group`` is empty until somebody sorts it; the marks themselves are values of the customer's field ``tags``."""

    __tablename__ = "tags"

    name: Mapped[str] = mapped_column(String(LONGEST), unique=True)
    group: Mapped[str] = mapped_column(String(LONGEST), default="")
