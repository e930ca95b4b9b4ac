"""The company's own words as one immutable snapshot: customers, people, products, parts, stages, numbers.

Built once from plain data and replaced, never changed, when the data changes; safe to share between threads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import ahocorasick

from handlers.language.company_names import ORDINARY, NameParts, short_forms, take_apart
from handlers.language.documents import bare_numbers
from handlers.language.places import PROVINCES, region_of
from handlers.language.sounds import BLURRED, SYLLABLES
from handlers.language.synonyms import SOURCES, STAGES

RANKS: Final = ("legal", "short", "core", "contracted", "alias")


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the company's: what ``kind`` of thing it is, its canonical ``value``, and how sure that is.

    ``fuzzy`` wants a person's nod; ``needs`` is a condition on the words around (see ``names``).
    """

    kind: str
    value: str
    rule: str
    weight: float
    fuzzy: bool = False
    needs: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """What the reader knows of a customer."""

    name: str
    owner: str
    region: str
    parts: NameParts


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
        book = _Book()
        people = [_plain(customer) for customer in customers]
        _add_customers(book, people)
        codes = [_plain(product, "code") for product in products]
        _add_products(book, codes)
        kept_parts = [_plain(part) for part in parts]
        _add_parts(book, kept_parts)
        for person in staff:
            book.add(person["name"], Entry("staff", person["name"], "staff.name", 10))
            for nickname in person.get("nicknames", ()):
                book.add(nickname, Entry("staff", person["name"], "staff.nickname", 9))
        _add_lists(book, stages, regions, sources)
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
        for first, second in zip(said, said[1:], strict=False):
            seen.update(self._bigrams.get(first + second, ()))
        for position in sorted(seen)[:400]:
            yield self._forms[position]


class _Book:
    """What is gathered while a snapshot is built."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        self.customers: dict[str, Customer] = {}
        self.phones: dict[str, str] = {}
        self.contacts: dict[str, list[str]] = defaultdict(list)

    def add(self, word: str, entry: Entry) -> None:
        word = word.strip().lower().replace("（", "(").replace("）", ")")
        if word and entry not in self._entries[word]:
            self._entries[word].append(entry)

    def settled(self) -> dict[str, tuple[Entry, ...]]:
        """Per word, the surest entry of each kind; a derived form of two customers goes, a registered one asks."""
        settled: dict[str, tuple[Entry, ...]] = {}
        for word, entries in self._entries.items():
            if len(entries) == 1:
                settled[word] = (entries[0],)
                continue
            kept = tuple(
                entry for kind in dict.fromkeys(each.kind for each in entries) if (entry := _surest(kind, entries))
            )
            if kept:
                settled[word] = kept
        return settled


def company_forms(words: Mapping[str, tuple[Entry, ...]]) -> dict[str, str]:
    """Return every word that means exactly one customer, and which."""
    return {
        word: entry.value
        for word, entries in words.items()
        for entry in entries
        if entry.kind == "company" and not entry.candidates and len(word) >= 2
    }


def _sounds(forms: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    by_sound: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for form, name in forms.items():
        if len(form) <= 12 and all("\u4e00" <= sign <= "\u9fff" for sign in form):
            by_sound["|" + "".join(BLURRED.get(sign, "") + "|" for sign in form)].append((form, name))
    return {sound: min(each) for sound, each in by_sound.items() if len({name for _, name in each}) == 1}


def _latin(forms: Mapping[str, str]) -> dict[str, str]:
    names: dict[str, set[str]] = defaultdict(set)
    for form, name in forms.items():
        if len(form) <= 6 and all("\u4e00" <= sign <= "\u9fff" for sign in form):
            joined = "".join(SYLLABLES.get(sign, "") for sign in form)
            if len(joined) >= 5:
                names[joined].add(name)
    return {joined: min(each) for joined, each in names.items() if len(each) == 1}


def _surest(kind: str, entries: list[Entry]) -> Entry | None:
    own = [entry for entry in entries if entry.kind == kind]
    top = max(entry.weight for entry in own)
    best = [entry for entry in own if entry.weight == top]
    values = tuple(dict.fromkeys(entry.value for entry in best))
    if len(values) == 1:
        return best[0]
    if best[0].rule.startswith("company.") and best[0].rule != "company.alias":
        return None
    first = best[0]
    return Entry(kind, values[0], first.rule, first.weight, fuzzy=True, needs=first.needs, candidates=values)


def _plain(item: Mapping[str, Any] | str, key: str = "name") -> dict[str, Any]:
    if isinstance(item, str):
        return {key: item}
    return {**item, key: item.get(key) or item.get("name") or item.get("code")}


def _add_customers(book: _Book, customers: Sequence[Mapping[str, Any]]) -> None:
    for customer in customers:
        name = str(customer["name"])
        parts = take_apart(name)
        book.customers[name] = Customer(
            name, str(customer.get("owner") or ""), str(customer.get("region") or ""), parts
        )
        for form, rank in short_forms(name):
            if rank and (len(form) < 2 or form in ORDINARY or form in PROVINCES):
                continue
            weight = (14.0, 9.0, 6.0, 5.0)[rank]
            book.add(
                form, Entry("company", name, f"company.{RANKS[rank]}", weight, needs="name" if len(form) == 2 else "")
            )
        for alias in (*customer.get("aliases", ()), *([customer["short"]] if customer.get("short") else ())):
            book.add(alias, Entry("company", name, "company.alias", 11))
        for contact in customer.get("contacts", ()):
            called = str(contact.get("name") or "")
            if called:
                book.add(called, Entry("contact", called, "contact.known", 7))
                book.contacts[called].append(name)
            phone = re.sub(r"\D", "", str(contact.get("phone") or ""))
            if phone:
                book.phones[phone] = name


def _add_products(book: _Book, products: Sequence[Mapping[str, Any]]) -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for product in products:
        code = str(product["code"])
        kinds[str(product.get("kind") or "")].add(code)
        for word in _spellings(code):
            book.add(word, Entry("product", code, "product.code", 10))
        for word in _spoken(code):
            bare = not re.search(r"[a-z]", word)
            book.add(word, Entry("product", code, "product.spoken", 6, needs="number" if bare else ""))
        for alias in product.get("aliases", ()):
            for word in _spellings(str(alias)):
                needs = "number" if word.isdigit() else ""
                book.add(word, Entry("product", code, "product.alias", 9, needs=needs))
    for kind, codes in kinds.items():
        if kind and len(codes) == 1:
            book.add(kind, Entry("product", next(iter(codes)), "product.kind", 7))


_CODE: Final = re.compile(r"([A-Za-z]+)[-_ ]?(\d+)([A-Za-z]*)")
_SIGNS: Final = "零一二三四五六七八九"


def _spellings(word: str) -> set[str]:
    """With and without hyphen or space between letters and digits."""
    forms = {word}
    match = _CODE.match(word)
    if match:
        letters, digits, rest = match[1], match[2], word[match.end(2) :]
        forms |= {f"{letters}{gap}{digits}{rest}" for gap in ("", "-", " ", "_")}
        if rest.startswith(("-", " ", "_")):
            forms |= {f"{letters}{gap}{digits}{rest[1:]}" for gap in ("", "-")}
    return forms


def _spoken(code: str) -> set[str]:
    match = _CODE.fullmatch(code)
    if not match or not 2 <= len(match[2]) <= 4:
        return set()
    letters, digits = match[1].lower(), match[2]
    said = {"".join(_SIGNS[int(digit)] for digit in digits)} | _read_out(int(digits))
    said |= {each.replace("一", "幺") for each in said if "一" in each and not set(each) & set("十百千")}
    said |= {each.replace("零", "洞") for each in said if "零" in each and not set(each) & set("百千")}
    words = {letters + each for each in said} | {f"{letters} {each}" for each in said}
    if len(digits) >= 3:
        words |= {each for each in said if len(each) >= 2} | {digits}
    return words


def _read_out(number: int) -> set[str]:
    thousands, hundreds, tens, ones = number // 1000, number // 100 % 10, number // 10 % 10, number % 10
    text = f"{_SIGNS[thousands]}千" if thousands else ""
    if hundreds:
        text += f"{_SIGNS[hundreds]}百"
    elif thousands and (tens or ones):
        text += "零"
    if tens:
        text += f"{_SIGNS[tens]}十"
    elif hundreds and ones:
        text += "零"
    if ones:
        text += _SIGNS[ones]
    forms = {text}
    if hundreds and tens and not ones:
        forms.add(text.removesuffix("十"))
    forms |= {form.replace("二百", "两百").replace("二千", "两千") for form in forms}
    return {form for form in forms if len(form) >= 2}


def _add_parts(book: _Book, parts: Sequence[Mapping[str, Any]]) -> None:
    models: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        name = str(part["name"])
        book.add(name, Entry("part", name, "part.name", 8))
        for alias in (*part.get("aliases", ()), *([part["code"]] if part.get("code") else ())):
            book.add(str(alias), Entry("part", name, "part.alias", 8))
        match = re.match(r"[A-Za-z]*\d[A-Za-z0-9.-]{2,}", name)
        if match:
            models[match[0]].add(name)
            for word in {
                name.replace(match[0], "") + match[0],
                f"{match[0]} {name[match.end() :]}",
                f"{match[0]}的{name[match.end() :]}",
            }:
                book.add(word, Entry("part", name, "part.name", 8))
    for model, names in models.items():
        if len(names) == 1:
            book.add(model, Entry("part", next(iter(names)), "part.model", 6, needs="part"))


def _add_lists(book: _Book, stages: Sequence[str], regions: Iterable[str], sources: Iterable[str]) -> None:
    for stage in stages:
        book.add(stage, Entry("stage", stage, "stage.name", 8))
    for pattern, words in STAGES:
        canonical = next((stage for stage in stages if re.search(pattern, stage)), None)
        for word in words if canonical else ():
            rule = "stage.closed" if word.endswith(("了", "黄", "中标")) else "stage.synonym"
            book.add(word, Entry("stage", canonical or "", rule, 5))
    own = tuple(regions)
    for region in own:
        for word in (region, f"{region}区", f"{region}大区", f"{region}片区", f"{region}地区"):
            book.add(word, Entry("region", region, "region.name", 8))
    for province in PROVINCES:
        region = region_of(province)
        if region in own:
            book.add(province, Entry("place", province, "region.province", 5))
    named = tuple(sources)
    for source in named:
        book.add(source, Entry("source", source, "source.name", 6))
    for pattern, words in SOURCES:
        for source in (each for each in named if re.search(pattern, each)):
            for word in words:
                book.add(word, Entry("source", source, "source.synonym", 5))
            break


def _automaton(words: Mapping[str, Any]) -> Any:
    if not words:
        return None
    automaton = ahocorasick.Automaton()
    for word, value in words.items():
        automaton.add_word(word, (len(word), value))
    automaton.make_automaton()
    return automaton


def _bigrams(forms: Sequence[tuple[str, str]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    for position, (form, _) in enumerate(forms):
        for first, second in zip(form, form[1:], strict=False):
            found[first + second].append(position)
    return {pair: tuple(positions[:300]) for pair, positions in found.items()}
