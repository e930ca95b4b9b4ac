"""A small service company on a real database: two customers' machines, three engineers, a dispatcher, some parts."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from domain.actor import SYSTEM, Actor, Role, visitor
from domain.catalog.enrol_part import EnrolPart
from domain.clock import ManualClock, WorkCalendar
from domain.customers.commands import EnrolCustomer
from domain.equipment.commands import EnrolEquipment
from domain.execute import Executor
from domain.people.commands import EnrolPerson
from domain.policy import DEFAULT_POLICIES, FaultKind, Policies, ServicePolicy
from domain.registry import HANDLERS, REACTIONS
from domain.service.report import ReportFault
from domain.service.work_order import WorkOrder
from jobs.business import Business
from storage import tables, timers
from storage.database import Database
from storage.queries import Queries
from storage.schema import metadata
from storage.tables import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from domain.messages import Command

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai."""

SLUG = "hengli-X200-Zr8wQ0mN4uTb"
OTHER_SLUG = "xinhong-L320-p9Kd2vYs7cGe"

POLICY = ServicePolicy(
    kinds=(
        FaultKind(name="机械类", skill="机械", words=("异响", "轴承", "丝杠")),
        FaultKind(name="电气类", skill="电气", words=("报警", "驱动器", "跳闸")),
    ),
    default_skill="机械",
    offer_to=2,
)


@dataclass(slots=True)
class Shop:
    """The company, its clock, and what was promised by the last effect."""

    database: Database
    business: Business
    clock: ManualClock
    people: dict[str, Actor] = field(default_factory=dict)
    machine: int = 0
    other_machine: int = 0
    keys: Iterator[int] = field(default_factory=itertools.count)

    def act(self, command: Command, actor: Actor = SYSTEM) -> Any:
        """Carry out one command as one effect, as the intake does; refusals come through."""
        return self.run(lambda work: work.act(command), actor)

    def run(self, effect: Callable[[Any], Any], actor: Actor = SYSTEM) -> Any:
        """Run one effect in a transaction of its own."""
        key = f"test:{next(self.keys)}"

        def transaction(session: Any) -> Any:
            batch = self.business.batch(session)
            result = self.business.attempt(batch, key, actor, effect)
            batch.finish()
            return result

        return self.database.transact(transaction)

    def look(self, read: Callable[[Queries], Any]) -> Any:
        """Return what a query finds."""
        return self.database.look(lambda session: read(Queries(session)))

    def report(self, words: str = "主轴异响", **more: Any) -> WorkOrder:
        """Report a fault of the X200 and return the job."""
        self.act(ReportFault(equipment_id=self.machine, words=words, phone="13812345678", **more), visitor())
        return self.job()

    def job(self) -> WorkOrder:
        """Return the newest job."""
        query = select(WorkOrder).order_by(WorkOrder.id.desc()).limit(1)
        return self.database.look(lambda session: session.scalars(query).one())

    def told(self, name: str) -> list[str]:
        """Return what this person was promised, in order: sentences, and cards as ``<kind> <subject>``."""
        query = select(outbox).where(outbox.c.person_id == self.people[name].person_id).order_by(outbox.c.id)
        rows = self.database.look(lambda session: session.execute(query).mappings().all())
        return [row["body"]["text"] if row["kind"] == "text" else f"{row['kind']} {row['subject']}" for row in rows]

    def fire(self) -> int:
        """Fire every timer that is due now; return how many."""

        def transaction(session: Any) -> int:
            batch = self.business.batch(session)
            due = timers.take(session, batch.now, 100)
            for row in due:
                command = self.business.executor.book.decode(row["command"])
                self.business.attempt(batch, f"timer:{row['id']}", SYSTEM, lambda work, c=command: work.act(c))
            timers.fired(session, [row["id"] for row in due], batch.now)
            batch.finish()
            return len(due)

        return self.database.transact(transaction)

    def pending(self) -> list[str]:
        """Return the names of the promises not yet kept."""
        query = select(tables.timers.c.name).where(tables.timers.c.state == "pending").order_by(tables.timers.c.name)
        return list(self.database.look(lambda session: session.scalars(query).all()))


@contextmanager
def open_shop(url: str, *, service: ServicePolicy = POLICY) -> Iterator[Shop]:
    """Yield the company on an empty database."""
    database = Database(url)
    metadata.create_all(database.engine)
    clock = ManualClock(MONDAY)
    business = Business(
        executor=Executor(HANDLERS, REACTIONS),
        calendar=WorkCalendar(),
        policies=Policies(approvals=DEFAULT_POLICIES.approvals, service=service),
        clock=clock,
    )
    shop = Shop(database, business, clock)
    try:
        _enrol(shop)
        yield shop
    finally:
        database.close()


def _enrol(shop: Shop) -> None:
    staff = (
        EnrolPerson(name="周敏", roles=(Role.MANAGER,), wecom="zhoumin"),
        EnrolPerson(name="唐悦", roles=(Role.DISPATCHER,), wecom="tangyue"),
        EnrolPerson(name="陈静", roles=(Role.SALES,), leader="周敏", wecom="chenjing"),
        EnrolPerson(name="孙库", roles=(Role.WAREHOUSE,), wecom="sunku"),
        EnrolPerson(name="何平", roles=(Role.ENGINEER,), leader="周敏", regions=("华东",), skills=("机械",), wecom="heping"),
        EnrolPerson(name="林涛", roles=(Role.ENGINEER,), leader="周敏", regions=("华东",), skills=("机械", "电气"), wecom="lt"),
        EnrolPerson(name="高飞", roles=(Role.ENGINEER,), leader="周敏", regions=("华东",), skills=("机械",), wecom="gaofei"),
        EnrolPerson(name="马强", roles=(Role.ENGINEER,), leader="周敏", regions=("华南",), skills=("电气",), wecom="mq"),
    )
    for person in staff:
        id_ = shop.act(person)
        shop.people[person.name] = Actor(
            name=person.name, roles=frozenset(person.roles), person_id=id_, platform="wecom", account=person.wecom
        )
    shop.act(EnrolCustomer(name="苏州恒力机械有限公司", aliases=("恒力", "苏州恒力"), region="华东", owner="陈静"))
    shop.act(EnrolCustomer(name="东莞市鑫宏五金制品有限公司", aliases=("东莞鑫宏",), region="华南"))
    shop.machine = shop.act(
        EnrolEquipment(
            serial="SN-2024-000317",
            model="X200",
            customer="苏州恒力",
            slug=SLUG,
            site="苏州工业园区 3 号车间",
            warranty_until=date(2027, 3, 1),
        )
    )
    shop.other_machine = shop.act(
        EnrolEquipment(serial="SN-2023-000088", model="L320", customer="东莞鑫宏", slug=OTHER_SLUG)
    )
    shop.act(EnrolPart(code="6205", name="6205轴承", aliases=("深沟球轴承6205",), stock=5, vans={"何平": 1}))
    shop.act(EnrolPart(code="6206", name="6206轴承", stock=3))
    shop.act(EnrolPart(code="YF-100", name="润滑油泵", aliases=("油泵",), unit="台", stock=1))
