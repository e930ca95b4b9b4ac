"""The customers of a company, found by whatever people call them.

Of every customer only a few *anchors* are kept: the core of the name, its halves, aliases, initials. Where an
anchor stands in a text, the short forms of its owners are worked out and looked for around it. So a directory of
100,000 customers is built in seconds, and a new customer is a thin layer over the rest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from handlers.language.book import Entry, plain, surest
from handlers.language.company_names import ORDINARY, NameParts, contractions, short_forms, take_apart
from handlers.language.places import PROVINCES
from handlers.language.sounds import BLURRED, SYLLABLES

RANKS: Final = ("legal", "short", "core", "contracted", "initials", "alias")
_WEIGHTS: Final = (14.0, 9.0, 6.0, 5.0, 4.0, 11.0)
_ALIAS: Final = 5
_LONGEST: Final = 4
"""Signs of an anchor; a longer core is found by its beginning."""
_BLURRED_TABLE: Final = str.maketrans({sign: sound + "|" for sign, sound in BLURRED.items()})
_SYLLABLE_TABLE: Final = str.maketrans(dict(SYLLABLES))
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]{2,12}")
_REMEMBERED: Final = 4096
_THIN: Final = 0.1
"""A layer of more than this share of the whole is not worth keeping apart."""

Record = Mapping[str, Any]
"""``{name, aliases, short, region, owner, contacts: [{name, title, phone}]}``."""


class _Layer:
    """Anchors of some customers, each to the positions of its owners in ``names``; never changed once built."""

    __slots__ = ("aliases", "anchors", "contacts", "latin", "names", "near", "people_sizes", "shared", "sizes", "sounds")

    def __init__(self, records: Iterable[Record], under: _Layer | None = None) -> None:
        self.names: list[str] = []
        self.aliases: dict[int, tuple[str, ...]] = {}
        self.anchors: dict[str, list[int]] = defaultdict(list)
        self.near: dict[str, list[int]] = defaultdict(list)
        self.contacts: dict[str, list[int]] = defaultdict(list)
        self.shared: set[str] = set(under.shared) if under else set()
        """Contractions that two customers would have, and so nobody has."""
        cores: list[str] = []
        sole: dict[str, int] = {}
        for position, record in enumerate(records):
            name = str(record["name"])
            self.names.append(name)
            cores.append(self._anchor(position, plain(name), sole))
            if len(record) > 1:
                self._more(position, record)
        for contraction in sole.keys() - self.shared:
            self.anchors[contraction].append(sole[contraction])
        self.sounds = _grouped("\n".join(cores).translate(_BLURRED_TABLE).split("\n"))
        self.latin = _grouped("\n".join(cores).translate(_SYLLABLE_TABLE).split("\n"))
        self.anchors, self.near = dict(self.anchors), dict(self.near)
        self.sizes = tuple(sorted({len(anchor) for anchor in self.anchors}))
        self.people_sizes = tuple(sorted({len(called) for called in self.contacts}))

    def _anchor(self, position: int, name: str, sole: dict[str, int]) -> str:
        """Write down where the customer is found, and return the core by whose sound he is."""
        parts = take_apart(name)
        core = parts.core.removeprefix("第") or parts.core
        self.anchors[core[:_LONGEST]].append(position)
        if len(core) == _LONGEST:
            self.anchors[core[:2]].append(position)
            self.anchors[core[2:]].append(position)
        if parts.core not in name:  # brackets inside the core
            self.anchors[name[:2]].append(position)
        for contraction in contractions(parts):
            if sole.setdefault(contraction, position) != position:
                self.shared.add(contraction)
        near = self.near
        lead = parts.trades[0] if parts.trades else ""
        for place, sign in enumerate(core[:3]):
            key = f"{place}{sign}"
            near[key + lead].append(position)
            for where in parts.places:
                near[key + where[:2]].append(position)
        return core[:_LONGEST]

    def _more(self, position: int, record: Record) -> None:
        short = record.get("short")
        aliases = tuple(dict.fromkeys(filter(None, map(plain, (*record.get("aliases", ()), *([short] if short else ()))))))
        if aliases:
            self.aliases[position] = aliases
            for alias in aliases:
                owners = self.anchors[alias[:_LONGEST]]
                if not owners or owners[-1] != position:
                    owners.append(position)
        for contact in record.get("contacts", ()):
            called = plain(str(contact.get("name") or ""))
            if called:
                self.contacts[called].append(position)


class Directory:
    """Look-ups over all customers; immutable, and shared by the threads that read."""

    __slots__ = ("_forms", "_gone", "_layers", "_records")

    def __init__(self, records: Mapping[str, Record], layers: tuple[_Layer, ...], gone: frozenset[str]) -> None:
        self._records = records
        self._layers = layers
        self._gone = gone
        """Names of the first layer that the second one, or nobody, speaks for."""
        self._forms = lru_cache(maxsize=_REMEMBERED)(_forms_of)

    @classmethod
    def build(cls, customers: Iterable[Record]) -> Directory:
        """Return a directory of ``customers``; of two with one name the later counts."""
        records = {str(record["name"]): record for record in customers}
        return cls(records, (_Layer(records.values()),), frozenset())

    def renewed(self, customers: Iterable[Record]) -> Directory:
        """Return the directory of ``customers``, in which only those that differ from ours are worked out anew."""
        records = {str(record["name"]): record for record in customers}
        base = self._layers[0]
        known = self._records
        recent = {name for layer in self._layers[1:] for name in layer.names}
        changed = [
            record for name, record in records.items() if name in recent or name not in known or known[name] != record
        ]
        if len(changed) > max(100, _THIN * len(base.names)):
            return Directory.build(customers=records.values())
        anew = {str(record["name"]) for record in changed}
        gone = frozenset(name for name in base.names if name in anew or name not in records)
        return Directory(records, (base, _Layer(changed, base)), gone)

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def parts_of(self, name: str) -> NameParts | None:
        """Return the parts of the legal name ``name``, when a customer is called so."""
        return take_apart(name) if name in self._records else None

    def words_in(self, text: str) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
        """Yield start, end and entry of every customer and every customer's person named in lower-case ``text``."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for name, aliases in dict.fromkeys(self._owners_in(text)):
            for form, entry in self._forms(name, aliases):
                if form in text:
                    found[form].append(entry)
        for form, entries in found.items():
            entry = surest("company", entries)
            if entry is not None:
                yield from ((start, start + len(form), (entry,)) for start in _places(form, text))
        for called in self._people_in(text):
            entry = Entry("contact", called, "contact.known", 7)
            yield from ((start, start + len(called), (entry,)) for start in _places(called, text))

    def sounds_in(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Yield start, end, customer and short form of every stretch of ``text`` that sounds like just one customer."""
        sounds = [BLURRED.get(sign) or sign for sign in text]
        heard: dict[tuple[int, int], set[tuple[str, str]]] = defaultdict(set)
        for layer in self._layers:
            for start in range(len(sounds)):
                for size in range(2, _LONGEST + 1):
                    for position in layer.sounds.get("|".join(sounds[start : start + size]) + "|", ()):
                        for form, name in self._sounding(layer, position, text, sounds, start, size):
                            heard[form].add(name)
        for (start, end), names in heard.items():
            if len({name for name, _ in names}) == 1:
                name, form = min(names, key=lambda each: each[1])
                yield start, end, name, form

    def by_pinyin(self, typed: str) -> str | None:
        """Return the one customer whose name is ``typed`` in Latin letters."""
        names: set[str] = set()
        for layer in self._layers:
            for start in range(len(typed) - 1):
                for end in range(start + 2, len(typed) + 1):
                    for position in layer.latin.get(typed[start:end], ()):
                        names.update(
                            name
                            for name, forms in self._forms_at(layer, position)
                            if any(
                                len(form) <= 6 and _CHINESE.fullmatch(form) and form.translate(_SYLLABLE_TABLE) == typed
                                for form, _ in forms
                            )
                        )
        return names.pop() if len(names) == 1 else None

    def alike(self, said: str) -> Iterator[tuple[str, str]]:
        """Yield (short form, customer) of those whose core has a sign of ``said`` in its place, and the same place or trade."""
        parts = take_apart(said)
        leads = {place[:2] for place in parts.places} or {parts.trades[0] if parts.trades else ""}
        keys = [f"{place}{sign}{lead}" for place, sign in enumerate(parts.core[:3]) for lead in leads]
        for layer in self._layers:
            for position in {position for key in keys for position in layer.near.get(key, ())[:_MANY]}:
                for name, forms in self._forms_at(layer, position):
                    yield from ((form, name) for form, entry in forms if len(form) >= 3)

    def _speaks(self, layer: _Layer, name: str) -> bool:
        return layer is not self._layers[0] or name not in self._gone

    def _owners_in(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        for layer in self._layers:
            anchors = layer.anchors
            for size in layer.sizes:
                for start in range(len(text) - size + 1):
                    for position in anchors.get(text[start : start + size], ()):
                        name = layer.names[position]
                        if self._speaks(layer, name):
                            yield name, layer.aliases.get(position, ())

    def _people_in(self, text: str) -> set[str]:
        return {
            called
            for layer in self._layers
            for size in layer.people_sizes
            for start in range(len(text) - size + 1)
            if (called := text[start : start + size]) in layer.contacts
            and any(self._speaks(layer, layer.names[position]) for position in layer.contacts[called])
        }

    def _forms_at(self, layer: _Layer, position: int) -> Iterator[tuple[str, tuple[tuple[str, Entry], ...]]]:
        name = layer.names[position]
        if self._speaks(layer, name):
            yield name, self._forms(name, layer.aliases.get(position, ()))

    def _sounding(
        self, layer: _Layer, position: int, text: str, sounds: list[str], start: int, size: int
    ) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
        """Yield the forms of one customer that sound like the text around ``start``."""
        for name, forms in self._forms_at(layer, position):
            core = "|".join(sounds[start : start + size])
            for form, _ in forms:
                if not _CHINESE.fullmatch(form):
                    continue
                spoken = [BLURRED.get(sign) or sign for sign in form]
                for before in range(len(form) - size + 1):
                    first = start - before
                    if (
                        first >= 0
                        and "|".join(spoken[before : before + size]) == core
                        and sounds[first : first + len(form)] == spoken
                    ):
                        yield (first, first + len(form)), (name, form)


_MANY: Final = 200


def _forms_of(name: str, aliases: tuple[str, ...]) -> tuple[tuple[str, Entry], ...]:
    """Return every form of a customer with its entry; the first of equal forms is the surest."""
    forms: dict[str, Entry] = {}
    lowered = plain(name)
    for alias in aliases:
        forms[alias] = Entry("company", name, "company.alias", _WEIGHTS[_ALIAS])
    for form, rank in short_forms(lowered, take_apart(lowered)):
        if rank and (len(form) < 2 or form in ORDINARY or form in PROVINCES):
            continue
        known = forms.get(form)
        if known is None or known.weight < _WEIGHTS[rank]:
            needs = "both" if rank == 4 else "name" if len(form) == 2 else ""
            forms[form] = Entry("company", name, f"company.{RANKS[rank]}", _WEIGHTS[rank], rank == 4, needs)
    return tuple(forms.items())


def _grouped(keys: list[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for position, key in enumerate(keys):
        found[key].append(position)
    return dict(found)


def _places(word: str, text: str) -> Iterator[int]:
    start = text.find(word)
    while start >= 0:
        yield start
        start = text.find(word, start + 1)
