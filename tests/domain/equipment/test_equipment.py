"""Machines: known by serial, reported by a random code, shown to a scan as little as possible."""

from __future__ import annotations

from datetime import date

import pytest

from domain.equipment.commands import EnrolEquipment
from domain.equipment.equipment import SLUG as SLUG_FORM
from domain.equipment.equipment import Equipment
from domain.errors import Invalid
from tests.support.service_shop import SLUG, open_shop


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop


def test_loading_again_keeps_the_code_on_the_machine(shop):
    shop.act(EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", site="新车间"))
    plate = shop.look(lambda queries: queries.equipment.plate(SLUG))
    assert (plate.id, plate.model, plate.tail) == (shop.machine, "X200", "0317")


def test_a_made_code_has_128_bits_and_nothing_of_the_serial(shop):
    """R-70."""
    slug = shop.get(Equipment, shop.act(EnrolEquipment(serial="SN-9", model="T6", customer="苏州恒力"))).slug
    assert len(slug) == 22
    assert SLUG_FORM.fullmatch(slug)


def test_unknown_and_retired_codes_are_one(shop):
    shop.act(EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", retired=True))
    assert shop.look(lambda queries: queries.equipment.plate(SLUG)) is None
    assert shop.look(lambda queries: queries.equipment.plate("unknown-unknown-1234")) is None


def test_a_short_code_and_an_unknown_customer_are_refused(shop):
    with pytest.raises(Invalid, match="slug 要 16 到 64 个"):
        shop.act(EnrolEquipment(serial="S", model="X200", customer="苏州恒力", slug="SN-2024-000317"[:12]))
    with pytest.raises(Invalid, match="客户“没有”还不在名单里"):
        shop.act(EnrolEquipment(serial="S", model="X200", customer="没有"))


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (None, "保修期未登记"),
        (date(2026, 11, 23), "保修期内（至 2026-11-23）"),
        (date(2026, 11, 22), "已过保（2026-11-22 到期）"),
    ],
)
def test_how_the_warranty_stands(until, words):
    machine = Equipment(serial="S", model="X", customer_id=1, slug="s", warranty_until=until)
    assert machine.warranty_on(date(2026, 11, 23)) == words
