"""A small sales company on a real database: two reps, their managers, finance, an admin, some products.

with open_company(database_url) as company:
    quote = company.quote()
    company.act(SubmitQuote(quote_id=quote), "陈静")
    assert company.told("周敏") == ["approvals.decide approval:1"]
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from cards.card import Card
from domain.actor import SYSTEM, Actor, Role
from domain.catalog.enrol_product import EnrolProduct
from domain.clock import ManualClock, WorkCalendar
from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.dialogue.commands import KeepDraft
from domain.dialogue.wish import Wish
from domain.execute import Executor
from domain.inquiries.commands import LogInquiry
from domain.inquiries.lines import Wanted
from domain.messages import Command
from domain.people.commands import EnrolPerson
from domain.people.person import Person
from domain.policy import DEFAULT_POLICIES, Policies
from domain.policy_approvals import ApprovalPolicy
from domain.policy_assignment import AssignmentPolicy
from domain.policy_pool import PoolPolicy
from domain.quotes.drafting import DraftQuote
from domain.quotes.lines import QuoteItem
from domain.record import Entity
from domain.registry import HANDLERS, REACTIONS
from jobs.business import Business
from jobs.drawing import Drawer
from storage import timers
from storage.database import Database
from storage.queries import Queries
from storage.schema import metadata
from storage.tables import outbox, timeline
from storage.tables import timers as timers_table
from storage.uow import UnitOfWork
from tests.support.prepared import prepare

E = TypeVar("E", bound=Entity)
T = TypeVar("T")

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai, a working day."""

APPROVALS = ApprovalPolicy.model_validate(
    {
        "split_days": 0,
        "rules": [
            {
                "name": "低于九折或毛利不足",
                "when": {"any": [{"discount": {"under": "90%"}}, {"margin": {"under": "15%"}}]},
                "steps": [{"by": "role:management"}],
            },
            {
                "name": "大额报价",
                "when": {"amount": {"over": "50万"}},
                "steps": [{"by": "leader"}, {"by": "role:finance", "mode": "all"}],
            },
            {"name": "小额标准价", "when": {"amount": {"at_most": "1万"}}},
            {"name": "常规报价", "steps": [{"by": "leader"}]},
        ],
    }
)

_STAFF = (
    EnrolPerson(name="秦岚", roles=(Role.MANAGEMENT,), wecom="qinlan"),
    EnrolPerson(name="周敏", roles=(Role.MANAGER,), leader="秦岚", dingtalk="1001"),
    EnrolPerson(name="罗成", roles=(Role.MANAGER,), leader="秦岚", wecom="luocheng"),
    EnrolPerson(name="陈静", roles=(Role.SALES,), leader="周敏", wecom="chenjing"),
    EnrolPerson(name="何雨", roles=(Role.SALES,), leader="罗成", dingtalk="1013"),
    EnrolPerson(name="钱进", roles=(Role.FINANCE,), leader="秦岚", dingtalk="1002"),
    EnrolPerson(name="孔方", roles=(Role.FINANCE,), leader="秦岚", wecom="kongfang"),
    EnrolPerson(name="梁宁", roles=(Role.ADMIN,), wecom="liangning"),
)
_PRODUCTS = (
    EnrolProduct(code="X200", name="立式加工中心", price_fen=15_800_000, cost_fen=11_900_000, aliases=("两百机",)),
    EnrolProduct(code="X300", name="立式加工中心", price_fen=22_600_000, cost_fen=16_800_000),
    EnrolProduct(code="RB-12", name="机器人", price_fen=8_000_000, cost_fen=7_500_000),
    EnrolProduct(code="TR-2", name="操作培训", unit="次", price_fen=600_000, cost_fen=250_000, tax_ppm=60_000),
)
_CUSTOMERS = (
    EnrolCustomer(
        name="无锡锦腾模具有限公司",
        aliases=("锦腾",),
        region="华东",
        level="A",
        owner="陈静",
        contacts=(ContactEntry(name="俞海燕", title="采购经理", phone="139 1200 0002"),),
    ),
    EnrolCustomer(name="东莞市鑫宏五金制品有限公司", aliases=("鑫宏",), region="华南", owner="何雨"),
)


@dataclass(slots=True, kw_only=True)
class Company:
    """The company, its clock, and means to act and to look. People are called by name; "" is the system."""

    database: Database
    business: Business
    clock: ManualClock
    people: dict[str, Actor] = field(default_factory=dict)
    keys: Iterator[int] = field(default_factory=itertools.count)

    def actor(self, name: str | Actor) -> Actor:
        """Return a person as the one who acts; an actor is one already."""
        if isinstance(name, Actor):
            return name
        return self.people[name] if name else SYSTEM

    def act(self, command: Command, name: str | Actor = "") -> Any:
        """Carry out one command as one effect, tried again after a conflict; refusals come through."""
        return self.run(lambda work: work.act(command), name)

    def run(self, effect: Callable[[UnitOfWork], T], name: str | Actor = "") -> T:
        """Run one effect in a transaction of its own."""
        key = f"test:{next(self.keys)}"

        def transaction(session: Session) -> T:
            batch = self.business.batch(session)
            result = self.business.attempt(batch, key, self.actor(name), effect)
            batch.finish()
            return result

        return self.database.transact(transaction)

    def keeps(self, *wishes: Wish, name: str = "陈静", place: str = "wecom") -> str:
        """Put wishes to somebody's card; return its subject."""
        return f"draft:{self.act(KeepDraft(place=place, wishes=wishes), name)}"

    def race(self, *deeds: tuple[Command, str | Actor]) -> list[Exception | None]:
        """Let every deed start at once, each on its own thread; return what each was refused with."""
        barrier = threading.Barrier(len(deeds))
        outcomes: list[Exception | None] = [None] * len(deeds)

        def attempt(index: int, command: Command, name: str | Actor) -> None:
            barrier.wait(10)
            try:
                self.act(command, name)
            except Exception as error:  # noqa: BLE001 - the test compares them exactly
                outcomes[index] = error

        threads = [
            threading.Thread(target=attempt, args=(index, command, name)) for index, (command, name) in enumerate(deeds)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return outcomes

    def fire(self) -> int:
        """Fire every timer that is due now, one effect each; return how many."""
        fired = 0
        while self.database.transact(self._fire_one):
            fired += 1
        return fired

    def look(self, read: Callable[[Queries], T]) -> T:
        """Return what a query finds."""
        return self.database.look(lambda session: read(Queries(session)))

    def get(self, kind: type[E], id_: int) -> E:
        """Return a record as it is now."""
        return self.database.look(lambda session: session.get_one(kind, id_))

    def all(self, kind: type[E]) -> Sequence[E]:
        """Return every record of a kind, oldest first."""
        return self.database.look(lambda session: session.scalars(select(kind).order_by(kind.id)).all())

    def card(self, kind: str, subject: str, name: str, **args: Any) -> Card:
        """Return a card as this person sees it now."""
        drawer = Drawer(zone=self.business.calendar.zone, base="https://gendan.example")
        return self.look(lambda queries: drawer.draw(queries, kind, subject, args, self.actor(name), self.clock.now()))

    def told(self, name: str) -> list[str]:
        """Return what this person was promised, in order: sentences, and cards as ``<kind> <subject>``."""
        query = select(outbox).where(outbox.c.person_id == self.people[name].person_id).order_by(outbox.c.id)
        rows = self.database.look(lambda session: session.execute(query).mappings().all())
        return [row["body"]["text"] if row["kind"] == "text" else f"{row['kind']} {row['subject']}" for row in rows]

    def happened(self, subject: str) -> list[str]:
        """Return the events on the timeline of a subject, in order."""
        query = select(timeline.c.event).where(timeline.c.subject == subject).order_by(timeline.c.seq)
        return list(self.database.look(lambda session: session.scalars(query).all()))

    def pending(self, *about: str) -> dict[str, datetime]:
        """Return the promises not yet kept, by name, with when they are due; ``about``: the kinds, all without any."""
        query = select(timers_table.c.name, timers_table.c.due).where(timers_table.c.state == "pending")
        rows = self.database.look(lambda session: session.execute(query.order_by(timers_table.c.name)).all())
        return {name: due for name, due in rows if not about or name.partition(":")[0] in about}

    def log(self, name: str = "陈静", **said: Any) -> int:
        """Log the inquiry of the story, or what ``said`` makes of it."""
        story: dict[str, Any] = {
            "requirement": "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价",
            "company": "苏州恒力机械",
            "contact": "王总",
            "phone": "13812345678",
            "wanted": (Wanted(said="x200", quantity=2),),
            "budget_fen": 30_000_000,
            "budget_approx": True,
            "source": "展会",
            "due": datetime(2026, 12, 2, 9, 30, tzinfo=UTC),
            "due_whole_day": True,
        }
        return int(self.act(LogInquiry(**{**story, **said}), name))

    def quote(self, product: str = "X200", quantity: int = 2, discount_ppm: int = 950_000, name: str = "陈静") -> int:
        """Draft a quote for the author's own customer."""
        company = {"陈静": "锦腾", "何雨": "鑫宏"}.get(name, "锦腾")
        items = (QuoteItem(product=product, quantity=quantity),)
        return int(self.act(DraftQuote(items=items, discount_ppm=discount_ppm, company=company), name))

    def _fire_one(self, session: Session) -> bool:
        batch = self.business.batch(session)
        due = timers.take(session, batch.now, 1)
        for row in due:
            command = self.business.executor.book.decode(row["command"])
            self.business.attempt(batch, f"timer:{row['id']}", SYSTEM, lambda work, due=command: work.act(due))
        timers.fired(session, [row["id"] for row in due], batch.now)
        batch.finish()
        return bool(due)


@contextmanager
def open_company(
    url: str,
    *,
    approvals: ApprovalPolicy = APPROVALS,
    assignment: AssignmentPolicy = DEFAULT_POLICIES.assignment,
    pool: PoolPolicy = DEFAULT_POLICIES.pool,
) -> Iterator[Company]:
    """Yield the company on an empty database, Monday at ten."""
    policies = Policies(approvals=approvals, assignment=assignment, pool=pool)
    prepare(url, ("company", repr(policies)), lambda: _found(url, policies))
    company = _company(url, policies)
    next(company.keys)  # the founding has the first
    try:
        for person in company.all(Person):
            door = person.door()
            assert door is not None
            company.people[person.name] = person.actor(door[0])
        yield company
    finally:
        company.database.close()


def _found(url: str, policies: Policies) -> None:
    company = _company(url, policies)
    metadata.create_all(company.database.engine)
    company.run(lambda work: [work.act(command) for command in (*_STAFF, *_PRODUCTS, *_CUSTOMERS)])
    company.database.close()


def _company(url: str, policies: Policies) -> Company:
    clock = ManualClock(MONDAY)
    executor = Executor(HANDLERS, REACTIONS)
    business = Business(executor=executor, calendar=WorkCalendar(), policies=policies, clock=clock)
    return Company(database=Database(url, writers=8), business=business, clock=clock)
