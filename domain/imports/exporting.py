"""A list goes out as a table: as its owner may see it, so many a day, and always written down (R-121)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.dictionary.listing import Listing
from domain.errors import Invalid, NotAllowed, NotFound
from domain.messages import Command, Event
from domain.scope import UNSEEN
from domain.work import Work

EXPORT = "imports.export"
ROWS_MAX = 20_000
A_DAY = 10
"""How many lists one person may take out in a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportListing(Command):
    """Send the whole of one's own list as a workbook; ``count`` is how many records it has now."""

    listing_id: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingExported(Event):
    """Somebody took a list out: of what, by which condition, how many."""

    record: str
    condition: str
    count: int


def export_listing(command: ExportListing, actor: Actor, work: Work) -> None:
    """Promise it; the table is written when it is sent, with what the person may see then."""
    listing = work.get(Listing, command.listing_id)
    if actor.person_id is None or listing.owner_id != actor.person_id:
        raise NotFound(UNSEEN)
    if command.count > ROWS_MAX:
        raise Invalid(f"这份列表有 {command.count} 条，一次最多导出 {ROWS_MAX} 条。请加个条件再查。")
    day = work.calendar.local(work.now).date()
    if work.count(f"export:{actor.person_id}:{day:%y%m%d}") > A_DAY:
        raise NotAllowed(f"今天已经导出 {A_DAY} 次，明天再导。急用请找管理员。")
    exported = ListingExported(
        subject=listing.subject, record=listing.record, condition=listing.said, count=command.count
    )
    work.record(exported)
    work.tell(actor.person_id, EXPORT, listing.subject)
