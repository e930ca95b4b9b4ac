"""How fast and how well is quoted, counted over the quotes a viewer may see."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.inquiries.inquiry import Inquiry
from domain.people.person import Person
from domain.quotes.figures import QuoteFigures, figures, reasons_of
from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.quotes.version import QuoteVersion
from storage.scope import staff_in_scope

_LEADS = (Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)


def quote_figures(session: Session, viewer: Actor, *, since: date, until: date, zone: ZoneInfo) -> QuoteFigures:
    """Return the figures of the quotes begun on these days of ``zone``: a rep's own, a leader's people's, or all."""
    begins = datetime.combine(since, time(), zone).astimezone(UTC)
    ends = datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC)
    begun = (
        select(Quote, Inquiry.created_at)
        .join(Person, Person.id == Quote.owner_id)
        .outerjoin(Inquiry, Inquiry.id == Quote.inquiry_id)
        .where(staff_in_scope(viewer), Quote.created_at >= begins, Quote.created_at < ends)
        .order_by(Quote.id)
    )
    first = {quote.id: asked_at or quote.created_at for quote, asked_at in session.execute(begun)}
    ids = begun.with_only_columns(Quote.id).order_by(None)
    of_these = select(QuoteVersion).where(QuoteVersion.quote_id.in_(ids))
    versions = session.scalars(of_these.order_by(QuoteVersion.quote_id, QuoteVersion.revision)).all()
    agreed = [version for version in versions if version.state is QuoteState.APPROVED]
    ready: dict[int, datetime] = {}
    for version in agreed:
        assert version.decided_at is not None
        ready[version.quote_id] = min(version.decided_at, ready.get(version.quote_id, version.decided_at))
    lines: dict[tuple[int, int], list[QuoteLine]] = defaultdict(list)
    for line in session.scalars(select(QuoteLine).where(QuoteLine.quote_id.in_(ids)).order_by(QuoteLine.position)):
        lines[line.quote_id, line.revision].append(line)
    by_revision = {(version.quote_id, version.revision): version for version in agreed}
    return figures(
        whose="团队" if viewer.has(*_LEADS) else "我",
        since=since,
        until=until,
        quotes=len(first),
        waits=[at - first[quote_id] for quote_id, at in ready.items()],
        agreed=len(agreed),
        corrections=[
            reasons_of(by_revision[key], lines[key], version, lines[version.quote_id, version.revision])
            for version in versions
            if (key := (version.quote_id, version.base)) in by_revision
        ],
    )
