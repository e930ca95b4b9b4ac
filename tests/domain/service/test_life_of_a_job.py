"""Whatever anybody presses in whatever order: legal steps only, one owner, closed stays closed, stock adds up."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.actor import visitor
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.service.accept import AcceptJob, DeclineJob
from domain.service.dispatch import AssignJob
from domain.service.finishing import CorrectParts, FinishJob, SaidPart
from domain.service.sign import CancelJob, SignOff
from domain.service.states import NEXT, WITH_ENGINEER, JobState
from domain.service.visit import ArriveJob
from domain.spares.requesting import RequestParts
from tests.support.service_shop import open_shop

TOKEN = "t" * 22
REFUSALS = (Stale, Invalid, NotAllowed, NotFound)
ENGINEERS = st.sampled_from(["何平", "林涛", "高飞"])
PARTS = st.lists(
    st.builds(SaidPart, name=st.sampled_from(["6205", "6206", "丝杠"]), quantity=st.integers(1, 3)), max_size=2
).map(tuple)


class JobLife(RuleBasedStateMachine):
    """Engineers, a dispatcher and a customer around one job."""

    @initialize()
    def open(self):
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.shop = self.stack.enter_context(open_shop(f"sqlite:///{folder}/life.db"))
        self.pieces = self.count_pieces()
        self.job = self.shop.report(token=TOKEN)
        self.before = self.job

    def teardown(self):
        self.stack.close()

    def try_(self, command, actor):
        """Carry out; a refusal changes nothing, and what passed was a legal step."""
        self.before = self.shop.job()
        try:
            self.shop.act(command, actor)
        except REFUSALS:
            assert self.shop.job().version == self.before.version
            return
        after = self.shop.job().state
        assert after is self.before.state or after in NEXT[self.before.state] | _two_steps(self.before.state)

    @rule(name=ENGINEERS)
    def accept(self, name):
        self.try_(AcceptJob(work_order_id=self.job.id), self.shop.people[name])

    @rule(name=ENGINEERS)
    def decline(self, name):
        self.try_(DeclineJob(work_order_id=self.job.id), self.shop.people[name])

    @rule(name=ENGINEERS)
    def arrive(self, name):
        self.try_(ArriveJob(work_order_id=self.job.id), self.shop.people[name])

    @rule(name=ENGINEERS)
    def wait(self, name):
        self.try_(RequestParts(work_order_id=self.job.id, words="等丝杠"), self.shop.people[name])

    @rule(name=ENGINEERS, parts=PARTS)
    def finish(self, name, parts):
        self.try_(FinishJob(work_order_id=self.job.id, parts=parts), self.shop.people[name])

    @rule(name=ENGINEERS, parts=PARTS)
    def correct(self, name, parts):
        self.try_(CorrectParts(work_order_id=self.job.id, parts=parts), self.shop.people[name])

    @rule(name=ENGINEERS)
    def assign(self, name):
        engineer = self.shop.people[name].person_id
        self.try_(AssignJob(work_order_id=self.job.id, engineer_id=engineer), self.shop.people["唐悦"])

    @rule(stars=st.integers(0, 6))
    def sign(self, stars):
        self.try_(SignOff(token=TOKEN, rating=stars, signer="王建国"), visitor())

    @rule()
    def cancel(self):
        self.try_(CancelJob(work_order_id=self.job.id), self.shop.people["唐悦"])

    @invariant()
    def one_owner_when_somebody_has_it(self):
        job = self.shop.job()
        owned = (*WITH_ENGINEER, JobState.SIGNING, JobState.CONFIRMED)
        if job.state in owned:
            assert job.engineer_id is not None
        if job.state in (JobState.REPORTED, JobState.OFFERED):
            assert job.engineer_id is None

    @invariant()
    def closed_stays_closed(self):
        if not self.before.state.is_open:
            assert self.shop.job().version == self.before.version

    @invariant()
    def stock_adds_up(self):
        assert self.count_pieces() == self.pieces
        assert self.shop.look(lambda queries: queries.parts.unbalanced()) == []

    def count_pieces(self):
        """Return on hand plus used, over the parts that may move."""

        def look(queries):
            there = sum(sum(queries.parts.on_hand(code).values()) for code in ("6205", "6206"))
            return there + sum(pieces for _, pieces in queries.parts.used_by("workorder:1"))

        return self.shop.look(look)


def _two_steps(state):
    """Declining is giving back and asking the next at once."""
    return {JobState.OFFERED, JobState.REPORTED} if state is JobState.ACCEPTED else set()


TestJobLife = JobLife.TestCase
TestJobLife.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
