"""A tiny bot and a played WeCom, each on its own real port, for the tests beside this file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import xmltodict
from aiohttp import web
from aiohttp.test_utils import TestServer
from wechatpy.enterprise.crypto import WeChatCrypto

from playground.app import Playground, create_playground
from playground.settings import PlaygroundSettings, WeComSettings
from playground.wecom import WeCom

CORP, AGENT, SECRET = "ww1234567890abcdef", 1000002, "the-secret-of-the-app"
TOKEN, AES_KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PEOPLE = [
    {"name": "周敏", "roles": ["manager"], "team": "华东一组", "wecom": "ZhouMin", "phone": "13800000001"},
    {
        "name": "陈静",
        "roles": ["sales"],
        "team": "华东一组",
        "leader": "周敏",
        "wecom": "chenjing",
        "phone": "13800000002",
    },
    {"name": "马强", "roles": ["engineer"], "team": "服务部", "wecom": "maqiang"},
]


@dataclass
class Bot:
    """Answers callbacks and keeps them decrypted by another implementation than the playground's."""

    statuses: list[int] = field(default_factory=list)
    """Statuses of the next answers; 200 when empty."""
    body: str = ""
    hold: list[asyncio.Event] = field(default_factory=list)
    """The next requests wait for these."""
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    echo: str = "{}"
    """How the verification answers the decrypted text."""

    async def verify(self, request: web.Request) -> web.Response:
        self.queries.append({"raw": request.raw_path, **request.query})
        query = request.query
        crypto = WeChatCrypto(TOKEN, AES_KEY, CORP)
        text = crypto.check_signature(query["msg_signature"], query["timestamp"], query["nonce"], query["echostr"])
        return web.Response(text=self.echo.replace("{}", text.decode() if isinstance(text, bytes) else text))

    async def receive(self, request: web.Request) -> web.Response:
        raw = await request.read()
        self.queries.append(dict(request.query))
        self.bodies.append(raw)
        query, crypto = request.query, WeChatCrypto(TOKEN, AES_KEY, CORP)
        if self.hold:
            await self.hold.pop(0).wait()
        if self.statuses and (status := self.statuses.pop(0)) != 200:
            return web.Response(status=status)
        xml = crypto.decrypt_message(raw, query["msg_signature"], query["timestamp"], query["nonce"])
        self.got.append(xmltodict.parse(xml)["xml"])
        return web.Response(text=self.body)


@dataclass
class Play:
    """Both ends and a caller of the API."""

    playground: Playground
    wecom: WeCom
    bot: Bot
    base: str
    http: aiohttp.ClientSession

    async def token(self, secret: str = SECRET) -> str:
        answer = await self.get("gettoken", access_token=None, corpid=CORP, corpsecret=secret)
        return answer["access_token"]

    async def get(self, path: str, access_token: str | None = "", **query: str) -> dict[str, Any]:
        return await self._call("GET", path, access_token, query, None)

    async def post(
        self, path: str, body: dict[str, Any], access_token: str | None = "", **query: str
    ) -> dict[str, Any]:
        return await self._call("POST", path, access_token, query, body)

    async def send(self, touser: str = "chenjing", token: str | None = "", **body: Any) -> dict[str, Any]:
        body = {"touser": touser, "agentid": AGENT, **body}
        return await self.post("message/send", {key: value for key, value in body.items() if value is not None}, token)

    async def text(self, text: str, touser: str = "chenjing", **more: Any) -> dict[str, Any]:
        return await self.send(touser, msgtype="text", text={"content": text}, **more)

    async def card(self, touser: str = "chenjing", **changes: Any) -> dict[str, Any]:
        return await self.send(touser, msgtype="template_card", template_card={**BUTTONS, **changes})

    async def update(self, code: str, **body: Any) -> dict[str, Any]:
        return await self.post("message/update_template_card", {"agentid": AGENT, "response_code": code, **body})

    async def _call(
        self, method: str, path: str, token: str | None, query: dict[str, str], body: Any
    ) -> dict[str, Any]:
        if token == "":
            token = await self.token()
        if token is not None:
            query["access_token"] = token
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        async with self.http.request(method, f"{self.base}/cgi-bin/{path}", params=query, data=data) as response:
            assert response.status == 200
            return await response.json()


BUTTONS = {
    "card_type": "button_interaction",
    "main_title": {"title": "确认接单", "desc": "今天 14:00"},
    "horizontal_content_list": [{"keyname": "客户", "value": "华东阀门厂"}],
    "task_id": "wo-1001@accept",
    "button_list": [{"text": "接单", "style": 1, "key": "accept"}, {"text": "拒绝", "style": 2, "key": "reject"}],
}
NOTICE = {
    "card_type": "text_notice",
    "main_title": {"title": "工单已派给你"},
    "card_action": {"type": 1, "url": "https://crm.example.com/wo/1"},
}
VOTE = {
    "card_type": "vote_interaction",
    "main_title": {"title": "现场检查"},
    "task_id": "wo-1001@check",
    "checkbox": {
        "question_key": "items",
        "mode": 1,
        "option_list": [
            {"id": "power", "text": "已断电", "is_checked": False},
            {"id": "leak", "text": "无渗漏", "is_checked": True},
        ],
    },
    "submit_button": {"text": "提交", "key": "submit_check"},
}
MULTIPLE = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "填写拜访结果"},
    "task_id": "visit-1",
    "select_list": [
        {
            "question_key": "result",
            "title": "结果",
            "selected_id": "follow",
            "option_list": [{"id": "signed", "text": "已签约"}, {"id": "follow", "text": "跟进中"}],
        },
        {"question_key": "next", "title": "下一步", "option_list": [{"id": "call", "text": "回访"}]},
    ],
    "submit_button": {"text": "提交", "key": "submit_visit"},
}


@asynccontextmanager
async def playing(callback_path: str = "/wecom/callback", **knobs: Any) -> AsyncIterator[Play]:
    bot = Bot()
    app = web.Application(client_max_size=32 * 1024 * 1024)
    app.add_routes([web.get("/wecom/callback", bot.verify), web.post("/wecom/callback", bot.receive)])
    wecom = WeComSettings(
        corp_id=CORP,
        agent_id=AGENT,
        secret=SECRET,
        token=TOKEN,
        encoding_aes_key=AES_KEY,
        callback_path=callback_path,
        knobs={"spacing": 0.0, "deadline": 2.0, **knobs},
    )
    async with TestServer(app) as bot_server:
        settings = PlaygroundSettings(
            bot_url=str(bot_server.make_url("")), wecom=wecom, dingtalk=None, people=PEOPLE, seed=7
        )
        playground = create_playground(settings)
        async with TestServer(playground.app) as server, aiohttp.ClientSession() as http:
            base = str(server.make_url("")).rstrip("/")
            yield Play(playground=playground, wecom=playground.wecom, bot=bot, base=base, http=http)
            for event in bot.hold:
                event.set()
