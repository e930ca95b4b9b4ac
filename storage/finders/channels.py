"""Finding channels by what people call them, and the campaign an inquiry belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.channels.channel import Campaign, Channel, ChannelWord, word_key


class ChannelFinder:
    """Channels and campaigns; a handful of each, and their words."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_code(self, code: str) -> Channel | None:
        """Return the channel of this code."""
        return self._session.scalars(select(Channel).where(Channel.code == code)).first()

    def called(self, word: str) -> Channel | None:
        """Return the channel that ``word`` means."""
        query = select(Channel).join(ChannelWord, ChannelWord.channel_id == Channel.id)
        return self._session.scalars(query.where(ChannelWord.key == word_key(word))).first()

    def all(self) -> Sequence[Channel]:
        """Return every channel."""
        return self._session.scalars(select(Channel).order_by(Channel.id)).all()

    def campaign(self, name: str) -> Campaign | None:
        """Return the campaign of this name."""
        return self._session.scalars(select(Campaign).where(Campaign.name == name)).first()

    def under_way(self, channel_id: int, day: date) -> Sequence[Campaign]:
        """Return the channel's campaigns of a day."""
        query = select(Campaign).where(Campaign.channel_id == channel_id, Campaign.begins <= day, Campaign.ends >= day)
        return self._session.scalars(query.order_by(Campaign.id)).all()
