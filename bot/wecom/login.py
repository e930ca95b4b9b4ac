"""Login of our pages through WeCom: from a code in the address to a member (WeCom reference 5.3)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from cards.channel import ChannelError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.wecom.client import WeComClient

CODE_LIFE = timedelta(minutes=5)
CODE_MAX = 512
CODES_KEPT = 10_000
AUTHORIZE_BASE = "https://open.weixin.qq.com"


class LoginRefused(Exception):
    """Nobody may be logged in with this code: used up, invented, or not a member of the company."""


class WeComLogin:
    """Builds the address that sends a browser to WeCom, and turns the code it comes back with into a userid."""

    def __init__(
        self,
        client: WeComClient,
        *,
        corp_id: str,
        now: Callable[[], datetime],
        authorize_base: str = AUTHORIZE_BASE,
    ) -> None:
        self._client = client
        self._corp_id = corp_id
        self._now = now
        self._authorize = f"{authorize_base.rstrip('/')}/connect/oauth2/authorize"
        self._exchanges: dict[str, tuple[datetime, asyncio.Task[str]]] = {}

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Return the address to redirect to. ``state`` is 1–128 of ``[a-zA-Z0-9]``; ValueError otherwise."""
        if not (state.isascii() and state.isalnum() and len(state) <= 128):
            raise ValueError("state must be 1 to 128 letters and digits")
        query = {
            "appid": self._corp_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": str(self._client.agent_id),
        }
        return f"{self._authorize}?{urlencode(query)}#wechat_redirect"

    async def userid(self, code: str) -> str:
        """Return who came back with ``code``; raise LoginRefused, or a ChannelError if WeCom did not answer.

        A code works once, and phones ask for a page twice, even at the same moment: the exchange is
        made once and its answer remembered while the code lives.
        """
        if not 0 < len(code) <= CODE_MAX:
            raise LoginRefused("not a code")
        self._forget()
        if code not in self._exchanges:
            self._exchanges[code] = (self._now(), asyncio.create_task(self._exchange(code)))
        _, exchange = self._exchanges[code]
        try:
            userid = await asyncio.shield(exchange)
        except ChannelError:
            # The platform did not answer, which says nothing about the code: the next try may ask again.
            self._exchanges.pop(code, None)
            raise
        if not userid:
            raise LoginRefused("not a member, or the code is used up")
        return userid

    async def _exchange(self, code: str) -> str:
        """Return the userid, ``""`` for an outsider or a dead code."""
        try:
            answer = await self._client.get("auth/getuserinfo", code=code)
        except Refused:
            return ""
        userid = answer.get("userid")
        # ``CorpId/userid`` is a member of a linked company, ``openid`` somebody from outside.
        return userid if isinstance(userid, str) and "/" not in userid else ""

    def _forget(self) -> None:
        """Drop what is older than a code lives, and the oldest when somebody floods us with codes."""
        oldest = self._now() - CODE_LIFE
        kept = [(code, exchange) for code, exchange in self._exchanges.items() if exchange[0] > oldest]
        self._exchanges = dict(kept[-CODES_KEPT:])
