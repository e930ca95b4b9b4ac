"""The mouth of callback mode: the open turn, else the message's ``response_url`` (WeCom reference 8.2.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
import orjson

from bot.bodies import TooLargeError, read_up_to
from bot.json import BadJson, loads_object
from bot.wecom.errors import failure
from cards.channel import Refused, Retry

if TYPE_CHECKING:
    from bot.wecom.aibot.reply import Reply
    from bot.wecom.aibot.turns import Turns
    from handlers.envelope import Envelope

LIFE = timedelta(hours=1) - timedelta(minutes=1)
"""How long an address is good, a minute kept back for the way."""
_CALL = aiohttp.ClientTimeout(total=10, sock_connect=3)


class ResponseMouth:
    """Implements ``bot.wecom.aibot.channel.Mouth``. ``base`` is where genuine addresses lie."""

    def __init__(self, turns: Turns, *, session: aiohttp.ClientSession, base: str, now: Callable[[], datetime]) -> None:
        self._turns = turns
        self._session = session
        self._base = urlsplit(base)
        self._now = now

    async def answer(self, asked: Envelope, reply: Reply) -> bool:
        """Say it in a response to the callback, now or when the platform comes back for it."""
        return await self._turns.give(asked.key, reply)

    async def message(self, account: str, asked: Envelope | None, reply: Reply) -> None:
        """Post it to the address that came with the message: it works once, for an hour."""
        del account  # the address leads to where the question was asked
        url = "" if asked is None else asked.data.get("response_url", "")
        if asked is None or not url or self._now() - asked.sent_at > LIFE:
            raise Refused("智能机器人在回调方式下只能回答一小时内的消息")
        await self._post(self._genuine(url), reply)

    def _genuine(self, url: str) -> str:
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != (self._base.scheme, self._base.netloc):
            raise Refused("response_url 不在企业微信的域名内", code="response_url")
        return url

    async def _post(self, url: str, reply: Reply) -> None:
        """Post once. The address is a secret of its own: no error names it."""
        try:
            async with self._session.post(
                url,
                data=orjson.dumps(reply.message()),
                headers={"Content-Type": "application/json"},
                allow_redirects=False,
                timeout=_CALL,
            ) as answer:
                if answer.status >= 500:
                    raise Retry("aibot/response is away", code=str(answer.status), delivered_maybe=True)
                body = loads_object(await read_up_to(answer.content, 64 * 1024))
        except (BadJson, TooLargeError):
            raise Retry("aibot/response answered something else than JSON", delivered_maybe=True) from None
        except aiohttp.ClientConnectorError as error:
            raise Retry(f"aibot/response: {type(error).__name__}") from None
        except (TimeoutError, aiohttp.ClientError) as error:
            raise Retry(f"aibot/response: {type(error).__name__}", delivered_maybe=True) from None
        if code := int(body.get("errcode") or 0):
            raise failure("aibot/response", code, str(body.get("errmsg", "")))
