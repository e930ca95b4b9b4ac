"""Where an inquiry comes from: its channel, its campaign, and the region when nobody said it (S-001, S-007, S-012)."""

from __future__ import annotations

from domain.actor import Actor
from domain.channels.channel import Campaign, Channel
from domain.channels.commands import ChannelWordTaught
from domain.customers.regions import region_by_phone, region_of
from domain.inquiries.inquiry import Inquiry
from domain.work import Work


def channel_of(source: str, work: Work) -> tuple[str, Channel | None, list[str]]:
    """Return the channel's own name for ``source``, the channel, and the question for a word nobody has heard yet.

    A company without a channel table keeps every word as it was said. It is asked once for each word.
    """
    channel = work.find.channels.called(source) if source else None
    if channel is not None:
        return channel.name, channel, []
    known = work.find.channels.all() if source else ()
    if not known or work.count(f"channel.asked:{source}"[:64]) > 1:
        return source, None, []
    names = "、".join(each.name for each in known)
    return (
        source,
        None,
        [f"不认识渠道“{source}”，已按原话记下。它算哪个渠道？例如：{source}算{known[0].name}（现有 {names}）"],
    )


def campaign_of(channel: Channel | None, requirement: str, work: Work) -> Campaign | None:
    """Return the campaign of the day: the one named in the words, else the only one under way on this channel."""
    if channel is None:
        return None
    running = work.find.channels.under_way(channel.id, work.calendar.local(work.now).date())
    named = [each for each in running if each.name in requirement]
    return named[0] if named else running[0] if len(running) == 1 else None


def region_said(region: str, company: str, phone: str) -> str:
    """Return the region as said, else as the company's name or the area code of its telephone says."""
    return region or region_of(company) or region_by_phone(phone)


def rename_sources(event: ChannelWordTaught, actor: Actor, work: Work) -> None:
    """Reaction: inquiries that were logged with the new word belong to its channel too."""
    del actor
    for inquiry in work.find.inquiries.from_source(event.word):
        kept = work.lock(Inquiry, inquiry.id)
        kept.source = event.channel
        kept.notes = [note for note in kept.notes if not note.startswith(f"不认识渠道“{event.word}”")]
        work.flush()
        work.redraw(kept.subject)
