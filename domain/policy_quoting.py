"""Clauses a company quotes with, and when a price looks wrong, as ``quoting.yaml`` writes it. See docs/policies.md."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.units import parse_percent

Percent = Annotated[int, BeforeValidator(lambda raw: raw if isinstance(raw, int) else parse_percent(str(raw)))]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Variant(_Model):
    """An approved wording of a clause. ``ratios`` are the shares of a payment in percent: 三六一 is 30, 60, 10."""

    name: str = Field(min_length=1, max_length=32)
    text: str = Field(min_length=1, max_length=200)
    words: tuple[str, ...] = ()
    ratios: tuple[Annotated[int, Field(ge=1, le=100)], ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Variant:
        if self.ratios and sum(self.ratios) != 100:
            raise ValueError(f"“{self.name}”的付款比例加起来要是 100，现在是 {sum(self.ratios)}")
        return self


class Clause(_Model):
    """A kind of clause; ``words`` are what people call it. The first variant stands when nothing is said."""

    kind: str = Field(min_length=1, max_length=16)
    words: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = Field(min_length=1)

    @property
    def is_payment(self) -> bool:
        """Whether shares of the price are what it says."""
        return any(variant.ratios for variant in self.variants)


class QuotingPolicy(_Model):
    """``price_band``: how far a price per ㎡ (or piece) may be from the median of the last ``history`` agreed ones."""

    clauses: tuple[Clause, ...] = ()
    price_band: Percent = 300_000
    history: int = Field(default=20, ge=3, le=200)
    """How many agreed lines of a product are looked at; of fewer than three nothing is concluded."""

    def clause(self, said: str) -> Clause | None:
        """Return the clause of this kind, or called so."""
        return next((each for each in self.clauses if said == each.kind or said in each.words), None)
