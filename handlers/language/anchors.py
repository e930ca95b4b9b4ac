"""Where customers are found: for each a few anchors, the sound of his core, and what a misspelling keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from handlers.language.book import plain
from handlers.language.company_names import contractions, take_apart
from handlers.language.sounds import BLURRED, SYLLABLES

LONGEST: Final = 4
"""Signs of an anchor; a longer core is found by its beginning."""
BLURRED_TABLE: Final = str.maketrans({sign: sound + "|" for sign, sound in BLURRED.items()})
SYLLABLE_TABLE: Final = str.maketrans(dict(SYLLABLES))

Record = Mapping[str, Any]
"""A customer: ``{name, aliases, short, region, owner, contacts: [{name, title, phone}]}``; only ``name`` is needed."""
_Owners = int | list[int]
"""One position, or several: most anchors have one owner, and a list for each would cost a third of the time."""


class Layer:
    """Anchors of some customers, each to the positions of its owners in ``names``; never changed once built."""

    __slots__ = (
        "aliases",
        "anchors",
        "contacts",
        "latin",
        "names",
        "near",
        "people_sizes",
        "shared",
        "sizes",
        "sounds",
    )

    def __init__(self, records: Iterable[Record], under: Layer | None = None) -> None:
        self.names: list[str] = []
        self.aliases: dict[int, tuple[str, ...]] = {}
        self.anchors: dict[str, _Owners] = {}
        self.near: dict[str, _Owners] = {}
        self.contacts: dict[str, _Owners] = {}
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
            _own(self.anchors, contraction, sole[contraction])
        self.sounds = _grouped("\n".join(cores).translate(BLURRED_TABLE).split("\n"))
        self.latin = _grouped("\n".join(cores).translate(SYLLABLE_TABLE).split("\n"))
        self.sizes = tuple(sorted(set(map(len, self.anchors))))
        self.people_sizes = tuple(sorted(set(map(len, self.contacts))))

    def _anchor(self, position: int, name: str, sole: dict[str, int]) -> str:
        """Write down where the customer is found, and return the core by whose sound he is."""
        parts = take_apart(name)
        core = parts.core.removeprefix("第") or parts.core
        anchor = core[:LONGEST]
        _own(self.anchors, anchor, position)
        if len(core) == LONGEST:
            _own(self.anchors, core[:2], position)
            _own(self.anchors, core[2:], position)
        if parts.core not in name:  # brackets inside the core
            _own(self.anchors, name[:2], position)
        for contraction in contractions(parts):
            if sole.setdefault(contraction, position) != position:
                self.shared.add(contraction)
        leads = [place[:2] for place in parts.places]
        leads.append(parts.trades[0] if parts.trades else "")
        for lead in leads:
            _own(self.near, "0" + core[0] + lead, position)
            _own(self.near, "1" + core[1:2] + lead, position)
        return anchor

    def _more(self, position: int, record: Record) -> None:
        said = [*record.get("aliases", ()), record.get("short") or ""]
        aliases = tuple(dict.fromkeys(alias for alias in map(plain, said) if alias))
        if aliases:
            self.aliases[position] = aliases
            for anchor in {alias[:LONGEST] for alias in aliases}:
                _own(self.anchors, anchor, position)
        for contact in record.get("contacts", ()):
            called = plain(str(contact.get("name") or ""))
            if called:
                _own(self.contacts, called, position)


def _own(index: dict[str, _Owners], key: str, position: int) -> None:
    known = index.setdefault(key, position)
    if known == position:
        return
    if isinstance(known, int):
        index[key] = [known, position]
    elif known[-1] != position:
        known.append(position)


def each(owners: _Owners | None) -> Sequence[int]:
    """Return the positions an index holds under a key, none for a key it does not have."""
    return () if owners is None else (owners,) if isinstance(owners, int) else owners


def _grouped(keys: list[str]) -> dict[str, _Owners]:
    found: dict[str, _Owners] = {}
    for position, key in enumerate(keys):
        _own(found, key, position)
    return found
