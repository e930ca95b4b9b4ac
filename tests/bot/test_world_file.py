"""The words ``gendan understand --world`` reads with: bare names are enough, a mistake names its key."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.config_file import SettingsError
from bot.world import read_world
from handlers.language.understand import Reader

NOW = datetime.fromisoformat("2026-03-11T10:30:00+08:00")


def written(folder: Path, text: str) -> Path:
    path = folder / "world.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_bare_names_are_enough(tmp_path: Path) -> None:
    world = {"customers": ["苏州恒力机械有限公司"], "staff": ["何平"], "products": ["X200"], "parts": ["6205轴承"]}
    reader = Reader(read_world(written(tmp_path, json.dumps(world))))
    draft = reader.understand("派何平去恒力", role="manager", now=NOW).drafts[0]
    assert dict(draft.slots) == {"staff": "何平", "company": "苏州恒力机械有限公司"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"staff": [{"nick": "老何"}]}', "staff.0.name 没有写"),
        ('{"staff": "何平"}', "staff 要写成列表 [ … ]"),
        ('{"customers": [{"name": "恒力", "contacts": ["王总"]}]}', "customers.0.contacts.0 要写成 {键: 值}"),
        ('{"aliases": {"老恒家": 1}}', "aliases.老恒家 要写成文字"),
        ("[]", "整个文件 要写成 {键: 值}"),
        ('{"staff": [}', "不是正确的 JSON"),
    ],
)
def test_a_mistake_names_its_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_world(written(tmp_path, text))
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="读不了这个文件"):
        read_world(tmp_path / "none.json")
