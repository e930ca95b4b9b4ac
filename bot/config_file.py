"""Reading the settings file and the environment so that every mistake can be pointed at.

YAML's own guesses stay out: each plain scalar is text (``1001`` stays an id, ``1:30`` is not 90,
``no`` is not a bool) and the settings models decide what it means, the same for a variable as for
a line of the file. PyYAML's error texts are never shown, they quote the file and so its secrets.
"""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

import yaml
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

PREFIX = "GENDAN__"

_DEPTH_MAX = 4
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

_Path = tuple[str, ...]


class SettingsError(Exception):
    """The settings are wrong; the message is one line that says where, what and how to put it right."""


@dataclass(slots=True)
class Source:
    """Where each key was written: a line of the file, or a variable, which wins."""

    file: str = "设置"
    lines: dict[_Path, int] = field(default_factory=dict)
    variables: dict[_Path, str] = field(default_factory=dict)

    def line(self, path: _Path) -> int:
        """Return the line of the key, or of the nearest section around it; 0 when it is not in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def variable_below(self, path: _Path) -> str:
        """Return a variable that writes something inside ``path``: a section that only variables speak of."""
        return next((name for each, name in self.variables.items() if each[: len(path)] == path), "") if path else ""

    def where(self, path: _Path) -> str:
        """Return ``config.yaml:12 wecom.token`` or ``环境变量 GENDAN__WECOM__TOKEN``."""
        if path in self.variables:
            return f"环境变量 {self.variables[path]}"
        line = self.line(path)
        place = f"{self.file}:{line}" if line else self.file
        return f"{place} {_dotted(path)}" if path else place


def read_yaml(path: Path, source: Source, *, depth: int = _DEPTH_MAX) -> dict[str, Any]:
    """Return the file as nested dicts of text, with each key's line noted in ``source``."""
    source.file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: 不是 UTF-8 文本") from None
    except OSError as error:
        raise SettingsError(f"{path}: 读不了这个文件（{error.strerror}）") from None
    node, line = _compose(text)
    if line:
        raise SettingsError(f"{path}:{line}: 不是正确的 YAML；看缩进和冒号后的空格，带 : # @ * & ! % 的值要加引号")
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise SettingsError(f"{path}:{_line(node)}: 要写成“键: 值”，例如 company: {{name: …}}")
    return _mapping(node, (), source, depth)


def read_environment(environ: Mapping[str, str], model: type[BaseModel], source: Source) -> dict[_Path, Any]:
    """Return ``{("wecom", "token"): text}`` for every ``GENDAN__…`` variable that is not empty.

    A value is taken as it stands, so a secret needs no quoting; only a list is written ``[a, b]``.
    """
    values: dict[_Path, Any] = {}
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX) or not text:
            continue
        path = tuple(name.removeprefix(PREFIX).lower().split("__"))
        source.variables[path] = name
        values[path] = _listed(text, source.where(path)) if _is_list(model, path) else text
    return values


def overlay(tree: dict[str, Any], values: Mapping[_Path, Any], source: Source) -> None:
    """Write the variables over the file's tree."""
    for path, value in values.items():
        place = tree
        for part in path[:-1]:
            if place.get(part) is None:
                place[part] = {}
            place = place[part]
            if not isinstance(place, dict):
                raise SettingsError(f"{source.where(path)}: 没有这个键")
        place[path[-1]] = value


def explain(error: ValidationError, model: type[BaseModel], source: Source) -> str:
    """Return the first mistake, in the order of the file, as one line; values are never quoted by us."""
    found = error.errors(include_url=False, include_context=True, include_input=False)
    # A list is also "too short" when an item of it is wrong: the item is what has to be put right.
    found = [each for each in found if not any(_holds(each, other) for other in found)]
    found.sort(key=lambda detail: source.line(_strings(detail)))
    first = found[0]
    more = f"（另有 {len(found) - 1} 处）" if len(found) > 1 else ""
    return f"{_place(first, source)}: {_wrong(first, model)}{more}"


def _holds(outer: ErrorDetails, inner: ErrorDetails) -> bool:
    return len(inner["loc"]) > len(outer["loc"]) and inner["loc"][: len(outer["loc"])] == outer["loc"]


def _compose(text: str) -> tuple[yaml.Node | None, int]:
    """Return the tree, or the line of the mistake (without YAML's message: it quotes the text)."""
    # libyaml reads ten times as fast, PyYAML names the lines of mistakes that people expect.
    with suppress(yaml.YAMLError, AttributeError):
        return yaml.compose(text, Loader=yaml.CSafeLoader), 0
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader), 0
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return None, mark.line + 1 if mark else 1
    except yaml.YAMLError:
        return None, 1


def _mapping(node: yaml.MappingNode, above: _Path, source: Source, depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise SettingsError(f"{source.file}:{_line(key_node)}: 键要写成一个词")
        path = (*above, key_node.value)
        if path in source.lines:
            raise SettingsError(
                f"{source.file}:{_line(key_node)} {_dotted(path)}: 写了两次，前一次在第 {source.lines[path]} 行"
            )
        source.lines[path] = _line(key_node)
        tree[key_node.value] = None if _is_null(value_node) else _value(value_node, path, source, depth)
    return tree


def _value(node: yaml.Node, path: _Path, source: Source, depth: int) -> Any:
    if len(path) > depth:
        raise SettingsError(f"{source.file}:{_line(node)}: 嵌套太深")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_item(each, (*path, str(index)), source, depth) for index, each in enumerate(_written(node))]
    return node.value


def _written(node: yaml.SequenceNode) -> list[yaml.Node]:
    return [each for each in node.value if not _is_null(each)]


def _item(node: yaml.Node, path: _Path, source: Source, depth: int) -> Any:
    source.lines[path] = _line(node)
    return _value(node, path, source, depth)


def _is_null(node: yaml.Node) -> bool:
    """Say whether nothing is written there."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_list(model: type[BaseModel], path: _Path) -> bool:
    owner = _model_at(model, path[:-1])
    info = owner.model_fields.get(path[-1]) if owner else None
    return info is not None and get_origin(info.annotation) is tuple


def _listed(text: str, where: str) -> list[Any]:
    node, _ = _compose(text)
    if not isinstance(node, yaml.SequenceNode) or not all(isinstance(each, yaml.ScalarNode) for each in node.value):
        raise SettingsError(f"{where}: 列表请写成 [a, b]")
    return [each.value for each in node.value]


def _model_at(model: type[BaseModel], path: _Path) -> type[BaseModel] | None:
    """Return the section's model (of a list: its items'), or None when the path leaves the settings."""
    for part in path:
        if part.isdigit():
            continue
        info = model.model_fields.get(part)
        inner = _inner(info.annotation) if info else None
        if inner is None:
            return None
        model = inner
    return model


def _inner(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field holds, one or several of it."""
    if get_origin(annotation) in (tuple, list):
        annotation = get_args(annotation)[0]
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _place(detail: ErrorDetails, source: Source) -> str:
    path = _strings(detail)
    if path not in source.lines and (variable := source.variable_below(path)):
        return f"环境变量 {variable}"
    while path and path not in source.lines and path not in source.variables:
        path = path[:-1]
    return source.where(path)


def _wrong(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return f"没有这个键，{_nearest(_strings(detail), model)}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"只能写 {context['expected'].replace(' or ', ' 或 ').replace(chr(39), '')}"
    return _WORDS.get(kind, "写法不对").format(**context)


_WORDS = {
    "missing": "这一项必须写",
    "enum": "只能写 {expected}",
    "bool_parsing": "请写 true 或 false",
    "bool_type": "请写 true 或 false",
    "int_parsing": "请写整数，例如 30",
    "int_type": "请写整数，例如 30",
    "string_type": "请写一行文字",
    "path_type": "请写一个路径",
    "time_delta_type": "请写成 2s、15m、1.5h 或 3d（秒、分、时、天）",
    "tuple_type": "请写成列表 [a, b]",
    "model_type": "要写成“键: 值”",
    "datetime_from_date_parsing": "请写成 2025-11-20T14:30:00+08:00",
    "timezone_aware": "请写上时区，例如 2025-11-20T14:30:00+08:00",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "greater_than": "要大于 0",
}


def _nearest(path: _Path, model: type[BaseModel]) -> str:
    owner = _model_at(model, path[:-1])
    keys = list(owner.model_fields) if owner else []
    close = difflib.get_close_matches(path[-1].lower(), keys, 1)
    return f"是不是 {_dotted((*path[:-1], close[0]))}？" if close else f"这里可以写 {'、'.join(keys)}"


def _strings(detail: ErrorDetails) -> _Path:
    return tuple(str(part) for part in detail["loc"])


def _dotted(path: _Path) -> str:
    """Return ``wecom.token``. A broken line can make a value look like a key, so only plain words are shown."""
    return ".".join(part if _KEY.fullmatch(part) or part.isdigit() else "…" for part in path)
