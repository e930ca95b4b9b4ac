"""The nightly comparison: every card about an approval says what the books say, and so does its quotation (R-112).

A card is a view; the outbox redraws it after every change. Should a redrawing ever have been lost, the card is
drawn anew in the morning. Books that contradict each other are told to the administrators: nobody mends those but
a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from domain.errors import Refusal
from jobs.business import Business
from jobs.drawing import Drawer, stands
from jobs.trouble import Trouble
from storage import care, outbox
from storage.database import Database, Urgency
from storage.queries import Queries

_log = structlog.get_logger()
_KINDS = frozenset({"approvals.decide", "approvals.copy", "quotes.draft"})
_BEGINS = time(3)
_TOLD = time(8, 30)
"""Nothing is told at night, and a card that cannot be updated any more goes out anew."""
_BACK = timedelta(days=3)
"""How far it looks back: a redrawing that failed is parked after half an hour, a night may have been missed."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many cards were looked at, which subjects stood differently, which documents contradict their approval."""

    cards: int
    differing: tuple[str, ...]
    contradicting: tuple[str, ...]


class CompareJob:
    """Comes round every few minutes; the day's mark in the database says that it is done."""

    every = timedelta(minutes=10)

    def __init__(self, *, database: Database, business: Business, drawer: Drawer, trouble: Trouble) -> None:
        self._database = database
        self._business = business
        self._drawer = drawer
        self._trouble = trouble

    async def run(self) -> Compared | None:
        """Compare once a night, and return what was found; None at any other time."""
        local = self._business.calendar.local(self._business.clock.now())
        mark = f"compared:{local.date().isoformat()}"
        if local.time() < _BEGINS:
            return None
        if await self._database.read(lambda session: bool(care.number(session, mark))):
            return None
        now = self._business.clock.now()
        found = await self._database.read(partial(self._compare, now=now))
        due = max(now, datetime.combine(local.date(), _TOLD, local.tzinfo))
        await self._database.write(partial(_redraw, found=found, mark=mark, now=now, due=due), urgency=Urgency.CARE)
        for subject in found.differing:
            _log.warning("card_differs", subject=subject)
        if found.contradicting:
            said = f"夜间核对：{'、'.join(found.contradicting)} 和审批记录对不上，请运行 gendan verify 查看"
            await self._trouble.contradicts(said, mark)
        return found

    def _compare(self, session: Session, *, now: datetime) -> Compared:
        queries = Queries(session)
        cards = outbox.cards_to_compare(session, _KINDS, now - _BACK)
        differing = (card["subject"] for card in cards if self._differs(queries, card, now))
        return Compared(
            cards=len(cards),
            differing=tuple(dict.fromkeys(differing)),
            contradicting=tuple(dict.fromkeys(_contradicting(queries))),
        )

    def _differs(self, queries: Queries, card: RowMapping, now: datetime) -> bool:
        addressee = queries.people.addressee(card["person_id"])
        if addressee is None:
            return False
        try:
            drawn = self._drawer.draw(queries, card["kind"], card["subject"], card["args"], addressee[0], now)
        except Refusal:
            return False  # He may not see it any more: his old card refuses when pressed.
        return stands(drawn) != str(card["stands"])


def _contradicting(queries: Queries) -> Sequence[str]:
    return [*queries.quotes.changed_after_approval(), *queries.quotes.at_odds_with_approval()]


def _redraw(session: Session, *, found: Compared, mark: str, now: datetime, due: datetime) -> None:
    rows: list[dict[str, Any]] = [
        {
            "key": f"{mark}:{subject}",
            "person_id": None,
            "platform": "",
            "account": "",
            "kind": "redraw",
            "subject": subject,
            "body": {},
            "priority": 1,
            "state": "ready",
            "tries": 0,
            "due": due,
            "created_at": now,
        }
        for subject in found.differing
    ]
    outbox.put(session, rows)
    care.set_number(session, mark, 1)
