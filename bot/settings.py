"""What an administrator decides, read once at start and checked before anything runs.

One YAML file, overlaid by ``GENDAN__SECTION__KEY`` variables; ``config.example.yaml`` shows every
key. A mistake is a SettingsError of one line: where, which key, what is accepted, and the nearest
valid key. No message, ``repr`` or traceback contains the value of a secret (R-88).
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from bot.config_file import SettingsError, Source, explain, overlay, read_environment, read_yaml
from bot.production import faults
from domain.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Settings", "SettingsError", "load_settings"]


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Return the checked settings of the file (None: defaults only) and the variables; raise SettingsError."""
    source = Source()
    tree = read_yaml(path, source) if path else {}
    overlay(tree, read_environment(environ, Settings, source), source)
    settings, wrong = _validate(tree, source)
    if settings is None:
        raise SettingsError(wrong)
    if settings.server.profile == "production":
        found = faults(settings, path)
        if found:
            raise SettingsError("；".join(f"{source.where(key)}: {words}" for key, words in found))
    return settings


def _validate(tree: dict[str, Any], source: Source) -> tuple[Settings | None, str]:
    """Return settings or the mistake; the error itself is left behind here, since it refers to the input."""
    try:
        return Settings.model_validate(tree), ""
    except ValidationError as error:
        return None, explain(error, Settings, source)


def _whole(value: Any) -> Any:
    """Refuse what ``int`` would read but nobody means: ``1_000``, ``１２``, ``+5``."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= 12):
        raise ValueError("请写整数，例如 30")
    return value


def _duration(value: Any) -> Any:
    return parse_duration(value) if isinstance(value, str) else value


def _logo(value: Path | None) -> Path | None:
    if value is None:
        return None
    if value.suffix.lower() not in (".png", ".jpg", ".jpeg", ".svg"):
        raise ValueError("要 .png、.jpg 或 .svg 的图片")
    if not value.is_file():
        raise ValueError(f"没有这个文件：{value}")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("没有这个时区，请写成 Asia/Shanghai") from None
    return value


def _base(value: str) -> str:
    """Addresses are joined with paths that begin with a slash, so they end without one."""
    if not value.startswith(("https://", "http://")) or any(each.isspace() for each in value):
        raise ValueError("请写成以 https:// 开头的地址")
    return value.rstrip("/")


def _socket_url(value: str) -> str:
    if not value.startswith(("wss://", "ws://")) or any(each.isspace() for each in value):
        raise ValueError("请写成以 wss:// 开头的地址")
    return value


def _database_url(value: SecretStr) -> SecretStr:
    """Name what is accepted, never the value: it may hold a password."""
    url = value.get_secret_value()
    if url != "sqlite://" and not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("只支持 sqlite:///文件 或 postgresql://用户:密码@主机/库名")
    return value


def _network(value: Any) -> Any:
    try:
        return ip_network(value)
    except ValueError:
        raise ValueError("请写成 10.0.0.0/8 这样的网段") from None


def _aes_key(value: SecretStr) -> SecretStr:
    if len(value) not in (0, 43):
        raise ValueError("要正好 43 个字符，请从平台后台重新复制")
    return value


def _signing_key(value: SecretStr) -> SecretStr:
    if 0 < len(value) < 32:
        raise ValueError("至少 32 个字符，可用 openssl rand -hex 32 生成")
    return value


Whole = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Quota = Annotated[int, BeforeValidator(_whole), Field(ge=0)]
Duration = Annotated[timedelta, BeforeValidator(_duration), Field(gt=timedelta(0))]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Base = Annotated[str, AfterValidator(_base)]
SocketUrl = Annotated[str, AfterValidator(_socket_url)]
AesKey = Annotated[SecretStr, AfterValidator(_aes_key)]
SigningKey = Annotated[SecretStr, AfterValidator(_signing_key)]

_UNSET = SecretStr("")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, data: Any) -> Any:
        """Drop keys with nothing behind them, so they keep their default; an unknown one is still refused."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key not in cls.model_fields}


class Company(_Section):
    """The company itself. Working days, tax and teams are policies, not settings."""

    name: str = ""
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    hotline: str = ""
    """Whom customers call who cannot wait; shown on their pages. ``direct_line`` is the one of strategic customers."""
    direct_line: str = ""
    about: tuple[Annotated[str, Field(max_length=80)], ...] = Field(default=(), max_length=4)
    logo: Annotated[Path | None, AfterValidator(_logo)] = None
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#0d5c4e"


class Server(_Section):
    """The web server and the process around it."""

    host: str = "127.0.0.1"
    port: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=65535)] = 8080
    public_url: Base = "http://127.0.0.1:8080"
    trusted_proxies: tuple[Network, ...] = ()
    profile: Literal["development", "production"] = "development"
    secret: SigningKey = _UNSET
    previous_secret: SigningKey = _UNSET
    test_clock: AwareDatetime | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    drain: Duration = timedelta(seconds=10)
    header_timeout: Duration = timedelta(seconds=10)
    body_timeout: Duration = timedelta(seconds=30)
    max_connections: Whole = 1000


class Database(_Section):
    """``sqlite:///var/gendan.db`` (relative) or ``postgresql://…``; it may hold a password, so it is a secret."""

    url: Annotated[SecretStr, AfterValidator(_database_url)] = SecretStr("sqlite:///var/gendan.db")


class Files(_Section):
    """Where attachments lie; see ``storage/files.py`` for the forms of the address."""

    url: str = "file:var/files"


class Platform(_Section):
    """A platform is on as soon as its section is written, unless it says ``enabled: false``."""

    enabled: bool = True
    callback_window: Duration = timedelta(minutes=5)

    def needed(self) -> tuple[str, ...]:
        """Return the keys without which this platform cannot work."""
        return ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [key for key in self.needed() if not getattr(self, key)]
        if self.enabled and missing:
            raise ValueError(f"缺少 {'、'.join(missing)}（不用这个平台就写 enabled: false）")
        return self


class Aibot(Platform):
    """WeCom's robot (智能机器人), which hears what is said to it in groups; it stands beside the application.

    ``transport`` is what was chosen when it was made: ``callback`` or ``long_connection``. Numbers the platform
    does not state firmly are settings (WeCom reference 8.2.6).
    """

    transport: Literal["callback", "long_connection"] = "callback"
    name: str = ""
    bot_id: str = ""
    token: SecretStr = _UNSET
    encoding_aes_key: AesKey = _UNSET
    previous_token: SecretStr = _UNSET
    previous_encoding_aes_key: AesKey = _UNSET
    secret: SecretStr = _UNSET
    connection_url: SocketUrl = "wss://openws.work.weixin.qq.com"
    stream_life: Duration = timedelta(minutes=6)
    replies_per_chat_per_day: Whole = 30
    messages_per_chat_per_day: Whole = 10
    media_hosts: tuple[str, ...] = ("qq.com", "myqcloud.com")

    def needed(self) -> tuple[str, ...]:
        """Return what the chosen transport cannot do without."""
        return ("token", "encoding_aes_key") if self.transport == "callback" else ("bot_id", "secret")


class WeCom(Platform):
    """The company's own WeCom application."""

    corp_id: str = ""
    agent_id: Quota = 0
    secret: SecretStr = _UNSET
    token: SecretStr = _UNSET
    encoding_aes_key: AesKey = _UNSET
    previous_token: SecretStr = _UNSET
    previous_encoding_aes_key: AesKey = _UNSET
    api_base: Base = "https://qyapi.weixin.qq.com"
    oauth_base: Base = "https://open.weixin.qq.com"
    duplicate_interval: Annotated[Duration, Field(le=timedelta(hours=4))] = timedelta(minutes=30)
    per_member_per_minute: Whole = 25
    per_member_per_hour: Whole = 900
    aibot: Aibot = Aibot(enabled=False)

    def needed(self) -> tuple[str, ...]:
        """Return what the admin console shows for an application."""
        return ("corp_id", "agent_id", "secret", "token", "encoding_aes_key")


class DingTalk(Platform):
    """The company's own DingTalk application, by stream or by HTTP."""

    transport: Literal["stream", "http"] = "stream"
    client_id: str = ""
    client_secret: SecretStr = _UNSET
    previous_client_secret: SecretStr = _UNSET
    robot_code: str = ""
    card_template_id: str = ""
    corp_id: str = ""
    token: SecretStr = _UNSET
    aes_key: AesKey = _UNSET
    previous_token: SecretStr = _UNSET
    previous_aes_key: AesKey = _UNSET
    owner_key: str = ""
    card_route_key: str = ""
    card_callback_secret: SecretStr = _UNSET
    api_base: Base = "https://api.dingtalk.com"
    oapi_base: Base = "https://oapi.dingtalk.com"
    login_base: Base = "https://login.dingtalk.com"
    media_hosts: tuple[str, ...] = ("dingtalk.com", "aliyuncs.com")
    monthly_api_quota: Quota = 5000
    monthly_push_quota: Quota = 3000

    def needed(self) -> tuple[str, ...]:
        """Return what the chosen transport cannot do without."""
        stream = ("client_id", "client_secret", "robot_code")
        return stream if self.transport == "stream" else (*stream, "token", "aes_key")


class Llm(_Section):
    """A language model as a second opinion; everything works without one.

    ``timeout`` bounds the test at the start; a message waits two seconds at most. ``threshold`` is the confidence
    from which on the reader is not second-guessed.
    """

    enabled: bool = False
    base_url: Base = "https://api.openai.com/v1"
    model: str = ""
    api_key: SecretStr = _UNSET
    timeout: Duration = timedelta(seconds=8)
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.7

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.enabled and not self.model:
            raise ValueError("缺少 model（不用大模型就写 enabled: false）")
        return self


class Jobs(_Section):
    """How the background work is paced."""

    tick: Duration = timedelta(seconds=1)
    batch: Whole = 64
    workers: Whole = 2


class Limits(_Section):
    """Budgets of the pages that need no login (R-72); beyond them a report waits for a person, up to its own budget."""

    reports_per_device_per_hour: Whole = 6
    reports_per_address_per_hour: Whole = 20
    reports_per_hour: Whole = 300
    held_reports_per_hour: Whole = 6000
    views_per_address_per_minute: Whole = 120
    photos_per_report: Whole = 6


class Settings(_Section):
    """Everything an administrator decides; frozen."""

    company: Company = Company()
    server: Server = Server()
    database: Database = Database()
    files: Files = Files()
    wecom: WeCom = WeCom(enabled=False)
    dingtalk: DingTalk = DingTalk(enabled=False)
    llm: Llm = Llm()
    jobs: Jobs = Jobs()
    limits: Limits = Limits()
    policies: Path = Path("policies")

    def secrets(self) -> list[str]:
        """Return every secret value that is set, for the log's redaction; of the database only the password."""
        sections = (self.server, self.wecom, self.wecom.aibot, self.dingtalk, self.llm)
        values = [
            value.get_secret_value() for section in sections for _, value in section if isinstance(value, SecretStr)
        ]
        values.append(urlsplit(self.database.url.get_secret_value()).password or "")
        return [value for value in values if value]
