"""Random lives of quotes and approvals, with everybody pressing everything."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.conferring import AddApprover, HandStepOn
from domain.approvals.deciding import ApproveStep, CounterApproval, RejectStep
from domain.approvals.delegating import DelegateApprovals, EndDelegations
from domain.approvals.rules import ProposeRule, PublishRule, RollBackRules
from domain.approvals.steps import is_settled
from domain.errors import Refusal
from domain.messages import Command
from domain.people.commands import PersonLeave
from domain.people.person import Person
from domain.quotes.drafting import ReviseQuote, VoidQuote
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.submitting import SubmitQuote, WithdrawQuote
from tests.support.company import open_company

PEOPLE = ("陈静", "何雨", "周敏", "罗成", "秦岚", "钱进", "孔方", "梁宁")
people = st.sampled_from(PEOPLE)
quotes = st.integers(1, 3)
approvals = st.integers(1, 8)


class Approvals(RuleBasedStateMachine):
    """Three quotes: one small, one large with two steps, one of the boss himself."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.company = self.stack.enter_context(open_company(f"sqlite:///{folder}/test.db"))
        self.company.quote()
        self.company.quote(quantity=5)
        self.company.quote(name="秦岚")
        self.ended: dict[int, tuple[ApprovalState, str]] = {}

    def teardown(self) -> None:
        self.stack.close()

    def attempt(self, command: Command, name: str) -> bool:
        try:
            self.company.act(command, name)
        except Refusal:
            return False
        return True

    @rule(quote=quotes, name=people)
    def submit(self, quote: int, name: str) -> None:
        if self.attempt(SubmitQuote(quote_id=quote), name):
            assert name not in ("何雨", "罗成", "钱进", "孔方")

    @rule(quote=quotes, name=people, discount=st.sampled_from([950_000, 920_000, 850_000]))
    def edit(self, quote: int, name: str, discount: int) -> None:
        self.attempt(ReviseQuote(quote_id=quote, discount_ppm=discount), name)

    @rule(quote=quotes, name=people)
    def withdraw(self, quote: int, name: str) -> None:
        self.attempt(WithdrawQuote(quote_id=quote), name)

    @rule(quote=quotes, name=people)
    def void(self, quote: int, name: str) -> None:
        self.attempt(VoidQuote(quote_id=quote), name)

    @rule(approval=approvals, name=people, version=st.integers(0, 3))
    def approve(self, approval: int, name: str, version: int) -> None:
        seated = self.seats_of(approval)
        if self.attempt(ApproveStep(approval_id=approval, version=version), name):
            assert name in seated

    @rule(approval=approvals, name=people, version=st.integers(0, 3))
    def reject(self, approval: int, name: str, version: int) -> None:
        seated = self.seats_of(approval)
        if self.attempt(RejectStep(approval_id=approval, version=version, reason="毛利不足"), name):
            assert name in seated

    @rule(approval=approvals, name=people, to=people)
    def hand_on(self, approval: int, name: str, to: str) -> None:
        seated = self.seats_of(approval)
        if self.attempt(HandStepOn(approval_id=approval, to=to), name):
            assert name in seated

    @rule(approval=approvals, name=people, to=people)
    def add_one_more(self, approval: int, name: str, to: str) -> None:
        seated = self.seats_of(approval)
        if self.attempt(AddApprover(approval_id=approval, to=to), name):
            assert name in seated

    @rule(approval=approvals, name=people)
    def give_back_on_a_condition(self, approval: int, name: str) -> None:
        seated = self.seats_of(approval)
        if self.attempt(CounterApproval(approval_id=approval, words="折扣改九二折", discount_ppm=920_000), name):
            assert name in seated

    @rule(name=people, to=people, days=st.integers(1, 3), limit=st.sampled_from([None, 40_000_000]))
    def go_away(self, name: str, to: str, days: int, limit: int | None) -> None:
        now = self.company.clock.now()
        self.attempt(DelegateApprovals(to=to, begins=now, ends=now + timedelta(days=days), max_fen=limit), name)

    @rule(fen=st.sampled_from(["10万", "50万"]), sign=st.sampled_from(["秦岚", "周敏", "陈静"]))
    def a_rule_is_made(self, fen: str, sign: str) -> None:
        """R-111: what runs keeps its rules, whatever is published meanwhile."""
        running = {approval.id: (approval.policy, approval.modes) for approval in self.company.all(Approval)}
        proposed = ProposeRule(words=fen, when={"amount": {"over": fen}}, sign=(f"person:{sign}",))
        self.attempt(PublishRule(edition_id=self.company.act(proposed, "秦岚")), "秦岚")
        for approval in self.company.all(Approval):
            assert (approval.policy, approval.modes) == running[approval.id]

    @rule()
    def the_last_rule_is_taken_back(self) -> None:
        self.attempt(RollBackRules(), "秦岚")

    @rule(name=people)
    def come_back(self, name: str) -> None:
        self.attempt(EndDelegations(), name)

    @rule(account=st.sampled_from(["1002", "kongfang", "luocheng"]))
    def leave(self, account: str) -> None:
        self.company.act(PersonLeave(platform="dingtalk" if account.isdigit() else "wecom", account=account))

    @rule(hours=st.sampled_from([1, 3, 30, 200]))
    def time_passes(self, hours: int) -> None:
        granted = [a.id for a in self.company.all(Approval) if a.state is ApprovalState.APPROVED]
        self.company.clock.move(timedelta(hours=hours))
        self.company.fire()
        assert [a.id for a in self.company.all(Approval) if a.state is ApprovalState.APPROVED] == granted

    def seats_of(self, approval: int) -> set[str]:
        names = {person.id: person.name for person in self.company.all(Person)}
        return {
            names[seat.person_id]
            for seat in self.company.all(Seat)
            if seat.approval_id == approval and seat.state is SeatState.WAITING
        }

    @invariant()
    def what_is_pending_can_be_decided(self) -> None:
        """R-59: never stuck; the step that waits has somebody to decide it, and is not settled."""
        seats = self.company.all(Seat)
        for approval in self.company.all(Approval):
            if approval.state is ApprovalState.PENDING:
                step = [s for s in seats if (s.approval_id, s.step) == (approval.id, approval.step)]
                assert any(seat.state is SeatState.WAITING for seat in step)
                assert not is_settled(approval.modes[approval.step], step)

    @invariant()
    def nobody_decides_his_own(self) -> None:
        """R-108."""
        barred = {approval.id: set(approval.barred) for approval in self.company.all(Approval)}
        for seat in self.company.all(Seat):
            assert seat.person_id not in barred[seat.approval_id]

    @invariant()
    def nobody_under_the_asker_decides_for_another(self) -> None:
        """R-108: a say that was handed on never came to those barred, nor to who answers to the asker."""
        under = {"秦岚": {"周敏", "罗成", "钱进", "孔方"}, "周敏": {"陈静"}, "罗成": {"何雨"}}
        names = {person.id: person.name for person in self.company.all(Person)}
        askers = {approval.id: names[approval.requester_id] for approval in self.company.all(Approval)}
        for seat in self.company.all(Seat):
            if seat.for_id is not None:
                assert names[seat.person_id] not in under.get(askers[seat.approval_id], set())

    @invariant()
    def one_live_approval_per_revision(self) -> None:
        live = [
            (approval.about, approval.revision)
            for approval in self.company.all(Approval)
            if approval.state in (ApprovalState.PENDING, ApprovalState.APPROVED)
        ]
        assert len(live) == len(set(live))

    @invariant()
    def an_end_is_an_end(self) -> None:
        for approval in self.company.all(Approval):
            if approval.state is not ApprovalState.PENDING:
                end = (approval.state, approval.decided_by)
                assert self.ended.setdefault(approval.id, end) == end

    @invariant()
    def quotes_and_approvals_agree(self) -> None:
        """R-107: what is approved is what was asked; R-112: both say the same."""
        assert not self.company.look(lambda queries: list(queries.quotes.changed_after_approval()))
        expected = {
            QuoteState.SUBMITTED: ApprovalState.PENDING,
            QuoteState.APPROVED: ApprovalState.APPROVED,
            QuoteState.REJECTED: ApprovalState.REJECTED,
        }
        for quote in self.company.all(Quote):
            if quote.state in expected:
                assert quote.approval_id is not None
                assert self.company.get(Approval, quote.approval_id).state is expected[quote.state]
            elif quote.state is QuoteState.DRAFT:
                assert quote.approval_id is None


TestApprovals = Approvals.TestCase
TestApprovals.settings = settings(
    max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
