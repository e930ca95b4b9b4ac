"""Pictures: fetched at once, kept as our own; one that cannot be had costs neither its message nor the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cards.channel import Refused, Retry
from handlers.envelope import Attachment, Envelope
from jobs.media import MediaJob
from storage.files import Files
from storage.tables import inbox
from tests.jobs.road import Line, open_road


@pytest.fixture
def road(database_url):
    with open_road(database_url) as road:
        yield road


@pytest.fixture
def line():
    return Line("wecom")


@pytest.fixture
def job(road, line, tmp_path):
    return MediaJob(
        database=road.database,
        channels={"wecom": line},
        files=Files.open(f"file:{tmp_path}/files"),
        read=Envelope.from_json,
        clock=road.clock,
    )


async def keep(road, ref, account):
    picture = Attachment(kind="image", ref=ref)
    return await road.keep(f"note {ref}", account=account, fetch=True, attachments=(picture,))


async def test_a_picture_is_ours_before_its_message_is_carried_out(road, line, job, tmp_path):
    line.media["m1"] = b"\xff\xd8 picture"
    await keep(road, "m1", "a")
    assert await job.run_due() == 1
    (body,) = road.rows(inbox, "body")
    file_id = body["attachments"][0]["file_id"]
    assert Files.open(f"file:{tmp_path}/files").get(file_id) == b"\xff\xd8 picture"
    await road.drain()
    assert road.noted() == ["m1"]


async def test_a_picture_that_is_gone_costs_its_message_nothing(road, line, job):
    line.media["m1"] = Refused("media_id expired", code="40007")
    await keep(road, "m1", "a")
    assert await job.run_due() == 1
    assert road.rows(inbox, "state", "body")[0][1]["data"] == {"media_lost": "yes"}
    await road.drain()
    assert road.noted() == ["m1"]


async def test_rows_that_cannot_be_fetched_hold_nobody_up(road, line, job):
    """R-23: ten broken ones at the head of the queue, a platform that is not there, and one good picture behind them."""
    for n in range(10):
        line.media[f"bad{n}"] = OSError("disk full") if n % 2 else Retry("connection refused")
        await keep(road, f"bad{n}", f"bad{n}")
    line.media["good"] = b"\xff\xd8"
    await keep(road, "good", "good")
    await job.run_due()
    await job.run_due()
    await road.drain()
    assert road.noted() == ["good"]
    for _ in range(20):
        road.clock.move(timedelta(minutes=1))
        await job.run_due()
        await job.run_due()
    await road.drain()
    assert sorted(road.noted()) == sorted(["good", *(f"bad{n}" for n in range(10))])
    assert set(road.states()) == {"done"}
    assert set(road.rows(inbox, "tries")) == {0}
