"""How a configurable product is put together and priced: what is measured, what is chosen, what it costs.

A design is data, as ``designs.yaml`` writes it (docs/products.md); several products may share one and differ in their
``values``. It is checked when loaded: ``mistakes`` names every formula that could not be worked out, with its
place in the file, and its examples are worked out by ``designing.tried``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from domain.catalog.formula import Formula
from domain.units import parse_money, parse_percent

QUANTITY: Final = "数量"
"""The name of how many pieces, in every formula."""
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?")
_NAME: Final = re.compile(r"[^\W\d_]\w{0,15}")


def read_number(raw: Any) -> Decimal:
    """Return the number of ``1800`` or ``0.05``; ValueError for anything that is not plainly one (R-94)."""
    if isinstance(raw, Decimal):
        return raw
    text = str(raw).strip()
    if len(text) > 20 or not text.isascii() or not _NUMBER.fullmatch(text):
        raise ValueError("请写普通的数字，例如 1800 或 0.05")
    return Decimal(text)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("名字要以字母或汉字开头，只用字母、汉字、数字，最多 16 个字，这样公式里才能用它")
    return text


Number = Annotated[Decimal, BeforeValidator(read_number), PlainSerializer(str)]
Name = Annotated[str, AfterValidator(_name)]
Written = Annotated[
    Formula,
    BeforeValidator(lambda raw: raw if isinstance(raw, Formula) else Formula(str(raw))),
    PlainSerializer(lambda formula: formula.text),
]
Percent = Annotated[
    int,
    BeforeValidator(lambda raw: raw if isinstance(raw, int) else parse_percent(str(raw))),
]
Money = Annotated[int, BeforeValidator(lambda raw: raw if isinstance(raw, int) else parse_money(str(raw)))]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Per(StrEnum):
    """What a price is for. ``件`` is for a piece, ``项`` once per line, ``%`` a share of what stands above."""

    AREA = "㎡"
    LENGTH = "m"
    WEIGHT = "kg"
    PIECE = "件"
    FIXED = "项"
    PERCENT = "%"


class Input(_Model):
    """A measure of one piece. Outside ``least`` … ``most`` it is refused, outside ``usual`` somebody has to look.

    ``slot`` is the reader's name for it (``width_mm``); else it is read as ``厚20``.
    """

    name: Name
    unit: str = "mm"
    least: Number = Decimal(1)
    most: Number = Decimal(100_000)
    usual: tuple[Number, ...] = Field(default=(), max_length=2)
    default: Number | None = None
    slot: str = ""


class Option(_Model):
    """One answer of a group. ``values`` are for formulas, ``accessories`` codes of products it cannot do without."""

    name: str = Field(min_length=1, max_length=32)
    synonyms: tuple[str, ...] = ()
    values: dict[Name, Number] = Field(default_factory=dict)
    accessories: tuple[str, ...] = ()


class OptionGroup(_Model):
    """An axis of choice. Without a ``default`` it must be said; with ``ask`` the default is offered for a change."""

    group: Name
    choices: tuple[Option, ...] = Field(min_length=1)
    default: str = ""
    ask: bool = False

    @model_validator(mode="after")
    def _distinct(self) -> OptionGroup:
        names = [choice.name for choice in self.choices]
        if len(set(names)) != len(names):
            raise ValueError(f"“{self.group}”里有两个同名的选项")
        if self.default and self.default not in names:
            raise ValueError(f"“{self.group}”的默认“{self.default}”不在选项里：{'、'.join(names)}")
        return self

    def option(self, name: str) -> Option | None:
        """Return the option of this name or synonym."""
        return self._called.get(name)

    @cached_property
    def _called(self) -> dict[str, Option]:
        return {name: each for each in reversed(self.choices) for name in (*each.synonyms, each.name)}


class Refusal(_Model):
    """What cannot be made: ``when`` it holds, the ``reason`` is what people read."""

    when: Written
    reason: str = Field(min_length=1)


class Band(_Model):
    """From ``over`` (more than) on, the rate is taken times ``factor``; the last band that is reached counts."""

    over: Number
    factor: Percent


class PriceRule(_Model):
    """One line of the working: an ``amount`` per piece, times a ``rate`` in yuan, when ``when`` holds.

    ``least`` is the smallest amount billed, ``waste`` is added to it, ``bands`` change the rate by size or, with
    ``banded_by``, by anything else. ``cost`` is the rate it costs us. A ``%`` rule's rate is in percent.
    """

    name: str = Field(min_length=1, max_length=16)
    per: Per
    amount: Written = Formula("1")
    rate: Written
    cost: Written | None = None
    when: Written | None = None
    least: Number = Decimal(0)
    waste: Percent = 0
    bands: tuple[Band, ...] = ()
    banded_by: Written | None = None

    @model_validator(mode="after")
    def _rising(self) -> PriceRule:
        borders = [band.over for band in self.bands]
        if borders != sorted(set(borders)):
            raise ValueError(f"“{self.name}”的分档要从小到大写")
        return self

    def formulas(self) -> Iterator[tuple[str, Formula]]:
        """Yield every formula with the key it stands under."""
        for key in ("amount", "rate", "cost", "when", "banded_by"):
            formula: Formula | None = getattr(self, key)
            if formula is not None:
                yield key, formula


class Example(_Model):
    """A configuration and what a piece of it costs, worked out whenever the file is loaded."""

    inputs: dict[str, Number] = Field(default_factory=dict)
    options: dict[str, str] = Field(default_factory=dict)
    values: dict[str, Number] = Field(default_factory=dict)
    quantity: int = Field(default=1, gt=0)
    price: Money | None = None
    """Of one piece, in fen."""
    refused: str = ""
    """Words of the reason, where it cannot be made."""


class Design(_Model):
    """A kind of configurable product.

    ``values`` are numbers that a product may have its own of, ``terms`` names for steps of the working, in order.
    """

    name: str = Field(min_length=1, max_length=32)
    values: dict[Name, Number] = Field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    options: tuple[OptionGroup, ...] = ()
    terms: dict[Name, Written] = Field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    prices: tuple[PriceRule, ...] = Field(min_length=1)
    examples: tuple[Example, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every name a price formula may use."""
        return self._given | set(self.terms)

    @property
    def _given(self) -> frozenset[str]:
        dotted = {f"{group.group}.{value}" for group in self.options for each in group.choices for value in each.values}
        groups = {group.group for group in self.options}
        return frozenset({QUANTITY, *self.values, *(each.name for each in self.inputs), *groups, *dotted})

    def mistakes(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield (place in the design, sentence) for every name a formula uses that nobody gives it."""
        known = set(self._given)
        for name, term in self.terms.items():
            for sentence in term.unknown(frozenset(known)):
                yield ("terms", name), f"“{name}”：{sentence}"
            known.add(name)
        for index, refusal in enumerate(self.refusals):
            for sentence in refusal.when.unknown(self.names):
                yield ("refusals", str(index), "when"), sentence
        for index, rule in enumerate(self.prices):
            for key, formula in rule.formulas():
                for sentence in formula.unknown(self.names):
                    yield ("prices", str(index), key), f"“{rule.name}”：{sentence}"

    def group(self, name: str) -> OptionGroup | None:
        """Return the group of this name."""
        return self._groups.get(name)

    @cached_property
    def _groups(self) -> dict[str, OptionGroup]:
        return {each.group: each for each in reversed(self.options)}

    def body(self) -> dict[str, Any]:
        """Return the design as it is kept."""
        return self.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True)


@lru_cache(maxsize=256)
def kept_design(body: str) -> Design:
    """Return the design of a kept body (canonical JSON); read once, designs never change."""
    return Design.model_validate_json(body)


def values_of(design: Design, own: Mapping[str, str]) -> dict[str, Decimal]:
    """Return the design's values with the product's ``own`` in their place; ValueError for one it does not have."""
    for name in own:
        if name not in design.values:
            known = "、".join(design.values) or "没有可改的值"
            raise ValueError(f"“{design.name}”没有“{name}”这个值，可以写：{known}")
    return {**design.values, **{name: read_number(number) for name, number in own.items()}}
