"""Learnt words for reading: whoever taught them, his leaders, and who looks after the customer they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.catalog.part import Part
from domain.catalog.product import Product
from domain.customers.customer import Contact, Customer
from domain.customers.keys import name_key
from domain.customers.scope import within
from domain.errors import NotFound
from domain.people.person import Person
from domain.vocabulary.alias import AliasKind, LearntAlias, alias_key
from domain.vocabulary.views import AliasesView, AliasView
from storage.finders.customers import CustomerFinder
from storage.finders.people import PeopleFinder
from storage.finders.vocabulary import VocabularyFinder
from storage.queries.channels import ChannelQueries

MOST = 6
"""Words on one card."""


def _is_called(kind: AliasKind, said: str, *names: str) -> bool:
    return alias_key(kind, said) in [alias_key(kind, name) for name in names if name]


class AliasQueries:
    """What a viewer may see of the company's learnt words."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, alias_id: int, viewer: Actor) -> AliasView:
        """Return one word, also a revoked one; NotFound when unknown or out of scope."""
        alias = self._session.get(LearntAlias, alias_id)
        if alias is None or not self._may_see(alias, viewer):
            raise NotFound("没有找到这个叫法，可能不在您的范围内。发“别名有哪些”看您能管的。")
        return self._view(alias)

    def listed(self, viewer_id: int, viewer: Actor, *, about: str = "") -> AliasesView:
        """Return the living words the viewer may see, all or those that are or mean ``about``, the newest first."""
        if viewer.person_id is None or viewer_id != viewer.person_id:
            raise NotFound("没有找到这些叫法。发“别名有哪些”看您能管的。")
        found = [self._view(alias) for alias in self._living() if self._may_see(alias, viewer)]
        key = name_key(about)
        if key:
            found = [each for each in found if key in name_key(each.target) or key == name_key(each.words)]
        return AliasesView(viewer_id=viewer_id, about=about, aliases=tuple(found[:MOST]), total=len(found))

    def called(self, words: str, viewer: Actor) -> list[AliasView]:
        """Return the living words of this spelling that the viewer may take back."""
        key = name_key(words)
        return [
            self._view(alias)
            for alias in self._living()
            if name_key(alias.words) == key and self._may_see(alias, viewer)
        ]

    def meanings(self) -> list[tuple[str, str]]:
        """Return (word, canonical name) of all living words whose target is in use, for the reader."""
        named = ((alias.words, self._name(alias.target)) for alias in self._living())
        return [(words, name) for words, name in named if name]

    def meant_by(self, name: str) -> tuple[AliasKind, str] | None:
        """Return kind and subject of the only record with this very name; None for none, or for several."""
        found = list(self._called(name.strip()))
        return found[0] if len(found) == 1 else None

    def _called(self, name: str) -> Iterator[tuple[AliasKind, str]]:
        customer = CustomerFinder(self._session).by_name(name)
        if customer is not None:
            yield AliasKind.COMPANY, customer.subject
        for product in self._session.scalars(select(Product).where(Product.active)):
            if _is_called(AliasKind.PRODUCT, name, product.code, product.name, *product.aliases):
                yield AliasKind.PRODUCT, product.subject
        for part in self._session.scalars(select(Part)):
            if _is_called(AliasKind.PART, name, part.code, part.name, *part.aliases):
                yield AliasKind.PART, part.subject
        for person in self._session.scalars(select(Person).where(Person.active)):
            if _is_called(AliasKind.PERSON, name, person.name, *person.nicknames):
                yield AliasKind.PERSON, person.subject
        for contact in self._session.scalars(select(Contact).where(Contact.active, Contact.name == name)):
            yield AliasKind.PERSON, contact.subject
        channel = ChannelQueries(self._session).called(name)
        if channel:
            yield AliasKind.SOURCE, f"source:{channel}"

    def _living(self) -> Sequence[LearntAlias]:
        query = select(LearntAlias).where(LearntAlias.revoked_at.is_(None)).order_by(LearntAlias.id.desc())
        return self._session.scalars(query).all()

    def _may_see(self, alias: LearntAlias, viewer: Actor) -> bool:
        keeper = VocabularyFinder(self._session).keeper(alias, viewer)
        return within(viewer, keeper, PeopleFinder(self._session).leader_of)

    def _view(self, alias: LearntAlias) -> AliasView:
        return AliasView(
            id=alias.id,
            version=alias.version,
            kind=alias.kind.value,
            words=alias.words,
            target=self._name(alias.target),
            learnt_by=self._person(alias.learnt_by),
            learnt_at=alias.learnt_at,
            said=alias.said,
            revoked_by=self._person(alias.revoked_by),
            revoked_at=alias.revoked_at,
        )

    def _name(self, target: str) -> str:
        """Return the canonical name of a subject, empty for one that is out of use."""
        kind, _, id_ = target.partition(":")
        return id_ if kind == "source" else next(self._names(kind, int(id_)), "")

    def _names(self, kind: str, id_: int) -> Iterator[str]:
        if kind == "customer" and (customer := self._session.get(Customer, id_)) and customer.active:
            yield customer.name
        elif kind == "product" and (product := self._session.get(Product, id_)) and product.active:
            yield product.code
        elif kind == "part" and (part := self._session.get(Part, id_)):
            yield part.name
        elif kind == "contact" and (contact := self._session.get(Contact, id_)) and contact.active:
            yield contact.name
        elif kind == "person" and (person := self._session.get(Person, id_)) and person.active:
            yield person.name

    def _person(self, person_id: int | None) -> str:
        person = None if person_id is None else self._session.get(Person, person_id)
        return "" if person is None else person.name
