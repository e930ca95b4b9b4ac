"""What the pages without login share: where to read, where to hand in, and who has asked too often."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from bot.web.addresses import bucket, client_address
from bot.web.budget import Budget
from cards.render.escape import clean
from handlers.envelope import Envelope, Kind
from storage.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from ipaddress import IPv4Network, IPv6Network
    from typing import TypeVar

    from aiohttp import web

    from bot.quotations import Quotations
    from bot.records import Records
    from bot.settings import Limits
    from bot.web.challenge import Challenges
    from bot.web.pages import Pages
    from bot.web.uploads import Uploads
    from domain.clock import Clock, WorkCalendar
    from handlers.envelope import Attachment
    from storage.database import Database

    T = TypeVar("T")

SECRET = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What slugs, tokens and nonces look like; anything else is not looked up."""

WAIT = 8.0
"""Seconds a page waits for its effect before it says: kept, and carried out a little later."""


class Submits(Protocol):
    """``bot.arrivals.Arrivals``, seen from here."""

    async def submit(self, envelope: Envelope, *, wait: float) -> dict[str, Any] | None:
        """Keep the envelope; return what its handler answered, None when that takes longer than ``wait``."""


class Lane(StrEnum):
    """What becomes of a report: taken in, kept for a person to look at, asked a question first, or turned away."""

    NOW = "now"
    HELD = "held"
    ASK = "ask"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """How often a machine, an address and everybody together may hand in; how often an address may look.

    ``held`` is how many reports beyond these are kept for a person.
    """

    device: Budget
    address: Budget
    everybody: Budget
    held: Budget
    views: Budget

    @classmethod
    def of(cls, limits: Limits) -> Budgets:
        """Return the budgets that the settings ask for."""
        hour = timedelta(hours=1)
        return cls(
            device=Budget(limits.reports_per_device_per_hour, hour),
            address=Budget(limits.reports_per_address_per_hour, hour),
            everybody=Budget(limits.reports_per_hour, hour),
            held=Budget(limits.held_reports_per_hour, hour),
            views=Budget(limits.views_per_address_per_minute, timedelta(minutes=1)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """Whom to call: ``direct`` for customers of a ``strategic`` level (S-152), ``hotline`` for everybody else."""

    hotline: str = ""
    direct: str = ""
    strategic: tuple[str, ...] = ()

    def of(self, level: str) -> str:
        """Return the number for a customer of this level, empty for none."""
        return (self.direct if level in self.strategic else "") or self.hotline


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything a page without login is given."""

    pages: Pages
    database: Database
    arrivals: Submits
    uploads: Uploads
    records: Records
    quotations: Quotations
    clock: Clock
    calendar: WorkCalendar
    budgets: Budgets
    challenges: Challenges
    photos_max: int
    phones: Phones = field(default_factory=Phones)
    proxies: Sequence[IPv4Network | IPv6Network] = field(default=())
    reopen_within: timedelta = timedelta(days=7)
    """How long after the signature a customer may say on his page that it is broken again."""
    rating_scale: int = 5
    """The most stars a service may be given."""

    def may_look(self, request: web.Request) -> bool:
        """Count a view of this address."""
        return self.budgets.views.spend(self._sender(request))

    def may_hand_in(self, request: web.Request, thing: str) -> bool:
        """Count a submission about ``thing`` (a slug, a token)."""
        return (
            self.budgets.device.spend(thing)
            and self.budgets.address.spend(self._sender(request))
            and self.budgets.everybody.spend("")
        )

    def lane(self, request: web.Request, thing: str, *, answered: bool) -> Lane:
        """Count a report about ``thing`` and say what becomes of it (R-72).

        An address that asks too often has to answer a question first. Beyond what a machine or everybody
        together may, reports are kept for a person: the genuine ones in a flood are among them.
        """
        if not self.budgets.address.spend(self._sender(request)) and not answered:
            return Lane.ASK
        if self.budgets.device.spend(thing) and self.budgets.everybody.spend(""):
            return Lane.NOW
        return Lane.HELD if self.budgets.held.spend("") else Lane.FULL

    async def read(self, look: Callable[[Queries], T]) -> T:
        """Return what ``look`` finds."""
        return await self.database.read(lambda session: look(Queries(session)))

    async def hand_in(
        self,
        form: str,
        about: str,
        nonce: str,
        values: Mapping[str, str],
        attachments: Sequence[Attachment] = (),
        *,
        wait: float = WAIT,
    ) -> dict[str, Any] | None:
        """Submit a filled-in page; the same ``nonce`` about the same thing is one submission."""
        thing = hashlib.sha256(about.encode()).hexdigest()[:24]
        envelope = Envelope(
            key=f"web:{thing}:{nonce}",
            platform="web",
            account="",
            conversation=thing,
            kind=Kind.FORM,
            text=form,
            sent_at=self.clock.now(),
            attachments=tuple(attachments),
            data={name: clean(value) for name, value in values.items()},
        )
        return await self.arrivals.submit(envelope, wait=wait)

    def reader(self, request: web.Request, thing: str) -> str:
        """Return a word for whoever reads ``thing`` within this hour; it tells nobody his address."""
        hour = f"{self.clock.now():%Y%m%d%H}"
        return hashlib.sha256(f"{thing}:{self._sender(request)}:{hour}".encode()).hexdigest()[:24]

    def _sender(self, request: web.Request) -> str:
        return bucket(client_address(request, self.proxies))
