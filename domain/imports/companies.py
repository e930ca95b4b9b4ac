"""Rows that name a company: it comes in with somebody who works there, or with what was talked about.

What is known is never changed; a company that was taken back comes in again under its old number.
"""

from __future__ import annotations

from domain.activities.activity import Activity, ActivityKind, Outcome
from domain.customers.customer import Contact, Customer
from domain.customers.search import KeyKind
from domain.dictionary.definition import FieldValue
from domain.dictionary.values import rows_for
from domain.imports.chunk import Chunk
from domain.imports.known import KnownCustomer
from domain.imports.row import Row

_OTHERS = "系统里已有这家公司，由同事负责"
_ASK = "请联系主管，或从表里删掉这一行"
_DETAILS = ("region", "level", "industry", "legal_name", "credit_code")
_KINDS = {kind.label: kind for kind in ActivityKind}


def take_customer(chunk: Chunk, row: Row) -> bool:
    """Return whether a row of a customer list brought something: the company, somebody there, or both."""
    values, known = row.values, chunk.known
    name, phone = str(values["name"]), str(values.get("phone", ""))
    code = values.get("credit_code")
    holder = known.codes.get(code) if code else None
    found = known.customers.get(row.company)
    if holder is not None and (found is None or holder != found.id):
        chunk.leave_out(row, "信用代码", str(code), "这个信用代码已登记在另一家客户名下", "请核对代码和公司名称")
        return False
    if found is not None and found.active and not chunk.may(found.owner_id, found.region):
        chunk.leave_out(row, "客户名称", name, _OTHERS, _ASK)
        return False
    taken_by = known.phones.get(phone) if phone else None
    if taken_by is not None and (found is None or taken_by != found.id):
        chunk.leave_out(
            row, "电话", phone, "这个号码已登记在另一位客户名下", "请核对号码；确实换了公司请先改原来的联系人"
        )
        return False
    customer, is_new = _customer(chunk, row, name, values.get("owner"))
    person = taken_by is None and _contact(chunk, row, customer, str(values.get("contact", "")), phone)
    if person and phone and not is_new and not chunk.dry:
        chunk.found_by.append((customer.id, tuple(each for each in row.found_by if each[0] == KeyKind.PHONE)))
    if not (is_new or person):
        chunk.taken.known += 1
    return is_new or person


def take_activity(chunk: Chunk, row: Row) -> bool:
    """Return whether a row of a ledger brought something: what was talked about, and the company if need be."""
    values = row.values
    company = str(values["customer"])
    found = chunk.known.customers.get(row.company)
    if found is not None and found.active and not chunk.may(found.owner_id, found.region):
        chunk.leave_out(row, "客户", company, _OTHERS, _ASK)
        return False
    author = values.get("author", chunk.actor.person_id)
    if author is None:
        chunk.leave_out(row, "跟进人", "", "没有写是谁跟进的", "请补上跟进人的姓名")
        return False
    customer, _ = _customer(chunk, row, company, author if chunk.known.works_here(author) else None)
    if not chunk.dry:
        activity = {
            "author_id": author,
            "kind": _KINDS.get(str(values.get("kind")), ActivityKind.OTHER),
            "outcome": Outcome.REACHED,
            "at": values["at"],
            "created_at": chunk.work.now,
            "text": str(values["text"]),
            "customer_id": customer.id,
            "contact": str(values.get("contact", "")),
            "next_step": str(values.get("next_step", "")),
            "next_at": values.get("next_at"),
        }
        chunk.bring(row, "activity", chunk.work.add_row(Activity, activity))
        chunk.work.find.customers.touch(customer.id, values["at"], author)
    return True


def _customer(chunk: Chunk, row: Row, name: str, owner_id: int | None) -> tuple[KnownCustomer, bool]:
    """Return the company a row names, made or revived where it must be, and whether it was."""
    known = chunk.known
    found = known.customers.get(row.company)
    if found is not None and found.active:
        return found, False
    owner = owner_id if owner_id is not None else chunk.actor.person_id
    details = {column: row.values[column] for column in _DETAILS if row.values.get(column)}
    if chunk.dry:
        customer = found or KnownCustomer(id=-row.line, name=name)  # a number nobody has
    elif found is None:
        said = {"name": name, "key": row.company, "owner_id": owner, **details}
        customer = KnownCustomer(id=chunk.work.add_row(Customer, said), name=name)
        chunk.bring(row, "customer", customer.id)
    else:
        customer = found
        _revive(chunk, row, customer, {"name": name, "owner_id": owner, **details})
    customer.name, customer.owner_id, customer.active = name, owner, True
    customer.region = details.get("region", customer.region)
    customer.credit_code = details.get("credit_code", customer.credit_code)
    known.customers[row.company] = customer
    if customer.credit_code:
        known.codes[customer.credit_code] = customer.id
    if not chunk.dry:
        chunk.found_by.append((customer.id, row.found_by))
        _keep_fields(chunk, row, customer.id, is_new=found is None)
    return customer, True


def _revive(chunk: Chunk, row: Row, customer: KnownCustomer, said: dict[str, object]) -> None:
    record = chunk.work.get(Customer, customer.id)
    record.active = True
    if record.key != row.company:
        del said["name"]  # another name led here
    for column, value in said.items():
        setattr(record, column, value)
    chunk.work.flush()
    chunk.bring(row, "customer", record.id, record.version)


def _contact(chunk: Chunk, row: Row, customer: KnownCustomer, name: str, phone: str) -> bool:
    """Return whether a row brought somebody nobody knew."""
    known = chunk.known
    if not (name or phone) or (not phone and (customer.id, name) in known.names):
        return False
    if not chunk.dry:
        contact = {
            "customer_id": customer.id,
            "name": name,
            "title": str(row.values.get("title", "")),
            "phone": phone or None,
            "temperament": str(row.values.get("temperament", "")),
        }
        chunk.bring(row, "contact", chunk.work.add_row(Contact, contact))
    known.names.add((customer.id, name))
    if phone:
        known.phones[phone] = customer.id
    return True


def _keep_fields(chunk: Chunk, row: Row, customer_id: int, *, is_new: bool) -> None:
    for added in chunk.fields:
        if (value := row.values.get(added.name)) is None:
            continue
        kept = rows_for(added, value)
        if not is_new:
            chunk.work.find.fields.keep("customer", customer_id, added.name, kept)
            continue
        for place, each in enumerate(kept):
            where = {"record": "customer", "record_id": customer_id, "field": added.name, "position": place}
            chunk.work.add_row(FieldValue, {**where, "text": each.text, "number": each.number})
