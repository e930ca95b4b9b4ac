"""What happens to approvals. ``about`` is the subject of the content (``quote:12``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequested(Event):
    """Somebody asked; the rules that apply and the policy's fingerprint are kept with it."""

    about: str
    rule: str
    policy: str
    content_hash: str
    steps: tuple[tuple[str, ...], ...]
    """Names, step by step."""
    also: tuple[str, ...] = ()
    impact: str = ""
    trace: tuple[dict[str, Any], ...] = ()
    """What each rule that copies somebody said, as ``domain.approvals.trace`` writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepApproved(Event):
    """One person said yes."""

    about: str
    revision: int
    content_hash: str
    step: int
    comment: str
    instead_of: str = ""
    """Whom he decided for."""


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
class ApprovalCountered(Event):
    """Somebody agreed on a condition: it goes back as a new version."""

    about: str
    revision: int
    content_hash: str
    by: str
    words: str
    discount_ppm: int | None
    total_fen: int | None
    terms: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWithdrawn(Event):
    """The asker took it back."""

    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalReturned(Event):
    """Nobody decided in time: it went back to the asker."""

    about: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSuperseded(Event):
    """The content changed while it was pending."""

    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHandedOn(Event):
    """Somebody gave his say to another, or is away and another has it until he is back."""

    step: int
    was: str
    now: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproverAdded(Event):
    """Somebody whose turn it is wants one more to agree."""

    step: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalUrged(Event):
    """The asker urged those who are silent."""

    step: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactSaid(Event):
    """The asker said how badly the waiting hits."""

    impact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCopied(Event):
    """It was approved and given to these people to read."""

    people: tuple[str, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationMade(Event):
    """Somebody named who decides for him while he is away."""

    name: str
    to: str
    begins: datetime
    ends: datetime
    max_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationBegun(Event):
    """From now on the other decides."""

    name: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationEnded(Event):
    """He decides himself again."""

    name: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProposed(Event):
    """Somebody asked for a rule in the chat; nothing holds yet."""

    name: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePublished(Event):
    """The rule holds for what is asked from now on."""

    name: str
    said: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRolledBack(Event):
    """The rules are as they were before this edition."""

    name: str
    policy: str
