"""Rules made in the chat: each publication is an edition of all of them, so that one step back is always there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.policy_approvals import AlsoRule, ApprovalPolicy
from domain.record import Entity, Identity, Record, choice
from domain.work import Work


class EditionState(StrEnum):
    """``draft → published → rolled_back``, or ``draft → dropped``. The latest published one holds."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"
    DROPPED = "dropped"


_SAID = {
    EditionState.PUBLISHED: "已经发布",
    EditionState.ROLLED_BACK: "已经撤下",
    EditionState.DROPPED: "已经取消",
}


class RuleEdition(Entity, Record):
    """``rules`` are all rules of the chat as they are with this one; ``name`` and ``said`` are of the one it adds.

    ``base_id``: the edition that held when it was proposed. ``hits`` of ``tried`` requests of the last 30 days would
    have met the rule. ``published_no`` counts the publications.
    """

    __tablename__ = "approval_editions"

    author_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column()
    name: Mapped[str] = mapped_column(String(64))
    said: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    rules: Mapped[list[Any]] = mapped_column()
    hits: Mapped[int] = mapped_column(default=0)
    tried: Mapped[int] = mapped_column(default=0)
    published_no: Mapped[int | None] = mapped_column(default=None, unique=True)
    base_id: Mapped[int | None] = mapped_column(Identity, default=None)
    state: Mapped[EditionState] = mapped_column(choice(EditionState), default=EditionState.DRAFT)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)

    def end(self, state: EditionState, by: str, now: datetime) -> None:
        """Publish or drop a draft, or take back what is published; Stale when it is neither."""
        expected = EditionState.PUBLISHED if state is EditionState.ROLLED_BACK else EditionState.DRAFT
        if self.state is not expected:
            how = _SAID.get(self.state, "还没有发布")
            raise Stale(f"规则“{self.name}”{how}，发“审批规则”看现在的规则。", subject=self.subject)
        self.state = state
        self.decided_by, self.decided_at = by, now


def policy_now(work: Work) -> ApprovalPolicy:
    """Return the policy of the file with what was published in the chat."""
    return with_edition(work.policies.approvals, work.find.approvals.edition())


def with_edition(policy: ApprovalPolicy, edition: RuleEdition | None) -> ApprovalPolicy:
    """Return the policy with the rules of an edition behind its own."""
    if edition is None:
        return policy
    added = tuple(AlsoRule.model_validate(rule) for rule in edition.rules)
    return policy.model_copy(update={"also": (*policy.also, *added)})
