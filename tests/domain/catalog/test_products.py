"""The price list: found by what people type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.catalog.enrol_product import EnrolProduct
from domain.catalog.product import Product
from domain.errors import Invalid
from tests.support.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("X200", "X200"),
        ("x200", "X200"),
        ("Ｘ２００", "X200"),
        ("X-200", "X200"),
        ("两百机", "X200"),
        ("RB12", "RB-12"),
        ("rb 12", "RB-12"),
        ("机器人", "RB-12"),
        ("立式加工中心", ""),
        ("X999", ""),
        ("", ""),
    ],
)
def test_found_by_code_name_or_alias(company: Company, said: str, code: str) -> None:
    """Two products are called 立式加工中心: that name finds neither."""
    found = company.run(lambda work: getattr(work.find.catalog.product(said), "code", ""))
    assert found == code


def test_nearest(company: Company) -> None:
    assert company.run(lambda work: [p.code for p in work.find.catalog.nearest("X201")])[0] == "X200"
    assert company.run(lambda work: [p.code for p in work.find.catalog.nearest("完全无关")]) == []


def test_enrolling_twice_keeps_one_row_and_takes_the_new_price(company: Company) -> None:
    before = len(company.all(Product))
    company.act(EnrolProduct(code="x-200", name="立式加工中心", price_fen=16_000_000, cost_fen=11_900_000))
    products = company.all(Product)
    assert len(products) == before
    assert [(p.code, p.price_fen) for p in products if p.key == "x200"] == [("x-200", 16_000_000)]


@pytest.mark.parametrize(("price", "cost", "tax"), [(-1, 0, 0), (1, -1, 0), (1, 0, 1_000_000)])
def test_impossible_figures_are_refused(company: Company, price: int, cost: int, tax: int) -> None:
    with pytest.raises(Invalid):
        company.act(EnrolProduct(code="N1", name="新", price_fen=price, cost_fen=cost, tax_ppm=tax))
