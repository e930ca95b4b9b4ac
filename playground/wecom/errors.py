"""How WeCom says no: HTTP 200 and an errcode (WeCom reference 0.3 and 4.4)."""

from __future__ import annotations

import secrets

TEXTS = {
    -1: "system busy",
    6000: "data version conflict",
    40001: "invalid credential",
    40003: "invalid userid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40029: "invalid code",
    40031: "invalid userid list",
    40032: "invalid userid list size",
    40033: "invalid character in request, \\uxxxx is not supported",
    40035: "invalid parameter",
    40056: "invalid agentid",
    40058: "invalid parameter value",
    40063: "some parameters are empty",
    40074: "safe is not supported by this message type",
    41001: "access_token missing",
    41016: "missing title",
    42001: "access_token expired",
    42014: "invalid task_id",
    42015: "response_code belongs to another app",
    42022: "code has been used, can only be used once",
    42052: "msgid expired",
    43012: "callback url required",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article count out of limit",
    45009: "api freq out of limit",
    45033: "concurrent api calls out of limit",
    48002: "api forbidden",
    50001: "redirect_uri is not in the trusted domain",
    60003: "department not found",
    60011: "no privilege to access or modify contact, party or agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60140: "invalid response_code, may be expired",
    81013: "user, party and tag all invalid",
    82001: "no receiver",
    82002: "too many parties",
    82003: "too many tags",
    84014: "user_ticket expired",
    84015: "invalid user_ticket",
    301002: "agentid does not belong to this access_token",
    830002: "file too large, use Range",
}


class ApiError(Exception):
    """A call is refused with ``code``; ``text`` replaces the usual words, which nobody may match on."""

    def __init__(self, code: int, text: str = "") -> None:
        self.code = code
        self.text = text or TEXTS.get(code, "invalid card field")
        super().__init__(f"{code} {self.text}")


def failure(code: int, text: str, ip: str) -> dict[str, int | str]:
    """Return the answer's body, with the trace that the real platform hangs on."""
    hint = f"{secrets.randbelow(10**10)}_{secrets.token_hex(16)}"
    more = f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
    return {"errcode": code, "errmsg": f"{text}, hint: [{hint}], from ip: {ip}, {more}"}
