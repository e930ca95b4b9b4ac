"""A small service company on a real database: two customers' machines, three engineers, a dispatcher, some parts."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.actor import Actor, Role, visitor
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
from tests.support.company import MONDAY, Company
from tests.support.prepared import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@dataclass(slots=True, kw_only=True)
class Shop(Company):
    """The company of these tests."""

    machine: int = 0
    other_machine: int = 0

    def report(self, words: str = "主轴异响", **more: Any) -> WorkOrder:
        """Report a fault of the X200 and return the job."""
        self.act(ReportFault(equipment_id=self.machine, words=words, phone="13812345678", **more), visitor())
        return self.job()

    def job(self) -> WorkOrder:
        """Return the newest job."""
        return self.all(WorkOrder)[-1]


@contextmanager
def open_shop(url: str, *, service: ServicePolicy = POLICY) -> Iterator[Shop]:
    """Yield the company on an empty database."""
    database = lay_out(url)
    clock = ManualClock(MONDAY)
    business = Business(
        executor=Executor(HANDLERS, REACTIONS),
        calendar=WorkCalendar(),
        policies=Policies(approvals=DEFAULT_POLICIES.approvals, service=service),
        clock=clock,
    )
    shop = Shop(database=database, business=business, clock=clock)
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
        EnrolPerson(
            name="何平", roles=(Role.ENGINEER,), leader="周敏", regions=("华东",), skills=("机械",), wecom="heping"
        ),
        EnrolPerson(
            name="林涛", roles=(Role.ENGINEER,), leader="周敏", regions=("华东",), skills=("机械", "电气"), wecom="lt"
        ),
        EnrolPerson(
            name="高飞", roles=(Role.ENGINEER,), leader="周敏", regions=("华东",), skills=("机械",), wecom="gaofei"
        ),
        EnrolPerson(
            name="马强", roles=(Role.ENGINEER,), leader="周敏", regions=("华南",), skills=("电气",), wecom="mq"
        ),
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
