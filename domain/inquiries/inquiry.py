"""An inquiry: who wants what, for about how much, and by when we promised to answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Invalid, Stale
from domain.record import Entity, Identity, Record, choice


class InquiryState(StrEnum):
    """``open → quoted``; ``open → undone`` when its author took it back."""

    OPEN = "open"
    QUOTED = "quoted"
    UNDONE = "undone"


class Inquiry(Entity, Record):
    """``requirement`` is the sentence as it was typed; ``notes`` are what had to be assumed.

    ``budget_fen`` is one figure or, with ``budget_max_fen``, a range. ``due_whole_day``: only the day was named.
    ``contacted_at`` is when its customer was first reached about it (已联系), ``last_contact_at`` when last.
    ``made_customer`` and ``made_contact`` say what undoing must take back with it.
    """

    __tablename__ = "inquiries"

    no: Mapped[str] = mapped_column(String(32), unique=True)
    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    requirement: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column()
    customer_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("customers.id"), default=None, index=True)
    contact_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("contacts.id"), default=None, index=True)
    contact: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    budget_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    budget_max_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    budget_approx: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(32), default="")
    region: Mapped[str] = mapped_column(String(32), default="")
    due: Mapped[datetime | None] = mapped_column(default=None)
    due_whole_day: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[list[str]] = mapped_column(default_factory=list)
    made_customer: Mapped[bool] = mapped_column(default=False)
    made_contact: Mapped[bool] = mapped_column(default=False)
    state: Mapped[InquiryState] = mapped_column(choice(InquiryState), default=InquiryState.OPEN)
    contacted_at: Mapped[datetime | None] = mapped_column(default=None)
    last_contact_at: Mapped[datetime | None] = mapped_column(default=None)
    at_risk: Mapped[bool] = mapped_column(default=False)
    """Nobody has been in contact for so long that its leader has heard of it, and still nobody was."""
    invalid: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """Why it was none after all (空号); it is undone then, and can be restored."""
    campaign_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("campaigns.id"), default=None, index=True)
    outside_key: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    """What whoever sent it from outside calls it: sent twice it is one (S-011)."""

    def check_version(self, version: int) -> None:
        """Raise Stale when the card shows an earlier state; 0 stands for what was typed without a card."""
        self.check_not_undone()
        if version not in (0, self.version):
            raise Stale(f"询价 {self.no} 刚刚改过，请看最新的卡片再操作。", subject=self.subject)

    def check_not_undone(self) -> None:
        """Raise Stale when it was taken back."""
        if self.state is InquiryState.UNDONE:
            raise Stale(f"询价 {self.no} 已撤销。需要时请重新发一次。", subject=self.subject)

    def undo(self) -> None:
        """Take it back; refused once a quote for it was submitted."""
        self.check_not_undone()
        if self.state is InquiryState.QUOTED:
            raise Invalid(
                f"询价 {self.no} 的报价已提交审批，不能撤销。请先撤回报价，或直接说明要改的内容。", subject=self.subject
            )
        self.state = InquiryState.UNDONE

    def discard(self, reason: str) -> None:
        """Note that it was none; refused once a quote for it was submitted."""
        self.undo()
        self.invalid = reason

    def restore(self) -> None:
        """Note that it is one after all."""
        if not self.invalid:
            raise Stale(f"询价 {self.no} 没有标为无效，不用恢复。", subject=self.subject)
        self.state, self.invalid = InquiryState.OPEN, ""

    def quoted(self) -> None:
        """Note that a quote for it was submitted."""
        if self.state is InquiryState.OPEN:
            self.state = InquiryState.QUOTED


class InquiryLine(Entity, Record):
    """One wanted thing: found in the catalogue (``product_id``) or kept as ``said``. ``quantity`` None: not said."""

    __tablename__ = "inquiry_lines"

    inquiry_id: Mapped[int] = mapped_column(Identity, ForeignKey("inquiries.id"), index=True)
    position: Mapped[int] = mapped_column()
    said: Mapped[str] = mapped_column(String(128))
    quantity: Mapped[int | None] = mapped_column(default=None)
    product_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("products.id"), default=None)
