"""Bringing staff up to date from the platforms' directories, for events that were missed (R-58).

A directory can only take away, or fill in who leads whom: people come from the company's own file.
Somebody has left when the platform says so, or when the whole directory was read and he is not in
it; a directory that could not be read to its end, or is empty, says nothing about anybody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from cards.channel import ChannelError
from domain.actor import SYSTEM
from domain.people.commands import PersonLeave, ReportTrouble
from domain.people.syncing import SyncMember
from jobs.business import Business
from storage.database import Database, Urgency
from storage.queries import Queries
from storage.queries.people import Account
from storage.uow import UnitOfWork

_log = structlog.get_logger()

_FEW, _SHARE = 2, 5
"""More than two, and more than a fifth of the staff, do not leave between two looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of a directory. ``leaders`` are accounts, the nearest first; ``left``: disabled or quit."""

    account: str
    leaders: tuple[str, ...] = ()
    left: bool = False


Directory = Callable[[], AsyncIterator[Member]]
"""Reads a platform's whole directory; raises a ChannelError when it cannot be read to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What one look at a directory led to."""

    members: int
    left: int
    led: int


class DirectoryJob:
    """Compares ``directories`` (by platform) with our staff."""

    def __init__(self, *, database: Database, business: Business, directories: Mapping[str, Directory]) -> None:
        self._database = database
        self._business = business
        self._directories = directories

    async def run(self) -> None:
        """Look at every directory; one that does not answer is left for the next time."""
        for platform, directory in self._directories.items():
            try:
                synced = await self.sync(platform, directory)
            except ChannelError as error:
                _log.warning("directory_unread", platform=platform, error=str(error), code=error.code)
            else:
                _log.info("directory", platform=platform, members=synced.members, left=synced.left, led=synced.led)

    async def sync(self, platform: str, directory: Directory) -> Synced:
        """Bring the staff of one platform up to date, in one transaction."""
        # Ours first: whoever is enrolled while the directory is being read is not missed in it.
        known = await self._database.read(lambda session: Queries(session).people.accounts(platform))
        found = {_folded(platform, member.account): member async for member in directory()}
        gone = [each.account for each in known if _gone(platform, each, found)]
        if found and len(gone) > max(_FEW, len(known) // _SHARE):
            await self._doubt(platform, len(gone))
            gone = []
        left = [PersonLeave(platform=platform, account=account) for account in gone]
        led = list(_led(platform, known, found))
        if not found or not (left or led):
            return Synced(members=len(found), left=0, led=0)

        def carry_out(session: Session) -> list[Any]:
            batch = self._business.batch(session)
            stamp = f"{platform}:{batch.now.isoformat()}"
            done = []
            commands: list[PersonLeave | SyncMember] = [*left, *led]
            for command in commands:
                key = f"directory:{stamp}:{command.account}"
                done.append(self._business.attempt(batch, key, SYSTEM, partial(UnitOfWork.act, command=command)))
            batch.finish()
            return done

        done = await self._database.write(carry_out, urgency=Urgency.CARE)
        return Synced(members=len(found), left=len(left), led=done.count(True))

    async def _doubt(self, platform: str, missing: int) -> None:
        """So many have not left at once: the app's visible range is narrower than our staff. Nobody is forgotten."""
        door = {"wecom": "企业微信", "dingtalk": "钉钉"}[platform]
        said = (
            f"{door}通讯录里有 {missing} 位已登记的同事看不到。多半是应用的可见范围（授权范围）太小，"
            "请在管理后台放宽；在此之前不会停用任何人。"
        )

        def tell(session: Session) -> None:
            batch = self._business.batch(session)
            command = ReportTrouble(code=f"{platform}.directory", said=said)
            key = f"directory:{platform}:{batch.now.isoformat()}:doubt"
            self._business.attempt(batch, key, SYSTEM, partial(UnitOfWork.act, command=command))
            batch.finish()

        await self._database.write(tell, urgency=Urgency.CARE)


def _gone(platform: str, known: Account, found: Mapping[str, Member]) -> bool:
    member = found.get(_folded(platform, known.account))
    return member is None or member.left


def _led(platform: str, known: Sequence[Account], found: Mapping[str, Member]) -> Iterator[SyncMember]:
    """Yield what the directory knows of those whose leader our file does not name; leaders as our file writes them."""
    ours = {_folded(platform, each.account): each.account for each in known}
    for each in known:
        member = found.get(_folded(platform, each.account))
        named = () if member is None else (ours.get(_folded(platform, leader)) for leader in member.leaders)
        leaders = tuple(leader for leader in named if leader is not None)
        if leaders and not each.led:
            yield SyncMember(platform=platform, account=each.account, leaders=leaders)


def _folded(platform: str, account: str) -> str:
    """Return the account as it is compared: WeCom's are the same in any case (WeCom reference 5.2)."""
    return account.lower() if platform == "wecom" else account
