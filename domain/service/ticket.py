"""What a customer reported about one machine, and every report that was joined to it."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record

_FAULT_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,3}-?[0-9]{2,4})(?![A-Za-z0-9])")


class Ticket(Entity, Record):
    """One open ticket per machine; ``closed_at`` ends it. The customer's own words are ``fault``."""

    __tablename__ = "tickets"
    __table_args__ = (Index("ix_tickets_equipment_id", "equipment_id"),)

    no: Mapped[str] = mapped_column(String(32), unique=True)
    equipment_id: Mapped[int] = mapped_column(Identity, ForeignKey("equipment.id"))
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"))
    fault: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column()
    fault_code: Mapped[str] = mapped_column(String(16), default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(String(32), default="")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class FaultReport(Entity, Record):
    """One submission. ``token`` opens the progress page of its ticket; ``consent`` is the version agreed to (R-78)."""

    __tablename__ = "fault_reports"
    __table_args__ = (Index("ix_fault_reports_ticket_id", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(Identity, ForeignKey("tickets.id"))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column()
    phone: Mapped[str] = mapped_column(String(32), default="")
    photos: Mapped[list[str]] = mapped_column(default_factory=list)
    consent: Mapped[str] = mapped_column(String(16), default="")


def fault_code(words: str, *, model: str) -> str:
    """Return the first alarm code in ``words`` (``E07``, ``AL-104``), empty for none; the model is not one."""
    for found in _FAULT_CODE.finditer(words):
        code = found[1].upper()
        if code.replace("-", "") != model.upper().replace("-", ""):
            return code
    return ""
