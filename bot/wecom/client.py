"""The HTTP side of WeCom's API: one method for every call, with token, limits and errors in one place.

Every failure is one of the errors of ``cards.channel``. Neither token, secret nor what was said
ever stands in an error or a log line (R-88); exceptions of the HTTP library are not chained, since
they carry the address and with it the token.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import orjson
import structlog

from bot.wecom.errors import DeadMedia, DeadToken, Outcome, failure, outcome
from bot.wecom.token import Token, TokenSource
from cards.channel import Media, Refused, Retry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

MEDIA_MAX = 20 * 1024 * 1024
"""Bytes; the platform wants a Range request for more, and nobody photographs that (WeCom reference 6.2)."""

_CALL = aiohttp.ClientTimeout(total=10, sock_connect=3)
_TRANSFER = aiohttp.ClientTimeout(total=30, sock_connect=3)
_SHORT_PAUSE, _LONG_PAUSE = 60.0, 3600.0
"""Seconds. The code does not say which window ran out: first the shortest is waited for, then the hour."""
_GETTOKEN = "gettoken"
_T = TypeVar("_T")
_WARNING = "Warning: wrong json format"

_log = structlog.get_logger("gendan.wecom.client")


class WeComClient:
    """Calls ``{base}/cgi-bin/{api}`` for one application. The session belongs to the caller.

    ``base`` is ``https://qyapi.weixin.qq.com`` in production; ``now`` returns aware datetimes.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base: str,
        corp_id: str,
        secret: str,
        agent_id: int,
        now: Callable[[], datetime],
    ) -> None:
        self.agent_id = agent_id
        self._session = session
        self._base = f"{base.rstrip('/')}/cgi-bin/"
        self._corp_id = corp_id
        self._secret = secret
        self._now = now
        self._tokens = TokenSource(self._fetch_token, now)
        self._paused_until: dict[str, datetime] = {}

    async def get(self, api: str, **query: str) -> dict[str, Any]:
        """Return the answer of a GET call."""

        async def ask(token: Token) -> dict[str, Any]:
            return await self._json("GET", api, query={**query, "access_token": token.value})

        return await self._with_token(ask)

    async def post(self, api: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer of a POST call; ``body`` travels as raw UTF-8 JSON, which 40033 insists on."""
        data = orjson.dumps(body)

        async def ask(token: Token) -> dict[str, Any]:
            headers = {"Content-Type": "application/json"}
            return await self._json("POST", api, query={"access_token": token.value}, data=data, headers=headers)

        return await self._with_token(ask)

    async def upload(self, kind: str, name: str, data: bytes, mime: str) -> str:
        """Return the media id (good for three days) of an uploaded ``image``, ``voice``, ``video`` or ``file``."""

        async def ask(token: Token) -> dict[str, Any]:
            # The name as raw UTF-8: the platform is not known to read RFC 2231 (WeCom reference 6.1).
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("media", data, filename=name, content_type=mime)
            query = {"access_token": token.value, "type": kind}
            return await self._json("POST", "media/upload", query=query, data=form, timeout=_TRANSFER)

        answer = await self._with_token(ask)
        return str(answer.get("media_id", ""))

    async def download(self, media_id: str) -> Media:
        """Return what a member sent; Refused when it is gone or larger than 20 MB."""

        async def ask(token: Token) -> Media:
            return await self._media(media_id, token)

        return await self._with_token(ask)

    async def _with_token(self, ask: Callable[[Token], Awaitable[_T]]) -> _T:
        """Ask once, and once more with a new token if the platform says that this one is dead."""
        token = await self._tokens.get()
        try:
            return await ask(token)
        except DeadToken:
            return await ask(await self._tokens.get(dead=token))

    async def _fetch_token(self) -> tuple[str, float]:
        query = {"corpid": self._corp_id, "corpsecret": self._secret}
        answer = await self._json("GET", _GETTOKEN, query=query)
        token, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(life, int):
            raise Retry(f"{_GETTOKEN}: answered without a token")
        return token, life

    async def _json(
        self,
        method: str,
        api: str,
        *,
        query: Mapping[str, str],
        data: bytes | aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: aiohttp.ClientTimeout = _CALL,  # noqa: ASYNC109 — handed on to the session
    ) -> dict[str, Any]:
        self._check_pause(api)
        try:
            async with self._session.request(
                method,
                self._base + api,
                params=query,
                data=data,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return self._answer(api, response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _lost(api, error) from None

    async def _media(self, media_id: str, token: Token) -> Media:
        api = "media/get"
        self._check_pause(api)
        query = {"access_token": token.value, "media_id": media_id}
        try:
            async with self._session.get(
                self._base + api, params=query, timeout=_TRANSFER, allow_redirects=False
            ) as response:
                # A member may send a JSON file: what tells an error from a file is the disposition (reference 6.2).
                disposition = response.content_disposition
                if response.status != 200 or disposition is None:
                    self._answer(api, response.status, await response.content.read(MEDIA_MAX))
                    raise Retry(f"{api}: answered without a file")
                if (response.content_length or 0) > MEDIA_MAX:
                    raise Refused(f"{api}: larger than 20 MB")
                data = await _capped(response.content)
                return Media(name=disposition.filename or "", mime=response.content_type, data=data)
        except DeadMedia as error:
            raise Refused(f"{api}: the file is no longer on the platform", code=error.code) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _lost(api, error) from None

    def _answer(self, api: str, status: int, raw: bytes) -> dict[str, Any]:
        """Return the JSON of a successful answer; raise what ``errcode`` says otherwise."""
        if status != 200:
            raise Retry(f"{api}: HTTP {status}", code=f"HTTP {status}", delivered_maybe=status >= 500)
        try:
            answer = orjson.loads(raw)
        except orjson.JSONDecodeError:
            answer = None
        code = answer.get("errcode", 0) if isinstance(answer, dict) else None
        if not isinstance(code, int):
            raise Retry(f"{api}: answered without JSON", delivered_maybe=True)
        message = str(answer.get("errmsg", ""))
        if _WARNING in message:
            # Not the platform's weather: a field of ours has the wrong type and was read in part.
            _log.error("request had the wrong JSON types", api=api, code=code)
        if code == 0:
            self._paused_until.pop(api, None)
            return dict(answer)
        raise failure(api, code, message, after=self._pause(api) if outcome(code) is Outcome.PAUSE else None)

    def _pause(self, api: str) -> float:
        """Stop calling ``api`` and return for how many seconds; a second refusal in a row stops it for the hour."""
        now, before = self._now(), self._paused_until.get(api)
        if before is not None and before > now:
            return (before - now).total_seconds()
        # Too many wrong secrets ban the address for an hour at once.
        seconds = _SHORT_PAUSE if before is None and api != _GETTOKEN else _LONG_PAUSE
        self._paused_until[api] = now + timedelta(seconds=seconds)
        return seconds

    def _check_pause(self, api: str) -> None:
        until = self._paused_until.get(api)
        if until is not None and (left := (until - self._now()).total_seconds()) > 0:
            raise failure(api, 45009, after=left)


async def _capped(content: aiohttp.StreamReader) -> bytes:
    data = bytearray()
    async for chunk in content.iter_any():
        data += chunk
        if len(data) > MEDIA_MAX:
            raise Refused("media/get: larger than 20 MB")
    return bytes(data)


def _lost(api: str, error: Exception) -> Retry:
    """Return what a broken connection means: only one that was never made certainly delivered nothing."""
    unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return Retry(f"{api}: {type(error).__name__}", code="transport", delivered_maybe=not unsent)
