"""The two doors WeCom knocks at: ``GET`` verifies the address, ``POST`` brings a message or event.

A POST passes in this order: size, signature, window of time, decryption, application, parsing;
then it is kept, and only then answered with an empty 200 (WeCom reference 1.3, 2.8). Whatever is
refused gets one and the same answer, and the log says why without saying what (R-05, R-88).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.wecom import inbound, xml
from bot.wecom.crypto import CallbackCrypto, CallbackRefused
from bot.wecom.signed import SignedAddress, read_body, refuse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.envelope import Envelope

_log = structlog.get_logger("gendan.wecom.callback")


class WeComCallback:
    """aiohttp handlers for the callback address of one application.

    ``keep`` commits the envelope durably and returns when it is safe; if it raises, the answer is
    503 and the platform sends again. ``window`` is how far the signed timestamp may lie from
    ``now``; None switches the check off (R-02).
    """

    def __init__(
        self,
        crypto: CallbackCrypto,
        *,
        corp_id: str,
        agent_id: int,
        keep: Callable[[Envelope], Awaitable[object]],
        now: Callable[[], datetime],
        window: timedelta | None = timedelta(seconds=300),
    ) -> None:
        self._address = SignedAddress(crypto, now=now, window=window)
        self.verify = self._address.verify
        self._corp_id = corp_id
        self._agent_id = str(agent_id)
        self._keep = keep
        self._now = now

    async def receive(self, request: web.Request) -> web.Response:
        """Keep one message or event, then acknowledge it."""
        try:
            body = await read_body(request)
            outer = _parse(body)
            raw = self._address.open(request, self._encrypted(outer))
            inner = _parse(xml.scrub(raw))
            self._check_addressee(inner)
            envelope = inbound.envelope(inner, raw, self._now())
        except CallbackRefused as refused:
            return refuse(request, refused)
        try:
            await self._keep(envelope)
        except Exception as error:  # noqa: BLE001 — whatever went wrong, it is not kept: the platform must send again
            # The name only: a database error prints the row it could not write, and with it what somebody said.
            _log.error("callback not kept", key=envelope.key, error=type(error).__name__)
            return web.Response(status=503)
        return web.Response()

    def _encrypted(self, outer: xml.Tree) -> str:
        """Return the ciphertext of the envelope, whose addressee is not signed and may only repeat ours."""
        for values in outer.values():
            if len(values) > 1:
                raise CallbackRefused("doubled element")
        self._check_addressee(outer)
        return xml.text(outer, "Encrypt")

    def _check_addressee(self, tree: xml.Tree) -> None:
        """Refuse what is for another company or application; contact events name no application (R-03)."""
        if tree.get("ToUserName", [self._corp_id]) != [self._corp_id]:
            raise CallbackRefused("company")
        for each in tree.get("AgentID", ()):
            if each not in ("", self._agent_id):
                raise CallbackRefused("application")


def _parse(body: bytes) -> xml.Tree:
    try:
        return xml.parse(body)
    except xml.XmlError as error:
        raise CallbackRefused(f"xml {error}") from None
