"""The chain: whoever changes, removes, adds or swaps a row is found, with the place (R-119)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from domain.actor import SYSTEM
from storage import timeline as chain
from storage.tables import chain_head, timeline
from tests.jobs.road import MONDAY, Note, open_road


@pytest.fixture
def road(database_url):
    with open_road(database_url) as road:
        for number in range(10):

            def run(session, number=number):
                batch = road.business.batch(session)
                road.business.attempt(batch, f"k{number}", SYSTEM, lambda work: work.act(Note(text=f"第{number}条")))
                batch.finish()

            road.database.transact(run)
        yield road


def tamper(road, *statements):
    road.database.transact(lambda session: [session.execute(each) for each in statements])
    return [broken.seq for broken in road.database.look(lambda session: list(chain.verify(session)))]


def test_an_untouched_chain_holds(road):
    assert tamper(road) == []
    assert road.rows(timeline, "seq") == list(range(1, 11))


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"text": "别的"}},
        {"actor": "别人"},
        {"actor_id": 7},
        {"subject": "quote:9"},
        {"event": "Approved"},
        {"key": "other"},
        {"step": 3},
        {"platform": "wecom"},
        {"at": MONDAY + timedelta(microseconds=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_row_is_found(road, change):
    assert tamper(road, update(timeline).where(timeline.c.seq == 5).values(change)) == [5]


def test_a_deleted_row_is_found(road):
    assert tamper(road, delete(timeline).where(timeline.c.seq == 5)) == [5, 6]


def test_swapped_rows_are_found(road):
    swap = [update(timeline).where(timeline.c.seq == a).values(seq=b) for a, b in ((5, 99), (7, 5), (99, 7))]
    assert tamper(road, *swap) == [5, 6, 7, 8]


def test_an_inserted_row_is_found(road):
    def copy(session):
        row = dict(session.execute(select(timeline).where(timeline.c.seq == 10)).mappings().one())
        return {**row, "key": "forged", "seq": 11}

    forged = road.database.look(copy)
    assert tamper(road, insert(timeline).values(forged)) == [11, 10]


def test_a_cut_tail_is_found(road):
    assert tamper(road, delete(timeline).where(timeline.c.seq > 7)) == [10]


def test_a_removed_head_is_found(road):
    assert tamper(road, delete(chain_head)) == [10]


def test_an_edit_with_a_new_hash_is_found_at_the_next_row(road):
    """Somebody who knows the algorithm can make one row fit, not the rest without the head."""

    def refit(session):
        rows = (
            session.execute(select(timeline).where(timeline.c.seq.in_((4, 5))).order_by(timeline.c.seq))
            .mappings()
            .all()
        )
        changed = {**rows[1], "actor": "别人"}
        return chain._link(rows[0]["hash"], 5, chain._content(changed))

    hash_ = road.database.look(refit)
    assert tamper(road, update(timeline).where(timeline.c.seq == 5).values(actor="别人", hash=hash_)) == [6]
