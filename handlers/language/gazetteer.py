"""The company's own words as one immutable snapshot: customers, people, products, parts, stages, numbers.

Built from plain data and replaced, never changed, when the data changes; safe to share between threads. Customers
are many and change by ones, so ``renewed`` takes over what it can of them; the rest is few and built again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import ahocorasick

from handlers.language.book import Book, Entry, add_lists, add_parts, add_products, plain
from handlers.language.directory import Directory
from handlers.language.documents import bare_numbers, prefixes_of


class Gazetteer:
    """Look-ups over one company's words; nothing of it changes after ``build``."""

    __slots__ = ("_words", "directory", "documents", "prefixes", "stages")

    def __init__(
        self,
        words: Mapping[str, tuple[Entry, ...]],
        directory: Directory,
        *,
        documents: Mapping[str, Mapping[str, str]],
        stages: tuple[str, ...],
    ) -> None:
        self._words = _automaton(words)
        self.directory = directory
        self.documents = documents
        self.prefixes = prefixes_of(documents)
        self.stages = stages

    @classmethod
    def from_world(cls, world: Mapping[str, Any]) -> Gazetteer:
        """Return the snapshot of a file in the form of ``understanding/world.json``."""
        return cls._of_world(world, Directory.build(_records(world.get("customers", ()))))

    def renewed(self, world: Mapping[str, Any]) -> Gazetteer:
        """Return the snapshot of ``world``, working out only those customers that are new or changed."""
        return self._of_world(world, self.directory.renewed(_records(world.get("customers", ()))))

    @classmethod
    def build(
        cls,
        *,
        customers: Iterable[Mapping[str, Any] | str] = (),
        products: Iterable[Mapping[str, Any] | str] = (),
        parts: Iterable[Mapping[str, Any] | str] = (),
        staff: Iterable[Mapping[str, Any] | str] = (),
        stages: Sequence[str] = (),
        regions: Iterable[str] = (),
        sources: Iterable[str] = (),
        orders: Sequence[str] = (),
        quotes: Sequence[str] = (),
        tickets: Sequence[str] = (),
        approvals: Sequence[str] = (),
        aliases: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Gazetteer:
        """Return a snapshot of plain data.

        A customer is ``{name, aliases, region, owner, contacts: [{name, title, phone}]}``; a
        product ``{code, aliases, kind}``; a part ``{name, aliases}``; a colleague ``{name, nicknames}``; any of
        them may be a bare name.
        ``aliases`` are learnt words → canonical customer, product, part, colleague, contact or source; several make
        it ask, and so does a word that is another's own name.
        """
        return cls.from_world(
            {
                "customers": customers, "products": products, "parts": parts, "staff": list(staff), "stages": stages,
                "regions": regions, "sources": sources, "orders": orders, "quotes": quotes, "tickets": tickets,
                "approvals": approvals, "aliases": aliases or {},
            }
        )  # fmt: skip

    @classmethod
    def _of_world(cls, world: Mapping[str, Any], directory: Directory) -> Gazetteer:
        book = Book()
        products = [_plain(product, "code") for product in world.get("products", ())]
        parts = [_plain(part) for part in world.get("parts", ())]
        add_products(book, products)
        add_parts(book, parts)
        staff = [_plain(person) for person in world.get("staff", ()) or world.get("people", ())]
        people = {person["name"] for person in staff}
        for person in staff:
            book.add(person["name"], Entry("staff", person["name"], "staff.name", 10))
            for nickname in person.get("nicknames", ()):
                book.add(nickname, Entry("staff", person["name"], "staff.nickname", 9))
        stages = tuple(world.get("stages", ()))
        add_lists(book, stages, world.get("regions", ()), world.get("sources", ()))
        kinds = {product["code"]: "product" for product in products} | {part["name"]: "part" for part in parts}
        kinds |= dict.fromkeys(world.get("sources", ()), "source")
        for word, said in world.get("aliases", {}).items():
            for value in (said,) if isinstance(said, str) else said:
                kind = "company" if value in directory else kinds.get(value) or directory.person_kind(value, people)
                _add_learnt(book, directory, word, kind, value)
        numbers = ("order_no", "orders"), ("quote_no", "quotes"), ("ticket_no", "tickets"), ("approval_no", "approvals")
        return cls(
            book.settled(),
            directory,
            documents={slot: bare_numbers(tuple(world.get(key, ()))) for slot, key in numbers},
            stages=stages,
        )

    def words_in(self, text: str) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
        """Yield start, end and entries of every known word in lower-case ``text``."""
        if self._words is not None:
            for last, (length, entries) in self._words.iter(text):
                yield last + 1 - length, last + 1, entries
        yield from self.directory.words_in(text)


def _add_learnt(book: Book, directory: Directory, word: str, kind: str, value: str) -> None:
    """Add what people were found to mean by ``word``, and whoever else has it for a name: then the reader asks."""
    needs = "both" if kind == "company" and len(word) == 2 else ""  # two signs stand inside other words
    named = plain(word)
    others = book.meanings(word, kind)
    if kind == "company":
        whole = (entries for start, end, entries in directory.words_in(named) if (start, end) == (0, len(named)))
        others += tuple(each.value for entries in whole for each in entries if each.kind == kind)
    for meant in (value, *others):
        book.add(word, Entry(kind, meant, "learnt", 12, needs=needs))


def _records(customers: Iterable[Mapping[str, Any] | str]) -> Iterator[Mapping[str, Any]]:
    return ({"name": each} if isinstance(each, str) else each for each in customers)


def _plain(item: Mapping[str, Any] | str, key: str = "name") -> dict[str, Any]:
    if isinstance(item, str):
        return {key: item}
    return {**item, key: item.get(key) or item.get("name") or item.get("code")}


def _automaton(words: Mapping[str, Any]) -> Any:
    if not words:
        return None
    automaton = ahocorasick.Automaton()
    for word, value in words.items():
        automaton.add_word(word, (len(word), value))
    automaton.make_automaton()
    return automaton
