"""Two customers side by side, for reading."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.customers.customer import Customer
from domain.customers.merge import FIELDS, Merge, MergeState
from domain.customers.views import DifferenceView, MergeView
from domain.errors import NotFound
from domain.people.person import Person
from domain.scope import require
from storage.finders.people import PeopleFinder


class MergeQueries:
    """Proposed, done and undone merges."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, merge_id: int, viewer: Actor) -> MergeView:
        """Return a merge; NotFound unless the viewer may see both customers."""
        merge = self._session.get(Merge, merge_id)
        if merge is None:
            raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
        left, right = self._customer(merge.left_id), self._customer(merge.right_id)
        leader_of = PeopleFinder(self._session).leader_of
        for each in (left, right):
            require(viewer, each.owner_id, leader_of, region=each.region)
        before = merge.before or {"left": _fields(left), "right": _fields(right)}
        return MergeView(
            id=merge.id,
            version=merge.version,
            state=merge.state.value,
            left=before["left"]["name"],
            right=before["right"]["name"],
            differences=self._differences(before["left"], before["right"], merge.taken),
            children=sum(len(ids) for ids in merge.moved.values()),
            may_undo=merge.state is MergeState.MERGED,
        )

    def _differences(
        self, left: dict[str, Any], right: dict[str, Any], taken: dict[str, Any]
    ) -> tuple[DifferenceView, ...]:
        return tuple(
            DifferenceView(
                name=name,
                label=label,
                left=self._said(name, left[name]),
                right=self._said(name, right[name]),
                side="right" if (taken[name] == right[name] if taken else not left[name]) else "left",
            )
            for name, label in FIELDS.items()
            if left[name] != right[name] and right[name]
        )

    def _said(self, name: str, value: Any) -> str:
        if name != "owner_id" or value is None:
            return str(value or "空")
        person = self._session.get(Person, value)
        return "" if person is None else person.name

    def _customer(self, id_: int) -> Customer:
        return self._session.get_one(Customer, id_)


def _fields(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in FIELDS}
