"""Lists of any record: a condition, a scope, a page. Every noun's lists are this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.actor import Actor
from domain.condition import Condition, Fact, Measure
from domain.condition_words import said_value
from domain.condition_yaml import parse
from domain.dictionary.listing import PAGE, Listing
from domain.dictionary.views import Column, ListedRow, ListingView, Table
from domain.errors import NotFound
from domain.fields import RecordType, facts_of
from domain.money import PPM
from storage import dictionary
from storage.queries.quote_content import changed_after_approval
from storage.scope import in_scope
from storage.tables import timeline
from storage.where import where

_CHUNK = 500
"""Records read at once for a list that goes out whole."""


class ListingQueries:
    """Pages of records by condition, order and scope; keyset, so that a later page costs what the first did."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, listing_id: int, viewer: Actor) -> ListingView:
        """Return the page a listing stands at, for its owner; NotFound for anybody else."""
        listing = self._session.get(Listing, listing_id)
        if listing is None or listing.owner_id != viewer.person_id:
            raise NotFound("没有找到这份列表，请重新查询。")
        kind = dictionary.record_type(self._session, listing.record).readable(viewer)
        condition = parse(listing.tree, kind.facts)
        scope = in_scope(kind, viewer)
        records = self.records(kind, condition, scope, after=listing.after, limit=PAGE + 1)
        shown = records[:PAGE]
        return ListingView(
            id=listing.id,
            version=listing.version,
            kind=kind,
            said=listing.said,
            page=listing.page,
            first=(listing.page - 1) * PAGE + 1,
            count=self.count(kind, condition, scope),
            rows=self._rows(kind, shown),
            next_after={"id": shown[-1].id} if len(records) > PAGE else {},
        )

    def whole(self, listing_id: int, viewer: Actor, most: int) -> Table:
        """Return every record of a list with all its fields, as its owner may see it now."""
        page = self.page(listing_id, viewer)
        listing, kind = self._session.get_one(Listing, listing_id), page.kind
        condition, scope = parse(listing.tree, kind.facts), in_scope(kind, viewer)
        rows: list[tuple[Any, ...]] = []
        after: Mapping[str, Any] = {}
        while len(rows) < most:
            records = self.records(kind, condition, scope, after=after, limit=min(_CHUNK, most - len(rows)))
            kept = dictionary.kept_facts(self._session, kind, [record.id for record in records])
            doubted = self._doubted(kind, records)
            for record in records:
                facts = facts_of(kind, record, kept.get(record.id, {}), self._session.get_one)
                row = tuple(_counted(facts[field.name], field.fact) for field in kind.fields)
                rows.append(_withheld(kind, row) if record.id in doubted else row)
            if len(records) < _CHUNK:
                break
            after = cursor(records[-1], None)
        columns = tuple(
            Column(label=field.label, measure=field.fact.measure, unit=field.fact.unit) for field in kind.fields
        )
        return Table(label=kind.label, columns=columns, rows=tuple(rows))

    def row(self, kind: RecordType, subject: str, viewer: Actor) -> ListedRow:
        """Return the line of one record; NotFound when unknown or not within the viewer's scope."""
        one = select(kind.entity).where(kind.entity.id == int(subject.partition(":")[2]), in_scope(kind, viewer))
        record = self._session.scalars(one).first()
        if record is None:
            raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
        return self._rows(kind, [record])[0]

    def records(
        self,
        kind: RecordType,
        condition: Condition,
        scope: ColumnElement[bool],
        *,
        after: Mapping[str, Any] | None = None,
        order: InstrumentedAttribute[Any] | None = None,
        descending: bool = True,
        limit: int = PAGE,
    ) -> Sequence[Any]:
        """Return a page of records: by ``order`` (missing values last), then the newest first.

        ``after`` is ``cursor`` of the last record of the page before.
        """
        id_ = kind.entity.id
        query = select(kind.entity).where(_listed(kind), scope, where(condition, kind))
        if order is not None:
            query = query.order_by(order.is_(None), order.desc() if descending else order)
        if after:
            query = query.where(_behind(after, id_, order, descending=descending))
        return self._session.scalars(query.order_by(id_.desc()).limit(limit)).all()

    def count(self, kind: RecordType, condition: Condition, scope: ColumnElement[bool]) -> int:
        """Return how many records there are on all pages."""
        query = select(func.count()).select_from(kind.entity)
        return self._session.execute(query.where(_listed(kind), scope, where(condition, kind))).scalar_one()

    def _doubted(self, kind: RecordType, records: Sequence[Any]) -> set[int]:
        """Return the ids of those whose content is not what was approved: it goes out nowhere (R-107)."""
        if kind.name != "quote":
            return set()
        return {quote.id for quote in changed_after_approval(self._session, [record.id for record in records])}

    def _rows(self, kind: RecordType, records: Sequence[Any]) -> tuple[ListedRow, ...]:
        kept = dictionary.kept_facts(self._session, kind, [record.id for record in records])
        touched = self._touched([record.subject for record in records])
        rows = []
        for record in records:
            facts = facts_of(kind, record, kept.get(record.id, {}), self._session.get_one)
            cells = [(field, facts[field.name]) for name in kind.listed if (field := kind.field(name)) is not None]
            at, by = touched.get(record.subject, (None, ""))
            rows.append(
                ListedRow(
                    subject=record.subject,
                    cells=tuple((field.label, _shown(v, field.fact)) for field, v in cells if v is not None),
                    touched_at=at,
                    touched_by=by,
                )
            )
        return tuple(rows)

    def _touched(self, subjects: Sequence[str]) -> dict[str, tuple[datetime, str]]:
        """Return when and by whom each record was last worked on, as the timeline has it; the system does not count."""
        last = (
            select(func.max(timeline.c.seq))
            .where(timeline.c.subject.in_(subjects), timeline.c.actor_id.is_not(None))
            .group_by(timeline.c.subject)
        )
        query = select(timeline.c.subject, timeline.c.at, timeline.c.actor).where(timeline.c.seq.in_(last))
        return {subject: (at, actor) for subject, at, actor in self._session.execute(query)}


def _shown(value: Any, fact: Fact) -> str | datetime:
    """Return a value as a line of a list has it."""
    return value if isinstance(value, datetime) else said_value(value, fact)


def cursor(record: Any, order: InstrumentedAttribute[Any] | None) -> dict[str, Any]:
    """Return where a page that ends with ``record`` is followed by the next."""
    return {"id": record.id} if order is None else {"id": record.id, "value": getattr(record, order.key)}


def _counted(value: Any, fact: Fact) -> Any:
    """Return a value as a table can count with it; what is counted in nothing is said in words."""
    if value is None:
        return ""
    match fact.measure:
        case Measure.MONEY:
            return Decimal(value).scaleb(-2)
        case Measure.PERCENT:
            return Decimal(value) / PPM
        case Measure.NUMBER:
            return Decimal(value).scaleb(-fact.decimals)
        case Measure.DAY | Measure.MOMENT:
            return value
    return said_value(value, fact)


def _withheld(kind: RecordType, row: Sequence[Any]) -> tuple[Any, ...]:
    said = {"state": "内容与审批不符，未导出"}
    cells = zip(kind.fields, row, strict=True)
    return tuple(value if field.name == "no" else said.get(field.name, "") for field, value in cells)


def _listed(kind: RecordType) -> ColumnElement[bool]:
    return true() if kind.gone is None else not_(kind.gone())


def _behind(
    after: Mapping[str, Any], id_: Any, order: InstrumentedAttribute[Any] | None, *, descending: bool
) -> ColumnElement[bool]:
    older: ColumnElement[bool] = id_ < after["id"]
    if order is None:
        return older
    value = after["value"]
    if value is None:
        return and_(order.is_(None), older)
    further = order < value if descending else order > value
    return or_(order.is_(None), further, and_(order == value, older))
