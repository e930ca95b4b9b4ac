"""What a playground needs to know: where the bot is, and the credentials both sides share.

Read from a YAML file with the keys ``bot_url``, ``company``, ``people``, ``qr`` and the sections
``wecom`` and ``dingtalk``, named as in the bot's own configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml


@dataclass(slots=True, kw_only=True)
class AibotSettings:
    """A robot (智能机器人). ``transport`` is ``callback`` or ``long_connection``."""

    transport: str = "callback"
    name: str = "跟单助手"
    bot_id: str = "aibPlayground"
    secret: str = "playground-aibot-secret"  # noqa: S105 - opens nothing but a playground
    token: str = "playgroundAibotToken"  # noqa: S105 - opens nothing but a playground
    encoding_aes_key: str = "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"
    callback_path: str = "/wecom/aibot"
    knobs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class WeComSettings:
    """A self-built app (自建应用). ``knobs`` are starting values for ``playground.wecom.knobs.Knobs``."""

    corp_id: str = "ww1234567890abcdef"
    agent_id: int = 1000002
    secret: str = "playground-wecom-secret"  # noqa: S105 - opens nothing but a playground
    token: str = "playgroundToken"  # noqa: S105 - opens nothing but a playground
    encoding_aes_key: str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    callback_path: str = "/wecom/callback"
    """Path on the bot; empty means that the administrator configured no callback URL."""
    aibot: AibotSettings | None = None
    """The company's robot, if it has one."""
    knobs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class DingTalkSettings:
    """An internal app (企业内部应用) with a robot. ``transport`` is ``stream`` or ``http``."""

    client_id: str = "dingplayground"
    client_secret: str = "playground-dingtalk-secret"  # noqa: S105 - opens nothing but a playground
    robot_code: str = "dingplayground"
    card_template_id: str = "playground.schema"
    corp_id: str = "dingcorp0001"
    token: str = "playgroundToken"  # noqa: S105 - opens nothing but a playground
    aes_key: str = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij"
    transport: str = "stream"
    robot_path: str = "/dingtalk/robot"
    card_path: str = "/dingtalk/card"
    events_path: str = "/dingtalk/events"
    knobs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QrPage:
    """A page that people reach by scanning the QR code on a machine."""

    title: str
    url: str


@dataclass(slots=True, kw_only=True)
class PlaygroundSettings:
    """``bot_url`` and ``own_url`` (``http://127.0.0.1:8080``) are read at every callback and may be set once all is up.

    A platform without settings is not played.
    """

    bot_url: str = "http://127.0.0.1:8080"
    own_url: str = ""
    """How the bot reaches the playground; addresses for late answers begin with it."""
    wecom: WeComSettings | None = field(default_factory=WeComSettings)
    dingtalk: DingTalkSettings | None = field(default_factory=DingTalkSettings)
    company: str = "示例公司"
    people: list[dict[str, Any]] = field(default_factory=list)
    qr: list[QrPage] = field(default_factory=list)
    journal: Path | None = None
    seed: int = 0


def load_settings(path: Path) -> PlaygroundSettings:
    """Read the YAML file; ValueError names a key that does not exist. Keys of the bot that do not concern us pass."""
    body = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    company = body.get("company", "示例公司")
    return PlaygroundSettings(
        bot_url=body.get("bot_url", "http://127.0.0.1:8080"),
        wecom=_section(WeComSettings, body.get("wecom", {})),
        dingtalk=_section(DingTalkSettings, body.get("dingtalk", {})),
        company=company.get("name", "示例公司") if isinstance(company, dict) else company,
        people=list(body.get("people", [])),
        qr=[QrPage(title=str(each["title"]), url=str(each["url"])) for each in body.get("qr", [])],
        journal=Path(body["journal"]) if body.get("journal") else None,
        seed=int(body.get("seed", 0)),
    )


_Section = TypeVar("_Section", WeComSettings, DingTalkSettings, AibotSettings)
_THE_BOTS_OWN = {"enabled", "api_base", "oapi_base", "connection_url"}


def _section(kind: type[_Section], body: dict[str, Any]) -> _Section | None:
    if body.get("enabled") is False:
        return None
    names = {each.name for each in fields(kind)}
    if unknown := set(body) - names - _THE_BOTS_OWN:
        raise ValueError(f"unknown key {min(unknown)!r} in the playground's settings, there are {sorted(names)}")
    values = {key: value for key, value in body.items() if key in names}
    if isinstance(values.get("aibot"), dict):
        values["aibot"] = _section(AibotSettings, values["aibot"])
    return kind(**values)
