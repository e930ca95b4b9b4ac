"""The pages customers open, on a real database, with arrivals that carry out their effect at once."""

from __future__ import annotations

from contextlib import asynccontextmanager, closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.images import PhotoWorker
from bot.quotations import Quotations
from bot.records import Records
from bot.settings import Company as CompanySettings
from bot.typesetting import Typesetter
from bot.web.budget import Budget
from bot.web.challenge import Challenges
from bot.web.desk import Budgets, Desk, Phones
from bot.web.offered import OfferedQuote
from bot.web.pages import Pages
from bot.web.progress import ProgressPage
from bot.web.report import ReportPage
from bot.web.security import protect
from bot.web.uploads import Uploads
from domain.actor import visitor
from domain.errors import Refusal, Stale
from domain.service.report import PHOTOS_MAX
from handlers.context import Ask
from handlers.tables import TABLES
from storage.files import Files
from storage.queries import Queries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from ipaddress import IPv4Network
    from pathlib import Path

    from handlers.envelope import Envelope
    from tests.support.company import Company


class DirectArrivals:
    """Keeps by key, as the inbox does, and carries out at once; ``late`` keeps only."""

    def __init__(self, shop: Company) -> None:
        self._shop = shop
        self.kept: dict[str, tuple[Envelope, dict[str, Any] | None]] = {}
        self.late = False

    async def submit(self, envelope: Envelope, *, wait: float) -> dict[str, Any] | None:
        if envelope.key not in self.kept:
            self.kept[envelope.key] = (envelope, None if self.late else self._carry_out(envelope))
        return self.kept[envelope.key][1]

    def catch_up(self) -> None:
        """Carry out what was only kept."""
        for key, (envelope, answer) in self.kept.items():
            if answer is None:
                self.kept[key] = (envelope, self._carry_out(envelope))

    def _carry_out(self, envelope: Envelope) -> dict[str, Any]:
        def effect(work: Any) -> dict[str, Any]:
            ask = Ask(
                envelope=envelope,
                actor=work.actor,
                now=work.now,
                calendar=work.calendar,
                policies=work.policies,
                queries=Queries(work.session),
                act=work.act,
                say=lambda text: None,
                show=lambda *args, **more: None,
            )
            TABLES.forms[envelope.text](ask, envelope.data)
            return ask.result

        try:
            return self._shop.run(effect, visitor())
        except Refusal as refusal:
            return {"refused": refusal.message, "stale": isinstance(refusal, Stale)}


@asynccontextmanager
async def front_desk(
    shop: Company,
    tmp_path: Path,
    *,
    reports: int = 100,
    addresses: int = 1000,
    everybody: int = 1000,
    views: int = 1000,
    proxies: Sequence[IPv4Network] = (),
    phones: Phones | None = None,
) -> AsyncIterator[tuple[TestServer, DirectArrivals, Files]]:
    """Serve the pages behind the same protection as in production."""
    arrivals = DirectArrivals(shop)
    files = Files.open(f"file:{tmp_path}/files")
    hour = timedelta(hours=1)
    with closing(Typesetter()) as papers:
        async with PhotoWorker() as photos:
            desk = Desk(
                pages=Pages(company="锐进数控"),
                database=shop.database,
                arrivals=arrivals,
                uploads=Uploads(files=files, photos=photos),
                records=Records(papers=papers, files=files, calendar=shop.business.calendar, company="锐进数控"),
                quotations=Quotations(
                    papers=papers, zone=shop.business.calendar.zone, company=CompanySettings(name="锐进数控")
                ),
                clock=shop.clock,
                calendar=shop.business.calendar,
                budgets=Budgets(
                    device=Budget(reports, hour),
                    address=Budget(addresses, hour),
                    everybody=Budget(everybody, hour),
                    held=Budget(10_000, hour),
                    views=Budget(views, hour),
                ),
                challenges=Challenges(b"k" * 32),
                rating_scale=shop.business.policies.service.rating.scale,
                photos_max=PHOTOS_MAX,
                phones=phones or Phones(),
                proxies=proxies,
            )
            app = web.Application()
            protect(app, checks={}, https=False)
            desk.pages.add_to(app.router)
            ReportPage(desk).add_to(app.router)
            ProgressPage(desk).add_to(app.router)
            OfferedQuote(desk).add_to(app.router)
            async with TestServer(app) as server:
                yield server, arrivals, files
