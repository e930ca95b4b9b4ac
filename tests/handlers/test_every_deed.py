"""Every deed the reader knows is handled or answered, whatever is missing for it: no sentence ends in an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.errors import Refusal
from handlers.context import Ask, Confirm, Missing, Understood
from handlers.deeds import ROUTES
from handlers.envelope import Envelope, Kind
from handlers.help import not_ready
from handlers.language.deeds import DEEDS
from handlers.reading import understood_by
from handlers.tables import TABLES
from handlers.unready import UNREADY
from storage.queries import Queries
from storage.uow import UnitOfWork
from tests.handlers.language.test_language_deeds import READER, SAID
from tests.support.company import Company, open_company

WHO = {"sales": "陈静", "manager": "周敏", "engineer": "周敏"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path_factory.mktemp('deeds')}/test.db") as opened:
        yield opened


@pytest.mark.parametrize(("deed", "role", "text"), [each for each in SAID if each[1] in WHO])
def test_a_deed_finds_its_handler_or_is_answered(company: Company, deed: str, role: str, text: str) -> None:
    answers: list[str] = []
    read: list[Understood] = []

    def effect(work: UnitOfWork) -> None:
        ask = _ask(company, work, WHO[role], text, answers)
        try:
            understood = understood_by(READER, text, ask)
            read.append(understood)
            if understood.intent not in TABLES.intents:
                answers.append(not_ready(understood, ask.actor))
                return
            TABLES.intents[understood.intent](ask, understood)
        except (Refusal, Missing, Confirm) as asked:
            answers.append(str(asked))

    company.run(effect, WHO[role])
    assert answers, (deed, read)


def test_every_deed_is_routed_handled_or_told() -> None:
    names = {each.name for each in DEEDS}
    assert names <= set(ROUTES) | set(TABLES.intents) | set(UNREADY)
    assert set(ROUTES) <= names


def _ask(company: Company, work: UnitOfWork, name: str, text: str, answers: list[str]) -> Ask:
    actor = company.actor(name)
    assert actor.person_id is not None
    focus = work.find.people.focus(actor.person_id, work.now)
    focus.turn(work.now, subject="")
    return Ask(
        envelope=Envelope(
            key="k", platform="wecom", account=name, conversation=name, kind=Kind.TEXT, sent_at=work.now, text=text
        ),
        actor=actor,
        now=work.now,
        calendar=work.calendar,
        policies=work.policies,
        queries=Queries(work.session),
        act=work.act,
        say=answers.append,
        show=lambda kind, subject, **args: answers.append(f"{kind} {subject}"),
        focus=focus,
        place="wecom",
    )
