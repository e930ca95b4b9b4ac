"""Which pages there are, and what each class of access is checked by."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aiohttp import web

from bot.door import Door
from bot.engine import Engine
from bot.images import PhotoWorker
from bot.quotations import Quotations
from bot.records import Records
from bot.settings import Settings
from bot.signing import signing_key
from bot.web.access import Access
from bot.web.challenge import Challenges
from bot.web.configurator import Configurator
from bot.web.desk import Budgets, Desk, Phones
from bot.web.dispatch import DispatchPage
from bot.web.drawings import Drawings
from bot.web.inquire import InquirePage
from bot.web.jobs import JobSheet
from bot.web.labels import LabelsPage
from bot.web.login import Login, Provider, States
from bot.web.offered import OfferedQuote
from bot.web.pages import Pages
from bot.web.progress import ProgressPage
from bot.web.report import ReportPage
from bot.web.sessions import Sessions
from bot.web.staff import Staff
from bot.web.uploads import Uploads
from cards.action import ActionCodec
from domain.service.report import PHOTOS_MAX

if TYPE_CHECKING:
    from bot.dingtalk.login import DingTalkLogin
    from bot.web.access import Check


def mount_pages(
    app: web.Application,
    settings: Settings,
    engine: Engine,
    doors: Mapping[str, Door],
    codec: ActionCodec,
    quotations: Quotations,
) -> dict[Access, Check]:
    """Add every page and return the checks of those that need a login."""
    pages = Pages(company=settings.company.name)
    pages.add_to(app.router)
    desk = _customers(app, settings, engine, pages, quotations)
    sessions = Sessions(engine.database, engine.clock, base=settings.server.public_url)
    Login(
        providers=_providers(doors),
        pages=pages,
        sessions=sessions,
        database=engine.database,
        clock=engine.clock,
        states=States(signing_key(settings)),
        base=settings.server.public_url,
        may_look=desk.may_look,
    ).add_to(app.router)
    DispatchPage(
        pages=pages,
        sessions=sessions,
        database=engine.database,
        arrivals=engine.arrivals,
        clock=engine.clock,
        calendar=engine.business.calendar,
        policy=engine.business.policies.service,
    ).add_to(app.router)
    LabelsPage(
        pages=pages,
        sessions=sessions,
        database=engine.database,
        papers=desk.records.papers,
        clock=engine.clock,
        base=settings.server.public_url,
    ).add_to(app.router)
    sheet = JobSheet(
        pages=pages,
        sessions=sessions,
        database=engine.database,
        arrivals=engine.arrivals,
        files=engine.files,
        uploads=desk.uploads,
        records=desk.records,
        clock=engine.clock,
        calendar=engine.business.calendar,
        policy=engine.business.policies.service,
    )
    sheet.add_to(app.router)
    configurator = Configurator(
        pages=pages,
        sessions=sessions,
        database=engine.database,
        arrivals=engine.arrivals,
        clock=engine.clock,
        calendar=engine.business.calendar,
    )
    configurator.add_to(app.router)
    Drawings(pages=pages, database=engine.database, files=engine.files).add_to(app.router)
    Staff(
        pages=pages,
        sessions=sessions,
        database=engine.database,
        arrivals=engine.arrivals,
        drawer=engine.drawer,
        codec=codec,
        clock=engine.clock,
        below={"jobs": sheet, "quotes": configurator},
    ).add_to(app.router)
    return {Access.SESSION: sessions.check}


def _customers(app: web.Application, settings: Settings, engine: Engine, pages: Pages, quotations: Quotations) -> Desk:
    """Add the pages that need no login and return what they share."""
    photos = PhotoWorker()

    async def close(_app: web.Application) -> None:
        await asyncio.to_thread(photos.close)

    app.on_cleanup.append(close)
    desk = Desk(
        pages=pages,
        database=engine.database,
        arrivals=engine.arrivals,
        uploads=Uploads(files=engine.files, photos=photos),
        records=Records(
            papers=quotations.papers,
            files=engine.files,
            calendar=engine.business.calendar,
            company=settings.company.name,
        ),
        quotations=quotations,
        clock=engine.clock,
        calendar=engine.business.calendar,
        budgets=Budgets.of(settings.limits),
        challenges=Challenges(signing_key(settings)),
        phones=Phones(
            hotline=settings.company.hotline,
            direct=settings.company.direct_line,
            strategic=engine.business.policies.service.strategic,
        ),
        photos_max=min(settings.limits.photos_per_report, PHOTOS_MAX),
        proxies=settings.server.trusted_proxies,
        reopen_within=engine.business.policies.service.upkeep.reopen_within,
        rating_scale=engine.business.policies.service.rating.scale,
    )
    ReportPage(desk).add_to(app.router)
    InquirePage(desk, base=settings.server.public_url, secret=signing_key(settings)).add_to(app.router)
    ProgressPage(desk).add_to(app.router)
    OfferedQuote(desk).add_to(app.router)
    return desk


def _providers(doors: Mapping[str, Door]) -> dict[str, Provider]:
    """Return the platforms one can log in with, in the order of the doors."""
    providers = {}
    for name, door in doors.items():
        if door.wecom_login is not None:
            login = door.wecom_login
            providers[name] = Provider(
                name=name, label="企业微信", code="code", address=login.authorize_url, account=login.userid
            )
        if door.dingtalk_login is not None:
            providers[name] = _dingtalk(name, door.dingtalk_login)
    return providers


def _dingtalk(name: str, login: DingTalkLogin) -> Provider:
    def address(redirect_uri: str, state: str) -> str:
        return login.web_address(redirect_uri=redirect_uri, state=state)

    return Provider(name=name, label="钉钉", code="authCode", address=address, account=login.web)
