"""Technical solutions for reading: their owners, those above them, and whoever is asked to approve."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.approvals.approval import Approval, Seat, SeatState
from domain.customers.customer import Customer
from domain.errors import NotFound
from domain.files.kept_file import KeptFile
from domain.people.person import Person
from domain.scope import UNSEEN, within
from domain.solutions.solution import Solution, SolutionState
from domain.solutions.views import SolutionView
from storage.finders.files import FileFinder
from storage.finders.people import PeopleFinder

_LIST = 10


class SolutionQueries:
    """One, the last of somebody, what is open, and the drawings of one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, solution_id: int, viewer: Actor) -> SolutionView:
        """Return one solution; NotFound when unknown or not for this viewer."""
        solution = self._session.get(Solution, solution_id)
        if solution is None or not self._may_see(solution, viewer):
            raise NotFound(UNSEEN)
        return self._view(solution, viewer)

    def by_no(self, no: str, viewer: Actor) -> SolutionView:
        """Return one by its number."""
        solution = self._session.scalars(select(Solution).where(Solution.no == no.strip().upper())).first()
        if solution is None or not self._may_see(solution, viewer):
            raise NotFound(f"没有找到技术方案 {no}，发“我的方案”看您的方案。")
        return self._view(solution, viewer)

    def of(self, viewer: Actor) -> Sequence[SolutionView]:
        """Return the viewer's own that are not void, the latest first."""
        mine = (Solution.owner_id == viewer.person_id, Solution.state != SolutionState.VOID)
        found = self._session.scalars(select(Solution).where(*mine).order_by(Solution.id.desc()).limit(_LIST))
        return [self._view(solution, viewer) for solution in found]

    def drawings(self, solution_id: int, viewer: Actor) -> Sequence[KeptFile]:
        """Return the files of one solution, in the order they came; NotFound as for its card."""
        return FileFinder(self._session).of(self.card(solution_id, viewer).subject)

    def drawing(self, file_id: int, viewer: Actor) -> KeptFile:
        """Return one file of a solution the viewer may see."""
        kept = self._session.get(KeptFile, file_id)
        kind, _, solution_id = ("", "", "") if kept is None else kept.subject.partition(":")
        if kept is None or kind != "solution":
            raise NotFound(UNSEEN)
        self.card(int(solution_id), viewer)
        return kept

    def _may_see(self, solution: Solution, viewer: Actor) -> bool:
        if within(viewer, solution.owner_id, PeopleFinder(self._session).leader_of):
            return True
        asked = (
            select(Seat.id)
            .join(Approval, Approval.id == Seat.approval_id)
            .where(Approval.about == solution.subject, Seat.person_id == viewer.person_id, Seat.step <= Approval.step)
        )
        return viewer.person_id is not None and self._session.execute(asked.limit(1)).first() is not None

    def _view(self, solution: Solution, viewer: Actor) -> SolutionView:
        approval = None if solution.approval_id is None else self._session.get_one(Approval, solution.approval_id)
        return SolutionView(
            id=solution.id,
            version=solution.version,
            no=solution.no,
            revision=solution.revision,
            state=solution.state.value,
            owner=self._session.get_one(Person, solution.owner_id).name,
            mine=solution.owner_id == viewer.person_id,
            customer=self._session.get_one(Customer, solution.customer_id).name,
            title=solution.title,
            words=solution.words,
            files=tuple(file.name or file.kind for file in FileFinder(self._session).of(solution.subject)),
            approval_no="" if approval is None else approval.no,
            waiting_for=() if approval is None else self._waiting(approval),
            decided_by=solution.decided_by,
            decided_at=solution.decided_at,
            comment=solution.comment,
        )

    def _waiting(self, approval: Approval) -> tuple[str, ...]:
        query = select(Person.name).join(Seat, Seat.person_id == Person.id)
        here = (Seat.approval_id == approval.id, Seat.step == approval.step, Seat.state == SeatState.WAITING)
        return tuple(self._session.scalars(query.where(*here).order_by(Seat.id)))
