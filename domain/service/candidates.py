"""Whom to ask: engineers who can and who serve there; the customer's own, the least busy, the nearest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from domain.service.distance import Place, kilometres

_FAR = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Engineer:
    """What a decision needs to know of somebody who may be asked."""

    id: int
    name: str
    skills: Sequence[str]
    regions: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a job asks for; an empty ``skill`` or ``region`` is everybody's.

    ``own`` is the customer's named engineer, asked before anybody else, whatever he has in hand. ``there`` is where
    the machine stands, ``warranty`` how it is covered, in a word.
    """

    kind: str = ""
    skill: str = ""
    region: str = ""
    own: int | None = None
    there: Place | None = None
    warranty: str = ""
    desk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An engineer who fits, and the sentence that says why (``机械类 · 华东 · 手上 0 单 · 12 公里``)."""

    person_id: int
    name: str
    load: int
    why: str


def rank(
    engineers: Iterable[Engineer],
    loads: Mapping[int, int],
    wanted: Wanted,
    *,
    asked: AbstractSet[int] = frozenset(),
    places: Mapping[int, Place] | None = None,
) -> list[Candidate]:
    """Return who fits and was not ``asked`` yet, the best first; of two alike, in the order of enrolment.

    ``places`` is where each engineer is. An engineer or a machine without coordinates is told so, not guessed at.
    """
    known = places or {}
    found: list[tuple[tuple[bool, int, float, int], Candidate]] = []
    for each in engineers:
        own = each.id == wanted.own
        if each.id in asked or not (own or fits(each, wanted)):
            continue
        load, here = loads.get(each.id, 0), known.get(each.id)
        away = kilometres(wanted.there, here) if wanted.there is not None and here is not None else None
        key = (not own, load, _FAR if away is None else away, each.id)
        why = explain(wanted, load, away, own=own)
        found.append((key, Candidate(person_id=each.id, name=each.name, load=load, why=why)))
    return [candidate for _, candidate in sorted(found, key=lambda pair: pair[0])]


def fits(engineer: Engineer, wanted: Wanted) -> bool:
    """Return whether the engineer knows the trade and serves the region."""
    return (not wanted.skill or wanted.skill in engineer.skills) and (
        not wanted.region or wanted.region in engineer.regions
    )


def explain(wanted: Wanted, load: int, away: float | None = None, *, own: bool = False) -> str:
    """Return why somebody was chosen; of what is settled from a desk no region and no distance."""
    if wanted.desk:
        return f"{wanted.kind} · 手上 {load} 单"
    parts = ["客户的专属工程师"] if own else []
    parts += [wanted.kind or "不限类型", wanted.region or "不限区域", f"手上 {load} 单"]
    parts.append("没有坐标，没比距离" if away is None else f"约 {max(round(away), 1)} 公里")
    return " · ".join([*parts, *([wanted.warranty] if wanted.warranty else [])])
