"""The service company, on both databases."""

from __future__ import annotations

import pytest

from tests.support.service_shop import open_shop


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop
