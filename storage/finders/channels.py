"""Finding channels by what people call them, and the campaign an inquiry belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.channels.channel import Campaign, Channel, ChannelWord, word_key
from storage.newly import ASKS

_CALLED = (
    select(Channel)
    .join(ChannelWord, ChannelWord.channel_id == Channel.id)
    .where(ChannelWord.key == bindparam("key"))
    .execution_options(**{ASKS: (Channel, ChannelWord)})
)
_ALL = select(Channel).order_by(Channel.id).execution_options(**{ASKS: (Channel,)})
_UNDER_WAY = (
    select(Campaign)
    .where(Campaign.channel_id == bindparam("channel_id"))
    .where(Campaign.begins <= bindparam("day"), Campaign.ends >= bindparam("day"))
    .order_by(Campaign.id)
    .execution_options(**{ASKS: (Campaign,)})
)


class ChannelFinder:
    """Channels and campaigns; a handful of each, and their words."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_code(self, code: str) -> Channel | None:
        """Return the channel of this code."""
        return self._session.scalars(select(Channel).where(Channel.code == code)).first()

    def called(self, word: str) -> Channel | None:
        """Return the channel that ``word`` means."""
        return self._session.scalars(_CALLED, {"key": word_key(word)}).first()

    def all(self) -> Sequence[Channel]:
        """Return every channel."""
        return self._session.scalars(_ALL).all()

    def campaign(self, name: str) -> Campaign | None:
        """Return the campaign of this name."""
        return self._session.scalars(select(Campaign).where(Campaign.name == name)).first()

    def under_way(self, channel_id: int, day: date) -> Sequence[Campaign]:
        """Return the channel's campaigns of a day."""
        return self._session.scalars(_UNDER_WAY, {"channel_id": channel_id, "day": day}).all()
