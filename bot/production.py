"""What a production profile refuses to start with (R-09, R-89)."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

from pydantic import BaseModel, SecretStr

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings

_PLACEHOLDER = re.compile(
    r"(?i)\W*(change[-_ ]?me|secret|token|password|passw0rd|test|demo|example|default|x+|(.)\2*)\W*\d*"
)

Fault = tuple[tuple[str, ...], str]
"""The path of the key and what is wrong with it."""


def faults(settings: Settings, file: Path | None) -> list[Fault]:
    """Return every unsafe key of a production configuration, all at once, none with its value."""
    return [*_plain_http(settings), *_clock(settings), *_secrets(settings), *_readable(settings, file)]


def _plain_http(settings: Settings) -> list[Fault]:
    bases: list[tuple[tuple[str, ...], bool, str]] = [
        (("server", "public_url"), True, settings.server.public_url),
        (("wecom", "api_base"), settings.wecom.enabled, settings.wecom.api_base),
        (("wecom", "oauth_base"), settings.wecom.enabled, settings.wecom.oauth_base),
        (("wecom", "aibot", "connection_url"), settings.wecom.aibot.enabled, settings.wecom.aibot.connection_url),
        (("dingtalk", "api_base"), settings.dingtalk.enabled, settings.dingtalk.api_base),
        (("dingtalk", "oapi_base"), settings.dingtalk.enabled, settings.dingtalk.oapi_base),
        (("dingtalk", "login_base"), settings.dingtalk.enabled, settings.dingtalk.login_base),
        (("llm", "base_url"), settings.llm.enabled, settings.llm.base_url),
    ]
    return [
        (key, "生产环境必须是 https:// 地址" if base.startswith("http:") else "生产环境必须是 wss:// 地址")
        for key, used, base in bases
        if used and not base.startswith(("https://", "wss://"))
    ]


def _clock(settings: Settings) -> list[Fault]:
    return [(("server", "test_clock"), "生产环境不能用测试时钟")] if settings.server.test_clock else []


def _secrets(settings: Settings) -> list[Fault]:
    found: list[Fault] = []
    if not settings.server.secret:
        found.append((("server", "secret"), "生产环境必须设置，可用 openssl rand -hex 32 生成"))
    sections: list[tuple[tuple[str, ...], BaseModel]] = [(("server",), settings.server)]
    sections += [
        (path, section)
        for path, section in (
            (("wecom",), settings.wecom),
            (("wecom", "aibot"), settings.wecom.aibot),
            (("dingtalk",), settings.dingtalk),
            (("llm",), settings.llm),
        )
        if section.enabled
    ]
    for path, section in sections:
        for key, value in section:
            if isinstance(value, SecretStr) and value and _PLACEHOLDER.fullmatch(value.get_secret_value()):
                found.append(((*path, key), "还是占位的默认值，请换成真的密钥"))
    return found


def _readable(settings: Settings, file: Path | None) -> list[Fault]:
    """Refuse a file with secrets that everybody on the machine can read."""
    if file is None or not stat.S_IMODE(file.stat().st_mode) & stat.S_IRWXO or not settings.secrets():
        return []
    return [((), "同机的其他用户能读这个文件，请先执行 chmod 600")]
