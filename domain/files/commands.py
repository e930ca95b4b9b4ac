"""Attaching what was sent to what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.files.kept_file import KeptFile
from domain.messages import Command, Event
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One file as it arrived; its bytes are kept already."""

    file_id: str
    kind: str
    name: str = ""
    mime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachFiles(Command):
    """Keep ``files`` with ``subject`` (empty: with nothing yet)."""

    files: tuple[Sent, ...]
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFiles(Command):
    """What was sent along with something that waited for a yes belongs to the record it has become."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesAttached(Event):
    """Files were put to a record."""

    count: int


def attach_files(command: AttachFiles, actor: Actor, work: Work) -> tuple[int, ...]:
    """Write a row per file and draw the record's cards anew. Return the ids of the rows."""
    kept = [
        work.add(
            KeptFile(
                file_id=sent.file_id,
                kind=sent.kind,
                name=sent.name,
                mime=sent.mime,
                at=work.now,
                subject=command.subject,
                person_id=actor.person_id,
            )
        )
        for sent in command.files
    ]
    work.record(FilesAttached(subject=command.subject or "files", count=len(command.files)))
    if command.subject:
        work.redraw(command.subject)
    return tuple(each.id for each in kept)


def move_files(command: MoveFiles, actor: Actor, work: Work) -> None:
    """Give the files of one record to another; nothing happens when there are none."""
    del actor
    files = work.find.files.of(command.source)
    if not files:
        return
    for file in files:
        file.subject = command.target
    work.flush()
    work.record(FilesAttached(subject=command.target, count=len(files)))
    work.redraw(command.target)
