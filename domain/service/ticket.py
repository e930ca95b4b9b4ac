"""What a customer asked for, mostly about one machine, and every report that was joined to it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record, choice
from domain.service.types import ServiceType

_FAULT_CODE = re.compile(r"(?<![A-Za-z0-9-])([A-Za-z]{1,3}-?[0-9]{2,4})(?![A-Za-z0-9-])")
"""Not the beginning of a number: BX-2611-0001 and R06-2024-0011 are no alarms."""


class Ticket(Entity, Record):
    """One open ticket per machine and kind; ``closed_at`` ends it. The customer's own words are ``fault``.

    ``product`` names what is meant where no machine of ours is (a new one to install, a complaint about an order).
    ``windows`` are the times somebody is there, ``exclusions`` those when nobody is: ``{date, date_end?, from?, to?}``.
    ``sla`` is the rule that set both deadlines; ``paused_at`` stops the one for the repair. ``repeats_id`` is
    the ticket whose fault has come back.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_equipment_id_opened_at", "equipment_id", "opened_at"),
        Index("ix_tickets_customer_id", "customer_id"),
        Index("ix_tickets_opened_at", "opened_at"),
        Index("ix_tickets_fault_code", "fault_code"),
    )

    no: Mapped[str] = mapped_column(String(32), unique=True)
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"))
    fault: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column()
    equipment_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("equipment.id"), default=None)
    type: Mapped[ServiceType] = mapped_column(
        choice(ServiceType), default=ServiceType.REPAIR, server_default=ServiceType.REPAIR.value
    )
    product: Mapped[str] = mapped_column(String(64), default="", server_default="")
    fault_code: Mapped[str] = mapped_column(String(16), default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(String(32), default="")
    windows: Mapped[list[Any]] = mapped_column(default_factory=list, server_default="[]")
    exclusions: Mapped[list[Any]] = mapped_column(default_factory=list, server_default="[]")
    sla: Mapped[str] = mapped_column(String(64), default="", server_default="")
    respond_due: Mapped[datetime | None] = mapped_column(default=None)
    responded_at: Mapped[datetime | None] = mapped_column(default=None)
    resolve_due: Mapped[datetime | None] = mapped_column(default=None)
    paused_at: Mapped[datetime | None] = mapped_column(default=None)
    urged: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    repeats_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("tickets.id"), default=None)
    origin: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """The record it was made for (``maintenanceplan:3``), empty when somebody reported it."""
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    close_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


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
