"""Rows that were found good become records, some hundred in one effect. Nothing that is known is changed (R-93).

A row is left out when what it names is somebody else's; one that was brought in before is known by its key.
Nobody is notified of single rows, and no promises are made for the past.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.activities.activity import Activity, ActivityKind, Outcome
from domain.actor import Actor
from domain.catalog.enrol_product import EnrolProduct, enrol_product
from domain.customers.customer import Contact, Customer
from domain.customers.keys import name_key
from domain.dictionary.definition import FieldValue
from domain.dictionary.values import rows_for
from domain.equipment.commands import EnrolEquipment, enrol_equipment
from domain.errors import Invalid, Stale
from domain.fields import Field
from domain.imports.commands import own_run
from domain.imports.kinds import SheetName
from domain.imports.row import Problem, Row
from domain.imports.run import ImportState
from domain.messages import Command, Event
from domain.record import Entity
from domain.scope import within
from domain.work import Work

if TYPE_CHECKING:
    from storage.finders.imports import Known

_OTHERS = "系统里已有这家公司，由同事负责"
_ASK = "请联系主管，或从表里删掉这一行"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRows(Command):
    """Bring in ``rows`` of one import; ``dry`` only says what would become of them."""

    import_id: int
    kind: SheetName
    rows: tuple[Row, ...]
    fields: tuple[Field, ...] = ()
    """Those the company has added to customers."""
    dry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsTaken(Event):
    """Some rows of a table became records."""

    first: int
    last: int
    added: int
    known: int


@dataclass(slots=True, kw_only=True)
class Taken:
    """``added`` and ``known`` count rows (``known`` brought nothing new); ``problems`` are those left out."""

    added: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Taking:
    command: TakeRows
    actor: Actor
    work: Work
    known: Known
    taken: Taken = field(default_factory=Taken)
    brought: list[dict[str, Any]] = field(default_factory=list)
    found_by: list[tuple[int, tuple[tuple[str, str], ...]]] = field(default_factory=list)

    def leave_out(self, row: Row, column: str, value: str, reason: str, fix: str) -> None:
        self.taken.problems.append(Problem(line=row.line, column=column, value=value, reason=reason, fix=fix))

    def bring(self, row: Row, record: Entity) -> None:
        """Note what a row brought, so that it is known the next time, and can be taken back."""
        entry = {"import_id": self.command.import_id, "line": row.line, "key": row.key}
        kind = type(record).__name__.lower()
        self.brought.append({**entry, "record": kind, "record_id": record.id, "version": record.version or 1})


def take_rows(command: TakeRows, actor: Actor, work: Work) -> Taken:
    """Return what became of the rows."""
    if not command.dry and own_run(command.import_id, actor, work).state is not ImportState.IMPORTING:
        raise Stale("这份表格已经不在导入了。")
    taking = _Taking(command=command, actor=actor, work=work, known=work.find.imports.known(command.kind, command.rows))
    take = _TAKERS[command.kind]
    for row in command.rows:
        if row.key in taking.known.rows:
            taking.taken.known += 1
        elif take(taking, row):
            taking.taken.added += 1
    if not command.dry:
        work.flush()
        work.find.imports.bring(taking.brought, taking.found_by)
        taken = taking.taken
        work.find.imports.count(command.import_id, added=taken.added, known=taken.known)
        if command.rows:
            lines = command.rows[0].line, command.rows[-1].line
            subject = f"importrun:{command.import_id}"
            work.record(RowsTaken(subject=subject, first=lines[0], last=lines[1], added=taken.added, known=taken.known))
    return taking.taken


def _take_customer(taking: _Taking, row: Row) -> bool:
    values = row.values
    name, phone = str(values["name"]), str(values.get("phone", ""))
    code = values.get("credit_code")
    holder = taking.known.codes.get(code) if code else None
    found = taking.known.customers.get(name_key(name))
    if holder is not None and (found is None or holder != found.id):
        taking.leave_out(row, "信用代码", str(code), "这个信用代码已登记在另一家客户名下", "请核对代码和公司名称")
        return False
    if found is not None and found.active and not _may(taking, found):
        taking.leave_out(row, "客户名称", name, _OTHERS, _ASK)
        return False
    taken_by = taking.known.phones.get(phone) if phone else None
    if taken_by is not None and (found is None or taken_by.customer_id != found.id):
        taking.leave_out(
            row, "电话", phone, "这个号码已登记在另一位客户名下", "请核对号码；确实换了公司请先改原来的联系人"
        )
        return False
    customer, is_new = _customer(taking, row, name, found, values.get("owner"))
    person = _contact(taking, row, customer, taken_by)
    if not (is_new or person):
        taking.taken.known += 1
    return is_new or person


def _customer(
    taking: _Taking, row: Row, name: str, found: Customer | None, owner_id: int | None
) -> tuple[Customer, bool]:
    """Return the company a row names, made or revived where it must be, and whether it was."""
    if found is not None and found.active:
        return found, False
    values = row.values
    owner = owner_id if owner_id is not None else taking.actor.person_id
    customer = found or Customer(name=name, key=name_key(name), owner_id=owner)
    if not taking.command.dry:
        customer.name, customer.owner_id, customer.active = name, owner, True
        for column in ("region", "level", "industry", "legal_name", "credit_code"):
            setattr(customer, column, values.get(column) or getattr(customer, column))
        if found is None:
            taking.work.add(customer, forget=True)
        else:
            taking.work.flush()
        taking.bring(row, customer)
        taking.found_by.append((customer.id, row.found_by))
        _keep_fields(taking, row, customer)
    taking.known.customers[customer.key] = customer
    if customer.credit_code or values.get("credit_code"):
        taking.known.codes[str(values.get("credit_code") or customer.credit_code)] = customer.id
    return customer, True


def _contact(taking: _Taking, row: Row, customer: Customer, taken_by: Contact | None) -> bool:
    name, phone = str(row.values.get("contact", "")), str(row.values.get("phone", ""))
    if taken_by is not None or not (name or phone):
        return False
    if not phone and (customer.id, name) in taking.known.names:
        return False
    contact = Contact(
        customer_id=customer.id,
        name=name,
        title=str(row.values.get("title", "")),
        phone=phone or None,
        temperament=str(row.values.get("temperament", "")),
    )
    if not taking.command.dry:
        taking.work.add(contact, forget=True)
        taking.bring(row, contact)
        if phone:
            taking.found_by.append((customer.id, tuple(each for each in row.found_by if each[0] == "f")))
    taking.known.names.add((customer.id, name))
    if phone:
        taking.known.phones[phone] = contact
    return True


def _keep_fields(taking: _Taking, row: Row, customer: Customer) -> None:
    for added in taking.command.fields:
        if (value := row.values.get(added.name)) is None:
            continue
        for place, kept in enumerate(rows_for(added, value)):
            taking.work.add(
                FieldValue(
                    record="customer",
                    record_id=customer.id,
                    field=added.name,
                    position=place,
                    text=kept.text,
                    number=kept.number,
                )
            )


def _take_activity(taking: _Taking, row: Row) -> bool:
    values = row.values
    company = str(values["customer"])
    found = taking.known.customers.get(name_key(company))
    if found is not None and found.active and not _may(taking, found):
        taking.leave_out(row, "客户", company, _OTHERS, _ASK)
        return False
    author = values.get("author", taking.actor.person_id)
    if author is None:
        taking.leave_out(row, "跟进人", "", "没有写是谁跟进的", "请补上跟进人的姓名")
        return False
    customer, _ = _customer(taking, row, company, found, author if taking.known.works_here(author) else None)
    if not taking.command.dry:
        said = values.get("kind")
        kind = next((kind for kind in ActivityKind if kind.label == said), ActivityKind.OTHER)
        activity = Activity(
            author_id=author,
            kind=kind,
            outcome=Outcome.REACHED,
            at=values["at"],
            created_at=taking.work.now,
            text=str(values["text"]),
            customer_id=customer.id,
            contact=str(values.get("contact", "")),
            next_step=str(values.get("next_step", "")),
            next_at=values.get("next_at"),
        )
        taking.work.add(activity, forget=True)
        taking.bring(row, activity)
        taking.work.find.customers.touch(customer.id, activity.at, author)
    return True


def _take_equipment(taking: _Taking, row: Row) -> bool:
    values = row.values
    serial, company = str(values["serial"]), str(values["customer"])
    found = taking.known.customers.get(name_key(company))
    if found is None or not found.active:
        taking.leave_out(row, "客户", company, "客户名单里没有这家公司", "请先导入客户，或核对公司名称")
        return False
    machine = taking.known.machines.get(serial)
    if machine is not None:
        if machine != found.id:
            taking.leave_out(row, "序列号", serial, "这台设备已登记在另一家客户名下", "请核对序列号和客户")
            return False
        taking.taken.known += 1
        return False
    if not taking.command.dry:
        enrol = EnrolEquipment(
            serial=serial,
            model=str(values["model"]),
            customer=found.name,
            site=str(values.get("site", "")),
            region=str(values.get("region", "")),
            installed_on=values.get("installed_on"),
            warranty_until=values.get("warranty_until"),
        )
        id_ = _carried_out(taking, row, "序列号", serial, lambda: enrol_equipment(enrol, taking.actor, taking.work))
        if id_ is None:
            return False
        _note(taking, row, "equipment", id_)
    taking.known.machines[serial] = found.id
    return True


def _take_product(taking: _Taking, row: Row) -> bool:
    values = row.values
    code = str(values["code"])
    if taking.known.knows_product(code):
        taking.taken.known += 1
        return False
    if not taking.command.dry:
        price = int(values["price"])
        enrol = EnrolProduct(
            code=code,
            name=str(values.get("name", code)),
            price_fen=price,
            cost_fen=int(values.get("cost", 0)),
            category=str(values.get("category", "")),
            unit=str(values.get("unit", "台")),
            tax_ppm=int(values["tax"]),
        )
        id_ = _carried_out(taking, row, "型号", code, lambda: enrol_product(enrol, taking.actor, taking.work))
        if id_ is None:
            return False
        _note(taking, row, "product", id_)
    return True


def _carried_out(taking: _Taking, row: Row, column: str, value: str, enrol: Callable[[], int]) -> int | None:
    """Return the id of what the noun's own deed made; its refusal is the row's."""
    try:
        return enrol()
    except Invalid as refusal:
        reason, _, fix = refusal.message.rstrip("。").partition("，请")
        taking.leave_out(row, column, value, reason, f"请{fix}" if fix else "请核对后重填")
        return None


def _note(taking: _Taking, row: Row, kind: str, id_: int) -> None:
    entry = {"import_id": taking.command.import_id, "line": row.line, "key": row.key}
    taking.brought.append(
        {**entry, "record": kind, "record_id": id_, "version": taking.work.find.imports.version_of(kind, id_)}
    )


def _may(taking: _Taking, customer: Customer) -> bool:
    if taking.actor.is_system:
        return True
    leader_of = taking.work.find.people.leader_of
    return within(taking.actor, customer.owner_id, leader_of, region=customer.region)


_TAKERS: Mapping[SheetName, Callable[[_Taking, Row], bool]] = {
    SheetName.CUSTOMER: _take_customer,
    SheetName.ACTIVITY: _take_activity,
    SheetName.EQUIPMENT: _take_equipment,
    SheetName.PRODUCT: _take_product,
}
