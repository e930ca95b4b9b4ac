"""The funnel: counts over the deals themselves and their moves; follow-ups are never read for it.

A deal's row holds its stage, amount and last touch, so the whole of it is two grouped counts over covering indexes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.catalog.product import Product
from domain.errors import NotFound
from domain.opportunities.funnel import Alarm, FunnelView, Leavings, LossesView, StageView, pareto, worst
from domain.opportunities.loss import LossReason
from domain.opportunities.opportunity import MoveKind, Opportunity, OpportunityLine, OpportunityState, StageMove
from domain.opportunities.version import PipelineVersion
from domain.people.person import Person
from domain.pipelines import Pipeline
from storage.scope import staff_in_scope

_BEFORE = 3
"""Periods of the same length that make what is usual."""
_LEFT = (MoveKind.FORWARD, MoveKind.WON, MoveKind.LOST)
_TOP = 3


class FunnelQueries:
    """Funnels and losses of the deals a viewer may see. Days are the company's, in ``zone``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def funnel(
        self, viewer: Actor, *, since: date, until: date, at: datetime, zone: ZoneInfo, alarm_from: int,
        alarm_over: int, mine: bool = False, owner: str = "", region: str = "",
    ) -> FunnelView:  # fmt: skip
        """Return the funnel as of ``at``: of all the viewer may see, of his own (``mine``), or of ``owner``'s."""
        begins, ends = _bounds(since, until, zone)
        before = begins - _BEFORE * (ends - begins)
        holders, whose = self._holders(viewer, mine=mine, owner=owner)
        versions = {each.id: each.pipeline for each in self._session.scalars(select(PipelineVersion))}
        standing = self._standing(versions, holders, region, at)
        left = self._left(versions, holders, region, before, begins, ends)
        stages = tuple(
            _stage(pipeline.name, stage.name, standing, left)
            for pipeline in _newest(versions)
            for stage in pipeline.stages
            if stage.kind == "open"
        )
        shown = {each.pipeline for each in stages if each.count or each.stale or each.left.total or each.usual.total}
        stages = tuple(each for each in stages if each.pipeline in shown)
        won, won_fen, lost = self._closed(holders, region, begins, ends)
        loud = worst(stages, at_least=alarm_from, over_points=alarm_over)
        return FunnelView(
            whose=f"{region}{whose}",
            since=since,
            until=until,
            stages=stages,
            won=won,
            won_fen=won_fen,
            lost=lost,
            alarm=None if loud is None else self._alarm(loud, versions, holders, begins, ends),
        )

    def losses(
        self, viewer: Actor, *, since: date, until: date, zone: ZoneInfo, mine: bool = False, owner: str = "",
        region: str = "", product: str = "",
    ) -> LossesView:  # fmt: skip
        """Return what deals closed as lost in the period were lost for (S-073)."""
        begins, ends = _bounds(since, until, zone)
        holders, whose = self._holders(viewer, mine=mine, owner=owner)
        lost = and_(
            Opportunity.state == OpportunityState.LOST,
            Opportunity.closed_at >= begins,
            Opportunity.closed_at < ends,
            holders(Opportunity.owner_id),
            _in_region(region),
            _about(product),
        )
        deals = func.count(Opportunity.id.distinct())
        by_reason = self._session.execute(
            select(Opportunity.loss_reason, func.count(), func.coalesce(func.sum(Opportunity.amount_fen), 0))
            .where(lost)
            .group_by(Opportunity.loss_reason)
        )
        products = (
            select(func.coalesce(Product.category, OpportunityLine.said), deals)
            .join(OpportunityLine, OpportunityLine.opportunity_id == Opportunity.id)
            .join(Product, Product.id == OpportunityLine.product_id, isouter=True)
        )
        owners = select(Person.name, deals).join(Person, Person.id == Opportunity.owner_id)
        rivals = select(Opportunity.competitor, deals).where(Opportunity.competitor != "")
        return LossesView(
            whose=f"{region}{product}{whose}",
            since=since,
            until=until,
            rows=pareto(
                [(LossReason(reason).label, count, int(fen or 0)) for reason, count, fen in by_reason if reason]
            ),
            competitors=self._top(rivals, lost),
            products=self._top(products, lost),
            owners=self._top(owners, lost),
        )

    def _holders(self, viewer: Actor, *, mine: bool, owner: str) -> tuple[Any, str]:
        """Return a maker of clauses over an owner's column, and whose deals these are in words."""
        if mine:
            return (lambda column: column == viewer.person_id), "我的"
        visible = select(Person.id).where(staff_in_scope(viewer))
        if owner:
            visible = visible.where(Person.name == owner)
            if self._session.execute(visible).first() is None:
                raise NotFound(f"没有找到“{owner}”，可能不在您的范围内。")
        ids = list(self._session.scalars(visible))
        return (lambda column: column.in_(ids)), f"{owner}的" if owner else "团队"

    def _standing(
        self, versions: Mapping[int, Pipeline], holders: Any, region: str, at: datetime
    ) -> dict[tuple[str, str], list[int]]:
        """Return (pipeline, stage) → deals, fen, stale deals, stale fen of what is open now."""
        stale = case((_stale(versions, at), 1), else_=0)
        worth = func.coalesce(Opportunity.amount_fen, 0)
        query = (
            select(
                Opportunity.pipeline_id,
                Opportunity.stage,
                func.count(),
                func.sum(worth),
                func.sum(stale),
                func.sum(stale * worth),
            )
            .where(Opportunity.state == OpportunityState.OPEN, holders(Opportunity.owner_id), _in_region(region))
            .group_by(Opportunity.pipeline_id, Opportunity.stage)
        )
        found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for version, stage, *numbers in self._session.execute(query):
            row = found[versions[version].name, stage]
            row[:] = [have + int(more) for have, more in zip(row, numbers, strict=True)]
        return found

    def _left(
        self, versions: Mapping[int, Pipeline], holders: Any, region: str, before: datetime, begins: datetime,
        ends: datetime,
    ) -> dict[tuple[str, str, bool], Leavings]:  # fmt: skip
        """Return (pipeline, stage, in the period itself) → how deals left it."""
        now = case((StageMove.at >= begins, 1), else_=0)
        lost = case((StageMove.kind == MoveKind.LOST, 1), else_=0)
        query = (
            select(StageMove.pipeline_id, StageMove.from_stage, now, lost, func.count())
            .where(
                StageMove.at >= before,
                StageMove.at < ends,
                StageMove.kind.in_(_LEFT),
                ~StageMove.undone,
                holders(StageMove.owner_id),
            )
            .group_by(StageMove.pipeline_id, StageMove.from_stage, now, lost)
        )
        if region:
            query = query.join(Opportunity, Opportunity.id == StageMove.opportunity_id).where(_in_region(region))
        counts: dict[tuple[str, str, bool], list[int]] = defaultdict(lambda: [0, 0])
        for version, stage, current, was_lost, count in self._session.execute(query):
            counts[versions[version].name, stage, bool(current)][was_lost] += count
        return {key: Leavings(advanced=advanced, lost=lost) for key, (advanced, lost) in counts.items()}

    def _closed(self, holders: Any, region: str, begins: datetime, ends: datetime) -> tuple[int, int, int]:
        query = (
            select(Opportunity.state, func.count(), func.coalesce(func.sum(Opportunity.amount_fen), 0))
            .where(
                Opportunity.state.in_((OpportunityState.WON, OpportunityState.LOST)),
                Opportunity.closed_at >= begins,
                Opportunity.closed_at < ends,
                holders(Opportunity.owner_id),
                _in_region(region),
            )
            .group_by(Opportunity.state)
        )
        found = {state: (count, int(fen or 0)) for state, count, fen in self._session.execute(query)}
        won, won_fen = found.get(OpportunityState.WON, (0, 0))
        return won, won_fen, found.get(OpportunityState.LOST, (0, 0))[0]

    def _alarm(
        self, stage: StageView, versions: Mapping[int, Pipeline], holders: Any, begins: datetime, ends: datetime
    ) -> Alarm:
        """Say where most of the losses from ``stage`` happened, and what for."""
        lost = and_(
            StageMove.at >= begins,
            StageMove.at < ends,
            StageMove.kind == MoveKind.LOST,
            ~StageMove.undone,
            StageMove.from_stage == stage.name,
            StageMove.pipeline_id.in_([id_ for id_, each in versions.items() if each.name == stage.pipeline]),
            holders(StageMove.owner_id),
        )
        deals = func.count(Opportunity.id.distinct())

        def among(column: Any) -> Any:
            return select(column, deals).join(StageMove, StageMove.opportunity_id == Opportunity.id)

        segments = [
            *self._top(among(Opportunity.region).where(Opportunity.region != ""), lost),
            *self._top(among(Person.name).join(Person, Person.id == Opportunity.owner_id), lost),
            *self._top(
                among(Product.category)
                .join(OpportunityLine, OpportunityLine.opportunity_id == Opportunity.id)
                .join(Product, Product.id == OpportunityLine.product_id),
                lost,
            ),
        ]
        reasons = self._top(among(Opportunity.loss_reason).where(Opportunity.loss_reason.is_not(None)), lost)
        left = stage.left
        return Alarm(
            pipeline=stage.pipeline,
            stage=stage.name,
            lost=left.lost,
            lost_ppm=1_000_000 - (left.rate_ppm or 0),
            usual_ppm=1_000_000 - (stage.usual.rate_ppm or 0),
            segment="、".join(f"{name} {count} 单" for name, count in sorted(segments, key=lambda each: -each[1])[:2]),
            reasons=tuple((LossReason(reason).label, count) for reason, count in reasons),
        )

    def _top(self, query: Any, lost: ColumnElement[bool]) -> tuple[tuple[str, int], ...]:
        label, deals = query.selected_columns
        rows = self._session.execute(query.where(lost).group_by(label).order_by(deals.desc(), label).limit(_TOP))
        return tuple((name, count) for name, count in rows)


def _bounds(since: date, until: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begins = datetime.combine(since, time(), zone).astimezone(UTC)
    return begins, datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC)


def _in_region(region: str) -> ColumnElement[bool]:
    return Opportunity.region == region if region else true()


def _about(product: str) -> ColumnElement[bool]:
    if not product:
        return true()
    lines = (
        select(OpportunityLine.opportunity_id)
        .join(Product, Product.id == OpportunityLine.product_id)
        .where(or_(Product.code == product, Product.category == product))
    )
    return Opportunity.id.in_(lines)


def _stale(versions: Mapping[int, Pipeline], at: datetime) -> ColumnElement[bool]:
    """Return the clause that nobody was in touch for longer than the deal's stage allows."""
    limits: dict[tuple[int, int], list[str]] = defaultdict(list)
    for version, pipeline in versions.items():
        for stage in pipeline.stages:
            limits[version, stage.stale_days].append(stage.name)
    return or_(
        false(),
        *(
            and_(
                Opportunity.pipeline_id == version,
                Opportunity.stage.in_(names),
                Opportunity.touched_at < at - timedelta(days=days),
            )
            for (version, days), names in limits.items()
        ),
    )


def _newest(versions: Mapping[int, Pipeline]) -> list[Pipeline]:
    """Return every pipeline as its newest version has it; deals of older versions are counted with it by name."""
    return list({pipeline.name: pipeline for _, pipeline in sorted(versions.items())}.values())


def _stage(
    pipeline: str,
    name: str,
    standing: Mapping[tuple[str, str], list[int]],
    left: Mapping[tuple[str, str, bool], Leavings],
) -> StageView:
    count, fen, stale, stale_fen = standing.get((pipeline, name), (0, 0, 0, 0))
    return StageView(
        pipeline=pipeline,
        name=name,
        count=count - stale,
        amount_fen=fen - stale_fen,
        stale=stale,
        stale_fen=stale_fen,
        left=left.get((pipeline, name, True), Leavings()),
        usual=left.get((pipeline, name, False), Leavings()),
    )
