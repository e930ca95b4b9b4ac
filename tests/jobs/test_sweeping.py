"""R-22: files and rows agree: what no row names goes, what a row names stays, and every column that names files is known."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from domain.clock import ManualClock
from domain.files.commands import AttachFiles, Sent
from jobs.sweeping import FileSweeper
from storage import invariants
from storage.files import Files
from storage.named_files import COLUMNS
from storage.schema import metadata
from storage.tables import inbox
from tests.support.service_shop import open_shop

_NAMES_FILES = re.compile(r"file|photo|picture|image|signature|attachment|document|pdf|voice|scan", re.IGNORECASE)


@pytest.fixture
def shop(database_url):
    with open_shop(database_url) as shop:
        yield shop


@pytest.fixture
def files(tmp_path):
    return Files.open(f"file://{tmp_path}/files")


def dangling(shop, files):
    found = shop.database.look(lambda session: list(invariants.violations(session, files.exists)))
    return sorted(each.detail for each in found if each.rule == "dangling_file")


def test_every_column_that_names_files_is_known():
    """Who adds a column for a file adds it to ``storage/named_files.py``, or the sweeper would take the file away."""
    suspicious = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.c
        if _NAMES_FILES.search(column.name)
    }
    assert suspicious == {f"{column.class_.__tablename__}.{column.key}" for column in COLUMNS}


async def test_only_what_is_old_and_nobodys_is_removed(shop, files):
    ids = [files.put(b"\xff\xd8\xff photo", "image/jpeg", "现场.jpg") for _ in range(6)]
    photo, signature, attached, arrived, orphan, another = ids
    job = shop.report(photos=(photo,))
    shop.run(lambda work: setattr(work.get(type(job), job.id), "signature", signature))
    shop.act(AttachFiles(files=(Sent(file_id=attached, kind="image"),)))
    row = {"key": "k", "platform": "wecom", "account": "a", "conversation": "c", "kind": "image", "state": "ready"}
    row |= {"tries": 0, "not_before": shop.clock.now(), "received_at": shop.clock.now()}
    row |= {"body": {"attachments": [{"kind": "image", "file_id": arrived}, {"kind": "image", "file_id": ""}]}}
    shop.database.transact(lambda session: session.execute(insert(inbox), [row]))
    clock = ManualClock(datetime.now(UTC) + timedelta(hours=11))
    sweeper = FileSweeper(database=shop.database, files=files, clock=clock)
    assert await sweeper.run() == 0
    clock.move(timedelta(hours=2))
    assert await sweeper.run() == 2
    assert sorted(kept.id for kept in files.kept()) == sorted([photo, signature, attached, arrived])
    assert dangling(shop, files) == []
    for file_id in (photo, signature, attached, arrived):
        files.delete(file_id)
    assert dangling(shop, files) == sorted(
        [
            f"fault_reports.photos: {photo}",
            f"work_orders.signature: {signature}",
            f"kept_files.file_id: {attached}",
            f"inbox: {arrived}",
        ]
    )
    assert orphan != another
