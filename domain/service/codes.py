"""Why it broke and what was done, as codes that can be counted: read from words, by policy and by what was learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Invalid
from domain.messages import Command, Event
from domain.service.code_word import CodeKind, CodeWord
from domain.service.holding import mine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.actor import Actor
    from domain.policy_service import Code
    from domain.work import Work

_WORD_MAX = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCode(Command):
    """``code`` is why it broke, or what was done; ``word`` (as it was said) means it from now on."""

    work_order_id: int
    kind: CodeKind
    code: str
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSet(Event):
    """A job's cause or action was named; a ``word`` was learnt with it."""

    no: str
    kind: str
    code: str
    word: str


def read_codes(words: str, work: Work) -> tuple[str, str]:
    """Return (cause, action) as far as the words tell; empty for what they do not."""
    return read_code(words, CodeKind.CAUSE, work), read_code(words, CodeKind.ACTION, work)


def read_code(words: str, kind: CodeKind, work: Work) -> str:
    """Return the code whose word stands earliest in ``words``; a longer word wins over a shorter one there."""
    learnt = work.find.service.code_words(kind)
    pairs = [(word, each.code) for each in codes(kind, work) for word in (each.name, *each.words)]
    pairs += [(each.word, each.code) for each in learnt]
    found = [(words.find(word), -len(word), code) for word, code in pairs if word in words]
    return min(found)[2] if found else ""


def codes(kind: CodeKind, work: Work) -> Sequence[Code]:
    """Return the codes there are."""
    policy = work.policies.service
    return policy.causes if kind is CodeKind.CAUSE else policy.actions


def set_code(command: SetCode, actor: Actor, work: Work) -> str:
    """Return the code's name."""
    job = mine(command.work_order_id, actor, work)
    code = next((each for each in codes(command.kind, work) if each.code == command.code), None)
    if code is None:
        raise Invalid("没有这个分类，请看卡片重新选一个。", subject=job.subject)
    if command.kind is CodeKind.CAUSE:
        job.cause = code.code
    else:
        job.action = code.code
    word = command.word.strip()
    if 2 <= len(word) <= _WORD_MAX and actor.person_id is not None:
        _learn(command, word, actor.person_id, work)
    work.flush()
    work.record(CodeSet(subject=job.subject, no=job.no, kind=command.kind.value, code=code.code, word=word))
    work.redraw(job.subject)
    return code.name


def _learn(command: SetCode, word: str, person_id: int, work: Work) -> None:
    known = next((each for each in work.find.service.code_words(command.kind) if each.word == word), None)
    if known is None:
        work.add(CodeWord(kind=command.kind, word=word, code=command.code, by_id=person_id, at=work.now))
    else:
        known.code, known.by_id, known.at = command.code, person_id, work.now
