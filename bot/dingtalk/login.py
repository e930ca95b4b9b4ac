"""Who stands before one of our pages (DingTalk reference 7.2, 7.4): inside DingTalk, or by QR code in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.directory import Directory
from cards.channel import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSettings:
    """``login_base`` shows the QR code. ``corp_id`` set: only that company is offered and accepted."""

    login_base: str = "https://login.dingtalk.com"
    corp_id: str = ""


class LoginRefused(Exception):
    """The code is wrong, old or used, or the person does not belong to the company."""


class DingTalkLogin:
    """Turns login codes into userIds. Other ChannelErrors (busy, misconfigured) pass through."""

    def __init__(self, settings: LoginSettings, *, client: DingTalkClient) -> None:
        self._settings = settings
        self._client = client
        self._directory = Directory(client)

    async def inside(self, code: str) -> str:
        """Return the userId for a 免登 code of ``dd.requestAuthCode``; it lives five minutes and works once."""
        try:
            answer = await self._client.old("/topapi/v2/user/getuserinfo", {"code": code})
        except Refused as error:
            raise LoginRefused("登录码无效或已过期，请重新打开页面") from error
        result = answer.get("result")
        return _userid(result.get("userid") if isinstance(result, dict) else None)

    def web_address(self, *, redirect_uri: str, state: str) -> str:
        """Return where to send a browser; it comes back to ``redirect_uri`` with ``authCode`` and ``state``."""
        query = {
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "client_id": self._client.settings.client_id,
            "scope": "openid corpid" if self._settings.corp_id else "openid",
            "state": state,
            "prompt": "consent",
        }
        if self._settings.corp_id:
            query["corpId"] = self._settings.corp_id
        return f"{self._settings.login_base}/oauth2/auth?{urlencode(query)}"

    async def web(self, code: str) -> str:
        """Return the userId for the ``authCode`` a browser brought back."""
        credentials = {
            "clientId": self._client.settings.client_id,
            "clientSecret": self._client.settings.client_secret,
            "code": code,
            "grantType": "authorization_code",
        }
        try:
            token = await self._client.without_token("/v1.0/oauth2/userAccessToken", credentials)
            corp_id = token.get("corpId")
            if self._settings.corp_id and corp_id and corp_id != self._settings.corp_id:
                raise LoginRefused("这个账号不属于本企业")
            me = await self._client.new("GET", "/v1.0/contact/users/me", user_token=str(token.get("accessToken", "")))
            return _userid(await self._directory.userid_of(str(me.get("unionId", ""))))
        except Refused as error:
            raise LoginRefused("登录码无效，或这个账号不属于本企业") from error


def _userid(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise LoginRefused("这个账号不属于本企业")
    return value
