"""The examples of a design, worked out whenever its file is loaded: a price that moved is seen at once."""

from __future__ import annotations

from collections.abc import Iterator

from domain.catalog.calculating import Pricer
from domain.catalog.configuring import configure
from domain.catalog.design import Design, Example
from domain.errors import Invalid
from domain.money import said_money


def tried(design: Design) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (place in the design, sentence) for every example that comes out differently; names must be right."""
    pricer = Pricer()
    for index, example in enumerate(design.examples):
        sentence = _wrong(design, example, pricer)
        if sentence:
            yield ("examples", str(index)), f"“{design.name}”的例子{sentence}"


def _wrong(design: Design, example: Example, pricer: Pricer) -> str:
    inputs = {name: str(number) for name, number in example.inputs.items()}
    try:
        configuration = configure(design, inputs, example.options, design.name)
        piece = pricer.piece(design, {**design.values, **example.values}, configuration, example.quantity, design.name)
    except Invalid as refused:
        if example.refused and example.refused in refused.message:
            return ""
        return f"应该{'拒绝并说“' + example.refused + '”' if example.refused else '能报'}，实际：{refused.message}"
    if example.refused:
        return f"应该拒绝并说“{example.refused}”，实际能报 {said_money(piece.price_fen)}"
    if example.price is not None and example.price != piece.price_fen:
        return f"应该是 {said_money(example.price)}，实际算出 {said_money(piece.price_fen)}"
    return ""
