"""From the start of ``gendan serve`` to the first 200 of ``/readyz``, on a database of some size (R-25).

    .venv/bin/python benchmarks/boot.py [--records 100000] [--runs 5] [--database sqlite|postgres]

Half of the records are customers and half their contacts: those are what a start reads, because the
names are what the reader of Chinese must know.
"""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from company import AES_KEY, AGENT, CORP, ROOT, TOKEN, empty_database, found, free_port, settings_environ
from sqlalchemy import insert

from domain.customers.customer import Contact, Customer
from storage.database import Database

_PATIENCE = 120.0
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds on the clock and of the processor until ready; megabytes resident then."""

    seconds: float
    cpu: float
    memory: float


def starts(kind: str, records: int, runs: int) -> Iterator[Start]:
    """Yield one measured start after another, on the same database."""
    with empty_database(kind) as url:
        found(url)
        _fill(url, records)
        for _ in range(runs):
            yield _start(url)


def _fill(url: str, records: int) -> None:
    letters = "恒盛锦泰博远启航鼎新天骏海润瑞丰宏达金科"
    database = Database(url)
    for begin in range(0, records // 2, _AT_ONCE):
        numbers = range(begin, min(begin + _AT_ONCE, records // 2))
        names = ["".join(letters[n // 20**place % 20] for place in range(4)) + "机械" for n in numbers]
        customers = [
            {"id": n + 1, "version": 1, "name": f"苏州{name}有限公司", "key": name, "aliases": [], "region": "华东"}
            for n, name in zip(numbers, names, strict=True)
        ]
        contacts = [
            {"id": n + 1, "version": 1, "customer_id": n + 1, "name": f"王{letters[n % 20]}", "phone": f"139{n:08}"}
            for n in numbers
        ]
        database.transact(
            lambda session, customers=customers, contacts=contacts: (
                session.execute(insert(Customer).values(level="", active=True), customers),
                session.execute(insert(Contact).values(title="", active=True), contacts),
            )
        )
    database.close()


def _start(url: str) -> Start:
    port = free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GENDAN__")},
        **settings_environ(url),
        "GENDAN__SERVER__PORT": str(port),
        "GENDAN__SERVER__SECRET": "a benchmark's own secret, long enough to sign with",
        "GENDAN__SERVER__LOG_LEVEL": "ERROR",
        "GENDAN__WECOM__CORP_ID": CORP,
        "GENDAN__WECOM__AGENT_ID": str(AGENT),
        "GENDAN__WECOM__SECRET": "nobody is asked for anything",
        "GENDAN__WECOM__TOKEN": TOKEN,
        "GENDAN__WECOM__ENCODING_AES_KEY": AES_KEY,
        "PYTHONPATH": str(ROOT),
    }
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "bot", "serve"], cwd=ROOT / "benchmarks", env=environ) as process:
        try:
            while not _ready(port):
                if process.poll() is not None or time.perf_counter() - began > _PATIENCE:
                    raise RuntimeError(f"not ready: {process.returncode}")
                time.sleep(0.01)
            return Start(time.perf_counter() - began, _cpu(process.pid), _resident(process.pid))
        finally:
            process.terminate()


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _cpu(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    for start in starts(given.database, given.records, given.runs):
        print(f"ready after {start.seconds:.2f} s ({start.cpu:.2f} s CPU), {start.memory:.0f} MB resident", flush=True)


if __name__ == "__main__":
    main()
