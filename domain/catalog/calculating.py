"""What one configured piece costs, with its working. Exact decimals throughout; rounded once, to the fen of a piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.catalog.configuring import Configuration, said_number
from domain.catalog.design import QUANTITY, Design, Per, PriceRule
from domain.catalog.formula import FormulaError, Value
from domain.errors import Invalid
from domain.money import PPM, allocate, round_fen
from domain.units import MONEY_MAX_FEN

_MEASURED = (Per.AREA, Per.LENGTH, Per.WEIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the working: ``窗体``, ``4.32 ㎡ × 980 元``, and the fen it makes of the piece's price."""

    name: str
    said: str
    fen: int
    once: bool = False
    """Paid once per line, not per piece; then ``fen`` is of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculated:
    """Fen, tax included. ``measure`` of a piece in ``measure_unit`` is that of the first rule by size, 0 without one.

    Costs of 0 are unknown. The parts of ``steps`` sum to ``price_fen`` and, those paid once, to ``fixed_fen``.
    """

    price_fen: int
    fixed_fen: int
    cost_fen: int
    fixed_cost_fen: int
    measure: Decimal
    measure_unit: str
    steps: tuple[Step, ...]


@dataclass(slots=True)
class _Sum:
    """The working so far: exact yuan by whether they are paid once."""

    piece: list[tuple[str, str, Decimal]]
    once: list[tuple[str, str, Decimal]]
    cost: Decimal = Decimal(0)
    once_cost: Decimal = Decimal(0)
    costed: bool = True


class Pricer:
    """Prices pieces of any designs; equal pieces are worked out once. Lives as long as one repricing."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Calculated] = {}
        self._chosen: dict[tuple[object, ...], dict[str, Value]] = {}
        self._designs: dict[int, Design] = {}
        """Held on to, so that no other can get the id of one that is known."""

    def piece(
        self, design: Design, values: Mapping[str, Decimal], configuration: Configuration, quantity: int, what: str
    ) -> Calculated:
        """Return what a piece of ``quantity`` costs; Invalid when it cannot be made or its price is no price."""
        self._designs.setdefault(id(design), design)
        key = (
            id(design),
            quantity,
            tuple(values.items()),
            tuple(configuration.inputs.items()),
            tuple(configuration.options.items()),
        )
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._worked_out(design, values, configuration, quantity, what)
        return known

    def refused(
        self, design: Design, values: Mapping[str, Decimal], configuration: Configuration, quantity: int
    ) -> str:
        """Return why it cannot be made, empty when it can; Invalid when a formula cannot be worked out."""
        try:
            return self._refused(design, self._names(design, values, configuration, quantity))
        except FormulaError as error:
            raise Invalid(f"算不出价：{error}。请管理员改产品文件里“{design.name}”的公式。") from None

    def _refused(self, design: Design, names: Mapping[str, Value]) -> str:
        return next((each.reason for each in design.refusals if each.when.holds(names)), "")

    def _worked_out(
        self, design: Design, values: Mapping[str, Decimal], configuration: Configuration, quantity: int, what: str
    ) -> Calculated:
        try:
            names = self._names(design, values, configuration, quantity)
            reason = self._refused(design, names)
            if reason:
                raise Invalid(f"{what}这样配不了：{reason}。请换一种再发。")
            return self._summed(design, names, what)
        except FormulaError as error:
            raise Invalid(f"{what}算不出价：{error}。请管理员改产品文件里“{design.name}”的公式。") from None

    def _names(
        self, design: Design, values: Mapping[str, Decimal], configuration: Configuration, quantity: int
    ) -> dict[str, Value]:
        key = (id(design), *configuration.options.values())
        chosen = self._chosen.get(key)
        if chosen is None:
            chosen = self._chosen[key] = _of_options(design, configuration)
        names: dict[str, Value] = {QUANTITY: Decimal(quantity), **values, **configuration.inputs, **chosen}
        for name, term in design.terms.items():
            names[name] = term.number(names)
        return names

    def _summed(self, design: Design, names: Mapping[str, Value], what: str) -> Calculated:
        sums, measure, unit = _Sum(piece=[], once=[]), Decimal(0), ""
        for rule in design.prices:
            if rule.when is not None and not rule.when.holds(names):
                continue
            amount = self._add(rule, names, sums)
            if rule.per in _MEASURED and not unit:
                measure, unit = amount, rule.per.value
        price, fixed = (_fen(parts, what) for parts in (sums.piece, sums.once))
        if price <= 0:
            raise Invalid(f"{what}算出来的单价是 {price} 分，不能报。请核对尺寸和选项，或请管理员看产品文件。")
        return Calculated(
            price_fen=price,
            fixed_fen=fixed,
            cost_fen=round_fen(sums.cost * 100) if sums.costed else 0,
            fixed_cost_fen=round_fen(sums.once_cost * 100) if sums.costed else 0,
            measure=measure,
            measure_unit=unit,
            steps=(*_steps(sums.piece, price, once=False), *_steps(sums.once, fixed, once=True)),
        )

    def _add(self, rule: PriceRule, names: Mapping[str, Value], sums: _Sum) -> Decimal:
        """Add one rule to the working; return the amount it measured, before the smallest one billed."""
        rate = rule.rate.number(names)
        if rule.per is Per.PERCENT:
            share = sum((yuan for _, _, yuan in sums.piece), Decimal(0)) * rate / 100
            sums.piece.append((rule.name, f"以上合计的 {said_number(rate)}%", share))
            return Decimal(0)
        measured = rule.amount.number(names)
        amount, factor = max(measured, rule.least), self._factor(rule, measured, names)
        billed = amount * (PPM + rule.waste) / PPM if rule.waste else amount
        parts = sums.once if rule.per is Per.FIXED else sums.piece
        yuan = billed * rate
        if yuan:
            parts.append((rule.name, _said(rule, measured, rate, factor), yuan * factor / PPM))
        if rule.cost is None:
            sums.costed = sums.costed and not yuan
            return measured
        spent = rule.cost.number(names) * billed
        if rule.per is Per.FIXED:
            sums.once_cost += spent
        else:
            sums.cost += spent
        return measured

    def _factor(self, rule: PriceRule, measured: Decimal, names: Mapping[str, Value]) -> int:
        by = measured if rule.banded_by is None else rule.banded_by.number(names)
        return next((band.factor for band in reversed(rule.bands) if by > band.over), PPM)


def _of_options(design: Design, configuration: Configuration) -> dict[str, Value]:
    """Return each group's choice, and every value of a group as its choice has it, else 0."""
    names: dict[str, Value] = {}
    for group in design.options:
        chosen = group.option(configuration.options[group.group])
        names[group.group] = configuration.options[group.group]
        for each in group.choices:
            for value in each.values:
                names[f"{group.group}.{value}"] = Decimal(0) if chosen is None else chosen.values.get(value, Decimal(0))
    return names


def _said(rule: PriceRule, measured: Decimal, rate: Decimal, factor: int) -> str:
    """Return ``4.32 ㎡ × 980 元``; what was done to the amount and the rate stands in it."""
    unit = "" if rule.per is Per.FIXED else rule.per.value
    least = f"（不足 {said_number(rule.least)} 按 {said_number(rule.least)}）" if measured < rule.least else ""
    waste = f" × {said_number(Decimal(PPM + rule.waste) / PPM)}（损耗）" if rule.waste else ""
    band = f" × {said_number(Decimal(factor) / PPM)}（分档）" if factor != PPM else ""
    if rule.per in (Per.PIECE, Per.FIXED) and measured == 1:
        once = "，整单一次" if rule.per is Per.FIXED else ""
        return f"{said_number(rate)} 元{waste}{band}{once}"
    return f"{said_number(round(measured, 4))} {unit}{least}{waste} × {said_number(rate)} 元{band}"


def _fen(parts: list[tuple[str, str, Decimal]], what: str) -> int:
    if not parts:
        return 0
    exact = sum((yuan for _, _, yuan in parts), Decimal(0)) * 100
    if not -MONEY_MAX_FEN <= exact <= MONEY_MAX_FEN:
        raise Invalid(f"{what}算出来的金额太大，请核对尺寸和数量。")
    return round_fen(exact)


def _steps(parts: list[tuple[str, str, Decimal]], whole: int, *, once: bool) -> list[Step]:
    if not parts:
        return []
    fens = allocate(whole, [yuan for _, _, yuan in parts])
    return [Step(name=name, said=said, fen=fen, once=once) for (name, said, _), fen in zip(parts, fens, strict=True)]
