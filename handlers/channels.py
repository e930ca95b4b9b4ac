"""Where inquiries come from: a channel's own page and new words for it, and inquiries that are none."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cards.action import Action
from domain.assignment.receiving import ReceiveInquiry
from domain.channels.commands import TeachChannelWord
from domain.customers.regions import region_of
from domain.inquiries.commands import LogInquiry
from domain.inquiries.invalid import REASONS, MarkInvalid, RestoreInquiry
from handlers.context import Ask, ButtonHandler, FormHandler, IntentHandler, Route, Understood
from handlers.language.meaning import Draft

LINKS = "channels.links"
ASKED = "field."
"""What the names of a channel's own questions begin with in its form."""
PHRASES = (
    (
        re.compile(r"(?:看看?|查看?|打开)?(?:各个?|所有)?渠道的?(?:询价)?(?:二维码|链接|码|页面)(?:有哪些)?"),
        "show_links",
    ),
)
_FROM = re.compile(r"(?:来源|渠道)(?:是|为|[:：])?\s*(?P<word>[^\s,，。;；]{2,12})")


_BROUGHT = re.compile(r"(?P<word>[\u4e00-\u9fff]{2,6}?)(?:那边|上面|上|里)?(?:找过来|找来|问来|过来|来|加)的(?!时候)")
"""小红书上来的: how a sentence begins that tells where somebody comes from."""
_NO_CHANNEL = re.compile(r"[昨今明前刚早晚周月日年天谁他她我你自新总工]|经理|老板|介绍")


def said_source(text: str) -> str:
    """Return the word that is told as a source, which need not be a channel yet; a place is none."""
    match = _FROM.search(text) or _BROUGHT.match(text.strip())
    if match is None or (match.re is _BROUGHT and (_NO_CHANNEL.search(match["word"]) or region_of(match["word"]))):
        return ""
    return match["word"]


def teach_channel(ask: Ask, understood: Understood) -> None:
    """``视频号算抖音``."""
    word = str(understood.slots["word"])
    name = ask.act(TeachChannelWord(word=word, channel=str(understood.slots["channel"])))
    ask.say(f"记住了：“{word}”就是渠道“{name}”，以前这样记的询价也一并归过去。")


def show_links(ask: Ask, understood: Understood) -> None:
    """``渠道二维码``: each channel's own page, so that nobody has to type where somebody came from."""
    del understood
    ask.show(LINKS, f"person:{ask.actor.person_id}")


def form_inquiry(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in what somebody left on a channel's page, or a program sent for it: the same number is one inquiry."""
    said = LogInquiry(
        requirement=values["requirement"],
        company=values.get("company", ""),
        contact=values.get("contact", ""),
        phone=values.get("phone", ""),
        region=values.get("region", ""),
    )
    fields = tuple((name.removeprefix(ASKED), value) for name, value in values.items() if name.startswith(ASKED))
    done = ask.act(
        ReceiveInquiry(
            said=said,
            channel=values["channel"],
            key=values["key"],
            fields=tuple(each for each in fields if each[1]),
        )
    )
    ask.result.update(no=done.no, joined=done.joined)


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


def _taught(draft: Draft, text: str, ask: Ask) -> Understood | None:
    del text
    known = ask.queries.channels.knows(str(draft.deed_slots["channel"]))
    return Understood(intent="teach_channel", slots=dict(draft.deed_slots)) if known else None


def _of_the_inquiry(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """Said of anything but an inquiry 空号 and 恢复 are somebody else's words."""
    reason = next((each for each in REASONS if each in text), "")
    if not ask.in_hand.startswith("inquiry:") or not (reason or draft.deed == "restore_inquiry"):
        return None
    return Understood(intent=draft.deed, slots={"subject": ask.in_hand, "reason": reason})


ROUTES: Mapping[str, Route] = {
    "teach_channel": _taught,
    "mark_invalid": _of_the_inquiry,
    "restore_inquiry": _of_the_inquiry,
}
INTENTS: Mapping[str, IntentHandler] = {
    "teach_channel": teach_channel,
    "show_links": show_links,
    "mark_invalid": mark_invalid,
    "restore_inquiry": restore,
}
BUTTONS: Mapping[str, ButtonHandler] = {"restore_inquiry": _press_restore}
FORMS: Mapping[str, FormHandler] = {"leave_inquiry": form_inquiry}
