"""Filling a design in: what was said, what is taken by default, and what cannot be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.catalog.design import Design, Input, read_number
from domain.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One piece: its measures, an option for every group, and the groups whose default nobody has confirmed."""

    inputs: Mapping[str, Decimal]
    options: Mapping[str, str]
    assumed: tuple[str, ...] = ()


def configure(design: Design, inputs: Mapping[str, str], options: Mapping[str, str], what: str) -> Configuration:
    """Return the whole configuration of ``what`` was said; Invalid for what is missing, unknown or out of range.

    Whether it can be made is for ``calculating`` to say: that takes the product's values.
    """
    measures = {each.name: _measure(each, inputs.get(each.name), what) for each in design.inputs}
    for name in inputs:
        if name not in measures:
            raise Invalid(f"{what}没有“{name}”这一项，可以写：{'、'.join(measures) or '不用写尺寸'}。")
    chosen = _chosen(design, options, what)
    assumed = tuple(each.group for each in design.options if each.group not in chosen)
    return Configuration(
        inputs=measures,
        options={each.group: chosen.get(each.group, each.default) for each in design.options},
        assumed=assumed,
    )


def missing_inputs(design: Design, inputs: Mapping[str, str]) -> tuple[Input, ...]:
    """Return the measures that have to be asked for."""
    return tuple(each for each in design.inputs if each.default is None and each.name not in inputs)


def slips(design: Design, inputs: Mapping[str, Decimal]) -> Iterator[str]:
    """Yield a sentence for every measure out of its usual range, with the slip of the unit it may be."""
    for each in design.inputs:
        number = inputs.get(each.name)
        if number is None or len(each.usual) != 2 or each.usual[0] <= number <= each.usual[1]:
            continue
        low, high = each.usual
        meant = next((number * ten for ten in (Decimal(10), Decimal("0.1")) if low <= number * ten <= high), None)
        hint = f"，会不会是 {said_number(meant)}{each.unit}（毫米和厘米写错）" if meant is not None else ""
        yield f"{each.name} {said_number(number)}{each.unit} 不在常见范围 {low}–{high}{each.unit}{hint}"


def said_number(number: Decimal) -> str:
    """Return ``4.32``: no needless zeros, never an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _measure(each: Input, said: str | None, what: str) -> Decimal:
    if said is None:
        if each.default is None:
            raise Invalid(f"{what}还缺{each.name}（{each.unit}），例如：{each.name}{said_number(each.least)}。")
        return each.default
    try:
        number = read_number(said)
    except ValueError:
        raise Invalid(f"{what}的{each.name}“{said[:20]}”不是数字，请写成 {said_number(each.least)} 这样。") from None
    if not each.least <= number <= each.most:
        limits = f"{said_number(each.least)} 到 {said_number(each.most)}{each.unit}"
        tenfold = next((n for n in (number * 10, number / 10) if each.least <= n <= each.most), None)
        hint = f"，是不是 {said_number(tenfold)}{each.unit}" if tenfold is not None and number > 0 else ""
        raise Invalid(
            f"{what}的{each.name} {said_number(number)}{each.unit} 做不了，要在 {limits} 之间{hint}？请改好再发。"
        )
    return number


def _chosen(design: Design, options: Mapping[str, str], what: str) -> dict[str, str]:
    chosen = {}
    for name, said in options.items():
        group = design.group(name)
        if group is None:
            raise Invalid(f"{what}没有“{name}”可选，可以选：{'、'.join(each.group for each in design.options)}。")
        option = group.option(said)
        if option is None:
            known = "、".join(each.name for each in group.choices)
            raise Invalid(f"{what}的{name}没有“{said}”，可以选：{known}。")
        chosen[name] = option.name
    for group in design.options:
        if group.group not in chosen and not group.default:
            known = "、".join(each.name for each in group.choices)
            raise Invalid(f"{what}还要选{group.group}：{known}。")
    return chosen
