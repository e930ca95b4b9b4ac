"""The one corridor behind DingTalk's two doors: is it ours, what is it, keep it, answer it.

The stream and the HTTP callbacks only translate; both end here, so a message takes the same road
whichever way it came. Nothing is acknowledged before ``keep`` returned (R-11, R-98).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.dingtalk.crypto import Clock
from bot.dingtalk.inbound import CONTACT_EVENTS, parse_card, parse_event, parse_robot
from bot.dingtalk.ours import Ours
from bot.dingtalk.quota import Quota
from handlers.envelope import Envelope

Keep = Callable[[Envelope], Awaitable[None]]
"""Commits the envelope durably, or raises."""
AnswerCard = Callable[[Envelope], Awaitable[Mapping[str, Any] | None]]
"""Waits for the effect of a kept click and returns what ``DingTalkChannel.card_response`` made; cancelled in time."""

ANSWER_WAIT = 1.2
"""Seconds that a card callback waits for the effect."""
CARD_DEADLINE = 1.8
"""Seconds from arrival; DingTalk shows a failure at 2 s (DingTalk reference 1.6)."""

log = structlog.get_logger(__name__)


class NotKept(Exception):
    """The inbox did not take it: the platform must deliver it again."""


class Arrivals:
    """Takes parsed JSON bodies; raises CallbackRefused, BadJson or NotKept."""

    def __init__(
        self,
        *,
        ours: Ours,
        keep: Keep,
        answer_card: AnswerCard,
        clock: Clock,
        quota: Quota | None = None,
        answer_wait: float = ANSWER_WAIT,
    ) -> None:
        self._ours = ours
        self._keep_envelope = keep
        self._answer_card = answer_card
        self._clock = clock
        self._quota = quota
        self._answer_wait = answer_wait

    async def robot(self, body: Mapping[str, Any], *, message_id: str = "") -> None:
        """Keep a robot message."""
        self._ours.check_robot(body)
        await self._keep(parse_robot(body, received=self._clock(), message_id=message_id), counted=True)

    async def card(self, body: Mapping[str, Any], headers: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a click and return the redrawn card, or ``{}`` when that takes longer than DingTalk waits."""
        began = asyncio.get_running_loop().time()
        self._ours.check_card(body)
        envelope = parse_card(body, headers, received=self._clock())
        await self._keep(envelope, counted=True)
        left = began + CARD_DEADLINE - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(0.0, min(self._answer_wait, left))):
                return dict(await self._answer_card(envelope) or {})
        except TimeoutError:
            return {}
        except Exception:  # the click is kept and will take effect; the relay redraws the card
            log.exception("dingtalk.card_answer_failed", key=envelope.key)
            return {}

    async def event(self, headers: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """Keep an event."""
        self._ours.check_event(headers)
        envelope = parse_event(headers, data, received=self._clock())
        await self._keep(envelope, counted=envelope.data["event"] not in CONTACT_EVENTS)

    async def _keep(self, envelope: Envelope, *, counted: bool) -> None:
        if counted and self._quota is not None:
            self._quota.count_push()
        try:
            await self._keep_envelope(envelope)
        except Exception as error:  # whatever the inbox cannot do, the platform is told the same
            # The name only: a database error prints the row it could not write, and with it what somebody said.
            log.error("dingtalk.not_kept", key=envelope.key, error=type(error).__name__)  # noqa: TRY400
            raise NotKept(envelope.key) from error
