"""The lines and versions of a quote for reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.catalog.configuring import said_number
from domain.files.kept_file import KeptFile
from domain.quotes.checking import said_measure
from domain.quotes.comparing import Head, differences
from domain.quotes.lines import MILLIONTHS
from domain.quotes.quote import Quote, QuoteLine
from domain.quotes.version import QuoteVersion
from domain.quotes.views import DrawingView, QuoteLineView, StepView, VersionView


def line_views(session: Session, lines: Sequence[QuoteLine]) -> tuple[QuoteLineView, ...]:
    """Return the lines without what they cost us, each with its drawings."""
    ids = [each for line in lines for each in line.drawings]
    files = session.scalars(select(KeptFile).where(KeptFile.id.in_(ids))) if ids else ()
    drawings = {
        file.id: DrawingView(id=file.id, name=file.name or "图片", mime=file.mime, file_id=file.file_id)
        for file in files
    }
    return tuple(_line_view(line, drawings) for line in lines)


def _line_view(line: QuoteLine, drawings: Mapping[int, DrawingView]) -> QuoteLineView:
    measure = Decimal(line.measure) / MILLIONTHS
    return QuoteLineView(
        code=line.code,
        name=line.name,
        unit=line.unit,
        quantity=line.quantity,
        price_fen=line.price_fen,
        net_fen=line.net_fen,
        fixed_fen=line.fixed_fen,
        tax_ppm=line.tax_ppm,
        size="×".join(said_number(Decimal(str(number))) for number in line.inputs.values()),
        piece_measure=f"{said_number(measure)}{line.measure_unit}" if line.measure else "",
        measure=said_measure(line),
        options=tuple((group, str(option)) for group, option in line.options.items()),
        assumed=tuple(line.assumed),
        steps=tuple(StepView(**step) for step in line.steps),
        book=line.book,
        drawings=tuple(drawings[each] for each in line.drawings if each in drawings),
    )


def versions_of(session: Session, quote: Quote) -> tuple[VersionView, ...]:
    """Return every version of a quote, the newest first; none while there is only one."""
    if max(quote.latest, quote.revision) == 1:
        return ()
    kept = session.scalars(
        select(QuoteVersion).where(QuoteVersion.quote_id == quote.id).order_by(QuoteVersion.revision.desc())
    ).all()
    lines = session.scalars(select(QuoteLine).where(QuoteLine.quote_id == quote.id).order_by(QuoteLine.position)).all()
    by_revision: dict[int, list[QuoteLine]] = {version.revision: [] for version in kept}
    for line in lines:
        by_revision.setdefault(line.revision, []).append(line)
    heads: dict[int, Head] = {version.revision: version for version in kept}
    return tuple(
        VersionView(
            revision=version.revision,
            at=version.at,
            state=quote.state.value if version.revision == quote.revision else version.state.value,
            total_fen=version.total_fen,
            base=version.base,
            changes=()
            if version.base not in heads
            else differences(heads[version.base], by_revision[version.base], version, by_revision[version.revision]),
            is_current=version.revision == quote.revision,
        )
        for version in kept
    )
