"""A draft: what one person said in one chat and has not confirmed yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.dialogue.wish import Wish, WishState, from_rows, to_rows
from domain.errors import Invalid, NotFound, Stale
from domain.record import Entity, Identity, Record, choice

LIVES = timedelta(minutes=30)
"""From the last word about it; afterwards a yes must not land on it any more (R-17)."""
WISHES_MAX = 8
"""More open deeds than this on one card nobody reads."""


class DraftState(StrEnum):
    """``open → closed`` when every wish is settled, ``open → expired`` when nobody answered in time."""

    OPEN = "open"
    CLOSED = "closed"
    EXPIRED = "expired"


class Draft(Entity, Record):
    """At most one open draft per person and ``place`` (R-15). ``wishes`` keep their order and their numbers."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index(
            "uq_drafts_open",
            "person_id",
            "place",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    place: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    rows: Mapped[list[Any]] = mapped_column(default_factory=list)
    state: Mapped[DraftState] = mapped_column(choice(DraftState), default=DraftState.OPEN)

    @property
    def wishes(self) -> list[Wish]:
        """Return what was understood, in the order it was said."""
        return from_rows(self.rows)

    def add(self, wishes: tuple[Wish, ...], now: datetime) -> None:
        """Put further wishes on the card; it lives on from now."""
        known = self.wishes
        if sum(each.state is WishState.OPEN for each in known) + len(wishes) > WISHES_MAX:
            raise Invalid(
                f"已经有 {len(known)} 条等您确认，请先发“全部确认”或“全部取消”，再发新的。", subject=self.subject
            )
        self._write([*known, *wishes])
        self.expires_at = now + LIVES

    def check(self, person_id: int | None, version: int, now: datetime) -> None:
        """Raise unless this person may answer it now, seeing ``version`` (0: typed, without a card) (R-17)."""
        if self.person_id != person_id:
            raise NotFound("没有找到这条待确认的内容，可能不是您发起的。")
        if self.state is DraftState.EXPIRED or (self.state is DraftState.OPEN and now >= self.expires_at):
            raise Stale("这条已经超过 30 分钟没有确认，没有记录。需要的话把原话再发一次。", subject=self.subject)
        if version not in (0, self.version):
            raise Stale("这张卡片的内容刚刚有变化，请看最新的卡片再点。", subject=self.subject)

    def wish(self, index: int, state: WishState = WishState.OPEN) -> Wish:
        """Return one wish; Stale when it does not stand as expected."""
        wishes = self.wishes
        if not 0 <= index < len(wishes):
            raise Invalid(f"没有第 {index + 1} 条，请看卡片上的序号。", subject=self.subject)
        if wishes[index].state is not state:
            raise Stale(f"第 {index + 1} 条{_SAID[wishes[index].state]}。", subject=self.subject)
        return wishes[index]

    def put(self, index: int, wish: Wish) -> None:
        """Write one wish anew; the last one settled closes the draft."""
        wishes = self.wishes
        wishes[index] = wish
        self._write(wishes)
        if self.state is DraftState.OPEN and all(each.state is not WishState.OPEN for each in wishes):
            self.state = DraftState.CLOSED

    def revise(self, index: int, wish: Wish, now: datetime) -> None:
        """Put a corrected wish in its place; the draft lives on from now."""
        self.wish(index)
        self.put(index, wish)
        self.expires_at = now + LIVES

    def drop(self, indexes: tuple[int, ...]) -> None:
        """Let go of some wishes; of all that are open when none is named."""
        for index in indexes or self.open:
            self.put(index, replace(self.wish(index), state=WishState.DROPPED))

    def expire(self) -> None:
        """Nobody answered."""
        self.state = DraftState.EXPIRED

    @property
    def open(self) -> tuple[int, ...]:
        """Return the places of the wishes that wait for a yes."""
        return tuple(index for index, each in enumerate(self.wishes) if each.state is WishState.OPEN)

    def _write(self, wishes: list[Wish]) -> None:
        self.rows = to_rows(wishes)


_SAID = {
    WishState.OPEN: "还没有确认",
    WishState.DONE: "已经确认过了",
    WishState.DROPPED: "已经取消了",
    WishState.UNDONE: "已经撤销了",
}
