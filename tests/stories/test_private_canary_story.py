"""A word in a private note is looked for on every surface there is; the surfaces come from the registries (S-230, R-57).

A new card, query, table, page or command is looked at without being named here. One that cannot be called with
the values below fails, and says which value it wants.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import io
import itertools
import pkgutil
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import structlog
import typer
from aiohttp import hdrs
from sqlalchemy import select, true
from typer.testing import CliRunner

import storage.queries
from bot import logs
from bot.cli import app as commands
from bot.web.staff import PAGES
from cards.card import Card
from cards.render import text as as_text
from domain.actor import Actor, Role, visitor
from domain.condition import ALWAYS
from domain.dictionary.records import RECORDS
from domain.errors import Refusal
from domain.notes.note import PrivateNote
from domain.policy import DEFAULT_POLICIES
from domain.quotes.lines import QuoteItem
from domain.record import Record
from domain.service.code_word import CodeKind
from domain.service.states import JobState
from handlers.help import _EXAMPLES
from jobs.drawing import DRAWINGS
from storage.queries import Queries
from storage.schema import metadata
from tests.support.house import House, open_house
from tests.support.pdf_text import pdf_text
from tests.support.staff import look, open_tab, submitted_quote

pytestmark = pytest.mark.asyncio(loop_scope="module")

CANARY = "金丝雀7391"
SAID = f"私密 恒力老板{CANARY}爱喝茶 别让别人看见"
AUTHOR = "陈静"
IDS = (1, 2, 3)
WORDS = (*RECORDS, "恒力", "苏州恒力机械有限公司", CANARY, "inquiry:1", "privatenote:1", "customer:1", "wecom")
VALUES: dict[str, tuple[Any, ...]] = {
    "CodeKind": tuple(CodeKind),
    "Role": tuple(Role),
    "ApprovalPolicy": (DEFAULT_POLICIES.approvals,),
    "QuoteItem": (QuoteItem(product="X200"),),
    "int": IDS,
    "int | None": (*IDS, None),
    "float": (0.5,),
    "str": WORDS,
    "datetime": (datetime(2025, 11, 20, 7, tzinfo=UTC),),
    "date": (date(2025, 11, 20),),
    "ZoneInfo": (ZoneInfo("Asia/Shanghai"),),
    "Sequence[int]": ((30, 60, 90),),
    "Sequence[str]": (("CustomerTagged", "SummaryWritten", "PrivateNoteKept", "PrivateNoteDropped"),),
    "Iterable[JobState]": (tuple(JobState),),
    "Collection[tuple[str, str]]": ((("wecom", "chenjing"), ("dingtalk", "1001")),),
    "RecordType": tuple(RECORDS.values()),
    "Condition": (ALWAYS,),
    "ColumnElement[bool]": (true(),),
}
"""What stands for a parameter, by its annotation; ``Any`` are records of every type there is a list of."""
NOT_RUN = {"serve", "demo", "seed"}
"""They never end, or make up a company."""


@pytest.fixture(scope="module")
def written() -> Iterator[io.StringIO]:
    """Everything this process logs, as production writes it."""
    stream = io.StringIO()
    logs.configure("DEBUG", stream=stream)
    yield stream
    structlog.reset_defaults()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, written: io.StringIO) -> AsyncIterator[House]:
    """Some work, and in the middle of it a note and a picture that are nobody's business."""
    folder = tmp_path_factory.mktemp("canary")
    quick = {"limits__views_per_address_per_minute": "100000"}
    async with open_house(f"sqlite:///{folder}/test.db", folder, mix="dingtalk-stream", **quick) as house:
        await house.says(
            AUTHOR, "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价"
        )
        await house.sees(AUTHOR, lambda shown: "XJ-" in shown.words)
        await submitted_quote(house)
        await house.says(AUTHOR, SAID)
        await house.sees(AUTHOR, lambda shown: CANARY in shown.words and not shown.mine)
        await house.says(AUTHOR, f"不对 是恒力老板娘{CANARY}爱喝茶")
        await house.says(AUTHOR, "我的私密备注")
        await house.sees(AUTHOR, lambda shown: "（2条）" in shown.words)
        await house.settle()
        yield house


async def test_the_note_is_there_for_its_author(house: House) -> None:
    notes = await look(house, AUTHOR, lambda queries, viewer: queries.notes.mine(viewer.person_id, viewer))
    assert [CANARY in note.text for note in notes.notes] == [True, True]


async def test_no_table_but_its_own_column_holds_it(house: House) -> None:
    def search(session: Any) -> list[str]:
        return [
            f"{table.name}.{column}"
            for table in metadata.sorted_tables
            for row in session.execute(select(table)).mappings()
            for column, value in row.items()
            if CANARY in str(value)
        ]

    found = await house.engine.database.read(search)
    assert set(found) == {f"{PrivateNote.__tablename__}.text"}


async def test_no_list_is_made_of_private_notes() -> None:
    assert PrivateNote not in [kind.entity for kind in RECORDS.values()]


async def test_no_card_shows_it_to_anybody_else(house: House) -> None:
    for name in house.doors:
        for kind, subject_id in itertools.product(DRAWINGS, range(1, 16)):
            shown = await look(house, name, lambda q, viewer, k=kind, i=subject_id: _draw(house, q, viewer, k, i))
            assert CANARY not in shown or (name == AUTHOR and kind.startswith("notes.")), (name, kind)


def _draw(house: House, queries: Queries, viewer: Actor, kind: str, subject_id: int) -> str:
    try:
        card = house.engine.drawer.draw(queries, kind, f"thing:{subject_id}", {}, viewer, house.engine.clock.now())
    except (Refusal, TypeError):
        return ""
    assert isinstance(card, Card)
    return as_text.render(card) + repr(card)


async def test_no_query_returns_it_to_anybody_else(house: House) -> None:
    asked = 0

    def search(session: Any) -> list[str]:
        nonlocal asked
        queries, found = Queries(session), []
        everybody = [queries.people.actor(*door) for door in house.doors.values()]
        others = [each for each in everybody if each is not None and each.name != AUTHOR] + [visitor()]
        records = tuple(session.get(kind.entity, 1) for kind in RECORDS.values())
        entities = {
            mapper.class_.__name__: tuple(session.scalars(select(mapper.class_).limit(3)))
            for mapper in Record.registry.mappers
        }
        lists = {f"Sequence[{name}]": (found,) for name, found in entities.items()}
        values = entities | lists | VALUES | {"Any": records}
        for call in (*_methods(queries), *_functions(session)):
            for arguments in _arguments(call, others, values):
                asked += 1
                if CANARY in _plain(call, arguments):
                    found.append(f"{call.__qualname__}{arguments}")
        return found

    assert await house.engine.database.read(search) == []
    assert asked > 500


def _methods(queries: Queries) -> Iterator[Callable[..., Any]]:
    for name, noun in vars(Queries).items():
        if isinstance(noun, cached_property):
            for method, call in inspect.getmembers(getattr(queries, name), inspect.ismethod):
                if not method.startswith("_"):
                    yield call


def _functions(session: Any) -> Iterator[Callable[..., Any]]:
    """What modules of queries offer beside the classes: functions of a session."""
    for module in pkgutil.iter_modules(storage.queries.__path__):
        loaded = importlib.import_module(f"storage.queries.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            own = function.__module__ == loaded.__name__ and not name.startswith("_")
            if own and list(inspect.signature(function).parameters)[:1] == ["session"]:
                yield _bound(function, session)


def _bound(function: Callable[..., Any], session: Any) -> Callable[..., Any]:
    def call(**arguments: Any) -> Any:
        return function(session, **arguments)

    signature = inspect.signature(function)
    call.__qualname__ = function.__qualname__
    call.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])  # type: ignore[attr-defined]
    return call


def _arguments(
    call: Callable[..., Any], viewers: list[Actor], known: dict[str, tuple[Any, ...]]
) -> Iterator[dict[str, Any]]:
    """Yield every combination of values for the parameters that have to be given, and for the viewer's."""
    choices: dict[str, tuple[Any, ...]] = {}
    for name, parameter in inspect.signature(call).parameters.items():
        if parameter.annotation == "Actor":
            choices[name] = tuple(viewers)
        elif parameter.default is inspect.Parameter.empty:
            assert parameter.annotation in known, (
                f"{call.__qualname__} wants a {parameter.annotation}: add it to VALUES"
            )
            choices[name] = known[parameter.annotation]
    for values in itertools.product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def _plain(call: Callable[..., Any], arguments: dict[str, Any]) -> str:
    try:
        found = call(**arguments)
    except (Refusal, LookupError, AttributeError, ValueError):
        return ""  # the values do not go together
    return _words(list(found) if isinstance(found, Iterator) else found)


def _words(value: Any) -> str:
    """Return all that a value holds, also what its ``repr`` leaves out."""
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(_words(getattr(value, name)) for name in value.__dataclass_fields__)
    if isinstance(value, dict):
        return " ".join(_words(each) for pair in value.items() for each in pair)
    if isinstance(value, (list, tuple, set, frozenset)):
        return " ".join(_words(each) for each in value)
    return str(value)


async def test_no_page_says_it_to_anybody_else(house: House) -> None:
    for name in ("梁宁", "周敏", "秦岚", "钱进", ""):
        async with open_tab(house, name) as tab:
            for address in _addresses(house):
                answer = await tab.get(address)
                body = (await answer.text(encoding="latin-1")).encode("latin-1")  # the tab has read it already
                words = pdf_text(body) if body.startswith(b"%PDF") else body.decode(errors="replace")
                assert CANARY not in words, (name, address)


def _addresses(house: House) -> list[str]:
    found = []
    for resource in house.app.router.resources():
        if not any(route.method in (hdrs.METH_GET, hdrs.METH_ANY) for route in resource):
            continue
        names = re.findall(r"\{(\w+)[^}]*\}", resource.canonical)
        choices = [tuple(PAGES) if name == "kind" else ("1", "2", "3") for name in names]
        for values in itertools.product(*choices):
            filled = iter(values)
            found.append(re.sub(r"\{(\w+)[^}]*\}", lambda _, given=filled: next(given), resource.canonical))
    return found


async def test_nobody_gets_it_by_asking_alone_or_in_a_group(house: House) -> None:
    asked = dict.fromkeys(line for lines in _EXAMPLES.values() for line in lines)
    asked |= dict.fromkeys(("恒力啥情况", "查恒力", "恒力", "恒力的私密备注", "我的私密备注", "为什么"))
    asked |= dict.fromkeys(("删掉第1条", "恒力的别名", "别名有哪些", "撤销", "第1个"))
    for name in (AUTHOR, "周敏", "梁宁"):
        phones, user = house.phones(name)
        for line in asked:
            await phones.say(user, line, group="全公司群")
            if name != AUTHOR:
                await phones.say(user, line)
        await house.settle()
    for name in house.doors:
        if name != AUTHOR:
            spoken = [shown.words for shown in house.screen(name) if not shown.mine]
            assert [words for words in spoken if CANARY in words] == []


async def test_no_command_prints_it_and_no_log_line_has_it(house: House, written: io.StringIO) -> None:
    ran = 0
    for words in _commands(commands):
        shown = await asyncio.to_thread(CliRunner().invoke, commands, words, input="", env=house.environ)
        ran += 1
        assert CANARY not in shown.output, words
    assert ran > 8
    assert written.getvalue().count("\n") > 0
    assert CANARY not in written.getvalue()


def _commands(group: typer.Typer, *before: str) -> Iterator[tuple[str, ...]]:
    """Yield every command as it is typed, with its flags set."""
    for command in group.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__.rstrip("_").replace("_", "-")
        if name not in NOT_RUN:
            flags = [
                option.param_decls[0] if option.param_decls else f"--{parameter.replace('_', '-')}"
                for parameter, given in inspect.signature(command.callback, eval_str=True).parameters.items()
                if given.default is False and (option := given.annotation.__metadata__[0])
            ]
            yield (*before, name, *flags)
    for sub in group.registered_groups:
        assert sub.typer_instance is not None and isinstance(sub.name, str)
        yield from _commands(sub.typer_instance, *before, sub.name)
