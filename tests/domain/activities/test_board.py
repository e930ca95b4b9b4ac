"""What a leader sees of his people, and nobody else of anybody's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.activities.activity import ActivityKind, Outcome
from domain.activities.logging import LogActivity
from domain.errors import NotFound
from domain.opportunities.loss import LossReason
from domain.tasks.commands import CompleteTask
from tests.support.company import open_company
from tests.support.deals import begin, lose


def test_the_board_and_the_maps(database_url: str) -> None:
    with open_company(database_url) as company:
        now, zone = company.clock.now(), company.business.calendar.zone
        company.log()
        company.act(CompleteTask(task_id=1), "陈静")
        company.log(company="无锡锦腾模具有限公司", contact="", phone="")
        visit = LogActivity(text="拜访", kind=ActivityKind.VISIT, outcome=Outcome.REACHED, at=now, company="锦腾")
        company.act(visit, "陈静")
        company.clock.set(now + timedelta(days=12))

        def board(name: str):
            actor = company.actor(name)
            rows = company.look(lambda queries: queries.activities.board(actor, company.clock.now(), zone))
            return [(row.name, row.touched, row.last_week, row.overdue, row.red, row.no_next) for row in rows]

        assert board("周敏") == [("陈静", 0, 1, 1, 0, 1)]
        assert [row[0] for row in board("秦岚")] == ["陈静", "何雨"]
        assert board("陈静") == []

        leader, own = company.actor("周敏"), company.actor("陈静")
        team = company.look(lambda queries: queries.activities.team_heat(leader, company.clock.now(), zone))
        assert [(row.name, row.counts[-2:]) for row in team.rows] == [("陈静", (1, 0))]
        mine = company.look(lambda queries: queries.activities.heat(own, company.clock.now(), zone))
        assert [(row.name, sum(row.counts)) for row in mine.rows] == [("无锡锦腾模具有限公司", 1), ("苏州恒力机械", 0)]
        name, customers = company.look(lambda queries: queries.activities.of_person(own.person_id or 0, leader))
        assert (name, [each.last_by for each in customers]) == ("陈静", ["陈静", "陈静"])
        with pytest.raises(NotFound):
            company.look(lambda queries: queries.activities.of_person(own.person_id or 0, company.actor("何雨")))
        with pytest.raises(NotFound):
            company.look(lambda queries: queries.activities.heat_of("何雨", leader, company.clock.now(), zone))


def test_what_was_lost_stands_first_on_the_map_in_its_week(database_url: str) -> None:
    with open_company(database_url) as company:
        zone, own = company.business.calendar.zone, company.actor("陈静")
        company.log(company="苏州恒力机械有限公司", contact="", phone="")
        lose(company, begin(company), reason=LossReason.COMPETITOR, competitor="海天")
        company.clock.set(company.clock.now() + timedelta(weeks=2))
        mine = company.look(lambda queries: queries.activities.heat(own, company.clock.now(), zone))
        assert [(row.name, row.lost, row.lost_to) for row in mine.rows] == [
            ("无锡锦腾模具有限公司", 5, "海天"),
            ("苏州恒力机械有限公司", None, ""),
        ]
