"""Learning a word, by a confirmed choice or correction, and forgetting it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.actor import Actor
from domain.customers.scope import require
from domain.inquiries.commands import InquiryRevised
from domain.inquiries.inquiry import Inquiry
from domain.messages import Command, Event
from domain.vocabulary.alias import AliasKind, HeardWord, LearntAlias, alias_key, usable
from domain.work import Work

CARD = "vocabulary.learnt"
_SAID_MAX = 60
_FIGURES = re.compile(r"\d{7,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHeard(Command):
    """Remember by which ``words`` the act ``subject`` named something unsure; ``said`` is the whole message."""

    subject: str
    kind: AliasKind
    words: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnAlias(Command):
    """Let ``words`` mean ``target`` from now on, because the actor has chosen it."""

    kind: AliasKind
    words: str
    target: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnHeard(Command):
    """Let the unsure words of the act ``subject`` mean ``target``, when there were any."""

    subject: str
    kind: AliasKind
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetAlias(Command):
    """Take a learnt word back."""

    alias_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasLearnt(Event):
    """A word means one of our records from now on."""

    words: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasForgotten(Event):
    """A learnt word means nothing any more."""

    words: str


def note_heard(command: NoteHeard, actor: Actor, work: Work) -> None:
    """Keep the words of the message that made the record; what cannot be a name is left out."""
    del actor
    words = command.words.strip()
    if not usable(words):
        return
    if work.find.vocabulary.heard(command.subject, command.kind) is not None:
        return
    work.add(
        HeardWord(
            subject=command.subject,
            kind=command.kind,
            words=words,
            message_key=work.key,
            said=_beginning(command.said),
        )
    )


def learn_alias(command: LearnAlias, actor: Actor, work: Work) -> int | None:
    """Return the alias's id; None when the word may not be learnt: too short, or another's own name."""
    return _learn(command.kind, command.words, command.target, work.key, _beginning(command.said), actor, work)


def learn_heard(command: LearnHeard, actor: Actor, work: Work) -> int | None:
    """Return the alias's id; None when nothing was heard, or it may not be learnt."""
    return _learn_from(command.subject, command.kind, command.target, actor, work)


def forget_alias(command: ForgetAlias, actor: Actor, work: Work) -> None:
    """Revoke a word the actor taught, his people taught, or that names a customer of his."""
    alias = work.lock(LearntAlias, command.alias_id)
    require(actor, work.find.vocabulary.keeper(alias, actor), work.find.people.leader_of)
    _forget(alias, actor, work)


def learn_from_revision(event: InquiryRevised, actor: Actor, work: Work) -> None:
    """Reaction: what was heard as an unsure name meant the one it was corrected to."""
    if actor.person_id is None or not {"customer", "wanted", "source"} & set(event.changes):
        return
    inquiry = work.get(Inquiry, int(event.subject.partition(":")[2]))
    if "customer" in event.changes and inquiry.customer_id is not None:
        _tell(
            _learn_from(event.subject, AliasKind.COMPANY, f"customer:{inquiry.customer_id}", actor, work), actor, work
        )
    if "source" in event.changes and inquiry.source:
        _tell(_learn_from(event.subject, AliasKind.SOURCE, f"source:{inquiry.source}", actor, work), actor, work)
    lines = work.find.inquiries.lines(inquiry.id)
    if "wanted" in event.changes and len(lines) == 1 and lines[0].product_id is not None:
        _tell(_learn_from(event.subject, AliasKind.PRODUCT, f"product:{lines[0].product_id}", actor, work), actor, work)


def _learn_from(subject: str, kind: AliasKind, target: str, actor: Actor, work: Work) -> int | None:
    heard = work.find.vocabulary.heard(subject, kind)
    if heard is None:
        return None
    for alias in work.find.vocabulary.living(kind, alias_key(kind, heard.words)):
        if alias.message_key == heard.message_key and alias.target != target:
            _forget(alias, actor, work)  # He has corrected himself once more: the earlier choice was none.
    return _learn(kind, heard.words, target, heard.message_key, heard.said, actor, work)


def _tell(alias_id: int | None, actor: Actor, work: Work) -> None:
    if alias_id is not None and actor.person_id is not None:
        work.tell(actor.person_id, CARD, f"learntalias:{alias_id}")


def _learn(
    kind: AliasKind, words: str, target: str, message_key: str, said: str, actor: Actor, work: Work
) -> int | None:
    words = words.strip()
    key = alias_key(kind, words)
    if actor.person_id is None or not usable(words) or not work.find.vocabulary.free(kind, key, target):
        return None
    if any(alias.target == target for alias in work.find.vocabulary.living(kind, key)):
        return None
    alias = work.add(
        LearntAlias(
            kind=kind,
            words=words,
            key=key,
            target=target,
            learnt_by=actor.person_id,
            learnt_at=work.now,
            message_key=message_key,
            said=said,
        )
    )
    work.flush()  # whoever learns the same this very moment is tried again, and then knows it
    work.record(AliasLearnt(subject=alias.subject, words=words, target=target))
    return alias.id


def _forget(alias: LearntAlias, actor: Actor, work: Work) -> None:
    alias.revoke(work.now, actor.person_id)
    work.flush()
    work.record(AliasForgotten(subject=alias.subject, words=alias.words))
    work.redraw(alias.subject)
    if actor.person_id is not None:
        work.redraw(f"aliases:{actor.person_id}")


def _beginning(said: str) -> str:
    """Return the message's first words for the list of aliases, without telephone numbers."""
    plain = _FIGURES.sub(lambda found: found[0][:3] + "****", " ".join(said.split()))
    return plain if len(plain) <= _SAID_MAX else f"{plain[: _SAID_MAX - 1]}…"
