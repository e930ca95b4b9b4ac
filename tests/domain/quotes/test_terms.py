"""Clauses: approved variants are recognised by name and by shares; everything else is somebody's own words."""

from __future__ import annotations

import pytest

from domain.errors import Invalid
from domain.policy_quoting import QuotingPolicy
from domain.quotes.terms import changed_terms, nonstandard, payment_ratios, standard_terms, terms_of

POLICY = QuotingPolicy.model_validate(
    {
        "clauses": [
            {
                "kind": "付款",
                "words": ["付款方式"],
                "variants": [
                    {"name": "三六一", "text": "签订 30%，发货 60%，验收 10%", "ratios": [30, 60, 10]},
                    {"name": "全款", "text": "下单付全款", "words": ["款到发货"], "ratios": [100]},
                ],
            },
            {"kind": "质保", "variants": [{"name": "两年", "text": "质保两年", "words": ["2年"]}]},
        ]
    }
)


@pytest.mark.parametrize(
    ("said", "shares"),
    [
        ("三六一", (30, 60, 10)),
        ("361", (30, 60, 10)),
        ("3-6-1", (30, 60, 10)),
        ("30/60/10", (30, 60, 10)),
        ("30% 60% 10%", (30, 60, 10)),
        ("预付三成 发货前六成 质保一成", (30, 60, 10)),
        ("五五", (50, 50)),
        ("一三五一", (10, 30, 50, 10)),
        ("三七开", (30, 70)),
        ("三六二", ()),
        ("月结60天", ()),
        ("百分之百", ()),
    ],
)
def test_shares_of_a_payment(said: str, shares: tuple[int, ...]) -> None:
    assert payment_ratios(said) == shares


def test_the_first_variant_stands_when_nothing_is_said() -> None:
    assert [(term.kind, term.name, term.ratios) for term in terms_of(standard_terms(POLICY))] == [
        ("付款", "三六一", (30, 60, 10)),
        ("质保", "两年", ()),
    ]


@pytest.mark.parametrize(
    ("kind", "said", "name", "text"),
    [
        ("付款", "361", "三六一", "签订 30%，发货 60%，验收 10%"),
        ("付款方式", "款到发货", "全款", "下单付全款"),
        ("付款", "四四二", "", "四四二（40%、40%、20%）"),
        ("付款", "月结60天", "", "月结60天"),
        ("质保", "2年", "两年", "质保两年"),
        ("质保", "十年", "", "十年"),
    ],
)
def test_what_is_said_of_a_clause(kind: str, said: str, name: str, text: str) -> None:
    terms = changed_terms(standard_terms(POLICY), {kind: said}, POLICY)
    changed = next(term for term in terms_of(terms) if term.kind == kind[:2])
    assert (changed.name, changed.text, changed.is_standard) == (name, text, bool(name))
    assert nonstandard(terms) == (() if name else (kind[:2],))


@pytest.mark.parametrize(
    ("kind", "said", "why"), [("运费", "我方", "没有“运费”这种条款"), ("付款", "长" * 101, "1 到 100 个字")]
)
def test_what_is_no_clause(kind: str, said: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        changed_terms(standard_terms(POLICY), {kind: said}, POLICY)
