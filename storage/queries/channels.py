"""Channels for reading."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.channels.channel import ChannelWord, word_key


class ChannelQueries:
    """Which words are channels."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def knows(self, word: str) -> bool:
        """Return whether ``word`` means a channel."""
        return (
            self._session.scalars(select(ChannelWord.id).where(ChannelWord.key == word_key(word))).first() is not None
        )
