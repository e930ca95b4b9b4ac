"""Parts: how they are called, and that loading twice changes no number."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.catalog.enrol_part import EnrolPart
from domain.catalog.part import Part, matching
from domain.errors import Invalid
from tests.support.service_shop import open_shop

SHELF = [
    Part(code="6205", name="6205轴承", aliases=["深沟球轴承6205"]),
    Part(code="6206", name="6206轴承"),
    Part(code="YF-100", name="润滑油泵", aliases=["油泵"]),
    Part(code="ZZ-62051", name="主轴轴承"),
]


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("6205轴承", ["6205"]),
        ("６２０５ 轴承", ["6205"]),
        ("6205", ["6205"]),
        ("轴承6206", ["6206"]),
        ("yf100", ["YF-100"]),
        ("油泵", ["YF-100"]),
        ("主轴轴承", ["ZZ-62051"]),
        ("轴承", ["6205", "6206", "ZZ-62051"]),
        ("丝杠", []),
        ("  ", []),
    ],
)
def test_what_people_say_finds_the_part(said, codes):
    assert [part.code for part in matching(said, SHELF)] == codes


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop


def test_loading_again_changes_names_but_no_stock(shop):
    known = EnrolPart(code="6205", name="深沟球轴承 6205", stock=99, vans={"何平": 50, "林涛": 2})
    assert shop.act(known) == shop.act(known)
    he, lin = (shop.people[name].person_id for name in ("何平", "林涛"))
    assert shop.look(lambda queries: queries.parts.on_hand("6205")) == {"main": 5, f"van:{he}": 1, f"van:{lin}": 2}
    assert shop.look(lambda queries: queries.parts.unbalanced()) == []


def test_a_van_needs_its_engineer(shop):
    with pytest.raises(Invalid, match="“没有人”车上，但名单里没有这个人"):
        shop.act(EnrolPart(code="N", name="新件", vans={"没有人": 1}))


def test_the_database_itself_refuses_less_than_nothing(database_url):
    """R-46: the last line behind the code."""
    with open_shop(database_url) as shop, pytest.raises(IntegrityError):
        shop.database.transact(lambda session: session.execute(text("UPDATE stock SET on_hand = -1")))
