"""When and where somebody wants to be reminded: ``晚上8点以后别提醒我``, ``用钉钉通知我``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from domain.errors import Invalid
from domain.people.commands import UseDoor
from domain.tasks.quieting import SetQuiet
from handlers.context import Ask, IntentHandler, Understood
from handlers.moments import find_moments

_TO_ME: Final = r"(?:再)?(?:给我|跟我)?(?:发(?:消息|通知|提醒)?|提醒|通知|吵|打扰|推送)(?:我)?(?:消息|了)?"
_HOUR: Final = r"(?:早上|上午|中午|下午|晚上|夜里|半夜)?[0-9一二三四五六七八九十两]{1,3}(?:点半?|[:：][0-9]{2})"
PHRASES: Final = (
    (re.compile(rf"(?:每天)?{_HOUR}(?:以?后|之后|之?前|以前)(?:就)?(?:别|不要){_TO_ME}"), "set_notifications"),
    (re.compile(r"(?:取消|关掉|关闭|结束)免打扰|(?:恢复|打开|开启)(?:提醒|通知)"), "set_notifications"),
    (re.compile(rf"(?:以后)?(?:只|改)?(?:用|在)(?:钉钉|企业?微信?|企微)(?:里)?{_TO_ME}"), "set_notifications"),
)
_CLEAR: Final = re.compile("取消|关掉|关闭|结束|恢复|打开|开启")
_BEFORE: Final = re.compile("之?前|以前")
_DOORS: Final = (("钉钉", "dingtalk"), ("企微", "wecom"), ("企业微信", "wecom"))
_HOW: Final = "请说从几点起，例如：晚上8点以后别提醒我、早上9点前别提醒我；恢复发“取消免打扰”。"


def set_notifications(ask: Ask, understood: Understood) -> None:
    """Change one's own hours, or where one is told, and say how things stand."""
    del understood
    text = ask.envelope.text
    door = next((platform for word, platform in _DOORS if word in text), "")
    if door:
        _use(ask, door)
        return
    if _CLEAR.search(text):
        hours = ask.act(SetQuiet(clear=True))
        ask.say(f"好的，按公司的时间提醒您：{hours.begins:%H:%M} 到第二天 {hours.ends:%H:%M} 不打扰。")
        return
    found = [each.moment for each in find_moments(text, ask.now, ask.calendar) if not each.moment.whole_day]
    if not found:
        raise Invalid(_HOW)
    clock = ask.calendar.local(found[0].due).time()
    hours = ask.act(SetQuiet(ends=clock) if _BEFORE.search(text) else SetQuiet(begins=clock))
    ask.say(
        f"记下了：{hours.begins:%H:%M} 到第二天 {hours.ends:%H:%M} 不提醒您。您自己定了钟点的提醒照响，审批和派工照常。"
        "恢复发“取消免打扰”。"
    )


def _use(ask: Ask, door: str) -> None:
    name = {"dingtalk": "钉钉", "wecom": "企业微信"}[door]
    if not ask.queries.people.reachable(ask.actor.person_id or 0, door):
        raise Invalid(f"您还没有绑定{name}的账号，请让管理员在人员文件里补上。")
    ask.act(UseDoor(platform=door))
    ask.say(f"以后在{name}提醒您。您从哪边发消息给我，就在哪边回您。")


INTENTS: Final[Mapping[str, IntentHandler]] = {"set_notifications": set_notifications}
