"""Calls to DingTalk: the right host, token and time limits, and every answer as a value or a ChannelError.

``DingTalkClient.new`` speaks to api.dingtalk.com, ``.old`` to oapi.dingtalk.com (DingTalk reference 6). A token that
is refused is fetched again once. Nothing is tried again here otherwise: the outbox does that, with its memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from bot.bodies import TooLargeError, read_up_to
from bot.dingtalk.bucket import Buckets
from bot.dingtalk.crypto import Clock
from bot.dingtalk.errors import STALE_TOKEN, THROTTLED, new_api_error, old_api_error
from bot.dingtalk.quota import Quota
from bot.dingtalk.tokens import Tokens
from bot.json import BadJson, loads_object
from cards.channel import ChannelError, Retry

log = structlog.get_logger(__name__)

_ANSWER_MAX = 2 * 1024 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
_UPLOAD_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    """``shared_token`` uses the new API's token on the old host too, as the official client does; undocumented."""

    client_id: str
    client_secret: str = field(repr=False)
    api_base: str = "https://api.dingtalk.com"
    oapi_base: str = "https://oapi.dingtalk.com"
    shared_token: bool = False
    calls_per_second: float = 20.0
    """Per API; the limit of the free edition."""


class DingTalkClient:
    """Both API generations of one app. ``sleep`` is for tests."""

    def __init__(
        self,
        settings: ClientSettings,
        *,
        session: aiohttp.ClientSession,
        clock: Clock,
        quota: Quota,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.settings = settings
        self.session = session
        self._quota = quota
        self._buckets = Buckets(settings.calls_per_second, clock=clock, sleep=sleep)
        self._new_tokens = Tokens(self._fetch_new_token, clock=clock)
        self._old_tokens = self._new_tokens if settings.shared_token else Tokens(self._fetch_old_token, clock=clock)

    async def new(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, user_token: str = ""
    ) -> dict[str, Any]:
        """Call api.dingtalk.com and return its JSON; ``user_token`` acts for a member instead of for the app."""

        async def once(token: str) -> dict[str, Any]:
            headers = {"x-acs-dingtalk-access-token": token}
            return await self._new_once(method, path, body, headers)

        if user_token:
            return await once(user_token)
        return await self._with_token(self._new_tokens, once)

    async def old(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Call oapi.dingtalk.com and return its JSON, errcode 0."""

        async def once(token: str) -> dict[str, Any]:
            return await self._old_once("POST", path, {"access_token": token}, json=body)

        return await self._with_token(self._old_tokens, once)

    async def upload(self, kind: str, name: str, data: bytes) -> str:
        """Upload an ``image`` or ``file`` of at most 20 MB and return its media id (DingTalk reference 4.8)."""

        async def once(token: str) -> dict[str, Any]:
            form = aiohttp.FormData()
            form.add_field("media", data, filename=name, content_type="application/octet-stream")
            form.add_field("type", kind)
            query = {"access_token": token, "type": kind}
            return await self._old_once("POST", "/media/upload", query, data=form, limits=_UPLOAD_TIMEOUT)

        answer = await self._with_token(self._old_tokens, once)
        media_id = answer.get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise Retry("钉钉没有返回文件编号")
        return media_id

    async def without_token(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Call one of the new API's token addresses, which take the credentials in the body."""
        return await self._new_once("POST", path, body, {})

    async def _with_token(self, tokens: Tokens, once: Callable[[str], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Call with a token; where it is refused, once more with a fresh one."""
        token = await tokens.get()
        try:
            return await once(token)
        except ChannelError as error:
            if error.code not in STALE_TOKEN:
                raise
        tokens.drop(token)
        return await once(await tokens.get())

    async def _new_once(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> dict[str, Any]:
        url = f"{self.settings.api_base}{path}"
        status, answer = await self._exchange(method, path, url, json=body, headers=headers)
        return self._judged(path, answer, new_api_error(status, answer))

    async def _old_once(self, method: str, path: str, query: Mapping[str, str], **content: Any) -> dict[str, Any]:
        url = f"{self.settings.oapi_base}{path}"
        status, answer = await self._exchange(method, path, url, params=query, **content)
        return self._judged(path, answer, old_api_error(status, answer))

    def _judged(self, path: str, answer: dict[str, Any] | None, error: ChannelError | None) -> dict[str, Any]:
        """Count the call (throttled ones are free), log a failure by its code only, and return or raise."""
        if error is None or error.code not in THROTTLED:
            self._quota.count_api(path)
        if error is not None:
            log.warning("dingtalk.call_failed", path=path, code=error.code, kind=type(error).__name__)
            raise error
        return answer or {}

    async def _exchange(
        self, method: str, path: str, url: str, *, limits: aiohttp.ClientTimeout = _TIMEOUT, **content: Any
    ) -> tuple[int, dict[str, Any] | None]:
        """Return status and JSON object of the answer, None where it is none (a ban answers in HTML)."""
        await self._buckets.take(path)
        try:
            async with self.session.request(method, url, timeout=limits, allow_redirects=False, **content) as answer:
                return answer.status, await _read(answer)
        except aiohttp.ClientConnectorError as error:
            raise Retry(f"连不上钉钉：{type(error).__name__}") from None
        except aiohttp.ConnectionTimeoutError:
            raise Retry("连不上钉钉：超时") from None
        except (TimeoutError, aiohttp.ClientError) as error:
            # Sent, and no answer. The error's own words hold the address, and old addresses hold the token.
            raise Retry(f"钉钉没有回答：{type(error).__name__}", delivered_maybe=True) from None

    async def _fetch_new_token(self) -> tuple[str, float]:
        settings = self.settings
        credentials = {"appKey": settings.client_id, "appSecret": settings.client_secret}
        answer = await self.without_token("/v1.0/oauth2/accessToken", credentials)
        return _token(answer.get("accessToken"), answer.get("expireIn"))

    async def _fetch_old_token(self) -> tuple[str, float]:
        settings = self.settings
        credentials = {"appkey": settings.client_id, "appsecret": settings.client_secret}
        answer = await self._old_once("GET", "/gettoken", credentials)
        return _token(answer.get("access_token"), answer.get("expires_in"))


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any] | None:
    try:
        return loads_object(await read_up_to(answer.content, _ANSWER_MAX), limit=_ANSWER_MAX)
    except (BadJson, TooLargeError):
        return None


def _token(token: object, life: object) -> tuple[str, float]:
    if not isinstance(token, str) or not token:
        raise Retry("钉钉没有返回凭证")
    return token, float(life) if isinstance(life, int | float) else 7200.0
