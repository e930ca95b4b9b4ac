"""The long kill test: 200 × ``kill -9`` during 20,000 callbacks with the platform's retries (R-18).

    .venv/bin/python -m benchmarks.kill [--kills 200] [--callbacks 20000] [--seed 1]
                                        [--postgres | --database postgresql://…]

Prints what was lost, done twice, never told; the exit status says whether all three are nothing.
``--postgres`` runs on the PostgreSQL of the tests, ``--database`` on an empty database of yours (with
``fsync`` on, else the bot refuses to start); without either a SQLite file is made and thrown away.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kill.siege import Siege
from tests.support import postgres


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--callbacks", type=int, default=20_000)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--postgres", action="store_true")
    where.add_argument("--database", default="")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(given, folder) as url:
        siege = Siege(Path(folder), url, people=500)
        siege.prepare()
        began = time.monotonic()
        report = asyncio.run(siege.run(said=_progress, callbacks=given.callbacks, kills=given.kills, seed=given.seed))
    print(f"callbacks {given.callbacks}, acknowledged {report.acknowledged}, kills {report.kills}")
    print(f"lost {len(report.lost)}, twice {len(report.twice)}, unsent {len(report.unsent)}")
    print(f"told too often {len(report.too_often)}, repeated sends {report.repeated} of {report.sends}")
    print(f"reminders that fell due {report.reminders}, violations {len(report.violations)}")
    median, slow = (report.starts[int(len(report.starts) * share)] for share in (0.5, 0.95))
    print(f"start: median {median:.1f} s, p95 {slow:.1f} s, slowest {report.starts[-1]:.1f} s")
    print(f"{time.monotonic() - began:.0f} s in all")
    if report.lost or report.twice or report.unsent or report.too_often or report.violations:
        raise SystemExit(1)


def _progress(kills: int, acknowledged: int) -> None:
    """Say every ten kills how far it is: a long run that breaks off must not leave nothing."""
    if kills % 10 == 0:
        print(f"after {kills} kills: {acknowledged} acknowledged", flush=True)


@contextmanager
def _database(given: argparse.Namespace, folder: str) -> Iterator[str]:
    if given.postgres:
        with postgres.server() as server:
            yield server.create()
    else:
        yield given.database or f"sqlite:///{folder}/gendan.db"


if __name__ == "__main__":
    main()
