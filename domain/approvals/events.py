"""What happens to approvals. ``about`` is the subject of the content (``quote:12``)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequested(Event):
    """Somebody asked; the rule that applies and the policy's fingerprint are kept with it."""

    about: str
    rule: str
    policy: str
    content_hash: str
    steps: tuple[tuple[str, ...], ...]
    """Names, step by step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepApproved(Event):
    """One person said yes."""

    about: str
    revision: int
    content_hash: str
    step: int
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGranted(Event):
    """The last step is settled, or the rule asks nobody."""

    about: str
    revision: int
    content_hash: str
    by: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRejected(Event):
    """Somebody said no: that ends it."""

    about: str
    revision: int
    content_hash: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWithdrawn(Event):
    """The asker took it back."""

    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSuperseded(Event):
    """The content changed while it was pending."""

    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalReminded(Event):
    """Those who are silent were told again."""

    step: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalEscalated(Event):
    """Leaders of those who are silent may decide as well."""

    step: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproverReplaced(Event):
    """Somebody who was asked has left; another decides instead."""

    step: int
    left: str
    now: str
