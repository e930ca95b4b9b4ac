"""Customers for reading."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.customers.customer import Contact, Customer
from domain.customers.scope import require
from domain.customers.views import ContactView, CustomerView
from domain.errors import NotFound
from domain.people.person import Person
from storage.finders.customers import CustomerFinder
from storage.finders.people import PeopleFinder
from storage.queries.fields import FieldQueries


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A customer with everything it and its people are called, for the reader of chat."""

    name: str
    aliases: tuple[str, ...]
    region: str
    contacts: tuple[str, ...]


class CustomerQueries:
    """One customer for its card, and all of them for the reader to recognise."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, customer_id: int, viewer: Actor) -> CustomerView:
        """Return one customer; NotFound when unknown or not for this viewer."""
        customer = self._session.get(Customer, customer_id)
        if customer is None:
            raise NotFound("没有找到这个客户，可能不在您的范围内。")
        require(viewer, customer.owner_id, PeopleFinder(self._session).leader_of)
        owner = None if customer.owner_id is None else self._session.get(Person, customer.owner_id)
        known = select(Contact).where(Contact.customer_id == customer.id, Contact.active).order_by(Contact.id)
        return CustomerView(
            id=customer.id,
            version=customer.version,
            name=customer.name,
            active=customer.active,
            aliases=tuple(customer.aliases),
            region=customer.region,
            level=customer.level,
            owner="" if owner is None else owner.name,
            contacts=tuple(
                ContactView(name=contact.name, title=contact.title, phone=contact.phone or "")
                for contact in self._session.scalars(known)
            ),
            filled=FieldQueries(self._session).filled("customer", customer, viewer),
        )

    def id_of(self, name: str) -> int | None:
        """Return the only active customer called so, by name or alias; None when there is none or more than one."""
        customer = CustomerFinder(self._session).by_name(name)
        return None if customer is None else customer.id

    def of_group(self, platform: str, chat: str) -> str:
        """Return the name of the customer this group chat is bound to, empty for none."""
        group = CustomerFinder(self._session).group(platform, chat)
        customer = None if group is None else self._session.get(Customer, group.customer_id)
        return customer.name if customer is not None and customer.active else ""

    def called(self) -> list[Called]:
        """Return every active customer, in two queries."""
        contacts: dict[int, list[str]] = {}
        known = select(Contact.customer_id, Contact.name).where(Contact.active, Contact.name != "")
        for customer_id, name in self._session.execute(known.order_by(Contact.id)):
            contacts.setdefault(customer_id, []).append(name)
        return [
            Called(
                name=customer.name,
                aliases=tuple(customer.aliases),
                region=customer.region,
                contacts=tuple(contacts.get(customer.id, ())),
            )
            for customer in self._session.scalars(select(Customer).where(Customer.active).order_by(Customer.id))
        ]
