"""The HTTP side of an OpenAI-compatible ``/chat/completions``: three ways of asking for JSON, and patience that ends.

Every failure is a NoAnswer that names its kind; neither key nor message stands in an error or a log line (R-88).
"""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Any

import aiohttp
import orjson
import structlog

from bot.llm.prompt import PROBE, PROBE_SCHEMA

ANSWER_MAX = 64 * 1024
"""Bytes of an answer that are read."""
TOKENS_MAX = 400

_log = structlog.get_logger("gendan.llm")


class NoAnswer(Exception):
    """The model gave nothing that can be used; the message is a word for the log."""


class Tier(StrEnum):
    """How firmly an endpoint can be held to JSON, the firmest first."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    PLAIN = "plain"


class ChatClient:
    """Asks one model at one address. The session belongs to the caller; ``timeout`` in seconds bounds a probe."""

    def __init__(
        self, session: aiohttp.ClientSession, *, base_url: str, model: str, api_key: str, timeout: float
    ) -> None:
        self._session = session
        self._address = f"{base_url}/chat/completions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._timeout = timeout
        self.tier: Tier | None = None
        """None until a probe has found out."""

    async def probe(self) -> None:
        """Find the firmest tier this endpoint really serves and remember it; nothing is remembered while it is away."""
        if self.tier is not None:
            return
        said = "unknown"
        for tier in Tier:
            try:
                async with asyncio.timeout(self._timeout):
                    answer = await self._ask(PROBE, PROBE_SCHEMA, tier)
            except (NoAnswer, TimeoutError) as error:
                said = str(error) or "timeout"
                continue
            if isinstance(answer, dict) and answer.get("ok") is True:
                self.tier = tier
                _log.info("llm.probed", tier=tier.value)
                return
        _log.warning("llm.unusable", reason=said)

    async def ask(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> Any:
        """Return the model's JSON; raise NoAnswer. The caller sets the time limit."""
        if self.tier is None:
            raise NoAnswer("not probed")
        return await self._ask(messages, schema, self.tier)

    async def _ask(self, messages: list[dict[str, str]], schema: dict[str, Any], tier: Tier) -> Any:
        body: dict[str, Any] = {
            "model": self._model,
            "messages": messages,
            "temperature": 0,
            "max_tokens": TOKENS_MAX,
            "stream": False,
        }
        if tier is Tier.SCHEMA:
            named = {"name": "understanding", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        elif tier is Tier.OBJECT:
            body["response_format"] = {"type": "json_object"}
        headers = {**self._headers, "Content-Type": "application/json"}
        try:
            async with self._session.post(
                self._address, data=orjson.dumps(body), headers=headers, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise NoAnswer(f"HTTP {response.status}")
                return _content(await _capped(response.content))
        except aiohttp.ClientError as error:
            # Not chained: it may carry the address and with it a key written there.
            raise NoAnswer(type(error).__name__) from None


async def _capped(content: aiohttp.StreamReader) -> bytes:
    data = bytearray()
    async for chunk in content.iter_any():
        data += chunk
        if len(data) > ANSWER_MAX:
            raise NoAnswer("too long")
    return bytes(data)


def _content(raw: bytes) -> Any:
    """Return the JSON inside the first choice's message, also when it stands in a code fence."""
    try:
        said = orjson.loads(raw)["choices"][0]["message"]["content"]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        raise NoAnswer("no choice") from None
    if not isinstance(said, str) or not said.strip():
        raise NoAnswer("empty")
    start, end = said.find("{"), said.rfind("}")
    try:
        return orjson.loads(said[start : end + 1])
    except orjson.JSONDecodeError:
        raise NoAnswer("no JSON") from None
