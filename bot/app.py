"""``create_app(settings)`` builds every object once and hands each what it needs; nothing is global."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from aiohttp import web

from bot.dingtalk.quota import Quota
from bot.door import Door
from bot.doors import open_doors
from bot.engine import Engine
from bot.health import mount_health
from bot.llm.opening import Second, hold_for
from bot.metrics import Metrics, measure_requests
from bot.opening import business_of, open_files
from bot.pages import mount_pages
from bot.quotations import QuotationPress, Quotations
from bot.reading import Understanding
from bot.settings import Settings
from bot.signing import signing_key
from bot.timeouts import watch_requests
from bot.typesetting import Typesetter
from bot.web.access import unclassified
from bot.web.security import protect
from cards.action import ActionCodec
from domain.approvals.log import LOG
from domain.clock import Clock, SystemClock
from handlers.offers import PAPER
from handlers.router import Router
from handlers.solutions import FILE
from handlers.tables import TABLES
from jobs.approval_log import ApprovalLog
from jobs.cleaning import CleaningJob
from jobs.comparing import CompareJob
from jobs.directory import DirectoryJob
from jobs.drawing import Drawer
from jobs.kept_documents import KeptDocuments
from jobs.mornings import MorningJob
from jobs.quota import QuotaJob
from jobs.scheduler import Recurring
from storage import migrate
from storage.database import Database

_log = structlog.get_logger()

ENGINE: web.AppKey[Engine] = web.AppKey("engine", Engine)
DOORS: web.AppKey[dict[str, Door]] = web.AppKey("doors", dict)


async def create_app(settings: Settings, *, clock: Clock | None = None) -> web.Application:
    """Return the whole application; serving it starts the loops, cleaning it up stops them.

    A coroutine because the platforms' HTTP session belongs to a running event loop.

    Raises SettingsError, SchemaMismatch or DatabaseUnsafe before anything listens.
    """
    clock = clock or SystemClock()
    business = business_of(settings, clock)
    codec = ActionCodec(signing_key(settings), settings.server.previous_secret.get_secret_value().encode())
    database = Database(settings.database.url.get_secret_value(), writers=settings.jobs.workers)
    migrate.check(database)
    database.check_safety()
    understanding = Understanding(database)
    metrics = Metrics()
    papers = Typesetter()
    quotations = Quotations(papers=papers, zone=ZoneInfo(settings.company.timezone), company=settings.company)
    files = open_files(settings)
    engine = Engine(
        database=database,
        files=files,
        business=business,
        route=Router(tables=TABLES, read=understanding, codec=codec),
        drawer=Drawer(zone=ZoneInfo(settings.company.timezone), base=settings.server.public_url),
        documents={
            PAPER: QuotationPress(database=database, quotations=quotations, clock=clock),
            FILE: KeptDocuments(database=database, files=files),
            LOG: ApprovalLog(database=database, zone=ZoneInfo(settings.company.timezone)),
        },
        clock=clock,
        metrics=metrics,
        tick=settings.jobs.tick,
        batch=settings.jobs.batch,
        workers=settings.jobs.workers,
        hold=hold_for(settings.llm),
    )
    app = web.Application(middlewares=[watch_requests, measure_requests(metrics)])
    session = aiohttp.ClientSession(trust_env=False)
    doors = open_doors(settings, engine, session, codec)
    app[ENGINE] = engine
    app[DOORS] = doors
    for door in doors.values():
        door.mount(app)
    second = Second(settings.llm, session, engine, understanding) if settings.llm.enabled else None
    quota = doors["dingtalk"].quota if "dingtalk" in doors else None
    mount_health(app, engine, metrics, disk=_disk(settings), quota=quota)
    checks = mount_pages(app, settings, engine, doors, codec, quotations)
    protect(app, checks=checks, https=settings.server.public_url.startswith("https://"))
    if open_routes := unclassified(app):
        raise RuntimeError(f"routes without an access class: {open_routes}")

    compare = CompareJob(database=database, business=business, drawer=engine.drawer, trouble=engine.trouble)
    cleaning = CleaningJob(database=database, business=business)
    directory = DirectoryJob(
        database=database,
        business=business,
        directories={name: door.directory for name, door in doors.items() if door.directory is not None},
    )
    mornings = MorningJob(database=database, business=business)

    async def show_mornings() -> None:
        if await mornings.run():
            engine.wake()

    async def run(_app: web.Application) -> AsyncIterator[None]:
        engine.start(
            {name: door.channel for name, door in doors.items()},
            {name: door.pressed for name, door in doors.items() if door.pressed is not None},
            (
                *_quota_job(engine, quota),
                *(() if second is None else (second.recurring,)),
                Recurring("gazetteer", understanding.every, understanding.refresh, first=timedelta()),
                Recurring("compare", CompareJob.every, compare.run),
                Recurring("cleaning", CleaningJob.every, cleaning.run),
                Recurring("mornings", mornings.every, show_mornings),
                Recurring("directory", timedelta(hours=6), directory.run, first=timedelta(minutes=1)),
            ),
            readable=understanding.ready,
        )
        for door in doors.values():
            await door.start()
        async with nullcontext() if second is None else second.running():
            yield
        for door in doors.values():
            await door.stop()
        await engine.stop()
        await asyncio.to_thread(papers.close)
        await session.close()
        database.close()

    app.cleanup_ctx.append(run)
    return app


def _quota_job(engine: Engine, quota: Quota | None) -> tuple[Recurring, ...]:
    if quota is None:
        return ()
    job = QuotaJob(database=engine.database, business=engine.business, snapshot=quota.snapshot)
    return (Recurring("quota", timedelta(minutes=1), job.run),)


def _disk(settings: Settings) -> Path:
    url = settings.database.url.get_secret_value()
    path = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path()
    return path if path.exists() else Path()
