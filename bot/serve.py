"""``gendan serve``: one process, stopped cleanly by SIGTERM within ten seconds."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from contextlib import suppress

import structlog
import uvloop
from aiohttp import web

from bot import logs
from bot.app import create_app
from bot.config_file import SettingsError
from bot.settings import Settings
from bot.timeouts import listen
from domain.clock import Clock, ManualClock, SystemClock
from storage.database import DatabaseUnsafe
from storage.migrate import SchemaMismatch

_log = structlog.get_logger()


def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; exit 1 with one clear line when it cannot start."""
    logs.configure(settings.server.log_level, settings.secrets())
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings))
    except (SchemaMismatch, DatabaseUnsafe, SettingsError) as error:
        print(f"无法启动：{error}", file=sys.stderr)  # noqa: T201 - one line for the administrator
        raise SystemExit(1) from None


def clock_of(settings: Settings) -> Clock:
    """Return the machine's clock, or the test clock a demo or test asked for."""
    return SystemClock() if settings.server.test_clock is None else ManualClock(settings.server.test_clock)


async def _serve(settings: Settings) -> None:
    app = await create_app(settings, clock=clock_of(settings))
    runner = make_runner(app, settings)
    await runner.setup()
    assert runner.server is not None
    listener = await listen(runner.server, settings.server)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT"):
        with suppress(NotImplementedError):
            loop.add_signal_handler(getattr(signal, name), stop.set)
    settle()
    _log.info("serving", host=settings.server.host, port=settings.server.port)
    await stop.wait()
    _log.info("stopping")
    listener.close()
    await runner.cleanup()


def settle() -> None:
    """Let the garbage collector begin with what comes from now on: walking all of this again would stop the loop."""
    gc.collect()
    gc.freeze()
    gc.enable()


def make_runner(app: web.Application, settings: Settings) -> web.AppRunner:
    """Return the runner with our limits: what is under way may finish, for at most ``server.drain`` (R-24)."""
    return web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=settings.server.drain.total_seconds(),
        keepalive_timeout=75,
        max_line_size=8190,
        max_field_size=8190,
    )
