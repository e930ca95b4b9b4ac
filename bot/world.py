"""A company's words from a file (``gendan understand --world``), checked before they are read with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from bot.config_file import SettingsError
from handlers.language.gazetteer import Gazetteer


def _named(key: str) -> BeforeValidator:
    """Let a bare word stand for ``{key: word}``."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Contact(_Part):
    name: str
    title: str | None = None
    phone: str | None = None


class _Customer(_Part):
    name: str
    aliases: list[str] = []
    contacts: list[_Contact] = []


class _Product(_Part):
    code: str
    aliases: list[str] = []


class _Stock(_Part):
    name: str
    aliases: list[str] = []


class _Person(_Part):
    name: str
    nicknames: list[str] = []


class WorldFile(_Part):
    """The form of ``understanding/world.json``; keys it does not know are left alone."""

    customers: list[Annotated[_Customer, _named("name")]] = []
    products: list[Annotated[_Product, _named("code")]] = []
    parts: list[Annotated[_Stock, _named("name")]] = []
    staff: list[Annotated[_Person, _named("name")]] = []
    people: list[Annotated[_Person, _named("name")]] = []
    stages: list[str] = []
    regions: list[str] = []
    sources: list[str] = []
    orders: list[str] = []
    quotes: list[str] = []
    tickets: list[str] = []
    approvals: list[str] = []
    aliases: dict[str, str | list[str]] = {}


def read_world(path: Path) -> Gazetteer:
    """Return the snapshot of the file; SettingsError names the key that is wrong."""
    try:
        world: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path}: 读不了这个文件（{error.strerror}）") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: 不是 UTF-8 文本") from None
    except json.JSONDecodeError as error:
        raise SettingsError(f"{path}:{error.lineno}: 不是正确的 JSON；看引号和逗号") from None
    try:
        checked = WorldFile.model_validate(world)
    except ValidationError as error:
        raise SettingsError(f"{path}: {_mistake(error)}") from None
    return Gazetteer.from_world(checked.model_dump(exclude_unset=True))


def _mistake(error: ValidationError) -> str:
    """Return the first mistake and its key: ``staff.0.name 没有写``."""
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"] if part not in ("str", "list[str]")) or "整个文件"
    wrong = {
        "missing": "没有写",
        "string_type": "要写成文字",
        "list_type": "要写成列表 [ … ]",
        "model_type": "要写成 {键: 值}",
        "dict_type": "要写成 {键: 值}",
    }
    return f"{key} {wrong.get(first['type'], '写法不对')}"
