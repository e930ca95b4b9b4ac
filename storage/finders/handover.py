"""What somebody looks after, and giving it to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.customers.customer import Customer
from domain.inquiries.inquiry import Inquiry
from domain.opportunities.opportunity import Opportunity
from domain.quotes.quote import Quote
from domain.tasks.task import Task

_OWNED: Sequence[type[Any]] = (Customer, Inquiry, Opportunity, Quote, Task)


class HandoverFinder:
    """Counts of what is owned, and the change of owner itself; a record's version grows with it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def counts(self, owner_id: int) -> dict[str, int]:
        """Return how many records of each table somebody owns."""
        return {
            kind.__tablename__: self._session.execute(
                select(func.count()).select_from(kind).where(kind.owner_id == owner_id)
            ).scalar_one()
            for kind in _OWNED
        }

    def customers(self, owner_id: int) -> Sequence[Customer]:
        """Return somebody's customers, the oldest first."""
        return self._session.scalars(select(Customer).where(Customer.owner_id == owner_id).order_by(Customer.id)).all()

    def give(
        self, giver: int, taker: int | None, keeper: int, customer_ids: Sequence[int] | None
    ) -> dict[str, list[int]]:
        """Give ``giver``'s records to ``taker`` and return their ids by table.

        With ``customer_ids`` these customers with all that is about them, without them all that is left.
        ``keeper`` gets in the taker's place what cannot be nobody's.
        """
        moved = {}
        for kind in _OWNED:
            if customer_ids is None:
                which = kind.owner_id == giver
            else:
                key = kind.id if kind is Customer else kind.customer_id
                which = (kind.owner_id == giver) & key.in_(customer_ids)
            ids = list(self._session.scalars(select(kind.id).where(which).order_by(kind.id)))
            if ids:
                to = taker if kind is Customer else (taker or keeper)
                given = update(kind).where(kind.id.in_(ids)).values(owner_id=to, version=kind.version + 1)
                self._session.execute(given, execution_options={"synchronize_session": False})
                moved[kind.__tablename__] = ids
        self._session.expire_all()
        return moved
