"""The customers of a company, found by whatever people call them.

Of every customer only a few *anchors* are kept: the core of the name, its halves, aliases, initials. Where an
anchor stands in a text, the short forms of its owners are worked out and looked for around it. So a directory of
100,000 customers is built in seconds, and a new customer is a thin layer over the rest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from handlers.language.anchors import BLURRED_TABLE, LONGEST, SYLLABLE_TABLE, Layer, Record, each
from handlers.language.book import Entry, plain, surest
from handlers.language.company_names import ORDINARY, NameParts, short_forms, take_apart
from handlers.language.places import PROVINCES
from handlers.language.sounds import BLURRED

RANKS: Final = ("legal", "short", "core", "contracted", "initials", "alias")
_WEIGHTS: Final = (14.0, 9.0, 6.0, 5.0, 4.0, 11.0)
_ALIAS: Final = 5
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]{2,12}")
_REMEMBERED: Final = 8192
_THIN: Final = 0.1
"""A layer of more than this share of the whole is not worth keeping apart."""


class Directory:
    """Look-ups over all customers; immutable, and shared by the threads that read."""

    __slots__ = ("_forms", "_gone", "_layers", "_records", "_spoken", "_voiced")

    def __init__(self, records: Mapping[str, Record], layers: tuple[Layer, ...], gone: frozenset[str]) -> None:
        self._records = records
        self._layers = layers
        self._gone = gone
        """Names of the first layer that the second one, or nobody, speaks for."""
        self._forms = lru_cache(maxsize=_REMEMBERED)(_forms_of)
        self._spoken = lru_cache(maxsize=_REMEMBERED)(_spoken_forms)
        self._voiced = lru_cache(maxsize=_REMEMBERED)(_voice_of)

    @classmethod
    def build(cls, customers: Iterable[Record]) -> Directory:
        """Return a directory of ``customers``; of two with one name the later counts."""
        records = {str(record["name"]): record for record in customers}
        return cls(records, (Layer(records.values()),), frozenset())

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
        return Directory(records, (base, Layer(changed, base)), gone)

    def __iter__(self) -> Iterator[str]:
        """Yield every legal name."""
        return iter(self._records)

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def parts_of(self, name: str) -> NameParts | None:
        """Return the parts of the legal name ``name``, when a customer is called so."""
        return take_apart(name) if name in self._records else None

    def person_kind(self, name: str, colleagues: Collection[str]) -> str:
        """Return whether a learnt name is a ``contact``'s; whoever is one of ``colleagues`` or unknown is ``staff``."""
        at_customers = any(plain(name) in layer.contacts for layer in self._layers)
        return "contact" if at_customers and name not in colleagues else "staff"

    def words_in(self, text: str) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
        """Yield start, end and entry of every customer and every customer's person named in lower-case ``text``."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for (name, aliases), crowded in self._owners_in(text).items():
            for form, entry in self._forms(name, aliases):
                if form in text and form not in crowded:
                    found[form].append(entry)
        for form, entries in found.items():
            best = surest("company", entries)
            if best is not None:
                yield from ((start, start + len(form), (best,)) for start in _places(form, text))
        for called in self._people_in(text):
            entry = Entry("contact", called, "contact.known", 7)
            yield from ((start, start + len(called), (entry,)) for start in _places(called, text))

    def sounds_in(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Yield start, end, customer and short form of every stretch of ``text`` that sounds like just one customer."""
        sounds = ["", *(BLURRED.get(sign) or sign for sign in text), ""]
        whole = "|".join(sounds)
        heard: dict[tuple[int, int], set[tuple[str, str]]] = defaultdict(set)
        for start in range(1, len(sounds) - 2):
            key = sounds[start] + "|"
            for size in range(2, min(LONGEST, len(sounds) - 1 - start) + 1):
                key += sounds[start + size - 1] + "|"
                owners = self._holders("sounds", key)
                if not owners:
                    continue
                crowded = len(owners) > 1
                if len(owners) > _MANY:
                    continue  # nobody could tell which of them is meant
                for layer, position in owners:
                    if crowded and not self._heard_in(layer.names[position], sounds[start - 1], sounds[start + size]):
                        continue  # the core alone would be anybody's
                    for stretch, form in self._sounding(layer, position, sounds, whole, start, size):
                        if not crowded or stretch != (start, start + size):
                            heard[stretch].add(form)
        for (start, end), names in heard.items():
            if len({name for name, _ in names}) == 1:
                customer, said = min(names, key=lambda pair: pair[1])
                yield start - 1, end - 1, customer, said

    def by_pinyin(self, typed: str) -> str | None:
        """Return the one customer whose name is ``typed`` in Latin letters."""
        names: set[str] = set()
        for layer in self._layers:
            for start in range(len(typed) - 1):
                for end in range(start + 2, len(typed) + 1):
                    for position in each(layer.latin.get(typed[start:end])):
                        names.update(
                            name
                            for name, forms in self._forms_at(layer, position)
                            if any(
                                len(form) <= 6 and _CHINESE.fullmatch(form) and form.translate(SYLLABLE_TABLE) == typed
                                for form, _ in forms
                            )
                        )
        return names.pop() if len(names) == 1 else None

    def alike(self, said: str) -> Iterator[tuple[str, str]]:
        """Yield (short form, customer) of those with a sign of the core of ``said``, and its place or trade."""
        parts = take_apart(said)
        leads = {place[:2] for place in parts.places} or {parts.trades[0] if parts.trades else ""}
        keys = [f"{place}{sign}{lead}" for place, sign in enumerate(parts.core[:2]) for lead in leads]
        for layer in self._layers:
            for position in {position for key in keys for position in each(layer.near.get(key))[:_MANY]}:
                for name, forms in self._forms_at(layer, position):
                    yield from ((form, name) for form, entry in forms if len(form) >= 3)

    def _speaks(self, layer: Layer, name: str) -> bool:
        return layer is not self._layers[0] or name not in self._gone

    def _holders(self, index: str, key: str) -> list[tuple[Layer, int]]:
        """Return every owner of ``key`` in an index of the layers; most keys have none, so that is quick."""
        found: list[tuple[Layer, int]] = []
        for layer in self._layers:
            held = getattr(layer, index).get(key)
            if held is not None:
                found += [(layer, position) for position in each(held)]
        return found

    def _owners_in(self, text: str) -> dict[tuple[str, tuple[str, ...]], set[str]]:
        """Return whose anchors stand in ``text``, with his aliases, and of which anchors he is one owner of several.

        Of a crowded anchor only those are named whom the sign before or behind it may belong to, and the anchor
        itself names nobody; an alias is looked for whoever else there is.
        """
        found: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
        for size in {size for layer in self._layers for size in layer.sizes}:
            for start in range(len(text) - size + 1):
                anchor = text[start : start + size]
                owners = self._holders("anchors", anchor)
                if not owners:
                    continue
                crowded = len(owners) > _CROWD
                for layer, position in owners:
                    name, aliases = layer.names[position], layer.aliases.get(position, ())
                    if not self._speaks(layer, name):
                        continue
                    beside = (text[start - 1 : start], text[start + size : start + size + 1])
                    if crowded and not aliases and not any(sign and sign in name for sign in beside):
                        continue
                    found[name, aliases].update((anchor,) if crowded and anchor not in aliases else ())
        return found

    def _people_in(self, text: str) -> set[str]:
        return {
            called
            for layer in self._layers
            for size in layer.people_sizes
            for start in range(len(text) - size + 1)
            if (called := text[start : start + size]) in layer.contacts
            and any(self._speaks(layer, layer.names[position]) for position in each(layer.contacts[called]))
        }

    def _forms_at(self, layer: Layer, position: int) -> Iterator[tuple[str, tuple[tuple[str, Entry], ...]]]:
        name = layer.names[position]
        if self._speaks(layer, name):
            yield name, self._forms(name, layer.aliases.get(position, ()))

    def _heard_in(self, name: str, before: str, behind: str) -> bool:
        spoken = self._voiced(name)
        return bool(before and f"|{before}|" in spoken) or bool(behind and f"|{behind}|" in spoken)

    def _sounding(
        self, layer: Layer, position: int, sounds: list[str], whole: str, start: int, size: int
    ) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
        """Yield the forms of one customer that sound like the text around ``start``; ``whole`` joins the ``sounds``."""
        name = layer.names[position]
        if not self._speaks(layer, name):
            return
        core = sounds[start : start + size]
        for form, key in self._spoken(name, layer.aliases.get(position, ())):
            if key not in whole:
                continue
            spoken = key[1:-1].split("|")
            for before in range(len(form) - size + 1):
                first = start - before
                if first > 0 and spoken[before : before + size] == core and sounds[first : first + len(form)] == spoken:
                    yield (first, first + len(form)), (name, form)


_MANY: Final = 100
"""Owners of one sound or likeness beyond which no guess is made."""
_CROWD: Final = 3
"""Owners of one anchor up to which all are looked at whole."""


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


def _voice_of(name: str) -> str:
    """Return the blurred syllables of a whole name: ``|su|zhou|heng|li|``."""
    return "|" + name.translate(BLURRED_TABLE)


def _spoken_forms(name: str, aliases: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the forms of a customer that have a sound, each with its blurred syllables: ``|heng|li|``."""
    return tuple(
        (form, "|" + "|".join(BLURRED.get(sign) or sign for sign in form) + "|")
        for form, _ in _forms_of(name, aliases)
        if _CHINESE.fullmatch(form)
    )


def _places(word: str, text: str) -> Iterator[int]:
    start = text.find(word)
    while start >= 0:
        yield start
        start = text.find(word, start + 1)
