"""Finding activities: when a customer was last reached, and how often in vain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.activities.activity import LED_TO, Activity, Outcome
from domain.inquiries.inquiry import Inquiry, InquiryState


class ActivityFinder:
    """Contacts and misses of a customer; what was taken back does not count."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def last_contact(self, customer_id: int, but: int) -> tuple[datetime | None, int | None]:
        """Return when and by whom the customer was last in contact, by inquiry or activity other than ``but``."""
        reached = self._session.execute(
            select(Activity.at, Activity.author_id)
            .where(
                Activity.customer_id == customer_id,
                Activity.outcome == Outcome.REACHED,
                ~Activity.undone,
                Activity.id != but,
            )
            .order_by(Activity.at.desc(), Activity.id.desc())
            .limit(1)
        ).first()
        asked = self._session.execute(
            select(Inquiry.created_at, Inquiry.owner_id)
            .where(Inquiry.customer_id == customer_id, Inquiry.state != InquiryState.UNDONE)
            .order_by(Inquiry.created_at.desc())
            .limit(1)
        ).first()
        found = [(at, by) for at, by in (each for each in (reached, asked) if each is not None)]
        return max(found, default=(None, None))

    def contacts_since(
        self, customer_id: int, since: datetime, but: int = 0
    ) -> tuple[datetime | None, datetime | None]:
        """Return the first and the last time the customer was reached from a day on, without activity ``but``."""
        first, last = self._session.execute(
            select(func.min(Activity.at), func.max(Activity.at)).where(
                Activity.customer_id == customer_id,
                Activity.outcome == Outcome.REACHED,
                ~Activity.undone,
                Activity.id != but,
                Activity.at >= since - LED_TO,
            )
        ).one()
        return first, last

    def contacts_about(self, inquiry_id: int) -> tuple[datetime | None, datetime | None]:
        """Return the first and the last time an inquiry's customer was reached since he asked."""
        inquiry = self._session.get_one(Inquiry, inquiry_id)
        if inquiry.customer_id is None:
            return None, None
        return self.contacts_since(inquiry.customer_id, inquiry.created_at)

    def misses_in_a_row(self, customer_id: int) -> int:
        """Return how often nobody answered since the customer was last reached."""
        last = select(func.max(Activity.at)).where(
            Activity.customer_id == customer_id, Activity.outcome == Outcome.REACHED, ~Activity.undone
        )
        reached = self._session.execute(last).scalar()
        query = select(func.count()).where(
            Activity.customer_id == customer_id, Activity.outcome == Outcome.MISSED, ~Activity.undone
        )
        if reached is not None:
            query = query.where(Activity.at > reached)
        return int(self._session.execute(query).scalar_one())

    def in_use(self, customer_id: int, but: int) -> bool:
        """Return whether a live activity other than ``but``, or an inquiry, refers to the customer."""
        activities = select(Activity.id).where(
            Activity.customer_id == customer_id, Activity.id != but, ~Activity.undone
        )
        inquiries = select(Inquiry.id).where(Inquiry.customer_id == customer_id, Inquiry.state != InquiryState.UNDONE)
        return any(self._session.execute(query.limit(1)).first() is not None for query in (activities, inquiries))
