"""One table that somebody sent: looked at, brought in, and for a day taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Invalid, Stale
from domain.imports.kinds import SheetName
from domain.record import Entity, Identity, Record, choice

REVERT_WITHIN = timedelta(hours=24)


class ImportState(StrEnum):
    """``reading → ready → importing → done → reverting → reverted``; ``refused`` and ``cancelled`` end it before."""

    READING = "reading"
    READY = "ready"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    IMPORTING = "importing"
    DONE = "done"
    REVERTING = "reverting"
    REVERTED = "reverted"


WORKED_ON = (ImportState.READING, ImportState.IMPORTING, ImportState.REVERTING)
"""States in which it is the program's turn."""


class ImportRun(Entity, Record):
    """``file_id`` is the file as it was sent, ``digest`` its SHA-256. ``chosen`` names fields for columns by hand.

    ``found`` is what looking at it found, for the card: the kind, columns, samples, counts and first problems.
    ``added``, ``known`` and ``refused`` count rows; ``taken_back`` and ``kept`` records of a revert.
    """

    __tablename__ = "import_runs"

    person_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    file_id: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column()
    state: Mapped[ImportState] = mapped_column(choice(ImportState), default=ImportState.READING, index=True)
    wanted: Mapped[str] = mapped_column(String(16), default="")
    chosen: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    digest: Mapped[str] = mapped_column(String(64), default="")
    found: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    added: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    taken_back: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def kind(self) -> SheetName | None:
        """The kind of table it was taken for, None while nobody has looked."""
        said = self.found.get("kind")
        return None if said is None else SheetName(said)

    def await_yes(self, found: dict[str, Any], digest: str) -> None:
        """Note what looking at it found; somebody decides next."""
        self._expect(ImportState.READING)
        self.found, self.digest, self.state = found, digest, ImportState.READY

    def refuse(self, reason: str, now: datetime) -> None:
        """End it: the file cannot be read, or nothing in it can be brought in."""
        self._expect(*WORKED_ON)
        self.reason, self.state, self.ended_at = reason, ImportState.REFUSED, now

    def look_again(self, wanted: str, chosen: dict[str, str], version: int) -> None:
        """Read it with another kind or other columns."""
        self.check_live(version)
        if self.state not in (ImportState.READY, ImportState.REFUSED):
            raise Stale("这份表格已经处理过了，要换对应关系请重新发一次文件。", subject=self.subject)
        self.wanted, self.chosen, self.found = wanted, {**self.chosen, **chosen}, {}
        self.state, self.reason, self.ended_at = ImportState.READING, "", None

    def begin(self, version: int) -> None:
        """Bring its good rows in."""
        self.check_live(version)
        self._expect(ImportState.READY)
        self.state = ImportState.IMPORTING

    def cancel(self, version: int, now: datetime) -> None:
        """Leave it alone."""
        self.check_live(version)
        self._expect(ImportState.READY, ImportState.READING, ImportState.REFUSED)
        self.state, self.ended_at = ImportState.CANCELLED, now

    def finish(self, now: datetime) -> None:
        """Note that every good row is in."""
        self._expect(ImportState.IMPORTING)
        self.state, self.ended_at = ImportState.DONE, now

    def begin_revert(self, version: int, now: datetime) -> None:
        """Take back what it brought; Invalid after a day."""
        self.check_live(version)
        self._expect(ImportState.DONE)
        assert self.ended_at is not None
        if now - self.ended_at > REVERT_WITHIN:
            raise Invalid("导入超过 24 小时，不能整体撤销了。请逐条修改，或让主管处理。", subject=self.subject)
        self.state = ImportState.REVERTING

    def finish_revert(self, now: datetime) -> None:
        """Note that what could be taken back is."""
        self._expect(ImportState.REVERTING)
        self.state, self.ended_at = ImportState.REVERTED, now

    def check_live(self, version: int) -> None:
        """Raise Stale when the button shows an earlier state; 0 stands for what was typed."""
        if version not in (0, self.version):
            raise Stale("这份表格的状态刚刚变了，请看最新的卡片再操作。", subject=self.subject)

    def _expect(self, *states: ImportState) -> None:
        if self.state not in states:
            raise Stale("这份表格已经处理过了，请看最新的卡片。", subject=self.subject)
