"""Finding what belongs to an inquiry."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.inquiries.inquiry import Inquiry, InquiryLine, InquiryState
from domain.inquiries.task import Task, TaskState

_LINES = (
    select(InquiryLine)
    .where(InquiryLine.inquiry_id == bindparam("inquiry_id"))
    .order_by(InquiryLine.position, InquiryLine.id)
)
_OPEN_TASKS = select(Task).where(Task.about == bindparam("about"), Task.state == TaskState.OPEN).order_by(Task.id)


class InquiryFinder:
    """Lines, tasks, and who else refers to a customer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lines(self, inquiry_id: int) -> Sequence[InquiryLine]:
        """Return the lines in their order."""
        return self._session.scalars(_LINES, {"inquiry_id": inquiry_id}).all()

    def open_tasks(self, about: str) -> Sequence[Task]:
        """Return the open tasks about a subject."""
        return self._session.scalars(_OPEN_TASKS, {"about": about}).all()

    def in_use(self, *, customer_id: int | None = None, contact_id: int | None = None, but: int) -> bool:
        """Return whether a live inquiry other than ``but`` refers to the customer or the contact."""
        refers = Inquiry.customer_id == customer_id if customer_id is not None else Inquiry.contact_id == contact_id
        query = select(Inquiry.id).where(refers, Inquiry.id != but, Inquiry.state != InquiryState.UNDONE).limit(1)
        return self._session.execute(query).first() is not None
