"""Customers come in by file, or are met in an inquiry."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.customers.areas import region_by_name, region_by_phone
from domain.customers.credit_code import credit_code
from domain.customers.customer import Contact, Customer
from domain.customers.keys import legal_name_in, name_key, phone_key
from domain.customers.search import CustomerMet
from domain.customers.words import level_of, temperament_of
from domain.errors import Invalid
from domain.messages import Command, Event
from domain.scope import within
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEntry:
    """A person at the customer's, as the file says."""

    name: str = ""
    title: str = ""
    phone: str = ""
    temperament: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolCustomer(Command):
    """Add a customer or bring the known one up to date (known by its name). Empty values leave what is known."""

    name: str
    aliases: tuple[str, ...] = ()
    region: str = ""
    level: str = ""
    owner: str = ""
    contacts: tuple[ContactEntry, ...] = ()
    legal_name: str = ""
    credit_code: str = ""
    industry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEnrolled(Event):
    """A customer was added or changed."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Whom an inquiry is about. ``new_customer`` and ``new_contact`` say what this act added.

    ``others`` is the customer when it is out of the caller's scope: nothing was added to it then.
    """

    customer: Customer | None = None
    contact: Contact | None = None
    new_customer: bool = False
    new_contact: bool = False
    others: Customer | None = None
    notes: tuple[str, ...] = ()


def enrol_customer(command: EnrolCustomer, actor: Actor, work: Work) -> int:
    """Return the customer's id."""
    del actor
    customer, _ = work.find.customers.ensure(command.name, name_key(command.name))
    if customer.key == name_key(command.name):  # else it was merged, and goes by the name then chosen
        customer.name = command.name
    customer.active = True
    customer.region = command.region or customer.region
    customer.level = level_of(command.level) if command.level else customer.level
    customer.legal_name = command.legal_name or customer.legal_name or legal_name_in(command.name)
    customer.industry = command.industry or customer.industry
    if command.credit_code:
        give_credit_code(customer, command.credit_code, work)
    if command.aliases:
        customer.aliases = list(command.aliases)
        work.find.customers.call(customer, [name_key(alias) for alias in command.aliases])
    if command.owner:
        owner = work.find.people.by_name(command.owner)
        if owner is None:
            raise Invalid(f"客户 {command.name} 的负责人“{command.owner}”不在人员名单里，请先加载人员文件。")
        customer.owner_id = owner.id
    for entry in command.contacts:
        _enrol_contact(customer, entry, work)
    work.flush()
    work.record(CustomerEnrolled(subject=customer.subject, name=customer.name))
    return customer.id


def meet(*, company: str, contact: str, phone: str, region: str, owner_id: int | None, actor: Actor, work: Work) -> Met:
    """Find or create the customer and the contact somebody told us about; ``phone`` is a phone key or empty.

    Without a company the number alone may say who it is. A number that belongs to somebody at another
    company stays with him, and the caller is told so. Nothing is added to a colleague's customer, and
    nothing the caller did not say is told of it (R-52).
    """
    known = work.find.customers.contact_by_phone(phone) if phone else None
    if not company:
        if known is None:
            return Met(notes=("还不知道是哪家公司，补发公司名即可",))
        found = work.get(Customer, known.customer_id)
        if _is_others(found, actor, work):
            return Met(others=found, notes=("这个号码属于同事负责的客户，已告知负责人",))
        return Met(customer=found, contact=known, notes=("按电话找到了客户",))
    where = region or region_by_phone(phone) or region_by_name(company)
    customer, is_new = _customer(company, where, owner_id, work)
    if not is_new and _is_others(customer, actor, work):
        note = "这家公司由同事负责，联系人和电话只记在这条询价里，已告知负责人"
        return Met(customer=customer, others=customer, notes=(note,))
    alike: tuple[str, ...] = ()
    if is_new:
        alike = _alike(customer, actor, work)
        work.record(CustomerMet(subject=customer.subject, name=customer.name))
    if known is not None:
        if known.customer_id == customer.id:
            return Met(customer=customer, contact=known, new_customer=is_new)
        return Met(customer=customer, new_customer=is_new, notes=("这个号码已登记在另一位客户名下，请核对",))
    if not contact and not phone:
        return Met(customer=customer, new_customer=is_new, notes=alike)
    person, is_new_person = work.find.customers.ensure_contact(customer.id, contact, phone)
    if is_new_person and person.phone:
        work.record(CustomerMet(subject=customer.subject, name=customer.name))
    return Met(customer=customer, contact=person, new_customer=is_new, new_contact=is_new_person, notes=alike)


def introduce(company: str, owner_id: int, work: Work) -> Customer:
    """Return the customer called so; a new one is ``owner_id``'s."""
    customer, is_new = _customer(company, region_by_name(company), owner_id, work)
    if is_new:
        work.record(CustomerMet(subject=customer.subject, name=customer.name))
    return customer


def give_credit_code(customer: Customer, said: str, work: Work) -> None:
    """Note the code after checking it; two customers never share one (S-033)."""
    code = credit_code(said)
    holder = work.find.customers.by_credit_code(code)
    if holder is not None and holder is not customer:
        raise Invalid(
            f"信用代码 {code} 已经登记在另一家客户名下。请核对代码；确实是同一家，请让主管合并这两家客户。",
            subject=customer.subject,
        )
    customer.credit_code = code


def _customer(company: str, region: str, owner_id: int | None, work: Work) -> tuple[Customer, bool]:
    found = work.find.customers.by_name(company)
    if found is not None:
        return found, False
    customer, is_new = work.find.customers.ensure(company, name_key(company), region=region, owner_id=owner_id)
    if not is_new and not customer.active:
        customer.name = company
        customer.active = True
        customer.owner_id = owner_id
        customer.region = region
        customer.legal_name = legal_name_in(company)
        return customer, True
    return customer, is_new


def _alike(customer: Customer, actor: Actor, work: Work) -> tuple[str, ...]:
    """Return a note about a customer that sounds the same, when the actor may know of it (R-53, R-105)."""
    for other in work.find.customers.look_alikes(customer):
        if within(actor, other.owner_id, work.find.people.leader_of, region=other.region):
            return (f"和已有的“{other.name}”读音一样，是同一家就发：合并 {customer.name} 和 {other.name}",)
    return ()


def _is_others(customer: Customer, actor: Actor, work: Work) -> bool:
    """Return whether somebody looks after the customer whose customers ``actor`` does not see."""
    return customer.owner_id is not None and not within(actor, customer.owner_id, work.find.people.leader_of)


def _enrol_contact(customer: Customer, entry: ContactEntry, work: Work) -> None:
    phone = phone_key(entry.phone) if entry.phone else ""
    contact, _ = work.find.customers.ensure_contact(customer.id, entry.name, phone)
    if contact.customer_id != customer.id:
        raise Invalid(f"{customer.name} 的联系人 {entry.name} 的电话 {entry.phone} 已登记在另一位客户名下，请核对。")
    contact.name = entry.name or contact.name
    contact.title = entry.title or contact.title
    contact.temperament = temperament_of(entry.temperament) if entry.temperament else contact.temperament
