"""Tokens and logins: of apps, of people inside DingTalk, and of people in a browser (reference 6.1, 7.2, 7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from aiohttp import web
from yarl import URL

from playground.dingtalk.errors import NewError, OldError, request_id
from playground.dingtalk.gate import Call, Gate, json_object
from playground.dingtalk.scene import Scene
from playground.dingtalk.tokens import LIFETIME, Tokens

_SECONDS = int(LIFETIME)
_BAD_APP = ("invalidClientIdOrSecret", "无效的clientId或者clientSecret")


class Login:
    """Everything that hands out a token or takes a login code."""

    def __init__(self, scene: Scene, tokens: Tokens) -> None:
        self._scene = scene
        self._tokens = tokens

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return both generations of app tokens, both logins, and the login page."""
        return [
            web.post("/v1.0/oauth2/accessToken", gate.open(self.access_token)),
            web.post("/v1.0/oauth2/userAccessToken", gate.open(self.user_access_token)),
            web.post("/v1.0/oauth2/{corp_id}/token", gate.open(self.corp_token)),
            web.get("/gettoken", gate.open(self.old_token)),
            web.get("/v1.0/contact/users/{union_id}", gate.open(self.me)),
            web.post("/topapi/v2/user/getuserinfo", gate.old(self.user_info, paid=False)),
            web.get("/oauth2/auth", self.page),
        ]

    async def access_token(self, request: web.Request) -> Mapping[str, Any]:
        """Issue an app token of the new API."""
        body = await _body(request)
        return {"accessToken": self._issue(body.get("appKey"), body.get("appSecret")), "expireIn": _SECONDS}

    async def corp_token(self, request: web.Request) -> Mapping[str, Any]:
        """Issue an app token of one company."""
        if request.match_info["corp_id"] != self._scene.settings.corp_id:
            raise NewError("unknownError", "未知错误", status=500)
        body = await _body(request)
        return {"access_token": self._issue(body.get("client_id"), body.get("client_secret")), "expires_in": _SECONDS}

    async def old_token(self, request: web.Request) -> Mapping[str, Any]:
        """Issue an app token of the old API."""
        key, secret = request.query.get("appkey"), request.query.get("appsecret")
        if not key or not secret:
            raise OldError(40035, "缺少参数 corpid or appkey")
        app = self._tokens.app(key, secret)
        if app is None:
            raise OldError(40096, "不合法的appKey或appSecret")
        return {
            "errcode": 0,
            "access_token": self._tokens.issue(app.client_id),
            "errmsg": "ok",
            "expires_in": _SECONDS,
        }

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Send the person ``play_user`` back with a code; without one, ask who is there."""
        query = request.query
        if query.get("client_id") not in self._scene.apps or not query.get("redirect_uri"):
            return web.Response(status=400, text="client_id or redirect_uri is wrong")
        user = query.get("play_user", "")
        if self._scene.world.by_dingtalk(user) is None:
            return web.Response(text=self._who_are_you(request.url), content_type="text/html")
        code = self._tokens.issue_code(user)
        back = URL(query["redirect_uri"]).update_query(code=code, authCode=code, state=query.get("state", ""))
        raise web.HTTPFound(back)

    async def user_access_token(self, request: web.Request) -> Mapping[str, Any]:
        """Trade the code of the login page, or a refresh token, for a person's token."""
        body = await _body(request)
        if self._tokens.app(body.get("clientId"), body.get("clientSecret")) is None:
            raise NewError(*_BAD_APP)
        if body.get("grantType") == "refresh_token":
            user = self._tokens.refreshed(body.get("refreshToken"))
        else:
            user = self._tokens.take_code(body.get("code"))
        if user is None:
            # The code's name is not documented; only its class invalidParameter.* is.
            raise NewError("invalidParameter.authCode.notFound", "不合法的临时授权码")
        access, refresh = self._tokens.issue_user(user)
        corp_id = self._scene.settings.corp_id
        return {"accessToken": access, "refreshToken": refresh, "expireIn": _SECONDS, "corpId": corp_id}

    async def me(self, request: web.Request) -> Mapping[str, Any]:
        """Return the person behind a user token; only ``me`` can be asked for."""
        token = request.headers.get("x-acs-dingtalk-access-token", "")
        user = self._tokens.user_of(token)
        if user is None or request.match_info["union_id"] != "me":
            raise NewError("InvalidAuthentication", "不合法的access_token")
        person = self._scene.person(user)
        me = {"nick": person.name, "openId": f"open{person.unionid}", "unionId": person.unionid, "stateCode": "86"}
        return {**me, "mobile": person.mobile} if self._scene.knobs.contacts_with_mobile else me

    async def user_info(self, call: Call) -> Mapping[str, Any]:
        """Return who opened our page inside DingTalk, once per code."""
        user = self._tokens.take_code(call.body.get("code"))
        if user is None:
            raise OldError(40078, "不存在的临时授权码")
        person = self._scene.person(user)
        admin = "admin" in person.roles
        result = {
            "userid": user,
            "unionid": person.unionid,
            "associated_unionid": f"associated{person.unionid}",
            "name": person.name,
            "sys": admin,
            "sys_level": 1 if admin else 0,
            "device_id": "playground-phone",
        }
        return {"errcode": 0, "errmsg": "ok", "request_id": request_id(), "result": result}

    def _issue(self, client_id: object, secret: object) -> str:
        app = self._tokens.app(client_id, secret)
        if app is None:
            raise NewError(*_BAD_APP)
        return self._tokens.issue(app.client_id)

    def _who_are_you(self, url: URL) -> str:
        people = [person for person in self._scene.world.people.values() if person.dingtalk]
        links = "".join(
            f'<li><a href="{escape(str(url.update_query(play_user=person.dingtalk)))}">{escape(person.name)}</a></li>'
            for person in people
        )
        return f"<!doctype html><meta charset=utf-8><title>钉钉登录</title><h1>以谁的身份登录？</h1><ul>{links}</ul>"


async def _body(request: web.Request) -> dict[str, Any]:
    return json_object(await request.read(), NewError("Missingbody", "body is not a JSON object"))
