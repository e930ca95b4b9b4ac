"""``gendan seed``: a company's past, made up and always the same for the same seed.

The past is lived through, not written in: the commands of every day run in their order under a clock
that goes forward, so whatever holds for a real company holds for this one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot.config_file import SettingsError
from bot.seed_bulk import BULK
from domain.actor import SYSTEM, Actor, Role, visitor
from domain.catalog.enrol_product import EnrolProduct
from domain.clock import ManualClock
from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.equipment.commands import EnrolEquipment
from domain.errors import Refusal
from domain.inquiries.commands import LogInquiry
from domain.inquiries.lines import Wanted
from domain.messages import Command
from domain.people.commands import EnrolPerson
from domain.quotes.drafting import DraftQuote
from domain.quotes.submitting import SubmitQuote
from domain.service.report import ReportFault
from jobs.business import Business
from storage.database import Database
from storage.queries import Queries

SIZES = {"small": (200, 400, 60)}
"""Customers, inquiries, machines."""

_PLACES = ("苏州", "无锡", "常州", "宁波", "东莞", "佛山", "武汉", "长沙", "成都", "重庆", "天津", "青岛")
_REGIONS = ("华东", "华东", "华东", "华东", "华南", "华南", "华中", "华中", "西南", "西南", "华北", "华东")
_NAMES = (
    "恒盛",
    "锦泰",
    "博远",
    "启航",
    "鼎新",
    "天骏",
    "海润",
    "瑞丰",
    "宏达",
    "金科",
    "永利",
    "华昌",
    "中泰",
    "明锐",
    "申腾",
    "皖星",
    "渝江",
    "湘楚",
    "冀工",
    "顺德",
)
_TRADES = ("精密机械", "自动化设备", "模具", "电气", "五金制品", "液压", "轴承", "汽车零部件", "包装机械", "泵业")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_TITLES = ("总", "经理", "工", "厂长", "主任")
_SOURCES = ("官网", "展会", "转介绍", "400电话", "抖音", "百度", "老客户")
_FAULTS = ("主轴异响", "报警E07，不转了", "油管漏油", "屏幕不亮", "卡盘夹不紧", "气压低报警", "加工尺寸跑偏")
_STAFF = (
    ("郑总", ("management", "admin"), ""),
    ("孟主管", ("manager",), "郑总"),
    *((f"{surname}销售", ("sales",), "孟主管") for surname in "陈刘孙赵"),
    ("方调度", ("dispatcher",), "郑总"),
    *((f"{surname}工程师", ("engineer",), "方调度") for surname in "何林高"),
)
_DAYS = 240


@dataclass(slots=True)
class _Life:
    """One company's days: what happens, to whom, under a clock that only goes forward."""

    database: Database
    business: Business
    clock: ManualClock
    chance: random.Random
    effects: int = 0

    def act(self, command: Command, actor: Actor = SYSTEM) -> object:
        """Carry a command out; a refusal is part of life and answered by None."""
        self.effects += 1
        key = f"seed:{self.effects}:{self.chance.getrandbits(64):016x}"

        def write(session: Session) -> object:
            batch = self.business.batch(session)
            result = self.business.attempt(batch, key, actor, lambda work: work.act(command))
            batch.finish()
            return result

        try:
            return self.database.transact(write)
        except Refusal:
            return None

    def pick(self, *choices: object) -> str:
        """Return one of the choices as text."""
        return str(self.chance.choice(choices))


def seed_company(database: Database, business: Business, *, size: str, seed: int) -> Iterator[str]:
    """Make up the history of a company; yield lines of progress."""
    if size not in SIZES:
        raise SettingsError(f"没有“{size}”这种规模，现有：{'、'.join((*SIZES, *BULK))}")
    customers, inquiries, machines = SIZES[size]
    clock = ManualClock(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    life = _Life(database, replace(business, clock=clock), clock, random.Random(seed))
    products = _found_company(life)
    names = [_customer(life, number) for number in range(customers)]
    yield f"客户：{len(names)}"
    slugs = [_machine(life, number, life.pick(*names), life.pick(*products)) for number in range(machines)]
    yield f"设备：{len(slugs)}"
    yield f"询价：{_spread(life, inquiries, lambda: _inquiry(life, names, products))}"
    yield f"报修：{_spread(life, machines // 2, lambda: _fault(life, machines))}"


def _found_company(life: _Life) -> list[str]:
    for name, roles, leader in _STAFF:
        account = f"seed{len(name)}{sum(map(ord, name))}"
        life.act(
            EnrolPerson(
                name=name,
                roles=tuple(Role(role) for role in roles),
                leader=leader,
                regions=tuple(dict.fromkeys(_REGIONS)),
                skills=("机械", "电气", "液压") if "engineer" in roles else (),
                wecom=account,
            )
        )
    codes = []
    for number in range(24):
        code = f"{'XLRT'[number % 4]}{100 + 20 * number}"
        price = life.chance.randrange(40_000_00, 400_000_00, 1_000_00)
        life.act(EnrolProduct(code=code, name=f"{code}型设备", price_fen=price, cost_fen=price * 72 // 100))
        codes.append(code)
    return codes


def _customer(life: _Life, number: int) -> str:
    place = number % len(_PLACES)
    name = f"{_PLACES[place]}{_NAMES[number // len(_PLACES) % len(_NAMES)]}{_TRADES[number % len(_TRADES)]}有限公司"
    life.act(
        EnrolCustomer(
            name=name,
            region=_REGIONS[place],
            level=life.pick("普通", "普通", "重点", "战略"),
            owner=life.pick(*(each for each, roles, _ in _STAFF if "sales" in roles)),
            contacts=(
                ContactEntry(
                    name=f"{life.pick(*_SURNAMES)}{life.pick(*_TITLES)}", phone=f"139{10_000_000 + number * 37:08d}"
                ),
            ),
        )
    )
    return name


def _machine(life: _Life, number: int, customer: str, model: str) -> str:
    serial = f"SN{2025_0000 + number}"
    life.act(EnrolEquipment(serial=serial, model=model, customer=customer, site="一号车间"))
    return serial


def _spread(life: _Life, times: int, happen: Callable[[], bool]) -> int:
    """Let something happen ``times`` over the days, and return how often it did."""
    happened = 0
    for _ in range(times):
        life.clock.move(timedelta(days=_DAYS) / times)
        happened += happen()
    return happened


def _inquiry(life: _Life, customers: list[str], products: list[str]) -> bool:
    name = life.pick(*(each for each, roles, _ in _STAFF if "sales" in roles))
    actor = life.database.look(lambda session: _actor(session, name))
    product = life.pick(*products)
    quantity = life.chance.randint(1, 6)
    inquiry_id = life.act(
        LogInquiry(
            requirement=f"想要{quantity}台{product}",
            company=life.pick(*customers),
            wanted=(Wanted(said=product, quantity=quantity),),
            source=life.pick(*_SOURCES),
            due=life.clock.now() + timedelta(days=life.chance.randint(1, 10)),
        ),
        actor,
    )
    if not isinstance(inquiry_id, int):
        return False
    if life.chance.random() < 0.6:
        discount = life.chance.choice((1_000_000, 950_000, 900_000, 850_000))
        quote_id = life.act(DraftQuote(inquiry_id=inquiry_id, discount_ppm=discount), actor)
        if isinstance(quote_id, int):
            life.act(SubmitQuote(quote_id=quote_id), actor)
    return True


def _fault(life: _Life, machines: int) -> bool:
    machine = life.chance.randint(1, machines)
    report = ReportFault(equipment_id=machine, words=life.pick(*_FAULTS), phone="13900000000")
    return life.act(report, visitor(account="seed")) is not None


def _actor(session: Session, name: str) -> Actor:
    account = f"seed{len(name)}{sum(map(ord, name))}"
    actor = Queries(session).people.actor("wecom", account)
    assert actor is not None
    return actor
