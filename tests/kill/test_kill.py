"""R-11, R-18, R-25, R-27: ``kill -9`` in the middle of everything; what was acknowledged happened exactly once."""

from __future__ import annotations

import pytest

from tests.kill.siege import Siege


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_twenty_kills_during_four_hundred_callbacks(tmp_path):
    siege = Siege(tmp_path, f"sqlite:///{tmp_path}/gendan.db")
    siege.prepare()
    report = await siege.run(callbacks=400, kills=20, seed=20261122)
    assert report.acknowledged >= 380
    assert (report.lost, report.twice, report.unsent, report.too_often, report.violations) == ([], [], [], [], [])
    assert report.sends >= report.acknowledged
    assert report.reminders >= 20
