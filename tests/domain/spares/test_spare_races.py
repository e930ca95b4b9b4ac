"""Eight takers at once: the store never goes below nothing and every piece is accounted for, on both databases."""

from __future__ import annotations

from domain.catalog.enrol_part import EnrolPart
from domain.errors import Invalid
from domain.service.accept import AcceptJob
from domain.service.finishing import SaidPart
from domain.service.report import ReportFault
from domain.service.visit import ArriveJob
from domain.spares.issuing import IssuePart
from domain.spares.moving import ReturnPart
from domain.spares.part_request import PartRequest
from domain.spares.requesting import RequestParts
from tests.support.service_shop import open_shop


def test_a_hundred_pieces_eight_counters(database_url):
    with open_shop(database_url) as shop:
        shop.act(EnrolPart(code="RACE-P", name="竞赛件", stock=100))
        job = shop.report()
        he, store = shop.people["何平"], shop.people["孙库"]
        for deed in (AcceptJob, ArriveJob):
            shop.act(deed(work_order_id=job.id), he)
        said = tuple(SaidPart(name="RACE-P", quantity=15) for _ in range(8))
        shop.act(RequestParts(work_order_id=job.id, parts=said), he)
        shop.act(ReportFault(equipment_id=shop.other_machine, words="轴承"))
        ids = [each.id for each in shop.all(PartRequest)]
        outcomes = shop.race(
            *[(IssuePart(request_id=id_), store) for id_ in ids], *[(ReturnPart(part="RACE-P", quantity=1), he)] * 4
        )
        refused = [each for each in outcomes[:8] if each is not None]
        assert all(isinstance(each, Invalid) and each.message.startswith("竞赛件不够 15 个") for each in refused)
        there = shop.look(lambda queries: queries.parts.on_hand("RACE-P"))
        assert sum(there.values()) == 100
        assert min(there.values()) >= 0
        assert there[f"van:{he.person_id}"] == 15 * (8 - len(refused)) - [*outcomes[8:]].count(None)
        assert shop.look(lambda queries: queries.parts.unbalanced()) == []
