"""Working a change out before it is made: what a line would cost, and which options would not go with the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.catalog.configuring import Configuration, configure
from domain.errors import Invalid
from domain.quotes.pricing import Priced, price_line

if TYPE_CHECKING:
    from domain.catalog.calculating import Pricer
    from domain.catalog.design import Design


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is priced: a product as one line has it. Without a design its price stands; amounts in fen with tax."""

    name: str
    tax_ppm: int
    price_fen: int = 0
    cost_fen: int = 0
    design: Design | None = None
    values: Mapping[str, Decimal] | None = None


def try_line(
    subject: Subject,
    inputs: Mapping[str, str],
    options: Mapping[str, str],
    quantity: int,
    discount_ppm: int,
    pricer: Pricer,
) -> tuple[int, Priced]:
    """Return the price of a piece and the line's amounts; Invalid when it cannot be made."""
    if subject.design is None or subject.values is None:
        priced = price_line(
            price_fen=subject.price_fen,
            cost_fen=subject.cost_fen,
            quantity=quantity,
            discount_ppm=discount_ppm,
            tax_ppm=subject.tax_ppm,
        )
        return subject.price_fen, priced
    configuration = configure(subject.design, inputs, options, subject.name)
    made = pricer.piece(subject.design, subject.values, configuration, quantity, subject.name)
    priced = price_line(
        price_fen=made.price_fen,
        cost_fen=made.cost_fen,
        quantity=quantity,
        discount_ppm=discount_ppm,
        tax_ppm=subject.tax_ppm,
        fixed_fen=made.fixed_fen,
        fixed_cost_fen=made.fixed_cost_fen,
    )
    return made.price_fen, priced


def barred_options(
    subject: Subject, inputs: Mapping[str, str], options: Mapping[str, str], quantity: int, pricer: Pricer
) -> dict[str, dict[str, str]]:
    """Return, by group, the options that cannot be made with everything else as it is, each with its reason."""
    if subject.design is None or subject.values is None:
        return {}
    try:
        chosen = configure(subject.design, inputs, options, subject.name)
    except Invalid:
        return {}
    barred: dict[str, dict[str, str]] = {}
    for group in subject.design.options:
        for choice in group.choices:
            tried = replace(chosen, options={**chosen.options, group.group: choice.name})
            reason = _reason(subject.design, subject.values, tried, quantity, pricer)
            if reason:
                barred.setdefault(group.group, {})[choice.name] = reason
    return barred


def _reason(design: Design, values: Mapping[str, Decimal], tried: Configuration, quantity: int, pricer: Pricer) -> str:
    try:
        return pricer.refused(design, values, tried, quantity)
    except Invalid as error:
        return error.message
