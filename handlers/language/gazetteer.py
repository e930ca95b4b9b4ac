"""The company's own words as one immutable snapshot: customers, people, products, parts, stages, numbers.

Built once from plain data and replaced, never changed, when the data changes; safe to share between threads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import ahocorasick

from handlers.language.book import Book, Customer, Entry, add_customers, add_lists, add_parts, add_products
from handlers.language.documents import bare_numbers, prefixes_of
from handlers.language.sounds import BLURRED, SYLLABLES


class Gazetteer:
    """Look-ups over one company's words; nothing of it changes after ``build``."""

    __slots__ = (
        "_bigrams",
        "_forms",
        "_sounds",
        "_words",
        "contact_owners",
        "customers",
        "documents",
        "latin",
        "phone_owners",
        "prefixes",
        "stages",
    )

    def __init__(
        self,
        words: Mapping[str, tuple[Entry, ...]],
        sounds: Mapping[str, tuple[str, str]],
        *,
        customers: Mapping[str, Customer],
        documents: Mapping[str, Mapping[str, str]],
        stages: tuple[str, ...],
        latin: Mapping[str, str],
        phone_owners: Mapping[str, str],
        contact_owners: Mapping[str, tuple[str, ...]],
        forms: Mapping[str, str],
    ) -> None:
        self._words = _automaton(words)
        self._sounds = _automaton(sounds)
        self.customers = customers
        self.documents = documents
        self.prefixes = prefixes_of(documents)
        self.stages = stages
        self.latin = latin
        self.phone_owners = phone_owners
        self.contact_owners = contact_owners
        self._forms = tuple(forms.items())
        self._bigrams = _bigrams(self._forms)

    @classmethod
    def from_world(cls, world: Mapping[str, Any]) -> Gazetteer:
        """Return the snapshot of a file in the form of ``understanding/world.json``."""
        return cls.build(
            customers=world.get("customers", ()),
            products=world.get("products", ()),
            parts=world.get("parts", ()),
            staff=world.get("staff", ()) or world.get("people", ()),
            stages=world.get("stages", ()),
            regions=world.get("regions", ()),
            sources=world.get("sources", ()),
            orders=world.get("orders", ()),
            quotes=world.get("quotes", ()),
            tickets=world.get("tickets", ()),
            approvals=world.get("approvals", ()),
            aliases=world.get("aliases", {}),
        )

    @classmethod
    def build(
        cls,
        *,
        customers: Iterable[Mapping[str, Any] | str] = (),
        products: Iterable[Mapping[str, Any] | str] = (),
        parts: Iterable[Mapping[str, Any] | str] = (),
        staff: Iterable[Mapping[str, Any]] = (),
        stages: Sequence[str] = (),
        regions: Iterable[str] = (),
        sources: Iterable[str] = (),
        orders: Sequence[str] = (),
        quotes: Sequence[str] = (),
        tickets: Sequence[str] = (),
        approvals: Sequence[str] = (),
        aliases: Mapping[str, str] | None = None,
    ) -> Gazetteer:
        """Return a snapshot of plain data.

        A customer is ``{name, aliases, region, owner, contacts: [{name, title, phone}]}`` or just a name; a
        product ``{code, aliases, kind}``; a part ``{name, aliases}``; a colleague ``{name, nicknames}``.
        ``aliases`` are learnt words → canonical customer, product, part or colleague.
        """
        book = Book()
        people = [_plain(customer) for customer in customers]
        add_customers(book, people)
        codes = [_plain(product, "code") for product in products]
        add_products(book, codes)
        kept_parts = [_plain(part) for part in parts]
        add_parts(book, kept_parts)
        for person in staff:
            book.add(person["name"], Entry("staff", person["name"], "staff.name", 10))
            for nickname in person.get("nicknames", ()):
                book.add(nickname, Entry("staff", person["name"], "staff.nickname", 9))
        add_lists(book, stages, regions, sources)
        kinds = {each["name"]: "company" for each in people}
        kinds |= {each["code"]: "product" for each in codes} | {each["name"]: "part" for each in kept_parts}
        for word, value in (aliases or {}).items():
            book.add(word, Entry(kinds.get(value, "staff"), value, "learnt", 12))
        words = book.settled()
        forms = company_forms(words)
        return cls(
            words,
            _sounds(forms),
            customers=book.customers,
            documents={
                "order_no": bare_numbers(tuple(orders)),
                "quote_no": bare_numbers(tuple(quotes)),
                "ticket_no": bare_numbers(tuple(tickets)),
                "approval_no": bare_numbers(tuple(approvals)),
            },
            stages=tuple(stages),
            latin=_latin(forms),
            phone_owners=book.phones,
            contact_owners={name: tuple(owners) for name, owners in book.contacts.items()},
            forms=forms,
        )

    def words_in(self, text: str) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
        """Yield start, end and entries of every known word in lower-case ``text``."""
        if self._words is not None:
            for last, (length, entries) in self._words.iter(text):
                yield last + 1 - length, last + 1, entries

    def sounds_in(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Yield start, end, customer and short form of every stretch of ``text`` that sounds like a customer."""
        if self._sounds is None:
            return
        offsets: list[int] = [0]
        pieces: list[str] = ["|"]
        for sign in text:
            piece = (BLURRED.get(sign) or sign) + "|"
            pieces.append(piece)
            offsets.append(offsets[-1] + len(piece))
        places = {offset: position for position, offset in enumerate(offsets)}
        for last, (length, (form, name)) in self._sounds.iter("".join(pieces)):
            start, end = places.get(last + 1 - length), places.get(last)
            if start is not None and end is not None:
                yield start, end, name, form

    def alike(self, said: str) -> Iterator[tuple[str, str]]:
        """Yield (short form, customer) of every form that shares two neighbouring signs with ``said``."""
        seen: set[int] = set()
        for first, second in pairwise(said):
            seen.update(self._bigrams.get(first + second, ()))
        for position in sorted(seen)[:400]:
            yield self._forms[position]


_PLACES: Final = 300
_SHORTEST: Final = 3
"""Signs of a form that is worth comparing with something misspelt."""


def company_forms(words: Mapping[str, tuple[Entry, ...]]) -> dict[str, str]:
    """Return every word that means exactly one customer, and which."""
    return {
        word: entry.value
        for word, entries in words.items()
        for entry in entries
        if entry.kind == "company" and not entry.candidates and len(word) >= 2
    }


_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]{1,12}")
_BLURRED_TABLE: Final = str.maketrans({sign: sound + "|" for sign, sound in BLURRED.items()})
_SYLLABLE_TABLE: Final = str.maketrans(dict(SYLLABLES))


def _sounds(forms: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return sound → (shortest form, customer); what sounds like two customers is left out."""
    found: dict[str, tuple[str, str]] = {}
    shared: set[str] = set()
    for form, name in forms.items():
        if not _CHINESE.fullmatch(form):
            continue
        sound = "|" + form.translate(_BLURRED_TABLE)
        other = found.get(sound)
        if other is None:
            found[sound] = (form, name)
        elif other[1] != name:
            shared.add(sound)
        else:
            found[sound] = min(other, (form, name))
    for sound in shared:
        del found[sound]
    return found


def _latin(forms: Mapping[str, str]) -> dict[str, str]:
    """Return a name typed in pinyin → its customer; what fits two customers is left out."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for form, name in forms.items():
        if len(form) <= 6 and _CHINESE.fullmatch(form):
            joined = form.translate(_SYLLABLE_TABLE)
            if len(joined) >= 5 and found.setdefault(joined, name) != name:
                shared.add(joined)
    for joined in shared:
        del found[joined]
    return found


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


def _bigrams(forms: Sequence[tuple[str, str]]) -> dict[str, list[int]]:
    """Return two neighbouring signs → places of the forms that have them, at most 300."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, (form, _) in enumerate(forms):
        if len(form) < _SHORTEST:
            continue
        for start in range(len(form) - 1):
            places = found[form[start : start + 2]]
            if len(places) < _PLACES:
                places.append(position)
    return dict(found)
