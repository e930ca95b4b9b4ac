"""What is shown of requests for spare parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.spares.part_request import Consent, RequestState


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """A part that was asked for and how far it is: ``arrives_at`` when it is not in stock; the price in fen."""

    id: int
    said: str
    state: RequestState
    consent: Consent
    amount_fen: int
    arrives_at: datetime | None

    @property
    def asks_customer(self) -> bool:
        """Whether the customer is asked to pay for it."""
        return self.state is RequestState.ASKED and self.consent is Consent.ASKED

    @property
    def stands(self) -> str:
        """Whose word is waited for, else how far it is: the customer's yes does not yet open the store (S-149)."""
        if self.state is not RequestState.ASKED:
            return self.state.label
        if self.consent is Consent.ASKED:
            return "等客户同意付费"
        return "客户已同意，等审批" if self.consent is Consent.GIVEN else "等审批"

    @property
    def told_customer(self) -> str:
        """The same as the customer is told it."""
        if self.state is not RequestState.ASKED:
            return self.state.label
        if self.consent is Consent.ASKED:
            return "等您同意"
        return "您已同意，厂家审批中" if self.consent is Consent.GIVEN else "厂家审批中"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request as whoever acts on it may see it. ``stock`` lies in the main store; ``instead`` are substitutes there.

    ``issues``: the viewer may hand it out; ``approves``: the viewer's word is waited for.
    """

    id: int
    version: int
    job_id: int
    job_no: str
    machine: str
    engineer: str
    engineer_id: int
    said: str
    name: str
    pieces: int
    known: bool
    state: RequestState
    consent: Consent
    amount_fen: int
    need_by: datetime | None
    impact: str
    urgent: bool
    rule: str
    approved_by: str
    arrives_at: datetime | None
    issued_at: datetime | None
    issued: str
    reason: str
    stock: int
    unit: str
    instead: tuple[str, ...]
    issues: bool
    approves: bool
