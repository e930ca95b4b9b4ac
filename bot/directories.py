"""The platforms' address books, read the same way by ``jobs/directory.py``."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.directory import ROOT
from bot.dingtalk.directory import Directory as DingTalkDirectory
from bot.wecom.client import WeComClient
from bot.wecom.directory import WeComDirectory
from cards.channel import Refused
from jobs.directory import Directory, Member

_LEFT = (2, 5)
"""WeCom's status: 2 disabled, 5 quit (WeCom reference 5.2)."""


def wecom_directory(client: WeComClient) -> Directory:
    """Return a reader of the members whom the application may see."""

    async def read() -> AsyncIterator[Member]:
        async for member in WeComDirectory(client).members():
            yield Member(account=member.userid, leaders=member.leaders, left=member.status in _LEFT)

    return read


def dingtalk_directory(client: DingTalkClient) -> Directory:
    """Return a reader of all members. Who is listed is there, even where the details are kept back."""

    async def read() -> AsyncIterator[Member]:
        directory = DingTalkDirectory(client)
        seen: set[str] = set()
        for department in [ROOT, *[each.id async for each in directory.departments()]]:
            for userid in await directory.members(department):
                if userid not in seen:
                    seen.add(userid)
                    yield Member(account=userid, leaders=await _manager(directory, userid))

    return read


async def _manager(directory: DingTalkDirectory, userid: str) -> tuple[str, ...]:
    try:
        person = await directory.person(userid)
    except Refused:
        return ()
    return (person.manager,) if person.manager else ()
