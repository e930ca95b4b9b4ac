"""``gendan seed --size 100k|1m``: a large company's past, written past the ORM. The same seed writes the same rows.

``small`` lives its past through, deed by deed (``bot/seed.py``). Here what counts is how much there is of everything
and how it is spread: few customers with much, many with little, the last months dense, everybody in his region.
It is a past without a timeline: nothing of it was promised, told or audited.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.config_file import SettingsError
from domain.activities.activity import Activity, ActivityKind, Outcome
from domain.actor import Role
from domain.customers.areas import region_by_name
from domain.customers.customer import Contact, Customer
from domain.customers.keys import name_key
from domain.customers.search import keys_of
from domain.equipment.equipment import Equipment
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.people.person import Person
from domain.quotes.quote import Quote, QuoteState
from domain.service.ticket import Ticket
from storage.database import Database
from storage.filling import Row, bare, fill, fill_keys, highest


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many of each there are; people are managers and their sellers."""

    managers: int
    sellers: int
    customers: int
    contacts: int
    machines: int
    inquiries: int
    activities: int
    quotes: int
    tickets: int


BULK = {
    "100k": Size(
        managers=6,
        sellers=60,
        customers=10_000,
        contacts=15_000,
        machines=5_000,
        inquiries=20_000,
        activities=100_000,
        quotes=10_000,
        tickets=5_000,
    ),
    "1m": Size(
        managers=20,
        sellers=300,
        customers=100_000,
        contacts=150_000,
        machines=50_000,
        inquiries=200_000,
        activities=1_000_000,
        quotes=100_000,
        tickets=50_000,
    ),
}
"""By the number of follow-ups."""

_TODAY = datetime(2026, 11, 20, 10, tzinfo=UTC)
_DAYS = 3 * 365
_PLACES = ("苏州", "无锡", "常州", "宁波", "东莞", "佛山", "武汉", "长沙", "成都", "重庆", "天津", "青岛")
_SIGNS = "恒盛锦泰博远启航鼎新天骏海润瑞丰宏达金科永利华昌中明锐申腾皖星渝江湘楚冀工顺德力信安康百兴隆"
_TRADES = ("精密机械", "自动化设备", "模具", "电气", "五金制品", "液压", "轴承", "汽车零部件", "包装机械", "泵业")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_TITLES = ("总", "经理", "工", "厂长", "主任")
_LEVELS = ("普通", "普通", "普通", "普通", "重点", "重点", "战略")
_KINDS = (ActivityKind.CALL, ActivityKind.CALL, ActivityKind.CHAT, ActivityKind.CHAT, ActivityKind.VISIT)
_WORDS = (
    "聊了交期和付款",
    "发了样册，说下周回复",
    "看了车间，想换两台",
    "问了X200的价",
    "催了合同",
    "没空细谈，约了下次",
)
_SOURCES = ("官网", "展会", "转介绍", "400电话", "抖音", "百度", "老客户")
_FAULTS = ("主轴异响", "报警E07，不转了", "油管漏油", "屏幕不亮", "卡盘夹不紧", "气压低报警", "加工尺寸跑偏")
_MODELS = ("X200", "X300", "L120", "R400", "T160")


def seed_bulk(database: Database, *, size: str, seed: int) -> Iterator[str]:
    """Write the past of a company whose database is still empty; yield lines of progress."""
    if highest(database, Customer):
        raise SettingsError(f"--size {size} 只能造在空数据库里：先执行 gendan migrate 建一个新的")
    past = _Past(BULK[size], seed)
    yield f"人员：{fill(database, Person, past.people())}"
    yield f"客户：{fill(database, Customer, past.customers())}"
    yield f"检索键：{fill_keys(database, past.keys())}"
    yield f"联系人：{fill(database, Contact, past.contacts())}"
    yield f"设备：{fill(database, Equipment, past.machines())}"
    yield f"询价：{fill(database, Inquiry, past.inquiries())}"
    yield f"跟进：{fill(database, Activity, past.activities())}"
    yield f"报价：{fill(database, Quote, past.quotes())}"
    yield f"报修：{fill(database, Ticket, past.tickets())}"


class _Past:
    """The rows, kind by kind. Each kind has chances of its own, so that one more of another changes nothing here."""

    def __init__(self, size: Size, seed: int) -> None:
        self._size = size
        self._seed = seed
        first = size.managers + 2
        self._sellers = range(first, first + size.sellers)
        self._last: dict[int, datetime] = {}
        chance = self._chance("activities")
        # Who was spoken to when is needed by the customers' rows, which come first: their follow-ups refer to them.
        self._talks = [
            (self._customer(chance), self._moment(chance), chance.random() < 0.85) for _ in range(size.activities)
        ]
        for customer, at, reached in self._talks:
            if reached and at > self._last.get(customer, _LONG_AGO):
                self._last[customer] = at

    def people(self) -> Iterator[Row]:
        row = bare(Person(name=""))
        yield {**row, "id": 1, "name": "郑总", "roles": [Role.MANAGEMENT, Role.ADMIN], "wecom": "seed-boss"}
        for number in range(2, self._size.managers + 2):
            yield {
                **row, "id": number, "name": f"主管{number - 1}", "roles": [Role.MANAGER], "leader_id": 1,
                "wecom": f"seed-lead{number - 1}",
            }  # fmt: skip
        for number in self._sellers:
            yield {
                **row, "id": number, "name": f"销售{number}", "roles": [Role.SALES],
                "leader_id": 2 + number % self._size.managers, "wecom": f"seed-rep{number}",
            }  # fmt: skip

    def customers(self) -> Iterator[Row]:
        row = bare(Customer(name="", key=""))
        chance = self._chance("customers")
        for number in self._numbers(self._size.customers):
            name = self._name(number)
            yield {
                **row, "id": number, "name": name, "key": name_key(name), "legal_name": name,
                "owner_id": self._owner(number), "region": region_by_name(name), "level": chance.choice(_LEVELS),
                "last_contact_at": self._last.get(number),
            }  # fmt: skip

    def keys(self) -> Iterator[Row]:
        for number in self._numbers(self._size.customers):
            phones = [self._phone(each) for each in range(number, self._size.contacts + 1, self._size.customers)]
            for kind, key in sorted(keys_of([self._name(number)], phones=phones)):
                yield {"key": key, "kind": kind.value, "customer_id": number}

    def contacts(self) -> Iterator[Row]:
        row = bare(Contact(customer_id=0))
        chance = self._chance("contacts")
        for number in self._numbers(self._size.contacts):
            name = chance.choice(_SURNAMES) + chance.choice(_TITLES)
            customer = (number - 1) % self._size.customers + 1
            yield {**row, "id": number, "customer_id": customer, "name": name, "phone": self._phone(number)}

    def machines(self) -> Iterator[Row]:
        row = bare(Equipment(serial="", model="", customer_id=0, slug=""))
        chance = self._chance("machines")
        for number in self._numbers(self._size.machines):
            yield {
                **row, "id": number, "serial": f"SN{20_000_000 + number}", "model": chance.choice(_MODELS),
                "customer_id": self._customer(chance), "slug": f"seed{chance.getrandbits(96):024x}",
                "warranty_until": (_TODAY + timedelta(days=chance.randint(-700, 700))).date(),
            }  # fmt: skip

    def inquiries(self) -> Iterator[Row]:
        row = bare(Inquiry(no="", owner_id=0, requirement="", created_at=_TODAY))
        chance = self._chance("inquiries")
        for number in self._numbers(self._size.inquiries):
            customer, at = self._customer(chance), self._moment(chance)
            yield {
                **row, "id": number, "no": f"XJ-{at:%y%m}-{number:07d}", "owner_id": self._owner(customer),
                "customer_id": customer, "created_at": at, "last_contact_at": at, "source": chance.choice(_SOURCES),
                "requirement": f"想要{chance.randint(1, 6)}台{chance.choice(_MODELS)}",
                "budget_fen": chance.randrange(10, 500) * 1_000_000,
                "state": chance.choice((InquiryState.OPEN, InquiryState.QUOTED)),
            }  # fmt: skip

    def activities(self) -> Iterator[Row]:
        row = bare(Activity(author_id=0, kind=ActivityKind.CALL, outcome=Outcome.REACHED, at=_TODAY, created_at=_TODAY,
                            text=""))  # fmt: skip
        chance = self._chance("words")
        for number, (customer, at, reached) in enumerate(self._talks, 1):
            yield {
                **row, "id": number, "author_id": self._owner(customer), "customer_id": customer, "at": at,
                "created_at": at, "kind": chance.choice(_KINDS), "text": chance.choice(_WORDS),
                "outcome": Outcome.REACHED if reached else Outcome.MISSED,
            }  # fmt: skip

    def quotes(self) -> Iterator[Row]:
        row = bare(Quote(no="", owner_id=0, created_at=_TODAY))
        chance = self._chance("quotes")
        for number in self._numbers(self._size.quotes):
            customer, at = self._customer(chance), self._moment(chance)
            total = chance.randrange(10, 500) * 1_000_000
            yield {
                **row, "id": number, "no": f"Q-{at:%y%m}-{number:07d}", "owner_id": self._owner(customer),
                "customer_id": customer, "created_at": at, "list_fen": total, "total_fen": total,
                "cost_fen": total * 7 // 10, "state": chance.choice((QuoteState.DRAFT, QuoteState.APPROVED)),
            }  # fmt: skip

    def tickets(self) -> Iterator[Row]:
        row = bare(Ticket(no="", customer_id=0, fault="", opened_at=_TODAY))
        chance = self._chance("tickets")
        for number in self._numbers(self._size.tickets):
            at = self._moment(chance)
            yield {
                **row, "id": number, "no": f"BX-{at:%y%m}-{number:07d}", "customer_id": self._customer(chance),
                "fault": chance.choice(_FAULTS), "opened_at": at,
            }  # fmt: skip

    def _chance(self, what: str) -> random.Random:
        return random.Random(f"{self._seed}:{what}")

    @staticmethod
    def _numbers(count: int) -> range:
        return range(1, count + 1)

    def _name(self, number: int) -> str:
        """Return a company's name: three signs in the middle tell a hundred thousand apart."""
        core = "".join(_SIGNS[number // len(_SIGNS) ** place % len(_SIGNS)] for place in range(3))
        return f"{_PLACES[number % len(_PLACES)]}{core}{_TRADES[number // 7 % len(_TRADES)]}有限公司"

    @staticmethod
    def _phone(number: int) -> str:
        return f"139{number * 7919 % 100_000_000:08d}"

    def _owner(self, customer: int) -> int:
        return self._sellers[customer % len(self._sellers)]

    def _customer(self, chance: random.Random) -> int:
        """Return one of the customers, a few of them far more often than the others."""
        return int(self._size.customers * chance.random() ** 2) + 1

    @staticmethod
    def _moment(chance: random.Random) -> datetime:
        """Return a working hour of the last three years, the last months more often."""
        day = _TODAY - timedelta(days=int(_DAYS * chance.random() ** 2))
        return day.replace(hour=1 + chance.randrange(9), minute=chance.randrange(60))


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
