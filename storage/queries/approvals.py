"""Approvals for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, or_, select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.approvals.approval import Approval, ApprovalState, Impact, Seat, SeatState
from domain.approvals.delegation import Delegation
from domain.approvals.edition import RuleEdition, with_edition
from domain.approvals.trace import said_tests
from domain.approvals.views import (
    ApprovalView,
    CopyTrace,
    ExhibitLine,
    Explained,
    Happening,
    Routing,
    RuleView,
    Stage,
    Vote,
)
from domain.errors import NotFound
from domain.money import PPM
from domain.people.person import Person
from domain.policy_approvals import ApprovalPolicy
from storage.finders.approvals import ApprovalFinder
from storage.queries.decision_pack import decision_pack
from storage.tables import timeline

_UNKNOWN = "没有找到这份审批，可能已经撤回或不需要您审批。"
_DECIDERS = (Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.TECHNICAL, Role.PRODUCTION, Role.ADMIN)
"""Whom the page offers to hand a decision to; anybody else can be named in words."""


_SEATS = select(Seat).where(Seat.approval_id == bindparam("approval_id")).order_by(Seat.step, Seat.id)
_URGENT = case((Approval.impact == Impact.STOPPED, 0), (Approval.impact == Impact.DELIVERY, 1), else_=2)
_PENDING = (
    select(Approval)
    .join(Seat, (Seat.approval_id == Approval.id) & (Seat.step == Approval.step))
    .where(
        Approval.state == ApprovalState.PENDING,
        Seat.person_id == bindparam("person_id"),
        Seat.state == SeatState.WAITING,
    )
    .order_by(_URGENT, Approval.step_since, Approval.id)
    .limit(bindparam("most"))
)
"""Built once: every short reply asks what waits for its sender."""


class ApprovalQueries:
    """What asker, approvers of the steps reached, those copied, management and admin may see."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, approval_id: int, viewer: Actor) -> ApprovalView:
        """Return one approval; NotFound when unknown or not for this viewer."""
        approval = self._session.get(Approval, approval_id)
        if approval is None:
            raise NotFound(_UNKNOWN)
        return self._view(approval, viewer, whole=True)

    def page(self, approval_id: int, viewer: Actor) -> ApprovalView:
        """Return one approval with its history and the colleagues it could go to."""
        view = self.card(approval_id, viewer)
        rows = self._session.execute(
            select(timeline).where(timeline.c.subject == view.subject).order_by(timeline.c.seq)
        ).mappings()
        history = tuple(
            Happening(at=row["at"], who=row["actor"], platform=row["platform"], event=row["event"], body=row["body"])
            for row in rows
        )
        colleagues = self._colleagues(approval_id, viewer) if view.my_turn else ()
        return replace(view, history=history, colleagues=colleagues)

    def by_no(self, no: str, viewer: Actor) -> ApprovalView:
        """Return one approval by its own number (``SP-2611-0001``, or its end ``0001``) or the quote's.

        An end that several pending approvals share finds the latest the viewer may see.
        """
        wanted = no.strip().upper()
        query = select(Approval).where(
            (Approval.no == wanted)
            | (Approval.about_no == wanted)
            | Approval.no.endswith(f"-{wanted.rpartition('-')[2]}")
        )
        found = self._session.scalars(query.order_by(Approval.id.desc())).all()
        for approval in sorted(found, key=lambda each: (wanted not in (each.no, each.about_no), -each.id)):
            if self._may_see(approval, viewer):
                return self._view(approval, viewer)
        raise NotFound(f"没有找到审批 {no}，发“待审批”可以看到等您处理的。")

    def pending_for(self, viewer: Actor, limit: int = 20) -> Sequence[ApprovalView]:
        """Return what waits for the viewer, the most pressing first, then the longest waiting."""
        pending = self._session.scalars(_PENDING, {"person_id": viewer.person_id, "most": limit})
        return [self._view(approval, viewer) for approval in pending]

    def asked_by(self, viewer: Actor, limit: int = 20) -> Sequence[ApprovalView]:
        """Return what the viewer asked and nobody has decided yet, the latest first."""
        query = select(Approval).where(
            Approval.state == ApprovalState.PENDING, Approval.requester_id == viewer.person_id
        )
        asked = self._session.scalars(query.order_by(Approval.id.desc()).limit(limit))
        return [self._view(approval, viewer) for approval in asked]

    def delegations(self, viewer: Actor, now: datetime) -> Sequence[Delegation]:
        """Return who decides for the viewer and for whom he decides, now or later, the next one first."""
        query = select(Delegation).where(
            or_(Delegation.person_id == viewer.person_id, Delegation.to_id == viewer.person_id),
            Delegation.ends > now,
            Delegation.ended_at.is_(None),
        )
        return self._session.scalars(query.order_by(Delegation.begins, Delegation.id)).all()

    def explained(self, viewer: Actor, *, approval_id: int | None = None, amount_fen: int | None = None) -> Explained:
        """Return what the rules that copy the viewer said: to this approval, the latest of an amount, the latest.

        The answer is read from what was written down when it was asked; NotFound when there is none he may know of.
        """
        query = select(Approval).order_by(Approval.id.desc()).limit(200)
        if approval_id is not None:
            query = query.where(Approval.id == approval_id)
        if amount_fen is not None:
            query = query.where(Approval.amount_fen == amount_fen)
        for approval in self._session.scalars(query):
            mine = [each for each in approval.trace if viewer.person_id in each["to"]]
            if mine or self._may_see(approval, viewer):
                return _explained(approval, mine, margin=self._sees_margin(approval, viewer))
        raise NotFound("没有找到这份审批。请写上审批号或报价号，例如：SP-2611-0001 为啥没抄送我。")

    def routing(self, approval_id: int, viewer: Actor, policy: ApprovalPolicy) -> Routing:
        """Return why an approval takes its way, by the facts it was asked with; ``policy`` is the one of the file."""
        approval = self._session.get(Approval, approval_id)
        if approval is None or not self._may_see(approval, viewer):
            raise NotFound(_UNKNOWN)
        now = with_edition(policy, self.edition())
        changed = now.fingerprint != approval.policy
        kind = approval.about.partition(":")[0]
        held = [
            rule for rule in (*now.rules_for(kind), *now.also_for(kind)) if rule.name in (approval.rule, *approval.also)
        ]
        facts = {name: tuple(value) if isinstance(value, list) else value for name, value in approval.facts.items()}
        tests = [test for rule in held if not changed for test in said_tests(rule.condition, facts) if test["passed"]]
        return Routing(
            no=approval.no,
            about_no=approval.about_no,
            rule=approval.rule,
            also=tuple(approval.also),
            tests=_shown(tests, margin=self._sees_margin(approval, viewer)),
            nodes=tuple(approval.nodes),
            policy=approval.policy,
            changed=changed,
        )

    def rule(self, edition_id: int, viewer: Actor) -> RuleView:
        """Return a rule of the chat, for those who may change rules."""
        edition = self._session.get(RuleEdition, edition_id)
        if edition is None or not viewer.has(Role.MANAGEMENT, Role.ADMIN):
            raise NotFound("没有找到这条规则，发“审批规则”看现在的规则。")
        held = ApprovalFinder(self._session).edition()
        return RuleView(
            id=edition.id,
            version=edition.version,
            name=edition.name,
            said=edition.said,
            words=edition.words,
            author=self._name(edition.author_id),
            hits=edition.hits,
            tried=edition.tried,
            state=edition.state.value,
            holds=held is not None and held.id == edition.id,
            decided_by=edition.decided_by,
            decided_at=edition.decided_at,
        )

    def edition(self) -> RuleEdition | None:
        """Return the rules of the chat that hold now."""
        return ApprovalFinder(self._session).edition()

    def _may_see(self, approval: Approval, viewer: Actor) -> bool:
        if viewer.person_id == approval.requester_id or viewer.has(Role.MANAGEMENT, Role.ADMIN):
            return True
        if approval.state is ApprovalState.APPROVED and viewer.person_id in approval.copied:
            return True
        return any(seat.person_id == viewer.person_id and seat.step <= approval.step for seat in self._seats(approval))

    def _sees_margin(self, approval: Approval, viewer: Actor) -> bool:
        asked = any(seat.person_id == viewer.person_id for seat in self._seats(approval))
        return asked or viewer.has(Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.ADMIN)

    def _view(self, approval: Approval, viewer: Actor, *, whole: bool = False) -> ApprovalView:
        if not self._may_see(approval, viewer):
            raise NotFound(_UNKNOWN)
        seats = self._seats(approval)
        now = [seat for seat in seats if seat.step == approval.step and seat.state is SeatState.WAITING]
        pending = approval.state is ApprovalState.PENDING
        exhibit = approval.exhibit
        mine = next((seat for seat in now if seat.person_id == viewer.person_id), None) if pending else None
        decides = any(seat.person_id == viewer.person_id for seat in seats) or viewer.has(Role.MANAGEMENT, Role.ADMIN)
        return ApprovalView(
            id=approval.id,
            version=approval.version,
            no=approval.no,
            state=approval.state.value,
            about=approval.about,
            about_no=approval.about_no,
            revision=approval.revision,
            requester=self._name(approval.requester_id),
            customer=exhibit["customer"],
            amount_fen=exhibit.get("amount_fen", 0),
            discount_ppm=exhibit.get("discount_ppm", PPM),
            margin_ppm=exhibit.get("margin_ppm") if self._sees_margin(approval, viewer) else None,
            lines=tuple(ExhibitLine(**line) for line in exhibit.get("lines", ())),
            title=exhibit.get("title", ""),
            files=tuple(exhibit.get("files", ())),
            reason=approval.reason,
            rule=approval.rule,
            waiting_since=approval.step_since,
            waiting_for=tuple(self._name(seat.person_id) for seat in now) if pending else (),
            votes=tuple(
                Vote(name=self._vote_name(seat), state=seat.state.value, at=seat.at, comment=seat.comment)
                for seat in seats
                if seat.state in (SeatState.APPROVED, SeatState.REJECTED)
            ),
            my_turn=mine is not None,
            decided_by=approval.decided_by,
            decided_at=approval.decided_at,
            comment=approval.comment,
            impact=approval.impact.value,
            also=tuple(approval.also),
            instead_of="" if mine is None or mine.for_id is None else self._name(mine.for_id),
            asked=viewer.person_id in approval.barred,
            counter=str(approval.counter.get("words", "")),
            stages=tuple(self._stages(approval, seats)) if whole else (),
            pack=decision_pack(self._session, approval, viewer.person_id) if whole and decides else None,
        )

    def _stages(self, approval: Approval, seats: Sequence[Seat]) -> Iterator[Stage]:
        ended = approval.state is not ApprovalState.PENDING
        for place, node in enumerate(approval.nodes):
            state = "done" if place < approval.step or ended else "now" if place == approval.step else "later"
            here = [seat for seat in seats if seat.step == place and seat.state is not SeatState.GONE]
            yield Stage(node=node, people=tuple(self._name(seat.person_id) for seat in here), state=state)

    def _colleagues(self, approval_id: int, viewer: Actor) -> tuple[tuple[int, str], ...]:
        approval = self._session.get_one(Approval, approval_id)
        seated = {seat.person_id for seat in self._seats(approval) if seat.step >= approval.step}
        people = self._session.scalars(select(Person).where(Person.active).order_by(Person.id))
        return tuple(
            (person.id, person.name)
            for person in people
            if person.has(*_DECIDERS) and person.id not in {*approval.barred, *seated, viewer.person_id}
        )

    def _seats(self, approval: Approval) -> Sequence[Seat]:
        return self._session.scalars(_SEATS, {"approval_id": approval.id}).all()

    def _vote_name(self, seat: Seat) -> str:
        return self._name(seat.person_id) + ("" if seat.for_id is None else f"（代{self._name(seat.for_id)}）")

    def _name(self, person_id: int) -> str:
        person = self._session.get(Person, person_id)
        return "" if person is None else person.name


def _explained(approval: Approval, mine: Sequence[dict[str, Any]], *, margin: bool) -> Explained:
    """Return the explanation; what a quotation earns is told to nobody who may not see it (R-57)."""
    return Explained(
        no=approval.no,
        about_no=approval.about_no,
        customer=str(approval.exhibit["customer"]),
        amount_fen=approval.amount_fen,
        policy=approval.policy,
        pending=approval.state is ApprovalState.PENDING,
        traces=tuple(
            CopyTrace(
                rule=each["rule"],
                said=each["said"],
                held=each["held"],
                tests=_shown(each["tests"], margin=margin),
            )
            for each in mine
        ),
    )


def _shown(tests: Iterable[Mapping[str, Any]], *, margin: bool) -> tuple[Mapping[str, Any], ...]:
    return tuple(test if margin or test["fact"] != "margin" else {**test, "have": ""} for test in tests)
