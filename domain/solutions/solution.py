"""A technical solution: words and drawings for one customer, by revision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Invalid, Stale
from domain.record import Entity, Identity, Record, choice

CARD = "solutions.solution"
TITLE_MAX = 60


class SolutionState(StrEnum):
    """``draft → submitted → approved | rejected``; changing content leads back to ``draft``; ``void`` is the end."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    VOID = "void"


_SAID = {
    SolutionState.DRAFT: "还是草稿",
    SolutionState.SUBMITTED: "正在审批",
    SolutionState.APPROVED: "已同意",
    SolutionState.REJECTED: "已驳回，请先改内容再提交",
    SolutionState.VOID: "已作废",
}


class Solution(Entity, Record):
    """``title`` is the first words, ``words`` all that was said; its drawings are the files kept for it.

    ``revision`` grows with each change of what was submitted. ``authors`` are all who ever changed it: none of them
    may approve it (R-108).
    """

    __tablename__ = "solutions"

    no: Mapped[str] = mapped_column(String(32), unique=True)
    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column()
    authors: Mapped[list[int]] = mapped_column(default_factory=list)
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[SolutionState] = mapped_column(choice(SolutionState), default=SolutionState.DRAFT)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    approval_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("approvals.id"), default=None)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    comment: Mapped[str] = mapped_column(Text, default="")

    def edit(self, by: int) -> None:
        """Open it for a change; what was submitted or decided stays with its revision (R-107)."""
        self.check_not_void()
        if self.state is not SolutionState.DRAFT or self.content_hash:
            self.revision += 1
        self.state, self.content_hash, self.approval_id = SolutionState.DRAFT, "", None
        self.decided_by, self.decided_at, self.comment = "", None, ""
        if by not in self.authors:
            self.authors = [*self.authors, by]

    def submit(self, content_hash: str) -> None:
        """Seal the content as it is; what was decided needs a change before it is asked again."""
        if self.state is not SolutionState.DRAFT:
            raise Stale(f"技术方案 {self.no} {_SAID[self.state]}。", subject=self.subject)
        self.state, self.content_hash = SolutionState.SUBMITTED, content_hash

    def withdrawn(self) -> None:
        """Back to draft; it can be submitted again or changed."""
        self.state, self.approval_id = SolutionState.DRAFT, None

    def decided(self, state: SolutionState, by: str, at: datetime, comment: str) -> None:
        """Take the approval's word."""
        self.state = state
        self.decided_by, self.decided_at, self.comment = by, at, comment

    def cancel(self) -> None:
        """Void it; what is being decided must be withdrawn first, what was agreed stays."""
        if self.state in (SolutionState.SUBMITTED, SolutionState.APPROVED, SolutionState.VOID):
            hint = "，请先撤回再作废" if self.state is SolutionState.SUBMITTED else ""
            raise Stale(f"技术方案 {self.no} {_SAID[self.state]}{hint}。", subject=self.subject)
        self.state = SolutionState.VOID

    def check_not_void(self) -> None:
        """Raise Stale when it was thrown away."""
        if self.state is SolutionState.VOID:
            raise Stale(f"技术方案 {self.no} 已作废，请重新发一份。", subject=self.subject)

    def check_version(self, version: int) -> None:
        """Raise Stale when a button shows an earlier state; 0 is no button."""
        if version not in (0, self.version):
            raise Stale(f"技术方案 {self.no} 刚刚改过，请看最新的卡片。", subject=self.subject)


def title_of(words: str) -> str:
    """Return the first clause of what was said, as its title."""
    first = words.replace("；", "，").replace("。", "，").replace("\n", "，").split("，", 1)[0].strip()
    if not first:
        raise Invalid("方案写的是什么？例如：技术方案 苏州恒力 X200配自动上下料，节拍45秒。")
    return first[:TITLE_MAX]


def content_hash(solution: Solution, files: Iterable[str]) -> str:
    """Return the SHA-256 of what is asked, its drawings included, in canonical form (R-107)."""
    content = {
        "no": solution.no,
        "revision": solution.revision,
        "customer": solution.customer_id,
        "words": solution.words,
        "files": sorted(files),
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
