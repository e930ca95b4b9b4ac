"""The clauses of a quote: an approved variant each, or somebody's own words, which have to be approved (S-085)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from domain.errors import Invalid
from domain.policy_quoting import Clause, QuotingPolicy, Variant

_TENTHS: Final = {sign: number for number, sign in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_SHORT: Final = re.compile(r"[一二两三四五六七八九1-9]{2,5}")
_PERCENTS: Final = re.compile(r"([0-9]{1,3})\s*%")
_PARTS: Final = re.compile(r"([一二两三四五六七八九1-9])\s*成")
_SLASHED: Final = re.compile(r"[0-9]{1,3}(?:\s*[/:：-]\s*[0-9]{1,3}){1,4}")
REMARK: Final = "备注"
"""A clause of every quote that has no approved variant: whatever is promised in it is looked at by somebody."""
LONGEST: Final = 100
"""Characters of a clause in somebody's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A clause as it stands in a quote; ``name`` is empty where it is no approved variant, shares are in percent."""

    kind: str
    name: str
    text: str
    ratios: tuple[int, ...] = ()

    @property
    def is_standard(self) -> bool:
        """Whether it is an approved variant."""
        return bool(self.name)


def standard_terms(policy: QuotingPolicy) -> dict[str, Any]:
    """Return what every quote begins with, as it is kept."""
    return {clause.kind: _kept(_of_variant(clause, clause.variants[0])) for clause in policy.clauses}


def changed_terms(terms: Mapping[str, Any], said: Mapping[str, str], policy: QuotingPolicy) -> dict[str, Any]:
    """Return ``terms`` with what was ``said`` of some kinds; Invalid for a kind the company has no clause of."""
    changed = dict(terms)
    for kind, words in said.items():
        clause = policy.clause(kind)
        if clause is None and kind == REMARK:
            changed[REMARK] = _kept(Term(kind=REMARK, name="", text=_own_words(REMARK, words)))
            continue
        if clause is None:
            known = "、".join(each.kind for each in policy.clauses)
            raise Invalid(
                f"没有“{kind}”这种条款{f'，可以写：{known}' if known else '，请管理员先在 quoting.yaml 里写好'}。"
            )
        changed[clause.kind] = _kept(read_term(clause, words))
    return changed


def read_term(clause: Clause, words: str) -> Term:
    """Return the approved variant that ``words`` name or whose shares they are, else the words themselves."""
    said = _own_words(clause.kind, words)
    for variant in clause.variants:
        if said in (variant.name, variant.text, *variant.words):
            return _of_variant(clause, variant)
    ratios = payment_ratios(said) if clause.is_payment else ()
    for variant in clause.variants:
        if ratios and ratios == variant.ratios:
            return _of_variant(clause, variant)
    shares = f"（{'、'.join(f'{share}%' for share in ratios)}）" if ratios and "%" not in said else ""
    return Term(kind=clause.kind, name="", text=f"{said}{shares}", ratios=ratios)


def payment_ratios(said: str) -> tuple[int, ...]:
    """Return the shares in percent of ``三六一``, ``30%/60%/10%``, ``预付三成 发货六成 质保一成``; else nothing."""
    slashed = _SLASHED.search(said)
    for shares in (
        [int(each) for each in _PERCENTS.findall(said)],
        [10 * _tenth(each) for each in _PARTS.findall(said)],
        [int(each) for each in re.findall(r"[0-9]+", slashed[0])] if slashed else [],
        *([10 * _tenth(sign) for sign in each] for each in _SHORT.findall(said)),
    ):
        if len(shares) > 1 and sum(shares) == 100:
            return tuple(shares)
        if len(shares) > 1 and sum(shares) == 10 and slashed:
            return tuple(10 * share for share in shares)
    return ()


def nonstandard(terms: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the kinds of clauses that are not an approved variant."""
    return tuple(kind for kind, term in terms.items() if not term["name"])


def terms_of(kept: Mapping[str, Any]) -> tuple[Term, ...]:
    """Return the clauses as they are kept."""
    return tuple(Term(**{**term, "ratios": tuple(term["ratios"])}) for term in kept.values())


def _own_words(kind: str, words: str) -> str:
    said = words.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(f"{kind}要写 1 到 {LONGEST} 个字，请改短一点再发。")
    return said


def _of_variant(clause: Clause, variant: Variant) -> Term:
    return Term(kind=clause.kind, name=variant.name, text=variant.text, ratios=variant.ratios)


def _kept(term: Term) -> dict[str, Any]:
    return {**asdict(term), "ratios": list(term.ratios)}


def _tenth(sign: str) -> int:
    return int(sign) if sign.isdigit() else _TENTHS[sign]
