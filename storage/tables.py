"""The tables that carry the road: inbox, outbox, timers, timeline, sent cards, counters.

They are plain Core tables: the arrival path and the queues never pay for the ORM. The business's
own records live in ``domain``; both share one MetaData, so one migration covers all.

States

    inbox     fetch ──► ready ──► done          fetch: pictures still lie on the platform
                          └──► parked           five failures; an admin sees it
    outbox    ready ──► leased ──► sent         leased: somebody is talking to the platform
                 ▲────────┘  ├──► refused       can never arrive (recorded, shown)
                             └──► parked
    timers    pending ──► fired | cancelled | parked
"""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, Index, Integer, String, Table, Text, UniqueConstraint, literal_column

from domain.record import Identity, Json, Record, UtcDateTime

_metadata = Record.metadata

inbox = Table(
    "inbox",
    _metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("platform", String(16), nullable=False),
    Column("account", String(128), nullable=False),
    Column("conversation", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("body", Json, nullable=False),
    Column("state", String(8), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("not_before", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("error", Text),
    Column("result", Json),
)
Index("ix_inbox_state", inbox.c.state, inbox.c.id)
Index("ix_inbox_conversation", inbox.c.conversation, inbox.c.state, inbox.c.id)

outbox = Table(
    "outbox",
    _metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("key", String(240), nullable=False, unique=True),
    Column("person_id", Identity),
    Column("platform", String(16), nullable=False, default=""),
    Column("account", String(128), nullable=False, default=""),
    Column("kind", String(64), nullable=False),
    Column("subject", String(80), nullable=False, default="", index=True),
    Column("body", Json, nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("state", String(8), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("due", UtcDateTime, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("lease", String(40)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("error", Text),
    Column("note", Text),
    comment="What was promised to be told. kind: text, redraw, or the name of a card",
)
Index("ix_outbox_state", outbox.c.state, outbox.c.priority, outbox.c.due)
Index("ix_outbox_person", outbox.c.person_id, outbox.c.subject, outbox.c.state)

timers = Table(
    "timers",
    _metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("name", String(120), nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("command", Json, nullable=False),
    Column("state", String(12), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("made_by", String(240), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("error", Text),
)
Index("ix_timers_state", timers.c.state, timers.c.due)
PENDING: ColumnElement[str] = literal_column("'pending'")
"""Written into the statement, not bound: SQLite uses a partial index only where it can read the same words."""
Index(
    "uq_timers_pending_name",
    timers.c.name,
    unique=True,
    sqlite_where=timers.c.state == PENDING,
    postgresql_where=timers.c.state == PENDING,
)

timeline = Table(
    "timeline",
    _metadata,
    Column("seq", Identity, primary_key=True, autoincrement=False, comment="without gaps: the order of the chain"),
    Column("key", String(240), nullable=False),
    Column("step", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("subject", String(80), nullable=False, index=True),
    Column("event", String(64), nullable=False),
    Column("actor_id", Identity),
    Column("actor", String(64), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("body", Json, nullable=False),
    Column("hash", String(64), nullable=False, comment="SHA-256 over the previous hash and this row"),
    UniqueConstraint("key", "step"),
)

chain_head = Table(
    "chain_head",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Identity, nullable=False),
    Column("hash", String(64), nullable=False),
    comment="One row: where the timeline ends. Locked last in a transaction, for as long as its commit takes",
)

sent_cards = Table(
    "sent_cards",
    _metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("outbox_key", String(240), nullable=False, unique=True),
    Column("platform", String(16), nullable=False),
    Column("account", String(128), nullable=False),
    Column("person_id", Identity, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("args", Json, nullable=False),
    Column("ref", String(128), nullable=False, comment="WeCom task_id, DingTalk outTrackId"),
    Column("handle", Json, nullable=False),
    Column("shown", String(64), nullable=False, comment="SHA-256 of the card as last drawn"),
    Column(
        "stands",
        String(200),
        nullable=False,
        server_default="",
        comment="What it says of the state and lets press; empty: unknown",
    ),
    Column("frozen", Integer, nullable=False, default=0),
    Column("sent_at", UtcDateTime, nullable=False),
)
Index("ix_sent_cards_subject", sent_cards.c.subject, sent_cards.c.person_id)
Index("ix_sent_cards_ref", sent_cards.c.platform, sent_cards.c.ref)

counters = Table(
    "counters",
    _metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Identity, nullable=False),
    comment="Document numbers of the month, monthly quotas, the round-robin pointers",
)

heartbeats = Table(
    "heartbeats",
    _metadata,
    Column("name", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    comment="When a background job last came round; read by /readyz",
)

sessions = Table(
    "sessions",
    _metadata,
    Column("token", String(64), primary_key=True, comment="SHA-256 of the cookie"),
    Column("person_id", Identity, nullable=False),
    Column("platform", String(16), nullable=False),
    Column("account", String(128), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    comment="Who is logged in to the staff pages; ended by deleting the row",
)

spent_logins = Table(
    "spent_logins",
    _metadata,
    Column("state", String(64), primary_key=True, comment="SHA-256 of the state a platform sent back"),
    Column("spent_at", UtcDateTime, nullable=False),
    comment="Logins that came back once already: a state works a single time",
)
