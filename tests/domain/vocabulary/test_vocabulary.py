"""Learnt words: who may teach and forget them, what is never learnt, and what the reader makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot.reading import gazetteer_of_database
from domain.catalog.enrol_part import EnrolPart
from domain.customers.commands import EnrolCustomer
from domain.errors import NotFound, Stale
from domain.people.commands import EnrolPerson
from domain.vocabulary.alias import AliasKind, LearntAlias
from domain.vocabulary.learning import ForgetAlias, LearnAlias
from handlers.language.cli import understand_lines
from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader
from storage.queries import Queries
from storage.queries.vocabulary import vocabulary_stamp
from tests.support.company import Company, open_company

JINTENG, XINHONG = "无锡锦腾模具有限公司", "东莞市鑫宏五金制品有限公司"


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        yield opened


def learn(company: Company, words: str, target: str = "customer:1", name: str = "陈静", **more: object) -> int | None:
    command = LearnAlias(kind=more.get("kind", AliasKind.COMPANY), words=words, target=target, said="大恒要两台")
    return company.act(command, name)


def reads(company: Company, text: str) -> dict[str, object]:
    """Return what ``gendan understand`` prints about a rep's sentence, on this database."""
    line = json.dumps({"id": 1, "role": "sales", "text": text, "now": "2026-11-23T10:00:00+08:00"})
    gazetteer = company.database.look(gazetteer_of_database)
    return json.loads(next(understand_lines([line], gazetteer)))


def living(company: Company) -> list[tuple[str, str]]:
    return [(alias.words, alias.target) for alias in company.all(LearntAlias) if alias.revoked_at is None]


def test_a_learnt_word_is_read_and_a_forgotten_one_is_not(company: Company) -> None:
    before = company.database.look(vocabulary_stamp)
    assert "company" not in reads(company, "给大恒报两台X200")["slots"]
    alias = learn(company, "大恒")
    assert reads(company, "给大恒报两台X200")["slots"]["company"] == JINTENG
    learnt = company.database.look(vocabulary_stamp)
    company.act(ForgetAlias(alias_id=alias), "陈静")
    assert "company" not in reads(company, "给大恒报两台X200")["slots"]
    assert len({before, learnt, company.database.look(vocabulary_stamp)}) == 3
    with pytest.raises(Stale, match="已经忘掉"):
        company.act(ForgetAlias(alias_id=alias), "陈静")


def test_the_message_is_remembered_by_its_beginning_and_without_numbers(company: Company) -> None:
    said = "大恒 13812345678 想要两台X200\n" + "很急" * 40
    company.act(LearnAlias(kind=AliasKind.COMPANY, words="大恒", target="customer:1", said=said), "陈静")
    (alias,) = company.all(LearntAlias)
    assert alias.said.startswith("大恒 138**** 想要两台X200 很急") and len(alias.said) == 60


def test_two_meanings_are_asked_about(company: Company) -> None:
    learn(company, "大恒")
    learn(company, "大恒", "customer:2", "何雨")
    read = reads(company, "给大恒报两台X200")
    assert read["confirm"] is True
    assert sorted(living(company)) == [("大恒", "customer:1"), ("大恒", "customer:2")]


@pytest.mark.parametrize("words", ["恒", "", " ", "12345678", "大" * 33, "鑫宏", "东莞市鑫宏五金制品有限公司", "锦腾"])
def test_what_is_never_learnt(company: Company, words: str) -> None:
    """Too short, too long, figures, another's own name, or one that needs no learning."""
    assert learn(company, words) is None
    assert living(company) == []


@pytest.mark.parametrize(
    ("kind", "words", "target", "expected"),
    [
        (AliasKind.PRODUCT, "大力神", "product:1", {"product": "X200"}),
        (AliasKind.PRODUCT, "两百机", "product:2", None),
        (AliasKind.PERSON, "静静子", "person:4", {}),
        (AliasKind.SOURCE, "小抖音", "source:抖音", {"source": "抖音"}),
    ],
)
def test_other_kinds(
    company: Company, kind: AliasKind, words: str, target: str, expected: dict[str, str] | None
) -> None:
    assert (learn(company, words, target, kind=kind) is None) == (expected is None)
    read = reads(company, f"{words}上来的客户，锦腾王总想要两台{words}")["slots"]
    assert (expected or {}).items() <= read.items()


def test_scope(company: Company) -> None:
    alias = learn(company, "大恒")

    def seen(name: str) -> list[str]:
        viewer = company.actor(name)
        assert viewer.person_id is not None
        return company.database.look(
            lambda session: [each.words for each in Queries(session).aliases.listed(viewer.person_id, viewer).aliases]
        )

    names = ("陈静", "周敏", "秦岚", "梁宁", "何雨", "罗成", "钱进")
    assert [bool(seen(name)) for name in names] == [True, True, True, True, False, False, False]
    with pytest.raises(NotFound):
        company.act(ForgetAlias(alias_id=alias), "何雨")
    company.act(EnrolCustomer(name=JINTENG, owner="何雨"))
    assert seen("何雨") == ["大恒"]
    company.act(ForgetAlias(alias_id=alias), "何雨")
    assert seen("梁宁") == []


def test_eight_at_once_learn_it_once_and_forget_it_once(company: Company) -> None:
    learnt = learn(company, "大恒")
    outcomes = company.race(*[(ForgetAlias(alias_id=learnt), "陈静")] * 8)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType"] + ["Stale"] * 7
    assert (
        company.race(*[(LearnAlias(kind=AliasKind.COMPANY, words="老锦", target="customer:1"), "陈静")] * 8)
        == [None] * 8
    )
    assert living(company) == [("老锦", "customer:1")]


def test_a_word_of_somebody_out_of_use_means_nothing(company: Company) -> None:
    company.act(EnrolPerson(name="林涛", wecom="lintao"))
    learn(company, "大恒", "customer:99")
    learn(company, "小林子", "person:999", kind=AliasKind.PERSON)
    assert company.database.look(lambda session: Queries(session).aliases.meanings()) == []


WORLD = {"customers": [JINTENG, XINHONG, "大恒机械有限公司"], "sources": ["抖音"]}


def company_of(aliases: dict[str, str | list[str]], text: str) -> tuple[object, bool]:
    reader = Reader(Gazetteer.build(**WORLD, aliases=aliases))
    from datetime import UTC, datetime

    draft = reader.understand(text, role="sales", now=datetime(2026, 11, 23, 2, tzinfo=UTC)).drafts[0]
    return draft.slots.get("company"), bool(draft.candidates)


def test_a_word_that_came_to_be_anothers_name_is_asked_about() -> None:
    assert company_of({"老锦": JINTENG}, "给老锦报两台X200") == (JINTENG, False)
    assert company_of({"大恒": JINTENG}, "给大恒报两台X200")[1] is True
    assert company_of({"老锦": [JINTENG, XINHONG]}, "给老锦报两台X200")[1] is True


def test_two_signs_are_not_found_inside_other_words() -> None:
    assert company_of({"恒温": JINTENG}, "客户要两台强大恒温设备的报价")[0] is None


TAUGHT = [
    ("大恒", JINTENG, "给大恒报两台X200", "company", JINTENG),
    ("大床子", "X200", "给鑫宏报两台大床子", "product", "X200"),
    ("老雨头", "何雨", "鑫宏转给老雨头", "staff", "何雨"),
    ("燕子姐", "俞海燕", "下午拜访了燕子姐 聊得不错", "contact", "俞海燕"),
    ("小轴承", "6205", "领两个小轴承", "part", [{"name": "6205轴承", "quantity": 2}]),
]


def test_every_kind_of_name_is_taught_read_and_forgotten(company: Company) -> None:
    company.act(EnrolPart(code="6205", name="6205轴承"), "梁宁")
    taught = []
    for words, name, *_ in TAUGHT:
        kind, subject = company.database.look(lambda session, name=name: Queries(session).aliases.meant_by(name))
        taught.append(learn(company, words, subject, kind=kind))

    def read() -> list[object]:
        gazetteer = company.database.look(gazetteer_of_database)
        lines = [
            json.dumps(
                {
                    "id": 1,
                    "role": "engineer" if slot == "part" else "sales",
                    "text": text,
                    "now": "2026-11-23T10:00:00+08:00",
                }
            )
            for _, _, text, slot, _ in TAUGHT
        ]
        answers = [json.loads(answer)["slots"] for answer in understand_lines(lines, gazetteer)]
        return [slots.get(slot) for slots, (*_, slot, _) in zip(answers, TAUGHT, strict=True)]

    assert read() == [meant for *_, meant in TAUGHT]
    for alias in taught:
        company.act(ForgetAlias(alias_id=alias), "陈静")
    assert all(said != meant for said, (*_, meant) in zip(read(), TAUGHT, strict=True))
