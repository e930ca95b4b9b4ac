"""Products come in by file."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.actor import Actor
from domain.catalog.design import values_of
from domain.catalog.product import STANDARD_TAX_PPM, Product, code_key
from domain.errors import Invalid
from domain.messages import Command, Event
from domain.money import PPM
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolProduct(Command):
    """Add a product or bring the known one up to date (known by its code).

    Amounts in fen, tax included; a price of 0 is not known yet, and the product cannot be quoted. One with a
    ``design`` is priced by that instead, with its own ``values``. ``accessories`` are product codes.
    """

    code: str
    name: str
    price_fen: int
    cost_fen: int
    category: str = ""
    unit: str = "台"
    tax_ppm: int = STANDARD_TAX_PPM
    aliases: tuple[str, ...] = ()
    design: str = ""
    values: dict[str, str] = field(default_factory=dict)
    accessories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEnrolled(Event):
    """A product was added or its data changed."""

    code: str
    price_fen: int


def enrol_product(command: EnrolProduct, actor: Actor, work: Work) -> int:
    """Return the product's id."""
    del actor
    if not code_key(command.code):
        raise Invalid(f"产品“{command.name}”缺少型号。")
    if command.price_fen < 0 or command.cost_fen < 0:
        raise Invalid(f"产品 {command.code} 的价格和成本不能是负数。")
    if not 0 <= command.tax_ppm < PPM:
        raise Invalid(f"产品 {command.code} 的税率要在 0% 到 100% 之间。")
    _check_design(command, work)
    product = work.find.catalog.known(command.code) or work.add(
        Product(
            code=command.code,
            key=code_key(command.code),
            name=command.name,
            price_fen=command.price_fen,
            cost_fen=command.cost_fen,
        )
    )
    product.code, product.name = command.code, command.name
    product.price_fen, product.cost_fen = command.price_fen, command.cost_fen
    product.category = command.category or product.category
    product.unit = command.unit
    product.tax_ppm = command.tax_ppm
    product.aliases = list(command.aliases) or product.aliases
    product.design, product.values = command.design, dict(command.values)
    product.accessories = list(command.accessories)
    product.active = True
    work.flush()
    work.record(ProductEnrolled(subject=product.subject, code=product.code, price_fen=product.price_fen))
    return product.id


def _check_design(command: EnrolProduct, work: Work) -> None:
    if not command.design:
        if command.values:
            raise Invalid(f"产品 {command.code} 写了 values，还要写 design，说明按哪种结构配置。")
        return
    kept = work.find.catalog.design(command.design)
    if kept is None:
        raise Invalid(f"产品 {command.code} 的结构“{command.design}”还没有，请先在 designs 里写好。")
    try:
        values_of(kept.design, command.values)
    except ValueError as error:
        raise Invalid(f"产品 {command.code}：{error}。") from None
