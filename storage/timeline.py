"""The timeline: what happened, by whom, in a chain of hashes (R-118, R-119).

Rows of a transaction are sealed together as its last step: the head row is locked, every row gets
the next number and a hash over the one before. Whoever changes, removes or swaps a row breaks the
chain at that place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import chain_head, timeline

GENESIS = "0" * 64

_HEAD = select(chain_head.c.seq, chain_head.c.hash).where(chain_head.c.id == 1).with_for_update()
_PUT = insert(timeline)
_MOVE_HEAD = update(chain_head).where(chain_head.c.id == 1).values(seq=bindparam("end"), hash=bindparam("last"))
_KNOWN = select(timeline.c.key).where(timeline.c.key.in_(bindparam("keys", expanding=True)), timeline.c.step == 0)


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain does not hold, and why."""

    seq: int
    reason: str


def prepare(row: dict[str, Any]) -> None:
    """Make ``row`` (all columns but seq and hash) ready to be sealed; TypeError when it cannot be written down.

    Called inside the effect's own savepoint, so that what cannot be sealed fails alone.
    """
    row["content"] = _content(row)


def seal(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write prepared ``rows`` at the end of the chain."""
    if not rows:
        return
    seq, last = _locked_head(session)
    for row in rows:
        seq += 1
        row["seq"] = seq
        last = row["hash"] = _link(last, seq, row.pop("content"))
    session.execute(_PUT, rows)
    session.execute(_MOVE_HEAD, {"end": seq, "last": last})


def known(session: Session, keys: Sequence[str]) -> set[str]:
    """Return those of ``keys`` whose effect has been carried out."""
    return set(session.scalars(_KNOWN, {"keys": keys}))


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
        if _link(last, seq, _content(dict(row))) != row["hash"]:
            yield Broken(seq, "the row or one before it was changed")
        last = row["hash"]
    head = session.execute(select(chain_head.c.seq, chain_head.c.hash)).first()
    if head is None and seq:
        yield Broken(seq, "the head of the chain was removed")
    elif head is not None and tuple(head) != (seq, last):
        yield Broken(head.seq, "the end of the chain was cut off or rewritten")


def _locked_head(session: Session) -> tuple[int, str]:
    head = session.execute(_HEAD).first()
    if head is None:
        # The very first effect. Two writers may both think so; the slower one waits here and finds the other's.
        insert_ = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        session.execute(insert_(chain_head).values(id=1, seq=0, hash=GENESIS).on_conflict_do_nothing())
        head = session.execute(_HEAD).one()
    return head.seq, head.hash


def _link(previous: str, seq: int, content: bytes) -> str:
    return hashlib.sha256(f"{previous}{seq}".encode() + content).hexdigest()


def _content(row: dict[str, Any]) -> bytes:
    content = [
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
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
