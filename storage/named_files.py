"""Which files the rows speak of: every column that holds the id of a kept file, in one place (R-22).

A file that none of them names is nobody's; a row that names a file which is not there is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Column, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.files.kept_file import KeptFile
from domain.imports.run import ImportRun
from domain.quotes.offer import QuoteOffer
from domain.service.ticket import FaultReport
from domain.service.work_order import WorkOrder
from storage.tables import inbox

COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    KeptFile.file_id,
    ImportRun.file_id,
    FaultReport.photos,
    WorkOrder.signature,
    QuoteOffer.signature,
)
"""Of the records: one id, or a list of them. Of the queues only the inbox names files, in its envelopes."""


def named(session: Session) -> Iterator[tuple[str, str]]:
    """Yield (where, file id) for every file that a row names."""
    for column in COLUMNS:
        yield from _named(session, f"{column.class_.__tablename__}.{column.key}", column, _ids)
    yield from _named(session, "inbox", inbox.c.body, _attached)


def _named(
    session: Session,
    where: str,
    column: Column[Any] | InstrumentedAttribute[Any],
    ids: Callable[[object], Iterator[str]],
) -> Iterator[tuple[str, str]]:
    for value in session.scalars(select(column).execution_options(yield_per=500)):
        yield from ((where, file_id) for file_id in ids(value))


def _ids(value: object) -> Iterator[str]:
    yield from (str(each) for each in (value if isinstance(value, list) else [value]) if each)


def _attached(body: object) -> Iterator[str]:
    assert isinstance(body, dict)
    yield from (str(each["file_id"]) for each in body.get("attachments") or () if each.get("file_id"))
