"""R-112: what hangs in the chat is compared with the books once a night; neither may say what the other does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.approvals.deciding import ApproveStep
from domain.quotes.quote import Quote
from domain.quotes.submitting import SubmitQuote
from jobs.comparing import CompareJob
from jobs.drawing import Drawer
from jobs.relay import Relay
from jobs.trouble import Trouble
from storage.invariants import violations
from storage.tables import outbox
from tests.jobs.road import Line
from tests.support.company import open_company

NIGHT = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)
"""3:30 in Shanghai."""


class Night:
    """A company whose cards hang on two platforms, and its nightly comparison."""

    def __init__(self, company):
        self.company = company
        self.dingtalk = Line("dingtalk")
        drawer = Drawer(zone=company.business.calendar.zone, base="https://gendan.example")
        trouble = Trouble(database=company.database, business=company.business)
        self.relay = Relay(
            database=company.database,
            channels={"wecom": Line("wecom"), "dingtalk": self.dingtalk},
            drawer=drawer,
            clock=company.clock,
            trouble=trouble,
        )
        self.job = CompareJob(database=company.database, business=company.business, drawer=drawer, trouble=trouble)

    async def tell(self):
        while await self.relay.step():
            pass

    async def decided(self):
        """Let 周敏 approve a quotation whose card she holds."""
        self.company.act(SubmitQuote(quote_id=self.company.quote()), "陈静")
        await self.tell()
        self.company.act(ApproveStep(approval_id=1), "周敏")


@pytest.fixture
def night(database_url):
    with open_company(database_url) as company:
        yield Night(company)


async def test_a_lost_redrawing_is_made_up_for_in_the_morning(night):
    await night.decided()
    night.company.database.transact(
        lambda session: session.execute(update(outbox).where(outbox.c.kind == "redraw").values(state="parked"))
    )
    await night.tell()
    assert night.dingtalk.redrawn == []
    night.company.clock.set(NIGHT)
    found = await night.job.run()
    assert (found.cards, found.differing, found.contradicting) == (1, ("approval:1",), ())
    assert await night.job.run() is None, "once a night"
    await night.tell()
    assert night.dingtalk.redrawn == [], "nobody is told anything at night"
    night.company.clock.set(NIGHT + timedelta(hours=5))
    await night.tell()
    assert night.dingtalk.redrawn == [("1001", "陈静的报价审批")]
    night.company.clock.set(NIGHT + timedelta(days=1))
    assert (await night.job.run()).differing == ()


async def test_cards_that_say_what_is_true_are_left_alone(night):
    """Their clocks read differently the next day; that alone is no reason: a WeCom card can be redrawn once."""
    await night.decided()
    await night.tell()
    night.company.act(SubmitQuote(quote_id=night.company.quote()), "陈静")
    await night.tell()
    drawn = list(night.dingtalk.redrawn)
    night.company.clock.set(NIGHT)
    found = await night.job.run()
    assert (found.cards, found.differing) == (2, ())
    night.company.clock.move(timedelta(hours=6))
    await night.tell()
    assert night.dingtalk.redrawn == drawn


async def test_books_that_contradict_each_other_are_told_and_not_mended(night):
    await night.decided()
    await night.tell()
    night.company.database.transact(
        lambda session: session.execute(update(Quote).values(state="submitted", total_fen=Quote.total_fen + 1))
    )
    night.company.clock.set(NIGHT)
    found = await night.job.run()
    assert found.contradicting == ("Q-2611-0001",)
    assert night.company.told("梁宁") == ["夜间核对：Q-2611-0001 和审批记录对不上，请运行 gendan verify 查看。"]
    rules = night.company.database.look(lambda session: {each.rule for each in violations(session, lambda _: True)})
    assert {"approval_state"} <= rules
    state = night.company.database.look(lambda session: session.scalars(select(Quote.state)).one())
    assert state.value == "submitted"
