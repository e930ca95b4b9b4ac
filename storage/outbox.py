"""The outbox: what was promised to be told, claimed by lease, sent after the commit, marked after sending.

At least once: a crash between sending and marking sends again, under the same key, which the
platforms' own duplicate checks know (R-27).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import RowMapping, and_, case, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from storage.tables import outbox, sent_cards, timeline

LEASE = timedelta(seconds=60)
MOST_TRIES = 12
"""With the back-off below this is about half an hour of failures; while the breaker is open no try is counted."""

INTERRUPTED = "上次发送中断，不知道有没有送到"
"""The error of a row whose last try may have arrived: whoever sent it died, or lost the answer."""

_PUT = insert(outbox)


def check(rows: Sequence[dict[str, Any]]) -> None:
    """Raise TypeError when a body cannot be written down: before ``put``, in the effect whose fault it is."""
    for row in rows:
        orjson.dumps(row["body"])


def put(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write promises; each has key, kind, body, and person_id or platform + account."""
    if rows:
        session.execute(_PUT, list(rows))
        if session.get_bind().dialect.name == "postgresql":
            session.connection().exec_driver_sql("NOTIFY gendan_outbox")


def put_once(session: Session, row: dict[str, Any]) -> None:
    """Write a promise unless its key stands already: who delivers the same row a second time promises nothing new."""
    if session.execute(select(outbox.c.id).where(outbox.c.key == row["key"])).first() is None:
        put(session, [row])


def promised_by(session: Session, effect: str) -> bool:
    """Return whether the effect of this key has promised to tell something."""
    return session.execute(select(outbox.c.id).where(outbox.c.key == f"{effect}#0")).first() is not None


def claim(session: Session, now: datetime, lease: str, limit: int) -> Sequence[RowMapping]:
    """Lease up to ``limit`` rows that are due, urgent ones first, and return them.

    Of one subject and person only the oldest is taken, so that cards keep their order. A redrawing waits
    while a card about its subject is on its way: it would find nothing to redraw, and the card would
    arrive showing how things stood before.
    """
    earlier = outbox.alias("earlier")
    same_card = and_(earlier.c.person_id == outbox.c.person_id, earlier.c.state.in_(("ready", "leased")))
    under_way = and_(outbox.c.kind == "redraw", earlier.c.state == "leased", earlier.c.leased_until >= now)
    held_back = (
        select(earlier.c.id)
        .where(earlier.c.subject == outbox.c.subject, earlier.c.id < outbox.c.id, or_(same_card, under_way))
        .exists()
    )
    open_ = or_(
        and_(outbox.c.state == "ready", outbox.c.due <= now),
        and_(outbox.c.state == "leased", outbox.c.leased_until < now),
    )
    ids = session.scalars(
        select(outbox.c.id)
        .where(open_, or_(outbox.c.subject == "", ~held_back))
        .order_by(outbox.c.priority, outbox.c.due, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not ids:
        return []
    session.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(
            state="leased",
            lease=lease,
            leased_until=now + LEASE,
            tries=outbox.c.tries + 1,
            error=case((outbox.c.state == "leased", INTERRUPTED), else_=outbox.c.error),
        )
    )
    return (
        session.execute(select(outbox).where(outbox.c.id.in_(ids)).order_by(outbox.c.priority, outbox.c.id))
        .mappings()
        .all()
    )


def changed_since(session: Session, row: RowMapping) -> bool:
    """Return whether the subject of a card's row was to be drawn anew after the card was promised."""
    later = select(outbox.c.id).where(
        outbox.c.subject == row["subject"], outbox.c.kind == "redraw", outbox.c.id > row["id"]
    )
    return session.execute(later.limit(1)).first() is not None


def sent(session: Session, row_id: int, lease: str, now: datetime, note: str = "") -> bool:
    """Mark a leased row as sent; False when the lease was lost meanwhile."""
    return _close(session, row_id, lease, state="sent", sent_at=now, note=note or None, error=None)


def refused(session: Session, row_id: int, lease: str, now: datetime, error: str) -> bool:
    """Mark a leased row as never to arrive."""
    return _close(session, row_id, lease, state="refused", sent_at=now, error=error[:2000])


def later(session: Session, row_id: int, lease: str, due: datetime, error: str, *, most: int = MOST_TRIES) -> bool:
    """Give a leased row back until ``due``, or park it after ``most`` tries. Return whether it was parked."""
    tries = session.execute(select(outbox.c.tries).where(outbox.c.id == row_id)).scalar_one()
    parked: bool = tries >= most
    _close(session, row_id, lease, state="parked" if parked else "ready", due=due, error=error[:2000])
    return parked


def unclaim(session: Session, row_id: int, lease: str, due: datetime, error: str) -> None:
    """Give a leased row back without counting the try: our own budget, not a failure."""
    _close(session, row_id, lease, state="ready", due=due, error=error[:2000], tries=outbox.c.tries - 1)


def free(session: Session) -> None:
    """Give every leased row back: for whoever knows that nobody else is at work."""
    session.execute(
        update(outbox)
        .where(outbox.c.state == "leased")
        .values(state="ready", leased_until=None, lease=None, error=INTERRUPTED)
    )


def may_have_arrived(row: RowMapping) -> bool:
    """Return whether an earlier try of a claimed row may have reached the platform."""
    return (row["error"] or "").startswith(INTERRUPTED)


def backoff(tries: int) -> timedelta:
    """Return how long to wait after the ``tries``-th failure: 1 s doubling up to 10 minutes."""
    return timedelta(seconds=min(2 ** max(tries - 1, 0), 600))


def _close(session: Session, row_id: int, lease: str, **values: Any) -> bool:
    changed = session.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == "leased", outbox.c.lease == lease)
        .values(leased_until=None, **values)
        .returning(outbox.c.id)
    ).first()
    return changed is not None


def remember_card(session: Session, values: dict[str, Any]) -> None:
    """Keep what is needed to redraw a card that went out; the same promise sent twice is one card."""
    known = session.execute(select(sent_cards.c.id).where(sent_cards.c.outbox_key == values["outbox_key"])).first()
    if known is None:
        session.execute(insert(sent_cards).values(values))
    else:
        session.execute(update(sent_cards).where(sent_cards.c.id == known.id).values(values))


def cards_about(session: Session, subject: str) -> Sequence[RowMapping]:
    """Return the live cards about ``subject``, whoever holds them, the newest first."""
    live = select(sent_cards).where(sent_cards.c.subject == subject, sent_cards.c.frozen == 0)
    return session.execute(live.order_by(sent_cards.c.id.desc())).mappings().all()


def comes_anyway(session: Session, sent: RowMapping, shown: str) -> bool:
    """Return whether the card ``sent`` is on its way to its holder once more, or has just reached him as ``shown``."""
    same = (sent["person_id"], sent["kind"], sent["subject"])
    on_its_way = select(outbox.c.id).where(
        tuple_(outbox.c.person_id, outbox.c.kind, outbox.c.subject) == same, outbox.c.state.in_(("ready", "leased"))
    )
    here = select(sent_cards.c.id).where(
        tuple_(sent_cards.c.person_id, sent_cards.c.kind, sent_cards.c.subject) == same,
        sent_cards.c.shown == shown,
        sent_cards.c.frozen == 0,
    )
    # In this order: what is sent between the two is found by the second.
    return any(session.execute(query.limit(1)).first() is not None for query in (on_its_way, here))


def card(session: Session, card_id: int) -> RowMapping | None:
    """Return one sent card."""
    return session.execute(select(sent_cards).where(sent_cards.c.id == card_id)).mappings().first()


def card_by_ref(session: Session, platform: str, ref: str, account: str) -> RowMapping | None:
    """Return the card that a click came from."""
    return (
        session.execute(
            select(sent_cards).where(
                sent_cards.c.platform == platform, sent_cards.c.ref == ref, sent_cards.c.account == account
            )
        )
        .mappings()
        .first()
    )


def card_redrawn(session: Session, card_id: int, handle: dict[str, Any], shown: str, stands: str) -> None:
    """Note how a card looks now and what its next redrawing needs."""
    values = {"handle": handle, "shown": shown, "stands": stands}
    session.execute(update(sent_cards).where(sent_cards.c.id == card_id).values(values))


def cards_to_compare(session: Session, kinds: Collection[str], since: datetime) -> Sequence[RowMapping]:
    """Return the live cards of these kinds whose subject something happened to since; not what is being told yet."""
    happened = select(timeline.c.subject).where(timeline.c.at >= since)
    telling = (
        select(outbox.c.id)
        .where(outbox.c.subject == sent_cards.c.subject, outbox.c.state.in_(("ready", "leased")))
        .exists()
    )
    query = select(sent_cards).where(
        sent_cards.c.kind.in_(kinds),
        sent_cards.c.frozen == 0,
        sent_cards.c.stands != "",
        sent_cards.c.subject.in_(happened),
        ~telling,
    )
    return session.execute(query.order_by(sent_cards.c.id)).mappings().all()


def freeze(session: Session, card_id: int) -> None:
    """Note that the platform will not redraw this card any more."""
    session.execute(update(sent_cards).where(sent_cards.c.id == card_id).values(frozen=1))


def oldest_open(session: Session) -> datetime | None:
    """Return when the oldest row that is still to be told was promised, however often it was put off since."""
    return session.execute(
        select(func.min(outbox.c.created_at)).where(outbox.c.state.in_(("ready", "leased")))
    ).scalar()
