"""How the two API generations say no (DingTalk reference 6.2, 6.3).

ApiError        any refusal; knows its own HTTP answer
├── NewError    api.dingtalk.com: HTTP 4xx/5xx, ``{"requestid","code","message"}``
└── OldError    oapi.dingtalk.com: HTTP 200, ``{"errcode","errmsg"}``
"""

from __future__ import annotations

import uuid
from typing import Any

from aiohttp import web


class ApiError(Exception):
    """A refusal on its way to the caller."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body

    def response(self) -> web.Response:
        """Return it as the platform's HTTP answer."""
        return web.json_response(self.body, status=self.status)


class NewError(ApiError):
    """A refusal of the new API. ``extra`` members stand beside the usual three (``accessdenieddetail``)."""

    def __init__(self, code: str, message: str = "", *, status: int = 400, **extra: Any) -> None:
        requestid = str(uuid.uuid4()).upper()
        super().__init__(status, {"requestid": requestid, "code": code, "message": message or code, **extra})


class OldError(ApiError):
    """A refusal of the old API, always HTTP 200."""

    def __init__(self, errcode: int, errmsg: str, **extra: Any) -> None:
        super().__init__(200, {"errcode": errcode, "errmsg": errmsg, **extra})


def gateway_error(sub_code: str, sub_msg: str) -> OldError:
    """Return the gateway's refusal before ``topapi``: errcode 88 around the code that matters, which is a string."""
    errmsg = f"ding talk error[subcode={sub_code},submsg={sub_msg}]"
    return OldError(88, errmsg, sub_code=sub_code, sub_msg=sub_msg, request_id=request_id())


def unknown_method(name: str) -> OldError:
    """Return errcode 22, for a method the gateway does not know."""
    sub_msg = f"不合法ApiName，ApiName = {name}"
    return OldError(22, f"Invalid method[submsg={sub_msg}]", sub_msg=sub_msg, request_id=request_id())


def request_id() -> str:
    """Return an id as the old API prints it."""
    return uuid.uuid4().hex[:13]
