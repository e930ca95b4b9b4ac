"""``gendan demo``: the production path against played platforms, with a sample company.

The playground is a program of its own; it is started beside the bot and the two meet only on the
wire, over the same encrypted callbacks and APIs as in production.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from bot.config_file import SettingsError
from bot.load import load_files
from bot.opening import open_business, open_database
from bot.serve import serve
from bot.settings import Settings, load_settings
from storage import migrate

PRESETS = Path(__file__).parent.parent / "presets"
_WAIT_SECONDS = 60


def demo(*, port: int, preset: str, data: Path | None) -> None:
    """Start playground and bot, print the address to open, and serve until interrupted."""
    company = PRESETS / preset
    if not company.is_dir():
        known = "、".join(sorted(each.name for each in PRESETS.iterdir() if each.is_dir()))
        raise SettingsError(f"没有“{preset}”这个示例公司，现有：{known}")
    for each in (port, port + 1):
        _check_free(each, port)
    with _folder(data) as folder:
        settings = prepare(folder, company, playground_port=port, bot_port=port + 1)
        with _playground(folder, port, settings.server.public_url):
            print(f"\n  在浏览器里打开  http://127.0.0.1:{port}/play\n", flush=True)  # noqa: T201
            serve(settings)


def prepare(folder: Path, company: Path, *, playground_port: int, bot_port: int) -> Settings:
    """Write both programs' settings into ``folder``, migrate and load the sample company; return the bot's settings."""
    base = f"http://127.0.0.1:{playground_port}"
    shared = _credentials(folder)
    bot: dict[str, Any] = {
        "company": {"name": "试用公司"},
        "server": {"port": bot_port, "public_url": f"http://127.0.0.1:{bot_port}", "log_level": "WARNING"},
        "database": {"url": f"sqlite:///{folder / 'gendan.db'}"},
        "files": {"url": f"file://{folder / 'files'}"},
        "wecom": {**shared["wecom"], "api_base": base, "oauth_base": base},
        "dingtalk": {**shared["dingtalk"], "api_base": base, "oapi_base": base, "login_base": base},
        "policies": str(company / "policies"),
    }
    (folder / "bot.yaml").write_text(yaml.safe_dump(bot, allow_unicode=True), encoding="utf-8")
    played = {
        "bot_url": bot["server"]["public_url"],
        "company": "试用公司",
        "people": _rows(company, "people"),
        "qr": _codes(company, bot["server"]["public_url"]),
        **shared,
    }
    (folder / "playground.yaml").write_text(yaml.safe_dump(played, allow_unicode=True), encoding="utf-8")
    settings = load_settings(folder / "bot.yaml", os.environ)
    with open_database(settings, create=True) as database:
        migrate.upgrade(database)
    with open_business(settings) as (database, business):
        for _ in load_files(database, business, [company]):
            pass
    return settings


def _codes(company: Path, base: str) -> list[dict[str, str]]:
    """Return the QR codes on the sample company's machines: ``X200 · 苏州恒力`` and the page behind it."""
    short = {each["name"]: next(iter(each.get("aliases", ())), each["name"]) for each in _rows(company, "customers")}
    return [
        {
            "title": f"{each['model']} · {short.get(each['customer'], each['customer'])}",
            "url": f"{base}/r/{each['slug']}",
        }
        for each in _rows(company, "equipment")
    ]


def _rows(company: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of one file of a preset; a trade without machines has no such file."""
    file = company / f"{name}.yaml"
    rows: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))[name] if file.exists() else []
    return rows


def _credentials(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what both sides share, made up once per folder."""
    known = folder / "credentials.yaml"
    if known.exists():
        loaded: dict[str, dict[str, Any]] = yaml.safe_load(known.read_text(encoding="utf-8"))
        return loaded
    made: dict[str, dict[str, Any]] = {
        "wecom": {
            "corp_id": "wwdemo0123456789",
            "agent_id": 1000002,
            "secret": secrets.token_hex(20),
            "token": secrets.token_hex(12),
            "encoding_aes_key": _key(),
            "aibot": {
                "transport": "callback",
                "name": "跟单助手",
                "bot_id": "aibdemo0123456789",
                "token": secrets.token_hex(12),
                "encoding_aes_key": _key(),
            },
        },
        "dingtalk": {
            "transport": "stream",
            "client_id": "dingdemo0123456789",
            "client_secret": secrets.token_hex(24),
            "robot_code": "dingdemo0123456789",
            "corp_id": "dingcorpdemo",
            "card_template_id": "demo-generic.schema",
            "token": secrets.token_hex(12),
            "aes_key": _key(),
        },
    }
    known.touch(mode=0o600)
    known.write_text(yaml.safe_dump(made), encoding="utf-8")
    return made


def _key() -> str:
    """Return 43 characters that decode to 32 bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(secrets.choice(alphabet) for _ in range(42)) + secrets.choice("AEIMQUYcgkosw048")


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield data.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="gendan-demo-") as made:
        yield Path(made)


@contextmanager
def _playground(folder: Path, port: int, bot: str) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
        [
            sys.executable,
            "-m",
            "playground",
            "--port",
            str(port),
            "--bot",
            bot,
            "--config",
            str(folder / "playground.yaml"),
            "--until-closed",
        ],
        cwd=PRESETS.parent,
        # Held open by us alone and closed with us, also by SIGKILL: an orphan would answer the next demo's bot.
        stdin=subprocess.PIPE,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/play/api/people", process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdin is not None:
            process.stdin.close()


def _check_free(port: int, first: int) -> None:
    """Raise SettingsError when somebody listens there already: the bot would meet a stranger's playground."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            both = f"试用要用 {first} 和 {first + 1}"
            raise SettingsError(f"端口 {port} 已被别的程序占用（{both}），请换一个：gendan demo --port {first + 100}")


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the playground answers; SettingsError when it never does."""
    until = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - 127.0.0.1
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SettingsError(f"模拟器没有起来，端口可能被占用：{url}")
