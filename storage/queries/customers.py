"""Customers for reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.customers.cleaning import Dirt
from domain.customers.customer import Contact, Customer
from domain.customers.fields import CUSTOMER
from domain.customers.search import KeyKind
from domain.customers.views import ChangeView, ContactView, CustomerView, HitView, HolderView
from domain.errors import NotFound
from domain.filled import FilledView
from domain.people.person import Person
from domain.scope import UNSEEN, require
from domain.tags.tag import Tag
from storage import cleaning, search
from storage.finders.customers import CustomerFinder
from storage.finders.people import PeopleFinder
from storage.queries.fields import FieldQueries
from storage.scope import in_scope
from storage.tables import timeline

MOST_HITS = 9
"""A longer list is not read; a longer word is typed instead."""
_TAGS = "标签"
_SHORTEST = 2
"""Signs of a name that whoever asks for a clash must know."""


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
            raise NotFound(UNSEEN)
        require(viewer, customer.owner_id, PeopleFinder(self._session).leader_of, region=customer.region)
        further = CustomerFinder(self._session).numbers(customer_id)
        filled = FieldQueries(self._session).filled("customer", customer, viewer)
        return CustomerView(
            id=customer.id,
            version=customer.version,
            name=customer.name,
            active=customer.active,
            aliases=tuple(customer.aliases),
            region=customer.region,
            level=customer.level,
            owner=self._name(customer.owner_id),
            last_contact_at=customer.last_contact_at,
            last_contact_by=self._name(customer.last_contact_by),
            contacts=tuple(
                ContactView(
                    name=contact.name,
                    title=contact.title,
                    phone=contact.phone or "",
                    temperament=contact.temperament,
                    more=tuple(each.phone or "" for each in further.get(contact.id, ())),
                )
                for contact in CustomerFinder(self._session).contacts(customer.id)
            ),
            legal_name=customer.legal_name,
            credit_code=customer.credit_code or "",
            industry=customer.industry,
            summary=customer.history_summary,
            tags=self._tags(filled),
            filled=replace(filled, rows=tuple(row for row in filled.rows if row[0] != _TAGS)),
        )

    def hits(self, said: str, viewer: Actor) -> tuple[HitView, ...]:
        """Return the customers within the viewer's scope that ``said`` may mean, at most ``MOST_HITS``.

        A name or an alias said in full means that customer alone, whatever else begins with it.
        """
        scope = in_scope(CUSTOMER, viewer)
        called = CustomerFinder(self._session).by_name(said)
        if called is not None and self._session.scalar(select(Customer.id).where(Customer.id == called.id, scope)):
            return (self._hit(called, KeyKind.NAME),)
        return tuple(self._hit(each, kind) for each, kind in search.find(self._session, said, scope, MOST_HITS))

    def cleaning(self, person_id: int, viewer: Actor) -> Dirt:
        """Return what is wrong with one's own customers; NotFound for anybody else's."""
        if viewer.person_id != person_id:
            raise NotFound(UNSEEN)
        return cleaning.dirt_of(self._session, viewer)

    def last_changes(
        self, customer_id: int, viewer: Actor, events: Sequence[str], since: datetime
    ) -> tuple[ChangeView, ...]:
        """Return the two last things of ``events`` that the viewer himself changed of a customer, the newest first."""
        query = select(timeline.c.event, timeline.c.body).where(
            timeline.c.subject == f"customer:{customer_id}",
            timeline.c.event.in_(events),
            timeline.c.actor_id == viewer.person_id,
            timeline.c.at >= since,
        )
        rows = self._session.execute(query.order_by(timeline.c.seq.desc()).limit(2))
        return tuple(ChangeView(event=row.event, values=row.body) for row in rows)

    def knows(self, customer_id: int, contact: str) -> bool:
        """Return whether somebody at the customer's is called so."""
        return CustomerFinder(self._session).contact_called(customer_id, contact) is not None

    def id_of(self, name: str) -> int | None:
        """Return the only active customer called so, by name or alias; None when there is none or more than one."""
        customer = CustomerFinder(self._session).by_name(name)
        return None if customer is None else customer.id

    def holders(self, said: str, now: datetime) -> tuple[HolderView, ...]:
        """Return whose the customers are that ``said`` may name, whoever asks (S-028): one by its full name or alias.

        A part of a name may mean several; then nothing but their number is to be told.
        """
        called = CustomerFinder(self._session).by_name(said)
        if called is not None:
            return (self._holder(called, now),)
        found = search.find(self._session, said, true(), MOST_HITS) if len(said) >= _SHORTEST else ()
        return tuple(self._holder(each, now) for each, kind in found if kind is KeyKind.NAME)

    def _holder(self, customer: Customer, now: datetime) -> HolderView:
        held = CustomerFinder(self._session).registration(customer.id)
        protected = held is not None and held.owner_id == customer.owner_id and held.until > now
        return HolderView(
            person_id=customer.owner_id,
            name=self._name(customer.owner_id),
            until=held.until if held is not None and protected else None,
        )

    def of_group(self, platform: str, chat: str) -> str:
        """Return the name of the customer this group chat is bound to, empty for none."""
        group = CustomerFinder(self._session).group(platform, chat)
        customer = None if group is None else self._session.get(Customer, group.customer_id)
        return customer.name if customer is not None and customer.active else ""

    def _hit(self, customer: Customer, kind: KeyKind) -> HitView:
        return HitView(
            id=customer.id,
            name=customer.name,
            region=customer.region,
            owner=self._name(customer.owner_id),
            by=kind.said,
        )

    def _name(self, person_id: int | None) -> str:
        person = None if person_id is None else self._session.get(Person, person_id)
        return "" if person is None else person.name

    def _tags(self, filled: FilledView) -> tuple[tuple[str, str], ...]:
        names = next((value.split("、") for label, value in filled.rows if label == _TAGS), [])
        if not names:
            return ()
        query = select(Tag.name, Tag.group).where(Tag.name.in_(names))
        groups = {name: group for name, group in self._session.execute(query)}  # noqa: C416 - rows are not pairs to mypy
        sorted_ = sorted(names, key=lambda name: (groups.get(name, "") == "", groups.get(name, "")))
        return tuple(
            (group, "、".join(tags)) for group, tags in groupby(sorted_, key=lambda name: groups.get(name, ""))
        )

    def called(self) -> list[Called]:
        """Return every active customer, in two queries."""
        contacts: dict[int, list[str]] = {}
        known = select(Contact.customer_id, Contact.name).where(
            Contact.active, Contact.name != "", Contact.main_id.is_(None)
        )
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
