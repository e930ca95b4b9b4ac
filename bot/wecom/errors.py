"""What each documented error code of WeCom asks of us (WeCom reference 4.4, 3.3).

Success and failure are decided by ``errcode`` alone; the text beside it is unstable and is never
matched. A code that stands nowhere here is taken for passing and is logged, so that somebody
writes it down (R-29).
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

import structlog

from cards.channel import CannotUpdate, ChannelError, Misconfigured, Refused, Retry

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = structlog.get_logger("gendan.wecom.errors")
_HINT = re.compile(r"hint: \[([\w-]{1,80})\]")


class Outcome(Enum):
    """What to do with a failed call."""

    RETRY = auto()
    """Passing: the same call later."""
    PAUSE = auto()
    """The frequency is used up: nobody calls this API until the window has passed."""
    REFRESH = auto()
    """The token is dead: a new one, and once more."""
    UPLOAD = auto()
    """The media id is dead: upload again, and once more."""
    REFUSED = auto()
    """This call can never succeed."""
    FROZEN = auto()
    """This card can no longer be redrawn (with this code)."""
    ADMIN = auto()
    """An administrator has to act."""


class DeadToken(Retry):
    """The access token is invalid or expired."""


class DeadMedia(Retry):
    """The media id is invalid or expired."""


_CODES: dict[Outcome, tuple[int, ...]] = {
    Outcome.RETRY: (-1, 6000, 45033, 45035, 45036, 41063, 41096, 301022, 2010003, 846609),
    Outcome.PAUSE: (45009,),
    Outcome.REFRESH: (40014, 42001),
    Outcome.UPLOAD: (40007, 40145),
    Outcome.REFUSED: (
        *(40003, 60111, 40031, 40032, 40068, 40096, 60003, 60011, 81013, 82001, 82002, 82003, 84061),
        *(
            40008,
            40033,
            40035,
            40056,
            40058,
            40063,
            40074,
            41001,
            41016,
            44001,
            44004,
            45001,
            45002,
            45007,
            45008,
            830002,
        ),
        *(40029, 84014, 84015, 41050, 41051),
        *(846604, 846605, 846606, 846607, 846608, 846610, 846625),
        *(42014, 42017, 42018, 42019, 42020, 42027, 42028, 42029, 42030, 42031, 42033, 42035, 42036, 42037),
        *(42038, 42039, 42040, 42041, 42042, 42043, 42044, 42045, 42046, 42047, 42049, 42050, 42051, 42052),
    ),
    Outcome.FROZEN: (42015, 42016, 42022, 60140),
    Outcome.ADMIN: (
        *(40001, 40013, 43012, 48002, 48006, 48009, 48010, 48011, 50001, 50002, 50003),
        *(60020, 60021, 60031, 81012, 93000, 93004, 93008, 301002, 846601, 853000),
    ),
}
_OUTCOMES = {code: outcome for outcome, codes in _CODES.items() for code in codes}
_LICENCES = range(701000, 702000)

_ADVICE: Mapping[int, str] = {
    40001: "应用的 Secret 不对，或应用已停用",
    40013: "企业 ID（corp_id）不对",
    43012: "应用没有配置“接收消息”的回调地址，不能发送带按钮的卡片",
    48002: "应用没有这个接口的权限",
    50001: "网页授权的可信域名与本服务的地址不一致",
    50002: "这个成员不在应用的可见范围内",
    50003: "应用已停用",
    60020: "请把本服务器的出口 IP 加入应用的“企业可信IP”（约一分钟后生效）",
    60021: "这个成员不在应用的可见范围内",
    60031: "应用没有启用这个接口",
    81012: "应用没有可见范围",
    846601: "智能机器人没有选“长连接”方式",
    853000: "智能机器人的 BotID 或 Secret 不对",
    301002: "agent_id 与 Secret 不属于同一个应用",
}


def outcome(code: int) -> Outcome | None:
    """Return what ``code`` asks of us; None for a code that is not documented."""
    return Outcome.ADMIN if code in _LICENCES else _OUTCOMES.get(code)


def failure(api: str, code: int, message: str = "", *, after: float | None = None) -> ChannelError:
    """Return the error to raise for ``code`` from ``api`` (``message/send``).

    ``message`` is the platform's text, of which only the trace for its support is kept.
    """
    trace = match[1] if (match := _HINT.search(message)) else ""
    reason = f"{api}: {_ADVICE.get(code, f'errcode {code}')}" + (f" (hint {trace})" if trace else "")
    text = str(code)
    match outcome(code):
        case Outcome.REFUSED:
            return Refused(reason, code=text)
        case Outcome.FROZEN:
            return CannotUpdate(reason, code=text)
        case Outcome.ADMIN:
            return Misconfigured(reason, code=text)
        case Outcome.REFRESH:
            return DeadToken(reason, code=text)
        case Outcome.UPLOAD:
            return DeadMedia(reason, code=text)
        case None:
            _log.error("undocumented error code", api=api, code=code, hint=trace)
    return Retry(reason, code=text, after=after)
