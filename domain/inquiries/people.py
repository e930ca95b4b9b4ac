"""Whom an inquiry is about: customer, contact and number, found or made, corrected, and taken back."""

from __future__ import annotations

from domain.actor import Actor
from domain.customers.commands import Met, meet
from domain.customers.customer import Contact, Customer
from domain.customers.keys import phone_key
from domain.errors import Invalid
from domain.inquiries.inquiry import Inquiry
from domain.work import Work


def usable_phone(phone: str) -> tuple[str, list[str]]:
    """Return the key of a number, or nothing and a note that says what is wrong with it."""
    try:
        return (phone_key(phone) if phone else ""), []
    except Invalid as refusal:
        return "", [f"{refusal.message.rstrip('。')}（其余内容已记下，电话没有存）"]


def attach(inquiry: Inquiry, met: Met, contact: str, phone: str) -> None:
    """Note on the inquiry whom it is about."""
    inquiry.customer_id = None if met.customer is None else met.customer.id
    inquiry.contact_id = None if met.contact is None else met.contact.id
    known = "" if met.contact is None else met.contact.name
    inquiry.contact = contact or known
    inquiry.phone = phone
    inquiry.made_customer = met.new_customer
    inquiry.made_contact = met.new_contact


def tell_their_keeper(inquiry: Inquiry, others: Customer | None, name: str, work: Work) -> None:
    """Tell whoever looks after a customer that a colleague, ``name``, has an inquiry about it."""
    if others is not None and others.owner_id is not None:
        work.say(
            others.owner_id,
            f"{name}记了一条您的客户{others.name}的询价（{inquiry.no}）："
            f"{inquiry.requirement[:100].rstrip('。')}。请和{name}商量由谁来跟。",
        )


def revise_people(inquiry: Inquiry, *, company: str, contact: str, phone: str, actor: Actor, work: Work) -> None:
    """Find out anew whom it is about, with what was named now; a bad number is refused."""
    if not (company or contact or phone):
        return
    customer = None if inquiry.customer_id is None else work.get(Customer, inquiry.customer_id)
    phone = phone_key(phone) if phone else inquiry.phone
    contact = contact or inquiry.contact
    company = company or (customer.name if customer is not None else "")
    before = (inquiry.customer_id, inquiry.contact_id)
    made = (inquiry.made_customer, inquiry.made_contact)
    met = meet(
        company=company,
        contact=contact,
        phone=phone,
        region=inquiry.region,
        owner_id=inquiry.owner_id,
        actor=actor,
        work=work,
    )
    if before != (met.customer and met.customer.id, met.contact and met.contact.id):
        take_back_people(inquiry, work, keep_customer=met.customer, keep_contact=met.contact)
    attach(inquiry, met, contact, phone)
    inquiry.made_customer |= made[0] and before[0] == inquiry.customer_id
    inquiry.made_contact |= made[1] and before[1] == inquiry.contact_id
    if not set(met.notes) & set(inquiry.notes) or before[0] != inquiry.customer_id:
        tell_their_keeper(inquiry, met.others, actor.name, work)
    inquiry.notes = [note for note in inquiry.notes if "公司" not in note and "号码" not in note] + list(met.notes)


def take_back_people(
    inquiry: Inquiry, work: Work, *, keep_customer: Customer | None = None, keep_contact: Contact | None = None
) -> None:
    """Retire the customer and the contact this inquiry created, unless something else refers to them."""
    in_use = work.find.inquiries.in_use
    if inquiry.made_contact and inquiry.contact_id is not None:
        contact = work.get(Contact, inquiry.contact_id)
        if contact is not keep_contact and not in_use(contact_id=contact.id, but=inquiry.id):
            contact.active = False
    if inquiry.made_customer and inquiry.customer_id is not None:
        customer = work.get(Customer, inquiry.customer_id)
        if customer is not keep_customer and not in_use(customer_id=customer.id, but=inquiry.id):
            customer.active = False
