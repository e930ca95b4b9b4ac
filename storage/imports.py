"""The table of what imports brought: known by the row's key the next time, found again when it is taken back."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from domain.record import Identity, Record

import_rows = Table(
    "import_rows",
    Record.metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("import_id", Identity, ForeignKey("import_runs.id"), nullable=False),
    Column("line", Integer, nullable=False, comment="of the file, from 1"),
    Column("key", String(32), nullable=False, comment="the same whenever the same row comes again"),
    Column("record", String(16), nullable=False, comment="customer, contact, activity, equipment, product"),
    Column("record_id", Identity, nullable=False),
    Column("version", Integer, nullable=False, comment="of the record as it was brought in"),
    Column(
        "kept", Integer, nullable=False, default=0, comment="1: changed since, it stayed when the import was undone"
    ),
)
Index("ix_import_rows_key", import_rows.c.key)
Index("ix_import_rows_import_id", import_rows.c.import_id, import_rows.c.kept, import_rows.c.record)
