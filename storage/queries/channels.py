"""Channels for reading."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.channels.channel import Channel, ChannelWord, word_key


class ChannelQueries:
    """Which words are channels."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def knows(self, word: str) -> bool:
        """Return whether ``word`` means a channel."""
        return bool(self.called(word))

    def called(self, word: str) -> str:
        """Return the name of the channel that ``word`` means, empty for none."""
        query = select(Channel.name).join(ChannelWord, ChannelWord.channel_id == Channel.id)
        return self._session.scalars(query.where(ChannelWord.key == word_key(word))).first() or ""
