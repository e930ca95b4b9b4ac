"""The long kill test: 200 × ``kill -9`` during 20,000 callbacks with the platform's retries (R-18).

    .venv/bin/python -m benchmarks.kill [--kills 200] [--callbacks 20000] [--database postgresql://…] [--seed 1]

Prints what was lost, done twice, never told; the exit status says whether all three are nothing.
``--database`` names an empty PostgreSQL database (with ``fsync`` on, else the bot refuses to start);
without it a SQLite file is made and thrown away.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from tests.kill.siege import Siege


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--callbacks", type=int, default=20_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        siege = Siege(Path(folder), given.database or f"sqlite:///{folder}/gendan.db", people=500)
        siege.prepare()
        began = time.monotonic()
        report = asyncio.run(siege.run(callbacks=given.callbacks, kills=given.kills, seed=given.seed))
    print(f"callbacks {given.callbacks}, acknowledged {report.acknowledged}, kills {report.kills}")
    print(f"lost {len(report.lost)}, twice {len(report.twice)}, unsent {len(report.unsent)}")
    print(f"told too often {len(report.too_often)}, repeated sends {report.repeated} of {report.sends}")
    print(f"violations {len(report.violations)}, slowest start {report.slowest_start:.1f} s")
    print(f"{time.monotonic() - began:.0f} s in all")
    if report.lost or report.twice or report.unsent or report.too_often or report.violations:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
