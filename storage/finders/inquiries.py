"""Finding what belongs to an inquiry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.activities.activity import Activity
from domain.inquiries.inquiry import Inquiry, InquiryLine, InquiryState

_LINES = (
    select(InquiryLine)
    .where(InquiryLine.inquiry_id == bindparam("inquiry_id"))
    .order_by(InquiryLine.position, InquiryLine.id)
)


class InquiryFinder:
    """Lines, and who else refers to a customer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lines(self, inquiry_id: int) -> Sequence[InquiryLine]:
        """Return the lines in their order."""
        return self._session.scalars(_LINES, {"inquiry_id": inquiry_id}).all()

    def live_of(self, customer_id: int) -> Sequence[Inquiry]:
        """Return the customer's inquiries that were not taken back, the newest first."""
        query = select(Inquiry).where(Inquiry.customer_id == customer_id, Inquiry.state != InquiryState.UNDONE)
        return self._session.scalars(query.order_by(Inquiry.id.desc())).all()

    def from_source(self, source: str) -> Sequence[Inquiry]:
        """Return the inquiries logged with this word for their source."""
        return self._session.scalars(select(Inquiry).where(Inquiry.source == source).order_by(Inquiry.id)).all()

    def sent_as(self, outside_key: str) -> Inquiry | None:
        """Return the inquiry that was sent from outside under this key."""
        return self._session.scalars(select(Inquiry).where(Inquiry.outside_key == outside_key)).first()

    def recent_by_phone(self, phone: str, since: datetime) -> Inquiry | None:
        """Return the newest open inquiry with this number since a moment."""
        query = select(Inquiry).where(
            Inquiry.phone == phone, Inquiry.created_at >= since, Inquiry.state == InquiryState.OPEN
        )
        return self._session.scalars(query.order_by(Inquiry.id.desc()).limit(1)).first()

    def in_use(self, *, customer_id: int | None = None, contact_id: int | None = None, but: int) -> bool:
        """Return whether a live inquiry other than ``but``, or an activity, refers to the customer or the contact."""
        refers = Inquiry.customer_id == customer_id if customer_id is not None else Inquiry.contact_id == contact_id
        query = select(Inquiry.id).where(refers, Inquiry.id != but, Inquiry.state != InquiryState.UNDONE).limit(1)
        if self._session.execute(query).first() is not None:
            return True
        visited = select(Activity.id).where(Activity.customer_id == customer_id, ~Activity.undone).limit(1)
        return customer_id is not None and self._session.execute(visited).first() is not None
