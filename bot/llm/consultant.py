"""Asks for a second opinion on one message: what may be asked, within two seconds, or not at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.llm.breaker import Breaker
from bot.llm.client import ChatClient, NoAnswer
from bot.llm.prompt import messages, schema
from domain.actor import Actor
from handlers.envelope import Envelope
from handlers.language.understand import Reader
from handlers.merging import changes, merge
from handlers.reading import is_set_phrase, role_of
from handlers.refine import Opinion, Question, believed, question_of, words_of_company

BUDGET = 2.0
"""Seconds for one message, the second try included: somebody waits for the answer."""
AT_ONCE = 4

_log = structlog.get_logger("gendan.llm")


class Consultant:
    """``jobs.second_opinion.Consult``. ``reader`` returns the company's reader as it is now."""

    def __init__(
        self,
        *,
        client: ChatClient,
        reader: Callable[[], Reader],
        threshold: float,
        budget: float = BUDGET,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._reader = reader
        self._threshold = threshold
        self._budget = budget
        self._monotonic = monotonic
        self._breaker = Breaker(monotonic)
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, envelope: Envelope, actor: Actor, now: datetime) -> Opinion | None:
        """Return what may be believed of the model's answer; None leaves the reader's own understanding."""
        if self._client.tier is None or self._breaker.open or is_set_phrase(envelope.text):
            return None
        reader, role = self._reader(), role_of(actor)
        result = reader.understand(envelope.text, role=role, now=now)
        words = words_of_company(result)
        # On a thread of its own: it looks at every name there is.
        near = await asyncio.to_thread(reader.near, words) if words else ()
        question = question_of(result, role, near, threshold=self._threshold)
        if question is None:
            return None
        began = self._monotonic()
        opinion, outcome = await self._within_budget(question)
        changed = changes(result, merge(reader, result, opinion, role=role, now=now)) if opinion else ()
        _log.info(
            "llm.asked",
            tier=self._client.tier.value,
            ms=round((self._monotonic() - began) * 1000),
            outcome=outcome,
            changed=list(changed),
        )
        return opinion if changed else None

    async def _within_budget(self, question: Question) -> tuple[Opinion | None, str]:
        try:
            async with asyncio.timeout(self._budget), self._slots:
                if self._breaker.open:
                    return None, "breaker"
                opinion, outcome = await self._twice(question)
        except TimeoutError:
            opinion, outcome = None, "timeout"
        if opinion is None:
            self._breaker.failed()
        else:
            self._breaker.answered()
        return opinion, outcome

    async def _twice(self, question: Question) -> tuple[Opinion | None, str]:
        """Ask, and once more when the first answer could not be used."""
        outcome = ""
        for _ in range(2):
            try:
                opinion = believed(question, await self._client.ask(messages(question), schema(question)))
            except NoAnswer as error:
                outcome = str(error)
                continue
            if opinion is not None:
                return opinion, "answered"
            outcome = "nothing to believe"
        return None, outcome
