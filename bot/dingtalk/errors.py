"""DingTalk's error codes, sorted into what we can do about them (DingTalk reference 4.3, 4.7, 5.3, 6.2–6.4; R-29).

Two generations, two shapes: ``api.dingtalk.com`` answers HTTP ≥ 400 with ``{"code", "message", "requestid"}``,
``oapi.dingtalk.com`` always HTTP 200 with ``{"errcode"}``, and behind its gateway ``{"errcode": 88, "sub_code"}``.
An unknown code is passing and gets logged: losing a message is worse than trying it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from cards.channel import ChannelError, Misconfigured, Refused, Retry

log = structlog.get_logger(__name__)

STALE_TOKEN = frozenset({"InvalidAuthentication", "40014", "40001", "42001", "33001", "40000"})
"""A new token is needed. On the new API it comes with HTTP 400, not 401."""
CARD_EXISTS = "param.cardAlreadyExist"
CARD_MISSING = "param.cardNotExist"
CARD_UNUSABLE = frozenset(
    {
        "param.templateNotExist",
        "param.templateUnpublished",
        "Forbidden.AccessDenied.AccessTokenPermissionDenied",
    }
)
"""The card cannot be drawn, a plain message still can."""

THROTTLED = frozenset(
    {
        "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
        "Forbidden.AccessDenied.QpsLimitForApi",
        "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi",
        "90018",
        "90002",
    }
)
"""Calls that the monthly quota does not count."""

_FORBIDDEN = "Forbidden.AccessDenied."
_BAN = 300.0
"""Seconds that an address stays banned after 10,000 calls in 20 s."""
_WEBHOOK_BLOCK = 600.0

_RETRY_AFTER: Mapping[str, float | None] = {
    f"{_FORBIDDEN}QpsLimitForAppkeyAndApi": 1.0,
    f"{_FORBIDDEN}QpsLimitForApi": 1.0,
    f"{_FORBIDDEN}QpmLimitForAppkeyAndApi": 60.0,
    "send.too.fast": 1.0,
    "send.byToken.tooFast": 1.0,
    "too.many.group": 60.0,
    "too.many.people": 60.0,
    "system.busy": None,
    "system.error": None,
    "systemBusy": None,
    "serviceBusy": None,
    "unknownError": None,
    "-1": None,
    "15": None,
    "88": None,  # with an empty sub_code: the gateway itself ran out of time
    "90018": 1.0,
    "90002": 1.0,
    "1111": _BAN,
    "410100": _WEBHOOK_BLOCK,
    "660026": _WEBHOOK_BLOCK,
}
_MISCONFIGURED: Mapping[str, str] = {
    f"{_FORBIDDEN}AccessTokenPermissionDenied": "应用没有所需的接口权限",
    f"{_FORBIDDEN}IpNotInWhiteList": "服务器出口 IP 不在钉钉白名单",
    f"{_FORBIDDEN}ApiCountLimitForOrg": "本月钉钉接口调用量已用完",
    "invalidClientIdOrSecret": "钉钉 client_id 或 client_secret 不正确",
    "authFailed": "钉钉 client_id 或 client_secret 不正确",
    "unauthorized.client": "钉钉 client_id 或 client_secret 不正确",
    "40096": "钉钉 client_id 或 client_secret 不正确",
    "invalidParameter.robotCode.empty": "钉钉 robot_code 未配置",
    "invalidParameter.robotCode.notExsit": "钉钉 robot_code 不存在",
    "invalidParameter.robotCode.invalid": "钉钉 robot_code 不正确",
    "invalidParameter.robotCode.auth": "钉钉 robot_code 不属于这个应用",
    "template.not.existed": "消息模板不存在",
    "template.stopped": "消息模板已停用",
    "chatbotId.notAllow.sendOTO": "机器人没有单聊权限",
    "robot.oto.notExist": "没有有效的机器人单聊会话",
    "conversation.org.notMatch": "群不属于本企业",
    "resource.not.found": "机器人不存在",
    "resource.unavailable": "机器人已停用或不在群里",
    "unauthorized": "应用没有所需的接口权限",
    "auth.error": "应用没有所需的接口权限",
    "bot.stopped": "机器人已停用",
    "bot.forbidden.sendMessage": "机器人被禁止发消息",
    "param.templateNotExist": "卡片模板不存在",
    "param.templateUnpublished": "卡片模板未发布",
    "90020": "本月钉钉接口调用量已用完",
    "60011": "应用没有所需的接口权限",
    "60020": "服务器出口 IP 不在钉钉白名单",
    "310000": "群机器人的安全设置不匹配",
    "300005": "群机器人的 token 不存在",
    "400101": "群机器人的 token 不存在",
    "400102": "群机器人已停用",
    "400106": "群机器人不存在",
}
_REFUSED: Mapping[str, str] = {
    "group.disbanded": "群已解散",
    "staffId.notExisted": "钉钉里没有这个人",
    "session.notExisted": "会话不存在",
    "session.expired": "会话已过期",
    "contain.unsafe.url": "内容含有不安全的链接",
    "contain.notAllowed.text": "内容被钉钉拒绝",
    "contain.notAllowed.picture": "图片被钉钉拒绝",
    "contain.notAllowed.content": "内容被钉钉拒绝",
    "miss.openConversationId": "缺少群会话",
    "invalid.openConversationId": "群会话不正确",
    "Missingbody": "请求格式不正确",
    "AuthenticationFailed.MissingParameter": "请求缺少凭证",
    "22": "钉钉没有这个接口",
    "33012": "钉钉里没有这个人",
    "60121": "钉钉里没有这个人",
    "60003": "钉钉里没有这个部门",
    "400002": "参数不正确",
    "40035": "参数不正确",
    "43009": "参数不正确",
    "43004": "请求格式不正确",
    "40078": "登录码无效或已使用",
    "300001": "会话已过期",
    "400013": "群已解散",
    "400105": "消息类型不支持",
    "430101": "内容含有不安全的链接",
    "430102": "内容被钉钉拒绝",
    "430103": "图片被钉钉拒绝",
    "430104": "内容被钉钉拒绝",
}
_REFUSED_FAMILIES = ("invalidParameter.", "param.", "miss.param")


def new_api_error(status: int, body: Mapping[str, Any] | None) -> ChannelError | None:
    """Return what an answer of api.dingtalk.com means, None for success; ``body`` is None where it was no JSON."""
    if status < 400 and body is not None and body.get("status") != 1111:
        return None
    code = _code(body, "code")
    if status == 504:
        # Its gateway gave up after 3 s; the call behind it may have worked.
        return Retry("钉钉网关超时", code=code or "504", delivered_maybe=True)
    if not code:
        return Retry("钉钉没有正常回答", code=str(status), after=_BAN if status < 500 and status != 429 else None)
    scopes = _object(body, "accessdenieddetail").get("requiredScopes")
    return _sorted(code, status, "、".join(map(str, scopes)) if isinstance(scopes, list) else "")


def old_api_error(status: int, body: Mapping[str, Any] | None) -> ChannelError | None:
    """Return what an answer of oapi.dingtalk.com means: None where it went well; the effective code is the sub_code."""
    if body is None:
        return Retry("钉钉没有正常回答", code=str(status), after=_BAN if status < 500 else None)
    code = _code(body, "sub_code") or _code(body, "errcode")
    return None if code == "0" else _sorted(code or str(status), status, "")


def _sorted(code: str, status: int, detail: str) -> ChannelError:
    """Look the code up; throttles before anything that looks at the status, because they too are HTTP 403."""
    if code in _RETRY_AFTER:
        return Retry("钉钉繁忙或限流", code=code, after=_RETRY_AFTER[code])
    if code in STALE_TOKEN:
        return Retry("钉钉凭证已失效", code=code)
    if reason := _MISCONFIGURED.get(code):
        return Misconfigured(f"{reason}：{detail}" if detail else reason, code=code)
    if reason := _REFUSED.get(code):
        return Refused(reason, code=code)
    if code.startswith(_REFUSED_FAMILIES):
        return Refused(f"参数不正确：{code}", code=code)
    if status == 401:
        return Misconfigured("钉钉拒绝了应用凭证", code=code)
    log.warning("dingtalk.unknown_code", code=code[:80], status=status)
    return Retry(f"钉钉返回未知错误：{code[:80]}", code=code)


def _code(body: Mapping[str, Any] | None, name: str) -> str:
    """Return a code, which may be a number; ``{"status": 1111}`` is the ban of our address."""
    if body is None:
        return ""
    value = body.get(name)
    if value is None and body.get("status") == 1111:
        return "1111"
    return str(value) if isinstance(value, str | int) else ""


def _object(body: Mapping[str, Any] | None, name: str) -> Mapping[str, Any]:
    value = (body or {}).get(name)
    return value if isinstance(value, dict) else {}
