"""What operations looks at: alive, ready, and the figures.

Ready means: the database answers, the scheduler came round lately, nothing waits too long to be
told or fired, and the disk has room. Each part says how it is; a red one makes it 503.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.dingtalk.quota import Quota
from bot.engine import Engine
from bot.metrics import CONTENT_TYPE, Metrics
from bot.web.access import Access, declare
from storage import care, operations, outbox, timers

_HEARTBEAT = timedelta(seconds=30)
_LATE = timedelta(minutes=5)
_DISK_FREE = 0.02


def mount_health(
    app: web.Application, engine: Engine, metrics: Metrics, *, disk: Path, quota: Quota | None = None
) -> None:
    """Add ``/healthz``, ``/readyz`` and ``/metrics``."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        parts = await readiness(engine, disk)
        ready = all(part["ok"] for part in parts.values())
        return web.json_response(
            {"status": "ok" if ready else "not ready", "parts": parts}, status=200 if ready else 503
        )

    async def figures(_request: web.Request) -> web.Response:
        await _measure(engine, metrics)
        if quota is not None:
            _show(quota, metrics)
        return web.Response(body=metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    declare(app.router.add_get("/healthz", healthz), Access.PUBLIC)
    declare(app.router.add_get("/readyz", readyz), Access.PUBLIC)
    declare(app.router.add_get("/metrics", figures), Access.PUBLIC)


async def readiness(engine: Engine, disk: Path) -> dict[str, dict[str, Any]]:
    """Return each part with ``ok`` and the figure it was judged by."""
    now = engine.clock.now()
    usage = shutil.disk_usage(disk)
    parts: dict[str, dict[str, Any]] = {"disk": {"ok": usage.free > usage.total * _DISK_FREE, "free": usage.free}}
    try:
        beat, told, due = await engine.database.read(lambda session: _look(session, now))
    except SQLAlchemyError:
        return {**parts, "database": {"ok": False}}
    parts["database"] = {"ok": True}
    parts["scheduler"] = _age(now, beat, lambda age: age is not None and age < _HEARTBEAT.total_seconds())
    parts["outbox"] = _age(now, told, lambda age: age is None or age < _LATE.total_seconds())
    parts["timers"] = _age(now, due, lambda age: age is None or age < _LATE.total_seconds())
    return parts


def _look(session: Session, now: datetime) -> tuple[datetime | None, datetime | None, datetime | None]:
    return care.last_beat(session, "scheduler"), outbox.oldest_open(session), timers.oldest_due(session, now)


def _age(now: datetime, at: datetime | None, good: Callable[[float | None], bool]) -> dict[str, Any]:
    age = None if at is None else max((now - at).total_seconds(), 0.0)
    return {"ok": good(age), "age_seconds": age}


async def _measure(engine: Engine, metrics: Metrics) -> None:
    now = engine.clock.now()
    for (queue, state), rows in (await engine.database.read(operations.depths)).items():
        metrics.queue_rows.labels(queue, state).set(rows)
    told, due = (await engine.database.read(lambda session: _look(session, now)))[1:]
    for queue, oldest in (("outbox", told), ("timers", due)):
        metrics.queue_oldest.labels(queue).set(0 if oldest is None else max((now - oldest).total_seconds(), 0.0))


def _show(quota: Quota, metrics: Metrics) -> None:
    counted = quota.snapshot()
    for kind in ("api", "push"):
        metrics.quota.labels(kind, "used").set(int(counted[kind]))
        metrics.quota.labels(kind, "limit").set(int(counted[f"{kind}_limit"]))
