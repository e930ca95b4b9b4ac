"""Reports that wait for a person (R-72): nothing lost, nobody rung up twice, decided once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.actor import visitor
from domain.equipment.commands import EnrolEquipment
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.service.held import DropHeld, HeldReport, HeldState, HoldReport, ReleaseHeld
from domain.service.ticket import FaultReport, Ticket
from storage.invariants import violations
from tests.support.service_shop import open_shop

WINDOW = {"date": "2026-11-24", "from": "13:00", "to": "18:00"}


def hold(shop, number: int, words: str = "主轴异响 E07", machine: int = 0):
    command = HoldReport(
        equipment_id=machine or shop.machine,
        words=words,
        token=f"held-{number:017}",
        urgent=True,
        phone="13812345678",
        consent="2026-11",
        windows=(WINDOW,),
    )
    return shop.act(command, visitor())


def clean(shop) -> bool:
    return shop.database.look(lambda session: list(violations(session, lambda _: True))) == []


def test_it_becomes_a_report_like_any_other_under_the_link_its_sender_has(database_url):
    with open_shop(database_url) as shop:
        held = hold(shop, 1)
        assert (shop.all(Ticket), shop.told("何平")) == ([], [])
        done = shop.act(ReleaseHeld(held_id=held), shop.people["唐悦"])
        (ticket,) = shop.all(Ticket)
        (report,) = shop.all(FaultReport)
        assert (done.token, report.token, report.consent) == ("held-" + "1".zfill(17),) * 2 + ("2026-11",)
        assert (ticket.fault_code, ticket.urgent, ticket.windows) == ("E07", True, [WINDOW])
        assert "service.dispatch workorder:1" in shop.told("何平")
        assert clean(shop)


def test_only_the_first_in_an_hour_is_told_of(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        for number in range(5):
            hold(shop, number)
        assert len(shop.told("唐悦")) == 1
        waiting, lines = shop.look(lambda queries: queries.held.waiting())
        assert (waiting, len(lines), lines[0].machine) == (5, 5, "苏州恒力 X200（末四位 0317）")


def test_all_of_one_machine_are_put_away_and_no_other(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        first, *_ = [hold(shop, number) for number in range(3)]
        other = hold(shop, 9, machine=shop.other_machine)
        assert shop.act(DropHeld(held_id=first, all_of_machine=True), shop.people["唐悦"]) == 3
        assert {held.id: held.state for held in shop.all(HeldReport)}[other] is HeldState.WAITING
        with pytest.raises(Stale, match="已经被搁置了"):
            shop.act(ReleaseHeld(held_id=first), shop.people["唐悦"])


def test_what_cannot_be_held_and_who_may_not_decide(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        for words in (" ", "长" * 1001):
            with pytest.raises(Invalid):
                hold(shop, 1, words)
        held = hold(shop, 2)
        for deed in (ReleaseHeld(held_id=held), DropHeld(held_id=held)):
            with pytest.raises(NotAllowed):
                shop.act(deed, shop.people["何平"])
            with pytest.raises(NotAllowed):
                shop.act(deed, visitor())
        shop.act(EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", retired=True))
        for deed in (lambda: hold(shop, 3), lambda: shop.act(ReleaseHeld(held_id=held), shop.people["唐悦"])):
            with pytest.raises(NotFound):
                deed()
        assert shop.all(HeldReport)[-1].state is HeldState.WAITING


def test_eight_decide_at_once_and_one_ticket_comes_of_it(database_url):
    with open_shop(database_url) as shop:
        held = hold(shop, 1)
        barrier = threading.Barrier(8)

        def decide(turn: int) -> str:
            barrier.wait(timeout=20)
            deed = ReleaseHeld(held_id=held) if turn % 2 else DropHeld(held_id=held)
            try:
                shop.act(deed, shop.people["唐悦"])
            except Stale:
                return "late"
            return "done"

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(decide, range(8)))
        assert outcomes.count("done") == 1
        released = shop.all(HeldReport)[0].state is HeldState.RELEASED
        assert len(shop.all(Ticket)) == int(released)
        assert clean(shop)
