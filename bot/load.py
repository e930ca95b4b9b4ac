"""``gendan load``: the company's own records and fields from YAML (or world.json), any number of times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from bot.config_file import SettingsError, Source, explain, read_yaml
from bot.load_rows import LoadFile
from domain.actor import SYSTEM
from domain.catalog.trying import tried
from domain.errors import Refusal
from domain.messages import Command
from jobs.business import Business
from storage.database import Database
from storage.uow import UnitOfWork

_DEPTH = 8
_POLICIES = "policies"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that has been read and checked."""

    path: Path
    content: LoadFile
    source: Source


def load_files(database: Database, business: Business, paths: Sequence[Path]) -> Iterator[str]:
    """Load every file (of a directory: every ``*.yaml`` but its policies); yield a line of progress per kind.

    Nothing is written before everything could be read. A row that is refused stops the load with its
    file and line; what stood before it is kept, and loading again goes on from there.
    """
    files = [_read(path) for path in _expand(paths)]
    for kind in (
        "people",
        "fields",
        "designs",
        "products",
        "price_books",
        "parts",
        "channels",
        "campaigns",
        "customers",
        "equipment",
    ):
        total = 0
        for file in files:
            rows: list[Any] = getattr(file.content, kind)
            for index, row in enumerate(rows):
                _carry_out(database, business, row.command(), f"{file.source.where((kind, str(index)))}")
                total += 1
        if total:
            yield f"{_NAMES[kind]}：{total}"


_NAMES = {
    "people": "人员",
    "fields": "字段",
    "designs": "产品结构",
    "products": "产品",
    "price_books": "价目表",
    "parts": "备件",
    "channels": "渠道",
    "campaigns": "活动",
    "customers": "客户",
    "equipment": "设备",
}


def _expand(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (each for each in sorted(path.glob("*.yaml")) if each.stem != _POLICIES)
        elif path.exists():
            yield path
        else:
            raise SettingsError(f"{path}: 没有这个文件")


def _read(path: Path) -> Loaded:
    source = Source()
    tree = read_yaml(path, source, depth=_DEPTH)
    model: type[BaseModel] = LoadFile
    try:
        content = LoadFile.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(explain(error, model, source)) from None
    for index, design in enumerate(content.designs):
        for place, sentence in chain(design.mistakes(), tried(design)):
            raise SettingsError(f"{source.where(('designs', str(index), *place))}: {sentence}")
    return Loaded(path, content, source)


def _carry_out(database: Database, business: Business, command: Command, place: str) -> None:
    digest = hashlib.sha256(repr(command).encode()).hexdigest()[:16]

    def write(session: Session) -> None:
        batch = business.batch(session)
        key = f"load:{type(command).__name__}:{digest}:{batch.now.timestamp()}"

        def run(work: UnitOfWork) -> None:
            work.act(command)

        business.attempt(batch, key, SYSTEM, run)
        batch.finish()

    try:
        database.transact(write)
    except Refusal as refusal:
        raise SettingsError(f"{place}: {refusal.message}") from None
