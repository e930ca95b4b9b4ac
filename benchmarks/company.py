"""A company to measure with: a database of its own kind, staff, products, and callbacks ready to be sent."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import yaml  # noqa: E402

from bot.load import load_files  # noqa: E402
from bot.opening import business_of  # noqa: E402
from bot.settings import Settings, load_settings  # noqa: E402
from domain.clock import SystemClock  # noqa: E402
from handlers.envelope import Envelope, Kind  # noqa: E402
from playground.wecom.crypto import Crypto  # noqa: E402
from storage import migrate  # noqa: E402
from storage.database import Database  # noqa: E402
from storage.inbox import Arrival  # noqa: E402
from tests.support import postgres  # noqa: E402

CORP, AGENT = "ww1234567890abcdef", 1000002
TOKEN, AES_KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PEOPLE, LEADERS = 50, 10


@contextmanager
def empty_database(kind: str) -> Iterator[str]:
    """Yield the URL of an empty ``sqlite`` file or ``postgres`` database, removed afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
            yield f"sqlite:///{folder}/gendan.db"
        return
    with postgres.server() as server:
        url = server.create()
        yield url
        server.drop(url)


def settings_environ(url: str) -> dict[str, str]:
    return {"GENDAN__DATABASE__URL": url, "GENDAN__POLICIES": str(ROOT / "presets" / "equipment" / "policies")}


def settings_for(url: str) -> Settings:
    return load_settings(None, settings_environ(url))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def found(url: str) -> None:
    """Create the tables, fifty sales people with ten leaders, and the preset's products."""
    staff = [{"name": f"主管{n}", "roles": ["manager"], "wecom": f"boss{n}"} for n in range(LEADERS)]
    staff += [
        {"name": f"销售{n:02}", "roles": ["sales"], "wecom": f"rep{n:02}", "leader": f"主管{n % LEADERS}"}
        for n in range(PEOPLE)
    ]
    database = Database(url)
    try:
        migrate.upgrade(database)
        with tempfile.TemporaryDirectory() as folder:
            people = Path(folder) / "people.yaml"
            people.write_text(yaml.safe_dump({"people": staff}, allow_unicode=True), encoding="utf-8")
            preset = ROOT / "presets" / "equipment"
            list(
                load_files(
                    database,
                    business_of(settings_for(url), SystemClock()),
                    [people, preset / "designs.yaml", preset / "products.yaml"],
                )
            )
    finally:
        database.close()


def words(number: int) -> str:
    """Return what a sales rep types: a new contact each time, at one of seventy-two companies."""
    first, second = "恒宏新华远大金永"[number % 8], "立达泰盛兴隆昌源顺"[number // 8 % 9]
    contact = "王李张刘陈杨赵"[number % 7]
    return f"展会上认识的苏州{first}{second}机械{contact}总，139{number:08}，想要两台X200，预算30万左右，下周三前给报价"


def leader_of(number: int) -> str:
    """Return the account of the leader of the sales person whose turn ``number`` is."""
    return f"boss{number % PEOPLE % LEADERS}"


def arrival(number: int, text: str) -> Arrival:
    """Return a sentence by the next of the sales people."""
    return kept(number, account=f"rep{number % PEOPLE:02}", text=text)


def kept(number: int, *, account: str, kind: Kind = Kind.TEXT, **more: Any) -> Arrival:
    """Return an arrival as the inbox keeps it."""
    now = datetime.now(UTC)
    envelope = Envelope(
        key=f"wecom:{number}",
        platform="wecom",
        account=account,
        conversation=account,
        kind=kind,
        sent_at=now,
        **more,
    )
    return Arrival(
        key=envelope.key,
        platform="wecom",
        account=account,
        conversation=f"wecom:{account}",
        kind=kind.value,
        body=envelope.to_json(),
        received_at=now,
    )


def callbacks(count: int, port: int) -> list[bytes]:
    """Return whole HTTP requests, encrypted and signed now, each another message."""
    crypto = Crypto(TOKEN, AES_KEY, CORP)
    now = str(int(datetime.now(UTC).timestamp()))
    requests = []
    for number in range(count):
        inner = (
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[rep{number % PEOPLE:02}]]>"
            f"</FromUserName><CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{words(number)}]]></Content><MsgId>{number}</MsgId><AgentID>{AGENT}</AgentID></xml>"
        )
        sealed = crypto.encrypt(inner.encode())
        signature = crypto.sign(now, "n", sealed)
        body = (
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[{AGENT}]]></AgentID>"
            f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        )
        head = (
            f"POST /wecom/callback?msg_signature={signature}&timestamp={now}&nonce=n HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests.append((head + body).encode())
    return requests
