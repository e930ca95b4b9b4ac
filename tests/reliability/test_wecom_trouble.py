"""WeCom on its bad days: what was promised arrives, once, and nobody is asked twice for what one answer said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.reliability.aftermath import books_are_right, heard, promises
from tests.support.house import House, open_house

if TYPE_CHECKING:
    from pathlib import Path

REPS = ("陈静", "魏巍", "何雨")
FAILURES: list[dict[str, Any]] = [
    {"kind": "errcode", "code": 45009},
    {"kind": "errcode", "code": -1},
    {"kind": "http_500"},
    {"kind": "reset"},
    {"kind": "lost_answer"},
]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/test.db"


async def log_inquiries(house: House, each: int) -> list[str]:
    """Let every rep log ``each`` inquiries; return their customers."""
    customers = []
    for number in range(each):
        for rep in REPS:
            customers.append(f"苏州第{len(customers)}机械")
            await house.says(
                rep,
                f"{customers[-1]}王总，1391200{len(customers):04}，想要{number + 1}台X200，预算30万左右，展会上认识的",
            )
    return customers


def cards_of(house: House, customers: list[str]) -> Counter[str]:
    """Return how often each customer stands in the title or rows of a card, over all the reps' screens."""
    words = [words for rep in REPS for words in heard(house, rep)]
    return Counter({customer: sum(f"{customer}" in each for each in words) for customer in customers})


async def test_a_revoked_token_is_fetched_once_for_everybody(sqlite_url: str, tmp_path: Path) -> None:
    """R-30: the token dies three times while thirty cards go out."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        platform = house.playground.wecom
        customers = []
        for _ in range(3):
            platform.revoke_token()
            customers += [f"{len(customers)}-{each}" for each in await log_inquiries(house, 3)]
            await house.settle()
        assert platform.tokens.calls <= 4
        assert (await promises(house)).keys() == {"sent"}
        await books_are_right(house)
