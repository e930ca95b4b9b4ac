"""The timeline: what happened, by whom, in a chain of hashes (R-118, R-119).

Rows of a transaction are sealed together as its last step: the head row is locked, every row gets
the next number and a hash over the one before. Whoever changes, removes or swaps a row breaks the
chain at that place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storage.tables import chain_head, timeline

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain does not hold, and why."""

    seq: int
    reason: str


def seal(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write ``rows`` (all columns but seq and hash) at the end of the chain."""
    if not rows:
        return
    head = session.execute(
        select(chain_head.c.seq, chain_head.c.hash).where(chain_head.c.id == 1).with_for_update()
    ).first()
    if head is None:
        session.execute(insert(chain_head).values(id=1, seq=0, hash=GENESIS))
        seq, last = 0, GENESIS
    else:
        seq, last = head
    for row in rows:
        seq += 1
        row["seq"] = seq
        last = row["hash"] = link(last, row)
    session.execute(insert(timeline), rows)
    session.execute(update(chain_head).where(chain_head.c.id == 1).values(seq=seq, hash=last))


def link(previous: str, row: dict[str, Any]) -> str:
    """Return the hash of ``row`` after ``previous``."""
    content = [
        previous,
        row["seq"],
        row["key"],
        row["step"],
        row["at"].isoformat(timespec="microseconds"),
        row["subject"],
        row["event"],
        row["actor_id"],
        row["actor"],
        row["platform"],
        row["body"],
    ]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def knows(session: Session, key: str) -> bool:
    """Return whether an effect of this key has been carried out."""
    return session.execute(select(timeline.c.seq).where(timeline.c.key == key).limit(1)).first() is not None


def verify(session: Session) -> Iterator[Broken]:
    """Walk the whole chain; yield every place where it is broken (also a cut tail)."""
    seq, last = 0, GENESIS
    for row in session.execute(select(timeline).order_by(timeline.c.seq).execution_options(yield_per=2000)).mappings():
        seq += 1
        if row["seq"] != seq:
            yield Broken(seq, f"row {seq} is missing")
            seq = row["seq"]
        if link(last, dict(row)) != row["hash"]:
            yield Broken(seq, "the row or one before it was changed")
        last = row["hash"]
    head = session.execute(select(chain_head.c.seq, chain_head.c.hash)).first()
    if head is not None and tuple(head) != (seq, last):
        yield Broken(head.seq, "the end of the chain was cut off or rewritten")
