"""Channels for reading."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.channels.channel import Channel
from domain.channels.views import ChannelView, LinksView, QuestionView
from domain.errors import NotFound
from domain.fields import FieldClass, FieldType, RecordType
from domain.scope import UNSEEN
from storage.finders.channels import ChannelFinder
from storage.queries.fields import FieldQueries

_WRITABLE = (FieldType.TEXT, FieldType.CHOICE)
"""What a stranger's answer may be, without knowing how we write money, dates and people."""


class ChannelQueries:
    """Which words are channels."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def knows(self, word: str) -> bool:
        """Return whether ``word`` means a channel."""
        return bool(self.called(word))

    def links(self, viewer: Actor) -> LinksView:
        """Return every channel; NotFound for anybody but staff."""
        if viewer.person_id is None:
            raise NotFound(UNSEEN)
        return LinksView(channels=self.all())

    def all(self) -> tuple[ChannelView, ...]:
        """Return every channel."""
        query = select(Channel.code, Channel.name).order_by(Channel.id)
        return tuple(ChannelView(code=code, name=name) for code, name in self._session.execute(query))

    def door(self, code: str) -> ChannelView | None:
        """Return what the page of a channel shows and asks; None for a code that is none."""
        channel = self._session.scalars(select(Channel).where(Channel.code == code)).first()
        if channel is None:
            return None
        kind = FieldQueries(self._session).record("inquiry")
        return ChannelView(code=channel.code, name=channel.name, questions=_asked(kind, channel.name))

    def called(self, word: str) -> str:
        """Return the name of the channel that ``word`` means, empty for none."""
        channel = ChannelFinder(self._session).called(word)
        return channel.name if channel is not None else ""


def _asked(kind: RecordType, source: str) -> tuple[QuestionView, ...]:
    """Return what is asked of this channel and of no other: the rule that shows a field in chat shows it here."""
    return tuple(
        QuestionView(
            name=each.name,
            label=each.label,
            example=each.example,
            longest=each.longest,
            options=tuple(option.name for option in each.options),
        )
        for each in kind.fields
        if each.column is None
        and each.shown_when is not None
        and each.type in _WRITABLE
        and each.audience is FieldClass.PUBLIC
        and kind.condition(each).holds({"source": source})
        and not kind.condition(each).holds({"source": None})
    )
