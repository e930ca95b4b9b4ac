"""Sessions of the staff pages: only hashes are kept, and every look asks the person's own row again.

A leaver, or somebody whose account was taken away, is out with his next request (R-58); nothing has
to find his sessions first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.people.person import Person
from storage.tables import sessions, spent_logins

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
_SPENT_KEPT = timedelta(days=1)
"""Much longer than a state is good for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who a session belongs to, and when he was last here."""

    actor: Actor
    at: datetime


def spend_login(session: Session, state: str, now: datetime) -> bool:
    """Mark a login's state as used; False when it was used before (R-63)."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    values = {"state": _hash(state), "spent_at": now}
    spent = session.execute(
        dialect.insert(spent_logins).values(values).on_conflict_do_nothing().returning(spent_logins.c.state)
    )
    return spent.first() is not None


def begin(session: Session, token: str, actor: Actor, now: datetime) -> None:
    """Keep a new session of ``actor``, and sweep out what is long over."""
    session.execute(delete(sessions).where((sessions.c.seen_at < now - IDLE) | (sessions.c.created_at < now - LONGEST)))
    session.execute(delete(spent_logins).where(spent_logins.c.spent_at < now - _SPENT_KEPT))
    values = {
        "token": _hash(token),
        "person_id": actor.person_id,
        "platform": actor.platform,
        "account": actor.account,
        "created_at": now,
        "seen_at": now,
    }
    session.execute(insert(sessions).values(values))


def find(session: Session, token: str, now: datetime) -> Seen | None:
    """Return whose session this is; None when unknown, over, or not of an active member any more."""
    row = session.execute(select(sessions).where(sessions.c.token == _hash(token))).mappings().first()
    if row is None or now - row["seen_at"] > IDLE or now - row["created_at"] > LONGEST:
        return None
    person = session.get(Person, row["person_id"])
    if person is None or not person.active or person.account(row["platform"]) != row["account"]:
        return None
    return Seen(person.actor(row["platform"]), row["seen_at"])


def touch(session: Session, token: str, now: datetime) -> None:
    """Note that the session was used."""
    session.execute(update(sessions).where(sessions.c.token == _hash(token)).values(seen_at=now))


def end(session: Session, token: str) -> None:
    """Forget the session: its cookie is worth nothing from here on (R-67)."""
    session.execute(delete(sessions).where(sessions.c.token == _hash(token)))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
