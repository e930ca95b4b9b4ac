"""Channels and campaigns come in by file; a word nobody knew yet is taught in the chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.actor import Actor
from domain.channels.channel import WORD_MAX, Campaign, CampaignKind, Channel, ChannelWord, word_key
from domain.errors import Invalid, NotFound
from domain.messages import Command, Event
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolChannel(Command):
    """Add a channel or bring the one of this code up to date; words that are known stay."""

    code: str
    name: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolCampaign(Command):
    """Add a campaign or bring the one of this name up to date; ``channel`` is any word for it."""

    name: str
    kind: CampaignKind
    channel: str
    begins: date
    ends: date
    cost_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachChannelWord(Command):
    """``视频号算抖音``: from now on ``word`` means this channel."""

    word: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEnrolled(Event):
    """A channel was added or changed."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEnrolled(Event):
    """A campaign was added or changed."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWordTaught(Event):
    """A word means a channel from now on, also where it was written before."""

    word: str
    channel: str


def enrol_channel(command: EnrolChannel, actor: Actor, work: Work) -> int:
    """Return the channel's id; Invalid when one of its words means another channel."""
    del actor
    channel = work.find.channels.by_code(command.code) or work.add(Channel(code=command.code, name=command.name))
    channel.name = command.name
    work.flush()
    for word in (command.name, command.code, *command.synonyms):
        _teach(channel, word, work)
    work.record(ChannelEnrolled(subject=channel.subject, name=channel.name))
    return channel.id


def enrol_campaign(command: EnrolCampaign, actor: Actor, work: Work) -> int:
    """Return the campaign's id."""
    del actor
    channel = work.find.channels.called(command.channel)
    if channel is None:
        raise Invalid(f"活动 {command.name} 的渠道“{command.channel}”不在渠道表里，请先加载渠道。")
    if command.ends < command.begins:
        raise Invalid(f"活动 {command.name} 的结束日期早于开始日期，请核对。")
    campaign = work.find.channels.campaign(command.name)
    if campaign is None:
        campaign = work.add(
            Campaign(
                name=command.name,
                kind=command.kind,
                channel_id=channel.id,
                begins=command.begins,
                ends=command.ends,
                cost_fen=command.cost_fen,
            )
        )
    campaign.kind, campaign.channel_id, campaign.cost_fen = command.kind, channel.id, command.cost_fen
    campaign.begins, campaign.ends = command.begins, command.ends
    work.flush()
    work.record(CampaignEnrolled(subject=campaign.subject, name=campaign.name))
    return campaign.id


def teach_channel_word(command: TeachChannelWord, actor: Actor, work: Work) -> str:
    """Return the channel's name."""
    del actor
    channel = work.find.channels.called(command.channel)
    if channel is None:
        known = "、".join(each.name for each in work.find.channels.all())
        raise NotFound(f"没有“{command.channel}”这个渠道，现有：{known or '还没有，请管理员加载渠道表'}。")
    _teach(channel, command.word, work)
    work.record(ChannelWordTaught(subject=channel.subject, word=command.word, channel=channel.name))
    return channel.name


def _teach(channel: Channel, word: str, work: Work) -> None:
    key = word_key(word)
    if not key or len(word) > WORD_MAX:
        raise Invalid(f"渠道的叫法要在 1 到 {WORD_MAX} 个字之间。")
    known = work.find.channels.called(word)
    if known is None:
        work.add(ChannelWord(key=key, word=word, channel_id=channel.id))
        work.flush()
    elif known.id != channel.id:
        raise Invalid(f"“{word}”已经是渠道“{known.name}”的叫法，不能再指“{channel.name}”。")
