"""A list somebody asked for: which records, by which condition, and how far he has turned its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor
from domain.condition import ConditionError, at
from domain.condition_words import said
from domain.condition_yaml import dump, parse
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.messages import Command, Event
from domain.record import Entity, Identity, Record
from domain.work import Work

CARD = "dictionary.listing"
PAGE = 6
"""Rows of one page: what a card of either platform draws."""


class Listing(Entity, Record):
    """``tree`` is the condition in plain data, relative days already fixed, so that pages do not shift.

    ``after`` is where this page begins: the id of the last record of the page before, None at the start.
    """

    __tablename__ = "listings"

    record: Mapped[str] = mapped_column(String(32))
    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    said: Mapped[str] = mapped_column(Text)
    tree: Mapped[dict[str, Any]] = mapped_column()
    opened_at: Mapped[datetime] = mapped_column()
    after: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    page: Mapped[int] = mapped_column(default=1)

    def turn(self, after: dict[str, Any], version: int) -> None:
        """Go on behind ``after``; Stale when this page was turned already."""
        if version not in (0, self.version):
            raise Stale("这一页已经翻过了，请看最新的卡片。", subject=self.subject)
        self.after = after
        self.page += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenListing(Command):
    """List the records of a kind for which ``tree`` (plain data) holds; None for all."""

    record: str
    tree: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnListing(Command):
    """Show the next page; ``after`` is where the one before ended."""

    listing_id: int
    after: dict[str, Any]
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingOpened(Event):
    """Somebody looked records up."""

    record: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingTurned(Event):
    """The next page was shown."""

    page: int


def open_listing(command: OpenListing, actor: Actor, work: Work) -> int:
    """Return the listing's id; Invalid when the condition names what the actor may not read."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能查询记录。")
    kind = work.find.fields.record(command.record).readable(actor)
    try:
        condition = parse(command.tree, kind.facts)
    except ConditionError as error:
        raise Invalid(f"{error}。") from None
    listing = work.add(
        Listing(
            record=kind.name,
            owner_id=actor.person_id,
            said=said(condition),
            tree=dump(at(condition, work.now, work.calendar.zone)),
            opened_at=work.now,
        )
    )
    work.flush()
    work.record(ListingOpened(subject=listing.subject, record=kind.name, said=listing.said))
    return listing.id


def turn_listing(command: TurnListing, actor: Actor, work: Work) -> None:
    """Only its owner turns its pages."""
    listing = work.lock(Listing, command.listing_id)
    if listing.owner_id != actor.person_id:
        raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
    listing.turn(command.after, command.version)
    work.flush()
    work.record(ListingTurned(subject=listing.subject, page=listing.page))
    work.redraw(listing.subject)
