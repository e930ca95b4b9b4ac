"""A deal with its products, where it stands, and how it got there."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.opportunities.loss import LossReason
from domain.record import Entity, Identity, Record, choice


class OpportunityState(StrEnum):
    """``open ⇄ dormant``, ``open → won | lost``, both back by reopening; ``undone``: taken back when it was new."""

    OPEN = "open"
    DORMANT = "dormant"
    WON = "won"
    LOST = "lost"
    UNDONE = "undone"


class Closing(StrEnum):
    """What was said and waits for a tap (``won``, ``lost``), or for the leader's word (``checking``)."""

    NONE = "none"
    WON = "won"
    LOST = "lost"
    CHECKING = "checking"


_SAID = {
    OpportunityState.OPEN: "进行中",
    OpportunityState.DORMANT: "休眠中",
    OpportunityState.WON: "已成交",
    OpportunityState.LOST: "已流失",
    OpportunityState.UNDONE: "已撤销",
}


class Opportunity(Entity, Record):
    """``stage`` is a name in the pipeline ``pipeline_id``; ``touched_at`` and ``touched_by`` say who was last at it.

    Lists and the funnel read only this row: when it entered its stage and when it was last touched is kept here.
    ``stage_before`` is where a closed deal stood. ``closing`` and its words wait for a tap that makes them true.
    """

    __tablename__ = "opportunities"
    __table_args__ = (
        Index("ix_opportunities_funnel", "state", "owner_id", "pipeline_id", "stage", "amount_fen", "touched_at"),
        Index("ix_opportunities_closed", "state", "closed_at"),
    )

    no: Mapped[str] = mapped_column(String(32), unique=True)
    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)
    pipeline_id: Mapped[int] = mapped_column(Identity, ForeignKey("pipeline_versions.id"))
    stage: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column()
    stage_since: Mapped[datetime] = mapped_column()
    touched_at: Mapped[datetime] = mapped_column()
    touched_by: Mapped[str] = mapped_column(String(64))
    said: Mapped[str] = mapped_column(Text, default="")
    contact_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("contacts.id"), default=None)
    contact: Mapped[str] = mapped_column(String(64), default="")
    inquiry_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("inquiries.id"), default=None, unique=True)
    quote_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("quotes.id"), default=None, index=True)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    expected_close: Mapped[date | None] = mapped_column(default=None)
    source: Mapped[str] = mapped_column(String(32), default="")
    region: Mapped[str] = mapped_column(String(32), default="")
    contract_no: Mapped[str] = mapped_column(String(64), default="")
    made_customer: Mapped[bool] = mapped_column(default=False)
    state: Mapped[OpportunityState] = mapped_column(choice(OpportunityState), default=OpportunityState.OPEN)
    stage_before: Mapped[str] = mapped_column(String(32), default="")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    wakes_at: Mapped[datetime | None] = mapped_column(default=None)
    closing: Mapped[Closing] = mapped_column(choice(Closing), default=Closing.NONE)
    closing_by_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    loss_reason: Mapped[LossReason | None] = mapped_column(choice(LossReason), default=None)
    competitor: Mapped[str] = mapped_column(String(64), default="")
    loss_note: Mapped[str] = mapped_column(String(200), default="")

    def check_version(self, version: int) -> None:
        """Raise Stale when the card shows an earlier state; 0 stands for what was typed without a card."""
        if version not in (0, self.version):
            raise Stale(f"商机 {self.no} 刚刚有变化，现在{_SAID[self.state]}，请看最新的卡片。", subject=self.subject)

    def check_running(self) -> None:
        """Raise Stale unless it is under way; a sleeping deal may be worked on, which wakes it."""
        if self.state not in (OpportunityState.OPEN, OpportunityState.DORMANT):
            again = "" if self.state is OpportunityState.UNDONE else f"，要继续跟请发“重新打开 {self.no}”"
            raise Stale(f"商机 {self.no} {_SAID[self.state]}{again}。", subject=self.subject)

    def touch(self, at: datetime, by: str) -> None:
        """Note who was at it last."""
        self.touched_at, self.touched_by = at, by

    def stand(self, stage: str, at: datetime) -> None:
        """Stand at ``stage`` from now on."""
        self.stage_before, self.stage, self.stage_since = self.stage, stage, at

    def drop_closing(self) -> None:
        """Forget what waited for a tap."""
        self.closing, self.closing_by_id = Closing.NONE, None
        if self.state is not OpportunityState.LOST:
            self.loss_reason, self.competitor, self.loss_note = None, "", ""


class OpportunityLine(Entity, Record):
    """One wanted thing: found in the catalogue (``product_id``) or kept as ``said``. ``quantity`` None: not said."""

    __tablename__ = "opportunity_lines"

    opportunity_id: Mapped[int] = mapped_column(Identity, ForeignKey("opportunities.id"), index=True)
    position: Mapped[int] = mapped_column()
    said: Mapped[str] = mapped_column(String(128))
    quantity: Mapped[int | None] = mapped_column(default=None)
    product_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("products.id"), default=None)


class MoveKind(StrEnum):
    """Which way a deal went."""

    CREATED = "created"
    FORWARD = "forward"
    BACK = "back"
    WON = "won"
    LOST = "lost"
    REOPENED = "reopened"
    SLEPT = "slept"
    WOKE = "woke"


class StageMove(Entity, Record):
    """One transition with its time and author (S-064). ``undone``: taken back, kept for the history."""

    __tablename__ = "stage_moves"
    __table_args__ = (Index("ix_stage_moves_left", "at", "kind", "owner_id", "pipeline_id", "from_stage", "undone"),)

    opportunity_id: Mapped[int] = mapped_column(Identity, ForeignKey("opportunities.id"), index=True)
    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    pipeline_id: Mapped[int] = mapped_column(Identity, ForeignKey("pipeline_versions.id"))
    kind: Mapped[MoveKind] = mapped_column(choice(MoveKind))
    from_stage: Mapped[str] = mapped_column(String(32))
    to_stage: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column()
    by: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    since: Mapped[datetime | None] = mapped_column(default=None)
    """Since when it had stood at ``from_stage``."""
    because: Mapped[str] = mapped_column(String(200), default="")
    undone: Mapped[bool] = mapped_column(default=False)
