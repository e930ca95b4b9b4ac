"""``gendan verify``: counts, and every rule of the books that does not hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from storage import invariants
from storage.database import Database
from storage.files import Files


def verify(database: Database, files: Files, *, records: bool = False) -> dict[str, Any]:
    """Return ``{"counts": {…}, "violations": [{"rule", "detail"}], "records": {inbox key: effects}}``."""

    def look(session: Session) -> dict[str, Any]:
        report: dict[str, Any] = {
            "counts": invariants.counts(session),
            "violations": [
                {"rule": each.rule, "detail": each.detail} for each in invariants.violations(session, files.exists)
            ],
        }
        if records:
            report["records"] = invariants.effects_per_key(session)
        return report

    return database.look(look)
