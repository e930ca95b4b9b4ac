"""A quotation and its lines; each revision that was submitted stays as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Invalid, Stale
from domain.money import PPM, ratio_ppm
from domain.record import Entity, Identity, Record, choice

if TYPE_CHECKING:
    from domain.quotes.version import QuoteVersion

VALID_DAYS = 30
"""How long a price holds, unless something else is agreed."""

MOST_DAYS = 365

RULE_MAX = 200
"""Characters of the approval rule that are kept for the card."""


class QuoteState(StrEnum):
    """``draft → submitted → approved | rejected``; changing content leads back to ``draft``; ``void`` is the end."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    VOID = "void"


_SAID = {
    QuoteState.DRAFT: "还是草稿",
    QuoteState.SUBMITTED: "正在审批",
    QuoteState.APPROVED: "已同意",
    QuoteState.REJECTED: "已驳回",
    QuoteState.VOID: "已作废",
}


_INSTEAD = {
    QuoteState.SUBMITTED: "，请先撤回再作废",
    QuoteState.APPROVED: "，不能撤销也不能作废；要改就直接说，例如：改成九五折，会生成新版本重新审批",
}
"""What to do with a quote that cannot be thrown away as it is."""


class Quote(Entity, Record):
    """Amounts in fen with tax. ``revision`` is the one that counts now, ``latest`` the highest there is.

    ``sealed``: this revision was submitted, so nothing of it may be filled in any more. ``terms`` are the clauses by
    kind (``terms.Term``), ``warnings`` what the checks found in this content and who accepted it (``checking.Warned``).

    ``authors`` are all who ever edited it: none of them may approve it. ``rule`` says which approval
    rule applies to the content as it is, and who decides. ``margin_to_sales`` is the policy's word at the last change.

    ``agreed_fen`` is the total that was agreed for the whole (一口价), which the lines share; ``discount_ppm`` is then
    what it comes to.
    """

    __tablename__ = "quotes"

    no: Mapped[str] = mapped_column(String(32), unique=True)
    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column()
    customer_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("customers.id"), default=None, index=True)
    inquiry_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("inquiries.id"), default=None, index=True)
    revision: Mapped[int] = mapped_column(default=1)
    discount_ppm: Mapped[int] = mapped_column(default=PPM)
    agreed_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    list_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    total_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    tax_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    cost_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    valid_days: Mapped[int] = mapped_column(default=VALID_DAYS)
    authors: Mapped[list[Any]] = mapped_column(default_factory=list)
    rule: Mapped[str] = mapped_column(String(RULE_MAX), default="")
    margin_to_sales: Mapped[bool] = mapped_column(default=False)
    state: Mapped[QuoteState] = mapped_column(choice(QuoteState), default=QuoteState.DRAFT)
    sealed: Mapped[bool] = mapped_column(default=False)
    latest: Mapped[int] = mapped_column(default=1, server_default="1")
    terms: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, server_default="{}")
    warnings: Mapped[list[Any]] = mapped_column(default_factory=list, server_default="[]")
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    approval_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("approvals.id"), default=None)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    comment: Mapped[str] = mapped_column(Text, default="")

    @property
    def margin_ppm(self) -> int:
        """Price and cost both with tax, so this is (total − cost) ÷ total."""
        return ratio_ppm(self.total_fen - self.cost_fen, self.total_fen)

    @property
    def effective_discount_ppm(self) -> int:
        """What is really paid of the list price, however it came about (R-110)."""
        return ratio_ppm(self.total_fen, self.list_fen)

    def discount(self, ppm: int) -> None:
        """Let every line cost this part of its list price again, whatever total was agreed."""
        self.discount_ppm, self.agreed_fen = ppm, None

    def check_version(self, version: int) -> None:
        """Raise Stale when the card shows an earlier state; 0 stands for what was typed without a card."""
        if version not in (0, self.version):
            raise Stale(f"报价 {self.no} 刚刚有变化，现在{_SAID[self.state]}，请看最新的卡片。", subject=self.subject)

    def edit(self, by: int, *, in_place: bool = False) -> None:
        """Open the next revision for a change; ``in_place``: what is only filled in stays in a draft's own revision."""
        self.check_not_void()
        if self.sealed or not in_place:
            self.revision = self.latest = max(self.revision, self.latest) + 1
        self._open()
        if by not in self.authors:
            self.authors = [*self.authors, by]

    def return_to(self, by: int, revision: int) -> None:
        """Let an earlier revision count again, as a draft; nothing of it may be filled in."""
        self.check_not_void()
        self._open()
        self.revision, self.sealed = revision, True
        if by not in self.authors:
            self.authors = [*self.authors, by]

    def check_not_void(self) -> None:
        """Raise Stale when it was thrown away."""
        if self.state is QuoteState.VOID:
            raise Stale(f"报价 {self.no} 已作废，请重新报价。", subject=self.subject)

    def submit(self, content_hash: str) -> None:
        """Seal the content as it is. A revision that was decided needs a change before it is asked again."""
        if self.state is not QuoteState.DRAFT:
            hint = "，请先改折扣或数量再提交" if self.state is QuoteState.REJECTED else ""
            raise Stale(f"报价 {self.no} {_SAID[self.state]}{hint}。", subject=self.subject)
        if self.customer_id is None:
            raise Invalid(
                f"报价 {self.no} 还没有客户，请先在询价里补上公司名，例如：客户是苏州某某机械。", subject=self.subject
            )
        self.state = QuoteState.SUBMITTED
        self.sealed = True
        self.content_hash = content_hash

    def withdrawn(self) -> None:
        """Back to draft; the sealed content can be submitted again or changed."""
        self.state = QuoteState.DRAFT
        self.approval_id = None

    def decided(self, state: QuoteState, by: str, at: datetime, comment: str) -> None:
        """Take the approval's word."""
        self.state = state
        self.decided_by, self.decided_at, self.comment = by, at, comment

    def cancel(self) -> None:
        """Void it; what is being decided must be withdrawn first, what was agreed stays."""
        if self.state in (QuoteState.SUBMITTED, QuoteState.APPROVED, QuoteState.VOID):
            hint = _INSTEAD.get(self.state, "")
            raise Stale(f"报价 {self.no} {_SAID[self.state]}{hint}。", subject=self.subject)
        self.state = QuoteState.VOID

    def _open(self) -> None:
        self.state, self.sealed = QuoteState.DRAFT, False
        self.content_hash = ""
        self.approval_id = None
        self.decided_by, self.decided_at, self.comment = "", None, ""


class QuoteLine(Entity, Record):
    """One line of one revision. Name, price and cost are copied: a later price list changes no quote.

    ``price_fen`` is that of a piece, ``fixed_fen`` is paid once. A configured line keeps what it was worked out from
    (``design_id``, ``values``, ``inputs``, ``options``; numbers as decimal text), the ``steps`` of its working, and the
    groups ``assumed`` by default. ``measure`` of a piece is in millionths of ``measure_unit``.
    """

    __tablename__ = "quote_lines"
    __table_args__ = (Index("ix_quote_lines_revision", "quote_id", "revision", "position", unique=True),)

    quote_id: Mapped[int] = mapped_column(Identity, ForeignKey("quotes.id"))
    revision: Mapped[int] = mapped_column()
    position: Mapped[int] = mapped_column()
    product_id: Mapped[int] = mapped_column(Identity, ForeignKey("products.id"))
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(128))
    unit: Mapped[str] = mapped_column(String(16))
    quantity: Mapped[int] = mapped_column()
    price_fen: Mapped[int] = mapped_column(BigInteger)
    unit_cost_fen: Mapped[int] = mapped_column(BigInteger)
    tax_ppm: Mapped[int] = mapped_column()
    net_fen: Mapped[int] = mapped_column(BigInteger)
    tax_fen: Mapped[int] = mapped_column(BigInteger)
    fixed_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    fixed_cost_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    design_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("product_designs.id"), default=None)
    values: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, server_default="{}")
    inputs: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, server_default="{}")
    options: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, server_default="{}")
    assumed: Mapped[list[str]] = mapped_column(default_factory=list, server_default="[]")
    steps: Mapped[list[Any]] = mapped_column(default_factory=list, server_default="[]")
    measure: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    measure_unit: Mapped[str] = mapped_column(String(8), default="", server_default="")
    drawings: Mapped[list[Any]] = mapped_column(default_factory=list, server_default="[]")
    """Ids of kept files: what the piece is made by."""
    book: Mapped[str] = mapped_column(String(64), default="", server_default="")
    book_ends: Mapped[date | None] = mapped_column(Date, default=None)


def check_valid_days(days: int) -> None:
    """Raise Invalid outside a day … a year."""
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"报价有效期要在 1 到 {MOST_DAYS} 天之间，例如：有效期改成15天。")


def content_hash(quote: Quote, lines: Sequence[QuoteLine]) -> str:
    """Return the SHA-256 of what is promised to the customer and what it costs us, in canonical form (R-107)."""
    return hash_of(quote.no, quote, lines)


def hash_of(no: str, quote: Quote | QuoteVersion, lines: Sequence[QuoteLine]) -> str:
    """Return the same of any revision, by its head as it stands or as it was written down."""
    content = {
        "no": no,
        "revision": quote.revision,
        "customer": quote.customer_id,
        "discount_ppm": quote.discount_ppm,
        "list_fen": quote.list_fen,
        "total_fen": quote.total_fen,
        "tax_fen": quote.tax_fen,
        "cost_fen": quote.cost_fen,
        "valid_days": quote.valid_days,
        "lines": [
            [
                line.product_id,
                line.code,
                line.name,
                line.unit,
                line.quantity,
                line.price_fen,
                line.unit_cost_fen,
                line.tax_ppm,
                line.net_fen,
                line.tax_fen,
                *_configured(line),
            ]
            for line in lines
        ],
        # Quotes approved before there were terms, or agreed totals, keep their hash.
        **({"terms": quote.terms} if quote.terms else {}),
        **({} if quote.agreed_fen is None else {"agreed_fen": quote.agreed_fen}),
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _configured(line: QuoteLine) -> list[Any]:
    # Lines approved before there were drawings, or options, keep their hash.
    drawings = [line.drawings] if line.drawings else []
    if line.design_id is None and not line.fixed_fen:
        return drawings
    return [line.fixed_fen, line.fixed_cost_fen, line.inputs, line.options, line.measure, *drawings]
