"""An engineer needs a part for a job: from his words to the pieces in his van.

ASKED ──► WAITING ──► ISSUED          ASKED: the customer has to agree to the price, or somebody to approve
   │          │  ▲
   │          ▼  │
   │       ORDERED                    ORDERED: none in stock, the day of arrival is known
   └──► REFUSED   WITHDRAWN
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.record import Entity, Identity, Record, choice


class RequestState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    WAITING = "waiting"
    ORDERED = "ordered"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state as people say it."""
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether the part is still to come."""
        return self in (RequestState.ASKED, RequestState.WAITING, RequestState.ORDERED)


_LABELS = {
    RequestState.ASKED: "待同意",
    RequestState.WAITING: "待出库",
    RequestState.ORDERED: "缺货待到",
    RequestState.ISSUED: "已出库",
    RequestState.REFUSED: "没同意",
    RequestState.WITHDRAWN: "已撤回",
}


class Consent(StrEnum):
    """Whether the customer pays, and has said yes."""

    FREE = "free"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


class PartRequest(Entity, Record):
    """``quantity`` pieces of a part for a job. ``part_id`` is None for what the catalogue does not know.

    ``approver`` is the rule that wants somebody's word first, empty when none; ``price_fen`` is one piece's price
    as the customer was asked for it. ``need_by`` and ``impact`` are the engineer's own.
    """

    __tablename__ = "part_requests"
    __table_args__ = (Index("ix_part_requests_job_id", "job_id"), Index("ix_part_requests_state", "state"))

    job_id: Mapped[int] = mapped_column(Identity, ForeignKey("work_orders.id"))
    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(128))
    quantity: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column()
    part_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("parts.id"), default=None)
    need_by: Mapped[datetime | None] = mapped_column(default=None)
    impact: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[RequestState] = mapped_column(choice(RequestState), default=RequestState.WAITING)
    approver: Mapped[str] = mapped_column(String(64), default="")
    approved_by: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    consent: Mapped[Consent] = mapped_column(choice(Consent), default=Consent.FREE)
    price_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    arrives_at: Mapped[datetime | None] = mapped_column(default=None)
    issued_part_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("parts.id"), default=None)
    """What was really issued: a substitute, or the part itself."""
    issued_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(String(200), default="")

    @property
    def said(self) -> str:
        """Return ``6205轴承 ×2``."""
        return f"{self.name} ×{self.quantity}"

    def approve(self, person_id: int) -> None:
        """Note that somebody who may has agreed to the expense."""
        self._check(RequestState.ASKED, "审批")
        self.approved_by, self.approver = person_id, ""
        self._go_on()

    def agree(self) -> None:
        """Note that the customer pays."""
        self._check(RequestState.ASKED, "同意")
        self.consent = Consent.GIVEN
        self._go_on()

    def refuse(self, reason: str) -> None:
        """Note that somebody has said no."""
        if not self.state.is_open:
            self._check(RequestState.ASKED, "拒绝")
        self.state, self.reason = RequestState.REFUSED, reason
        if self.consent is Consent.ASKED:
            self.consent = Consent.REFUSED

    def order(self, arrives_at: datetime) -> None:
        """Note that none is in stock; it will be there at ``arrives_at``."""
        if self.state is not RequestState.ORDERED:
            self._check(RequestState.WAITING, "标缺货")
        self.state, self.arrives_at = RequestState.ORDERED, arrives_at

    def issue(self, part_id: int | None, now: datetime) -> None:
        """Note that the pieces have left the store; None for what the catalogue does not know."""
        if self.state is not RequestState.ORDERED:
            self._check(RequestState.WAITING, "出库")
        self.state, self.issued_part_id, self.issued_at = RequestState.ISSUED, part_id, now

    def withdraw(self) -> None:
        """Note that it is not needed after all."""
        if not self.state.is_open:
            raise Stale(f"{self.said}现在是“{self.state.label}”，不能撤回。没用上请发“退回”。", subject=self.subject)
        self.state = RequestState.WITHDRAWN

    def _go_on(self) -> None:
        if not self.approver and self.consent in (Consent.FREE, Consent.GIVEN):
            self.state = RequestState.WAITING

    def _check(self, state: RequestState, deed: str) -> None:
        if self.state is not state:
            raise Stale(f"{self.said}的申请现在是“{self.state.label}”，不能再{deed}。", subject=self.subject)
