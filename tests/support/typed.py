"""What people really type, through the router and the real reader, without platforms around it.

typed = Typed(company)
typed.says("陈静", "横力要两台X200")
typed.heard     # the sentences answered, and cards as "<kind> <subject>"
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cards.action import Action, ActionCodec
from cards.card import Card
from domain.errors import Refusal
from handlers.context import Ask, Understood
from handlers.envelope import Attachment, Click, Envelope, Kind
from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader
from handlers.reading import understood_by
from handlers.router import Router
from handlers.tables import TABLES
from storage.queries import Queries
from storage.queries.vocabulary import vocabulary
from storage.uow import UnitOfWork
from tests.support.company import Company

CODEC = ActionCodec(b"the secret of these tests, long enough")


@dataclass
class Typed:
    """A company whose people type; every message is one effect, refusals are answered as the intake does."""

    company: Company
    heard: list[str] = field(default_factory=list)
    keys: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        world = self.company.database.look(lambda session: vocabulary(session).as_world())
        self._reader = Reader(Gazetteer.from_world(world))
        self._router = Router(tables=TABLES, read=self._read, codec=CODEC)

    def says(self, name: str, text: str, *, group: str = "", files: tuple[Attachment, ...] = ()) -> list[str]:
        """Type a message, to the bot alone or in a group; return what was answered."""
        return self._arrives(name, Kind.TEXT, group=group, text=text, attachments=files)

    def understands(self, name: str, text: str) -> Understood:
        """Return what a message means to the bot, without anything being done."""
        found: list[Understood] = []

        def read(said: str, ask: Ask) -> Understood:
            found.append(self._read(said, ask))
            return Understood(intent="other", slots={})

        doing, self._router = self._router, Router(tables=TABLES, read=read, codec=CODEC)
        try:
            self.says(name, text)
        finally:
            self._router = doing
        return found[0]

    def sends(self, name: str, kind: Kind, file_id: str, *, text: str = "") -> list[str]:
        """Send a picture or a voice, with the platform's own transcript where there is one."""
        file = Attachment(kind=kind.value, ref=file_id, file_id=file_id)
        return self._arrives(name, kind, text=text, attachments=(file,))

    def presses(self, name: str, card: Card, text: str, **chosen: str) -> list[str]:
        """Press a button of a card as it was drawn, with what was ``chosen`` of its choices (id by key)."""
        action = next(button.action for button in (*card.buttons, card.submit) if button and button.text == text)
        assert action is not None
        return self.presses_action(name, action, **chosen)

    def presses_action(self, name: str, action: Action, **chosen: str) -> list[str]:
        """Press what a button carries."""
        selections = {key: (value,) for key, value in chosen.items()}
        return self._arrives(name, Kind.CLICK, click=Click(action=CODEC.pack(action), selections=selections))

    def draft(self, name: str) -> Card:
        """Return the card this person was shown last that waits for a yes."""
        subject = next(each for each in reversed(self.company.told(name)) if each.startswith("dialogue.draft"))
        return self.company.card("dialogue.draft", subject.partition(" ")[2], name)

    def _read(self, text: str, ask: Ask) -> Understood:
        return understood_by(self._reader, text, ask)

    def _arrives(self, name: str, kind: Kind, *, group: str = "", **more: Any) -> list[str]:
        actor = self.company.actor(name)
        envelope = Envelope(
            key=f"typed:{next(self.keys)}",
            platform=actor.platform,
            account=actor.account,
            conversation=group or actor.account,
            group=bool(group),
            mentioned=bool(group),
            kind=kind,
            sent_at=self.company.clock.now(),
            **more,
        )

        def effect(work: UnitOfWork) -> None:
            work.key = envelope.key
            self._router(envelope, actor, work, Queries(work.session))
            self.heard = _said(work)

        def refuse(work: UnitOfWork) -> None:
            self._router.refuse(envelope, declined, work, Queries(work.session))
            self.heard = _said(work)

        try:
            self.company.run(effect, name)
        except Refusal as refusal:
            declined = refusal
            self.company.run(refuse, name)
        return self.heard


def _said(work: UnitOfWork) -> list[str]:
    return [
        row["body"]["text"] if row["kind"] == "text" else f"{row['kind']} {row['subject']}"
        for row in work.told
        if row["kind"] != "redraw" and row["person_id"] in (None, work.actor.person_id)
    ]
