"""Hand-overs, for reading."""

from __future__ import annotations

from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.errors import NotFound
from domain.handover.commands import SAID
from domain.handover.handover import Handover, HandoverState
from domain.handover.views import HandoverView
from domain.people.person import Person
from domain.scope import within
from storage.finders.handover import HandoverFinder
from storage.finders.people import PeopleFinder


class HandoverQueries:
    """For those above whoever leaves."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, handover_id: int, viewer: Actor) -> HandoverView:
        """Return a hand-over; NotFound for anybody who is not above the leaver."""
        handover = self._session.get(Handover, handover_id)
        leader_of = PeopleFinder(self._session).leader_of
        if handover is None or viewer.person_id == handover.from_id or not within(viewer, handover.from_id, leader_of):
            raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
        if handover.state is HandoverState.DONE:
            tables = [tables for tables in handover.moved.values() if isinstance(tables, dict)]
            counts = {name: sum(len(each.get(name, ())) for each in tables) for name in SAID}
        else:
            counts = HandoverFinder(self._session).counts(handover.from_id)
        return HandoverView(
            id=handover.id,
            version=handover.version,
            state=handover.state.value,
            leaver=self._session.get_one(Person, handover.from_id).name,
            taker=self._session.get_one(Person, handover.to_id).name,
            counts=tuple((SAID[name], number) for name, number in counts.items() if number),
        )
