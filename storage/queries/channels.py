"""Channels for reading."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storage.finders.channels import ChannelFinder


class ChannelQueries:
    """Which words are channels."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def knows(self, word: str) -> bool:
        """Return whether ``word`` means a channel."""
        return bool(self.called(word))

    def called(self, word: str) -> str:
        """Return the name of the channel that ``word`` means, empty for none."""
        channel = ChannelFinder(self._session).called(word)
        return channel.name if channel is not None else ""
