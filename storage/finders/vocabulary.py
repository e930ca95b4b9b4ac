"""Finding learnt words, and whose own name a word is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.catalog.part import Part
from domain.catalog.product import Product
from domain.customers.customer import Contact, Customer, CustomerAlias
from domain.customers.scope import within
from domain.people.person import Person
from domain.vocabulary.alias import AliasKind, HeardWord, LearntAlias, alias_key
from storage.finders.people import PeopleFinder
from storage.newly import ASKS

_HEARD = (
    select(HeardWord)
    .where(HeardWord.subject == bindparam("subject"), HeardWord.kind == bindparam("kind"))
    .execution_options(**{ASKS: ()})
)


class VocabularyFinder:
    """Learnt aliases by key, unsure words by the act they were said in."""

    def __init__(
        self, session: Session, waiting: Callable[[type[HeardWord]], Iterable[HeardWord]] = lambda _: ()
    ) -> None:
        """Without ``waiting``, which yields the new records that are not in the database yet, it only reads."""
        self._session = session
        self._waiting = waiting

    def heard(self, subject: str, kind: AliasKind) -> HeardWord | None:
        """Return the unsure word an act named something by."""
        for word in self._waiting(HeardWord):
            if (word.subject, word.kind) == (subject, kind):
                return word
        return self._session.scalars(_HEARD, {"subject": subject, "kind": kind}).first()

    def living(self, kind: AliasKind, key: str) -> Sequence[LearntAlias]:
        """Return the aliases of this key that are not revoked; several when people mean different things by it."""
        query = select(LearntAlias).where(
            LearntAlias.kind == kind, LearntAlias.key == key, LearntAlias.revoked_at.is_(None)
        )
        return self._session.scalars(query.order_by(LearntAlias.id)).all()

    def free(self, kind: AliasKind, key: str, target: str) -> bool:
        """Return whether nothing else than ``target`` has this key as its own name, nor ``target`` itself already."""
        return not any(self._named(kind, key, target))

    def keeper(self, alias: LearntAlias, actor: Actor) -> int:
        """Return whose word it is for ``actor``: the owner's of the customer it names when that gives him a say."""
        if alias.kind is AliasKind.COMPANY:
            customer = self._session.get(Customer, int(alias.target.partition(":")[2]))
            owner_id = None if customer is None else customer.owner_id
            if owner_id is not None and within(actor, owner_id, PeopleFinder(self._session).leader_of):
                return owner_id
        return alias.learnt_by

    def _named(self, kind: AliasKind, key: str, target: str) -> Iterator[object]:
        """Yield what is called so already; a source is a word of its own and never another's."""
        if kind is AliasKind.COMPANY:
            called = or_(
                Customer.key == key,
                Customer.id.in_(select(CustomerAlias.customer_id).where(CustomerAlias.key == key)),
            )
            yield from self._session.scalars(select(Customer.id).where(called, Customer.active))
        elif kind is AliasKind.PRODUCT:
            for product in self._session.scalars(select(Product).where(Product.active)):
                if key in [alias_key(kind, name) for name in (product.code, product.name, *product.aliases)]:
                    yield product
        elif kind is AliasKind.PART:
            for part in self._session.scalars(select(Part)):
                if key in [alias_key(kind, name) for name in (part.code, part.name, *part.aliases)]:
                    yield part
        elif kind is AliasKind.PERSON:
            for person in self._session.scalars(select(Person).where(Person.active)):
                if key in [alias_key(kind, name) for name in (person.name, *person.nicknames)]:
                    yield person
            yield from self._session.scalars(
                select(Contact.id).where(Contact.active, func.upper(Contact.name) == key.upper())
            )
        elif key == alias_key(kind, target.partition(":")[2]):
            yield target
