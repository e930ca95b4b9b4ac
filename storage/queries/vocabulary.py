"""The company's own words: what its people, customers, products and parts are called."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.catalog.part import Part
from domain.catalog.product import Product
from domain.channels.channel import ChannelWord
from domain.customers.customer import Contact, Customer
from domain.customers.fields import REGIONS
from domain.inquiries.fields import SOURCES
from domain.people.person import Person
from domain.vocabulary.alias import LearntAlias
from storage.queries.aliases import AliasQueries

STAGES = ("新线索", "已联系", "意向明确", "方案报价", "商务谈判", "成交", "流失")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Plain data in the form of ``gendan load`` files; empty for a company without records."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    staff: list[dict[str, Any]] = field(default_factory=list)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    """Learnt words → what they mean; several when people disagree."""
    sources: list[str] = field(default_factory=list)

    def as_world(self) -> dict[str, Any]:
        """Return it with the words every company shares."""
        return {
            "customers": self.customers,
            "products": self.products,
            "parts": self.parts,
            "staff": self.staff,
            "aliases": self.aliases,
            "regions": list(REGIONS),
            "sources": list(dict.fromkeys((*SOURCES, *self.sources))),
            "stages": list(STAGES),
        }


def vocabulary(session: Session) -> Vocabulary:
    """Return all words in use now."""
    people = {person.id: person for person in session.scalars(select(Person).where(Person.active))}
    contacts: dict[int, list[dict[str, str]]] = defaultdict(list)
    for contact in session.scalars(select(Contact).where(Contact.active)):
        contacts[contact.customer_id].append(
            {"name": contact.name, "title": contact.title, "phone": contact.phone or ""}
        )
    products = session.scalars(select(Product).where(Product.active)).all()
    named = Counter(product.name for product in products)
    return Vocabulary(
        customers=[
            {
                "name": customer.name,
                "aliases": customer.aliases,
                "region": customer.region,
                "owner": people[customer.owner_id].name if customer.owner_id in people else "",
                "contacts": contacts[customer.id],
            }
            for customer in session.scalars(select(Customer).where(Customer.active))
        ],
        products=[
            {
                "code": product.code,
                "aliases": _called(product, alone=named[product.name] == 1),
                "kind": product.category,
            }
            for product in products
        ],
        parts=[{"name": part.name, "aliases": [part.code, *part.aliases]} for part in session.scalars(select(Part))],
        sources=list(session.scalars(select(ChannelWord.word).order_by(ChannelWord.id))),
        staff=[{"name": person.name, "nicknames": person.nicknames} for person in people.values()],
        aliases=_learnt(session),
    )


def _called(product: Product, *, alone: bool) -> list[str]:
    """Return what a product is called; its name too where no other has the same."""
    return [*product.aliases, *((product.name,) if alone and product.name not in product.aliases else ())]


def _learnt(session: Session) -> dict[str, list[str]]:
    meant: dict[str, list[str]] = defaultdict(list)
    for words, name in sorted(AliasQueries(session).meanings()):
        meant[words].append(name)
    return dict(meant)


def vocabulary_stamp(session: Session) -> str:
    """Return a word that changes whenever ``vocabulary`` would: how many rows and changes each table has seen."""
    counted = [
        session.execute(select(func.count(), func.coalesce(func.sum(kind.version), 0))).one()
        for kind in (Person, Customer, Contact, Product, Part, LearntAlias, ChannelWord)
    ]
    return ";".join(f"{rows},{changes}" for rows, changes in counted)
