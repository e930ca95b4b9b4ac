"""Several deeds in one sentence: one transaction, in the order in which one makes what the next is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.service.work_order import Offer, OfferState, WorkOrder
from handlers.context import Understood
from handlers.dialogue import wishes_of
from tests.support.service_shop import Shop, open_shop
from tests.support.typed import Typed


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as opened:
        yield opened


def test_a_fault_and_who_goes_are_one_sentence(shop: Shop) -> None:
    typed = Typed(shop)
    said = typed.says("唐悦", "恒力的X200主轴异响，电话13812345678，派给何平")
    assert said == ["X200（末四位 0317）已报修，单号 BX-2611-0001。", "工单 WO-2611-0001 已派给何平，等他答复。"]
    asked = [each for each in shop.all(Offer) if each.state is OfferState.OPEN]
    assert [each.person_id for each in asked] == [shop.people["何平"].person_id]
    assert typed.says("何平", "好")[0].startswith("工单 WO-2611-0001 是您的了")
    assert "派给您的理由：唐悦指派" in typed.says("何平", "为什么派给我")[0]
    typed.says("何平", "到了")
    assert typed.says("何平", "撤销") == ["工单 WO-2611-0001 的到场已撤销，改回“接单”。"]


def test_what_is_refused_takes_the_rest_with_it(shop: Shop) -> None:
    """Nobody is called so: the fault is not reported half."""
    typed = Typed(shop)
    said = typed.says("唐悦", "恒力的X200主轴异响，电话13812345678，派给陈静")
    assert said == ["没有找到工程师“陈静”，请写工程师的名字，例如“派给老何”。"]
    assert shop.all(WorkOrder) == []


def test_something_private_beats_everything_else() -> None:
    private = Understood(intent="private_note", slots={})
    public = Understood(intent="log_inquiry", slots={}, also=("set_reminder",), others=(private,))
    assert wishes_of(public) == (private,)


def test_what_one_deed_covers_is_not_done_twice() -> None:
    said = Understood(intent="log_inquiry", slots={"product": "X200"}, also=("request_quote", "set_reminder"))
    assert [each.intent for each in wishes_of(said)] == ["log_inquiry", "set_reminder"]
    mixed = Understood(intent="dispatch", slots={}, also=("report_fault",))
    assert [each.intent for each in wishes_of(mixed)] == ["report_fault", "dispatch"]
