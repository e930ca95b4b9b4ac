"""Whom to ask: the engineers who can and who serve there, the least busy first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.people.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An engineer who fits, and the sentence that says why (``机械类 · 华东 · 手上 0 单``)."""

    person_id: int
    name: str
    load: int
    why: str


def rank(
    engineers: Iterable[Person],
    loads: Mapping[int, int],
    *,
    kind: str,
    skill: str,
    region: str,
    asked: AbstractSet[int] = frozenset(),
) -> list[Candidate]:
    """Return who fits and was not ``asked`` yet, least loaded first, then in the order of enrolment.

    An empty ``skill`` or ``region`` is everybody's.
    """
    fitting = [
        Candidate(
            person_id=each.id,
            name=each.name,
            load=loads.get(each.id, 0),
            why=explain(kind, region, loads.get(each.id, 0)),
        )
        for each in engineers
        if each.id not in asked and (not skill or skill in each.skills) and (not region or region in each.regions)
    ]
    return sorted(fitting, key=lambda candidate: (candidate.load, candidate.person_id))


def explain(kind: str, region: str, load: int) -> str:
    """Return why somebody was chosen."""
    return " · ".join([kind or "不限类型", region or "不限区域", f"手上 {load} 单"])
