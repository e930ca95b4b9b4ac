"""Gathering a company's words for a snapshot: every way a customer, product, part or stage may be called."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from handlers.language.places import PROVINCES, region_of
from handlers.language.synonyms import SOURCES, STAGES


class Entry(NamedTuple):
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


class Book:
    """What is gathered while a snapshot is built."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = defaultdict(list)

    def add(self, word: str, entry: Entry) -> None:
        """Write down one more meaning of ``word``."""
        self.add_plain(plain(word), entry)

    def add_plain(self, word: str, entry: Entry) -> None:
        """Write down one more meaning of a word that is ``plain`` already."""
        if word:
            entries = self._entries[word]
            if entry not in entries:
                entries.append(entry)

    def meanings(self, word: str, kind: str) -> tuple[str, ...]:
        """Return what of ``kind`` a word means so far."""
        return tuple(dict.fromkeys(entry.value for entry in self._entries.get(plain(word), ()) if entry.kind == kind))

    def settled(self) -> dict[str, tuple[Entry, ...]]:
        """Per word, the surest entry of each kind; a derived form of two customers goes, a registered one asks."""
        settled: dict[str, tuple[Entry, ...]] = {}
        for word, entries in self._entries.items():
            if len(entries) == 1:
                settled[word] = (entries[0],)
                continue
            kept = tuple(
                entry for kind in dict.fromkeys(each.kind for each in entries) if (entry := surest(kind, entries))
            )
            if kept:
                settled[word] = kept
        return settled


def plain(word: str) -> str:
    """Return a word as the texts are that are looked through: lower case, with half-width brackets."""
    return word.strip().lower().replace("（", "(").replace("）", ")")


def surest(kind: str, entries: list[Entry]) -> Entry | None:
    """Return the surest of the entries of ``kind``; None when two customers would have it by derivation."""
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


def add_products(book: Book, products: Sequence[Mapping[str, Any]]) -> None:
    """Add products by code, as spelled and as spoken, by alias, and by a kind only one of them is."""
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
            for word in _said_of(kind):
                if sum(word in (*_said_of(other), other) or other.endswith(word) for other in kinds) == 1:
                    book.add(word, Entry("product", next(iter(codes)), "product.kind", 6))


_KIND_END: Final = re.compile(r"(?:系统|设备|装置|机组|总成|整机|成套)$")
_NOT_A_KIND: Final = frozenset(
    [
        "系统",
        "设备",
        "机组",
        "装置",
        "机器",
        "机械",
        "产品",
        "配件",
        "工程",
        "材料",
        "模具",
        "部件",
        "总成",
        "流道",
        "平开",
    ]
)


def _said_of(kind: str) -> tuple[str, ...]:
    """Return what people make of a kind: 热流道系统 → 热流道, 自动扶梯 → 扶梯, 恒压供水机组 → 恒压机组."""
    stem = _KIND_END.sub("", kind)
    words = [stem] if 3 <= len(stem) < len(kind) else []
    if len(kind) >= 4:
        words += [kind[:2] + kind[-2:]] if len(kind) > 4 else []
        words += [kind[-2:]] if kind[-2:] not in _NOT_A_KIND else []
    return tuple(words)


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


def add_parts(book: Book, parts: Sequence[Mapping[str, Any]]) -> None:
    """Add parts by name, alias, and the model number in the name (6205 of 6205轴承)."""
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


def add_lists(book: Book, stages: Sequence[str], regions: Iterable[str], sources: Iterable[str]) -> None:
    """Add stages, regions with their provinces, and sources, each with what people say for them."""
    for stage in stages:
        book.add(stage, Entry("stage", stage, "stage.name", 8))
    for pattern, words in STAGES:
        canonical = next((stage for stage in stages if re.search(pattern, stage)), None)
        for word in words if canonical else ():
            if word.removesuffix("阶段") in stages:
                continue
            rule = "stage.closed" if word.endswith(("了", "黄", "中标")) else "stage.synonym"
            nearest = next(
                (stage for stage in stages if re.search(pattern, stage) and set(word) & set(stage)), canonical
            )
            book.add(word, Entry("stage", nearest or "", rule, 5))
    own = tuple(regions)
    for region in own:
        for word in (region, f"{region}区", f"{region}大区", f"{region}片区", f"{region}地区"):
            book.add(word, Entry("region", region, "region.name", 8))
    for province in PROVINCES:
        if region_of(province) in own:
            book.add(province, Entry("place", province, "region.province", 5))
    named = tuple(sources)
    for source in named:
        book.add(source, Entry("source", source, "source.name", 6))
    for pattern, words in SOURCES:
        for source in (each for each in named if re.search(pattern, each)):
            for word in words:
                book.add(word, Entry("source", source, "source.synonym", 5))
            break
