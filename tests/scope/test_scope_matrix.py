"""Roles × surfaces × objects, made from the registries: whoever may not see a record learns nothing of it (R-52, R-53).

Everything of the other team's company carries a canary. A new card, page, record or command is in the matrix
without being named here; one whose object the matrix does not know fails until it gets one in ``OBJECTS``.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from bot.web.staff import PAGES
from cards.glance import Glance
from domain.activities.activity import ActivityKind, Outcome
from domain.activities.logging import LogActivity
from domain.actor import Role
from domain.assignment.first_contact import FirstContact
from domain.assignment.receiving import ReceiveInquiry
from domain.bulk.commands import ProposeBulk
from domain.catalog.enrol_product import EnrolProduct
from domain.condition import ALWAYS
from domain.condition_yaml import dump
from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.customers.customer import Contact, Customer
from domain.customers.merging import ProposeMerge
from domain.dictionary.defining import ConfirmField, ProposeField
from domain.dictionary.listing import OpenListing
from domain.dictionary.records import RECORDS
from domain.equipment.commands import EnrolEquipment
from domain.equipment.equipment import Equipment
from domain.errors import NotAllowed, NotFound, Refusal
from domain.handover.commands import ProposeHandover
from domain.imports.commands import ReceiveTable
from domain.inquiries.commands import LogInquiry
from domain.messages import Command
from domain.notes.keeping import KeepNote
from domain.opportunities.creating import CreateOpportunity
from domain.people.commands import EnrolPerson
from domain.people.person import Person
from domain.policy_assignment import AssignmentPolicy
from domain.pool.releasing import ProposeRelease
from domain.quotes.drafting import DraftQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.submitting import SubmitQuote
from domain.registry import HANDLERS
from domain.service.report import ReportFault
from domain.service.ticket import Ticket
from domain.service.work_order import WorkOrder
from domain.solutions.drafting import DraftSolution
from domain.tasks.task import Task
from domain.vocabulary.alias import AliasKind, LearntAlias
from domain.vocabulary.learning import LearnAlias
from jobs.drawing import DRAWINGS
from storage.scope import in_scope
from tests.support.company import MONDAY, Company, open_company

CANARY = "金丝雀"
UNKNOWN = 10**9
OUTSIDERS = ("陈静", "周敏", "钱进", "外派工程师", "外派仓管")
"""A rep and a manager of another team, finance, an engineer, the warehouse: none has to do with the objects."""
INSIDERS = ("何雨", "罗成", "秦岚", "梁宁")
"""The owner, the manager above, management, the administrator."""
KEEP = {
    "PlanMaintenance": ("周敏", "外派工程师"),
    "ReadCounter": ("周敏", "外派工程师"),
    "RegisterMachine": ("周敏",),
    "RelabelEquipment": ("周敏", "外派工程师"),
    "RetireEquipment": ("周敏",),
    "RequestService": ("周敏", "外派工程师"),
}
"""Jobs and machines are service's: a manager keeps them all, and any engineer may ask for one, plan and relabel."""
NOT_YET = {
    "activities.plan",
    "approvals.rule",
    "dialogue.draft",
    "service.transfer",
    "spares.request",
}
"""Cards whose objects this matrix does not make; their nouns' own tests say who sees them."""
STAFF_ONLY = {"service.blocked", "service.board", "service.dispatch", "service.report", "service.unassigned"}
"""Jobs are service's: their own rules say who stands where (tests/domain/service)."""
BY_INVITATION = {"approvals.decide"}
"""An approval is also seen by those who are asked."""
OWN_LISTS = {
    "approvals.times",
    "assignment.fairness",
    "bulk.card",
    "channels.links",
    "customers.cleaning",
    "desk.home",
    "dictionary.listing",
    "handover.card",
    "imports.mapping",
    "imports.run",
    "opportunities.funnel",
    "opportunities.losses",
    "pool.listing",
    "tasks.task",
    "tasks.today",
    "vocabulary.listed",
}
"""Seen by whoever asked for it, nobody above him included."""
PRIVATE = {"notes.kept", "notes.mine", "privatenote"}
"""Their author's, whatever anybody's role."""
ABOVE = {"assignment.overdue"}
"""For those above the owner; he has his own card."""
CONFIGURED = {"dictionary.field"}
"""Seen by those who configure the company."""
PUBLIC = {"HoldReport", "ReportFault", "ReportStranger", "UseDoor", "ReportTrouble", "UrgeJob"}
"""Given without a login, or about nothing but their sender."""


WATCHED = AssignmentPolicy.model_validate({"first_contact": [{"name": "都要联系", "within": "8h"}]})


@dataclass
class Matrix:
    """The company, and the other team's objects by their record's name."""

    company: Company
    objects: Mapping[str, int]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def matrix(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """Yield one company for the whole module: nothing in it is ever changed by an outsider, as the end checks."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('matrix')}/test.db"
    else:
        url = request.getfixturevalue("postgres_url")
    with open_company(url, assignment=WATCHED) as company:
        yield Matrix(company, _objects(company))


def _objects(company: Company) -> dict[str, int]:
    for name, role in (("外派工程师", Role.ENGINEER), ("外派仓管", Role.WAREHOUSE)):
        company.act(EnrolPerson(name=name, roles=(role,), wecom=f"w{ord(name[2])}"))
        company.people[name] = _actor(company, name)
    customer = f"{CANARY}五金制品有限公司"
    company.act(
        EnrolCustomer(
            name=customer,
            region="华南",
            owner="何雨",
            contacts=(ContactEntry(name=f"{CANARY}王总", phone="13777770001", temperament="急躁型"),),
        )
    )
    company.act(EnrolProduct(code="CANARY-9", name=f"{CANARY}机", price_fen=7_777_700, cost_fen=5_555_500))
    company.act(EnrolEquipment(serial="CANARY-0001", model="X200", customer=customer))
    inquiry = company.log("何雨", company=customer, contact="", phone="13777770001", requirement=f"{CANARY}要两台")
    quote = company.act(DraftQuote(items=(QuoteItem(product="CANARY-9", quantity=1),), company=customer), "何雨")
    approval = company.act(SubmitQuote(quote_id=quote), "何雨")
    machine = company.all(Equipment)[-1]
    company.act(ReportFault(equipment_id=machine.id, words=f"{CANARY}异响", phone="13777770001"))
    listing = company.act(OpenListing(record="customer", tree=dump(ALWAYS)), "何雨")
    field = company.act(ProposeField(record="inquiry", label=f"{CANARY}项"), "梁宁")
    company.act(ConfirmField(definition_id=field, version=0), "梁宁")
    owned = next(each.id for each in company.all(Customer) if each.name == customer)
    twin = company.act(EnrolCustomer(name=f"{CANARY}五金厂", owner="何雨"))
    deal = company.act(CreateOpportunity(said=f"{CANARY}的商机", company=customer, amount_fen=77_000_000), "何雨")
    outside = LogInquiry(requirement=f"{CANARY}官网询价", company=customer, source="官网")
    company.act(ReceiveInquiry(said=outside))
    visit = company.act(
        LogActivity(
            text=f"上午拜访{CANARY}", kind=ActivityKind.VISIT, outcome=Outcome.REACHED, at=MONDAY, company=customer
        ),
        "何雨",
    )
    company.act(LearnAlias(kind=AliasKind.COMPANY, words=f"{CANARY}老王家", target=f"customer:{owned}"), "何雨")
    return {
        "customer": owned,
        "contact": next(each.id for each in company.all(Contact) if each.customer_id == owned),
        "inquiry": inquiry,
        "task": company.all(Task)[-1].id,
        "quote": quote,
        "approval": approval,
        "solution": company.act(DraftSolution(company=customer, words=f"{CANARY}配自动上下料"), "何雨"),
        "equipment": machine.id,
        "ticket": company.all(Ticket)[-1].id,
        "workorder": company.all(WorkOrder)[-1].id,
        "listing": listing,
        "handover": company.act(ProposeHandover(leaver="何雨"), "罗成"),
        "importrun": company.act(ReceiveTable(file_id="2026/11/none", name=f"{CANARY}台账.xlsx"), "何雨"),
        "merge": company.act(ProposeMerge(left_id=owned, right_id=twin), "何雨"),
        "person": company.actor("何雨").person_id or 0,
        "fielddefinition": field,
        "opportunity": deal,
        "firstcontact": company.all(FirstContact)[-1].id,
        "privatenote": company.act(KeepNote(text=f"{CANARY}私下说的", company=customer), "何雨"),
        "bulkedit": company.act(ProposeBulk(record="customer", tree=dump(ALWAYS), field="level", value="重点"), "何雨"),
        "learntalias": company.all(LearntAlias)[-1].id,
        "activity": visit,
        "poolstay": company.act(ProposeRelease(company=customer, reason=f"{CANARY}没有预算"), "何雨"),
    }


def _actor(company: Company, name: str) -> Any:
    return next(each for each in company.all(Person) if each.name == name).actor("wecom")


NOUNS = {
    "activities": "activity",
    "approvals": "approval",
    "quotes": "quote",
    "solutions": "solution",
    "inquiries": "inquiry",
    "customers": "customer",
    "opportunities": "opportunity",
}
OBJECTS = {
    "approvals.times": "person",
    "assignment.fairness": "person",
    "assignment.overdue": "firstcontact",
    "bulk.card": "bulkedit",
    "notes.kept": "privatenote",
    "notes.mine": "person",
    "opportunities.funnel": "person",
    "opportunities.losses": "person",
    "pool.customer": "customer",
    "pool.listing": "person",
    "pool.release": "poolstay",
    "vocabulary.learnt": "learntalias",
    "vocabulary.listed": "person",
    "channels.links": "person",
    "customers.cleaning": "person",
    "desk.home": "person",
    "customers.merge": "merge",
    "handover.card": "handover",
    "imports.mapping": "importrun",
    "imports.run": "importrun",
    "tasks.task": "task",
    "tasks.today": "person",
    "dictionary.field": "fielddefinition",
    "dictionary.listing": "listing",
    "service.blocked": "workorder",
    "service.board": "workorder",
    "service.dispatch": "workorder",
    "service.report": "workorder",
    "service.unassigned": "workorder",
}
_WEEK = {"since": MONDAY.isoformat(), "now": (MONDAY + timedelta(days=1)).isoformat()}
_MONTH = {"since": "2026-11-01", "until": "2026-11-30", "zone": "Asia/Shanghai"}
ARGS: Mapping[str, Mapping[str, Any]] = {
    "approvals.times": {"since": "2026-11-01", "at": MONDAY.isoformat(), "zone": "Asia/Shanghai", "target": 3600.0},
    "assignment.fairness": _WEEK,
    "customers.section": {"section": "touches"},
    "opportunities.funnel": {**_MONTH, "at": MONDAY.isoformat(), "alarm_from": 3, "alarm_over": 20},
    "opportunities.losses": _MONTH,
    "service.report": _MONTH,
    "service.board": {"at": MONDAY.isoformat(), "strategic": ()},
}


def _record(kind: str) -> str:
    return OBJECTS.get(kind) or NOUNS[kind.partition(".")[0]]


def _drawn(matrix: Matrix, kind: str, id_: int, name: str) -> str:
    company = matrix.company

    def draw(queries: Any) -> str:
        actor = company.actor(name)
        view = DRAWINGS[kind].view(queries, id_, actor, **ARGS.get(kind, {}))
        glance = Glance(viewer=actor, now=company.clock.now(), zone=company.business.calendar.zone, base="")
        return repr(DRAWINGS[kind].build(view, glance))

    try:
        return company.look(draw)
    except (NotFound, NotAllowed) as refusal:
        return f"nothing: {refusal.message}"


@pytest.mark.parametrize("kind", sorted((set(DRAWINGS) | {page.card for page in PAGES.values()}) - NOT_YET))
def test_cards_and_pages(matrix: Matrix, kind: str) -> None:
    """Unknown and forbidden are told alike; those inside see it, so that the test can fail."""
    id_ = matrix.objects[_record(kind)]
    if kind in CONFIGURED | OWN_LISTS | STAFF_ONLY | BY_INVITATION:
        outside, inside = ("陈静", "外派仓管"), ()
    elif kind in PRIVATE:
        outside, inside = (*OUTSIDERS, *(name for name in INSIDERS if name != "何雨")), ("何雨",)
    elif kind in ABOVE:
        outside, inside = OUTSIDERS, ("罗成", "秦岚", "梁宁")
    else:
        outside, inside = OUTSIDERS, INSIDERS
    for name in outside:
        drawn = _drawn(matrix, kind, id_, name)
        assert drawn == _drawn(matrix, kind, UNKNOWN, name), (kind, name)
        assert CANARY not in drawn, (kind, name)
    for name in inside:
        assert CANARY in _drawn(matrix, kind, id_, name), (kind, name)


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_lists_counts_and_look_ups(matrix: Matrix, name: str) -> None:
    """Scope before the count: what is not seen is not counted, filtered by, or found."""
    company = matrix.company

    def listed(who: str) -> tuple[list[str], int]:
        def read(queries: Any) -> tuple[list[str], int]:
            kind = queries.fields.record(name).readable(company.actor(who))
            scope = in_scope(kind, company.actor(who))
            records = queries.listing.records(kind, ALWAYS, scope, limit=100)
            return [each.subject for each in records], queries.listing.count(kind, ALWAYS, scope)

        return company.look(read)

    subject = f"{name}:{matrix.objects[name]}"
    for who in INSIDERS:
        assert subject in listed(who)[0], (name, who)
    for who in ("陈静", "周敏"):
        subjects, count = listed(who)
        assert subject not in subjects or RECORDS[name].seen_by, (name, who)
        assert count == len(subjects)


@pytest.mark.parametrize("said", [CANARY, "jsq", "jinsique", "0001", "13777770001", "CANARY-0001"])
def test_search(matrix: Matrix, said: str) -> None:
    company = matrix.company

    def hits(who: str) -> list[str]:
        return [hit.name for hit in company.look(lambda queries: queries.customers.hits(said, company.actor(who)))]

    assert {name: hits(name) for name in OUTSIDERS} == {name: [] for name in OUTSIDERS}
    assert f"{CANARY}五金制品有限公司" in hits("何雨")


ID_OF = {
    "customer_id": "customer",
    "inquiry_id": "inquiry",
    "quote_id": "quote",
    "approval_id": "approval",
    "solution_id": "solution",
    "task_id": "task",
    "work_order_id": "workorder",
    "equipment_id": "equipment",
    "contact_id": "contact",
    "ticket_id": "ticket",
    "listing_id": "listing",
    "definition_id": "fielddefinition",
    "merge_id": "merge",
    "handover_id": "handover",
    "import_id": "importrun",
    "opportunity_id": "opportunity",
    "first_id": "firstcontact",
    "note_id": "privatenote",
    "alias_id": "learntalias",
    "stay_id": "poolstay",
    "bulk_id": "bulkedit",
    "left_id": "customer",
    "right_id": "customer",
}
ABOUT = {
    kind: names
    for kind in HANDLERS
    if (names := [each.name for each in dataclasses.fields(kind) if each.name in ID_OF or each.name == "subject"])
    and kind.__name__ not in PUBLIC
}


@pytest.mark.parametrize("kind", sorted(ABOUT, key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__)
def test_commands(matrix: Matrix, kind: type[Command]) -> None:
    """A command about somebody else's record is refused in the words for one that does not exist."""
    before = _versions(matrix)
    asked = [who for who in OUTSIDERS if who not in KEEP.get(kind.__name__, ("周敏",) if _of_service(kind) else ())]
    for who in asked:
        assert _refused(matrix, kind, who, known=True) == _refused(matrix, kind, who, known=False), who
    assert _versions(matrix) == before


def _of_service(kind: type[Command]) -> bool:
    return "work_order_id" in ABOUT[kind]


def _refused(matrix: Matrix, kind: type[Command], who: str, *, known: bool) -> str:
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for each in dataclasses.fields(kind):
        if each.name in ID_OF:
            values[each.name] = matrix.objects[ID_OF[each.name]] if known else UNKNOWN
        elif each.name == "subject":
            values[each.name] = f"customer:{matrix.objects['customer'] if known else UNKNOWN}"
        elif each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING:
            values[each.name] = _filler(hints[each.name])
    try:
        matrix.company.act(kind(**values), who)
    except Refusal as refusal:
        return f"{type(refusal).__name__}: {refusal.message}"
    return "done"


def _filler(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    return _FILLERS.get(hint, ())


_FILLERS: Mapping[Any, Any] = {str: "x", int: 1, bool: True, datetime: MONDAY + timedelta(days=1)}


def _versions(matrix: Matrix) -> dict[str, int]:
    kinds = {kind.name: kind.entity for kind in RECORDS.values()}
    return {name: matrix.company.get(kinds[name], id_).version for name, id_ in matrix.objects.items() if name in kinds}
