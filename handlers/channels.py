"""Where inquiries come from: a channel's new word, and inquiries that are none. Whole messages only."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cards.action import Action
from domain.channels.commands import TeachChannelWord
from domain.inquiries.invalid import REASONS, MarkInvalid, RestoreInquiry
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood

_TEACH = re.compile(r"(?P<word>\S{1,16}?)\s*(?:就|也)?(?:算|归|属于)(?:到|在)?\s*(?P<channel>\S{1,12}?)(?:渠道)?")
_INVALID = re.compile(
    rf"(?:这[条个]?(?:询价|线索)?)?(?:是|标(?:记|为|成)?)?(?:无效)?[,，: ]*是?(?P<reason>{'|'.join(REASONS)})(?:电话)?"
)
_RESTORE = re.compile(r"(?:这[条个](?:询价|线索)?)?(?:不是(?:空号|广告|测试)|(?:恢复|重新)?有效(?:的|了)?|恢复)")
_FROM = re.compile(r"(?:来源|渠道)(?:是|为|[:：])?\s*(?P<word>[^\s,，。;；]{2,12})")


def read(text: str, ask: Ask) -> Understood | None:
    """Return what the whole of ``text`` means, None when it is none of these."""
    plain = text.strip().strip("。.!！~ ")
    subject = ask.focus.subject if ask.focus is not None and ask.focus.fresh(ask.now) else ""
    if (match := _TEACH.fullmatch(plain)) is not None and ask.queries.channels.knows(match["channel"]):
        return Understood(intent="teach_channel", slots=match.groupdict())
    if not subject.startswith("inquiry:"):
        return None
    if (match := _INVALID.fullmatch(plain)) is not None:
        return Understood(intent="mark_invalid", slots={"subject": subject, "reason": match["reason"]})
    if _RESTORE.fullmatch(plain):
        return Understood(intent="restore_inquiry", slots={"subject": subject})
    return None


def said_source(text: str) -> str:
    """Return the word after 来源 or 渠道, which need not be a channel yet."""
    match = _FROM.search(text)
    return "" if match is None else match["word"]


def teach_channel(ask: Ask, understood: Understood) -> None:
    """``视频号算抖音``."""
    word = str(understood.slots["word"])
    name = ask.act(TeachChannelWord(word=word, channel=str(understood.slots["channel"])))
    ask.say(f"记住了：“{word}”就是渠道“{name}”，以前这样记的询价也一并归过去。")


def mark_invalid(ask: Ask, understood: Understood) -> None:
    """``空号``, ``无效 广告`` about the inquiry in focus."""
    subject, reason = str(understood.slots["subject"]), str(understood.slots["reason"])
    no = ask.act(MarkInvalid(inquiry_id=int(subject.partition(":")[2]), reason=reason))
    ask.say(f"询价 {no} 已标为无效（{reason}），提醒都取消了。弄错了就发“恢复”。")


def restore(ask: Ask, understood: Understood) -> None:
    """``恢复``."""
    subject = str(understood.slots["subject"])
    no = ask.act(RestoreInquiry(inquiry_id=int(subject.partition(":")[2])))
    ask.say(f"询价 {no} 已恢复，照常跟进。")


def _press_restore(ask: Ask, action: Action) -> None:
    ask.act(RestoreInquiry(inquiry_id=int(action.subject.partition(":")[2]), version=action.version))


INTENTS: Mapping[str, IntentHandler] = {
    "teach_channel": teach_channel,
    "mark_invalid": mark_invalid,
    "restore_inquiry": restore,
}
BUTTONS: Mapping[str, ButtonHandler] = {"restore_inquiry": _press_restore}
