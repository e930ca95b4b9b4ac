"""A playground with a stand-in for the bot: it answers what people type with a card, and a press by redrawing it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import xmltodict
from aiohttp import web
from aiohttp.test_utils import TestServer
from wechatpy.enterprise.crypto import WeChatCrypto

from playground.app import Playground, create_playground
from playground.settings import DingTalkSettings, PlaygroundSettings, QrPage, WeComSettings

PEOPLE = [
    {"name": "秦岚", "roles": ["management"], "wecom": "qinlan", "dingtalk": "1000"},
    {"name": "周敏", "roles": ["manager"], "team": "华东销售", "leader": "秦岚", "dingtalk": "1001"},
    {"name": "陈静", "roles": ["sales"], "team": "华东销售", "leader": "周敏", "wecom": "chenjing"},
    {"name": "何雨", "roles": ["sales"], "team": "华南销售", "dingtalk": "1013"},
    {"name": "钱进", "roles": ["finance"], "dingtalk": "1002"},
    {"name": "邵勇", "roles": ["manager", "service"], "team": "服务部", "wecom": "shaoyong"},
    {"name": "唐悦", "roles": ["dispatcher"], "team": "服务部", "wecom": "tangyue"},
    {"name": "何平", "roles": ["engineer"], "team": "服务部", "leader": "邵勇", "dingtalk": "1021"},
    {"name": "林涛", "roles": ["engineer"], "team": "服务部", "leader": "邵勇", "wecom": "lintao"},
]
QR = [
    QrPage(title="X200 · 恒力机械", url="http://127.0.0.1:1/r/hengli"),
    QrPage(title="M5 · 华东泵业", url="http://127.0.0.1:1/r/m5"),
]

WECOM_CARD: dict[str, Any] = {
    "card_type": "button_interaction",
    "source": {"desc": "待确认", "desc_color": 1},
    "main_title": {"title": "新商机：苏州恒力机械", "desc": "约 30 万元 · 展会"},
    "quote_area": {"type": 0, "quote_text": "想要两台X200，预算30万左右，下周三前给报价"},
    "sub_title_text": "手机号在库里没有重复。",
    "horizontal_content_list": [
        {"keyname": "联系人", "value": "王总"},
        {"keyname": "电话", "value": "138 1234 5678"},
        {"keyname": "产品", "value": "X200 × 2"},
        {"keyname": "客户页", "value": "打开", "type": 1, "url": "http://127.0.0.1:1/c/1"},
    ],
    "button_selection": {
        "question_key": "stage",
        "title": "阶段",
        "selected_id": "new",
        "option_list": [{"id": "new", "text": "初步接触"}, {"id": "need", "text": "需求确认"}],
    },
    "button_list": [
        {"text": "建商机", "style": 1, "key": "create"},
        {"text": "改一下", "style": 3, "key": "edit"},
        {"text": "不是客户", "style": 2, "key": "drop"},
    ],
    "card_action": {"type": 1, "url": "http://127.0.0.1:1/c/1"},
}


def _button(text: str, verb: str, color: str) -> dict[str, Any]:
    event = {"type": "sendCardRequest", "params": {"actionId": verb, "params": {"a": f"{verb}~1"}}}
    return {"text": text, "color": color, "status": "normal", "event": event}


DINGTALK_CARD = {
    "title": "报价待审批",
    "subtitle": "苏州恒力机械 · Q-2026-0012",
    "status": "待你审批",
    "tone": "orange",
    "content": (
        "### ¥286,000.00\n\n**客户**：苏州恒力机械\n\n**折扣**：9.2 折，超过 9.5 折要经理批\n\n"
        "**销售**：陈静\n\n> 客户希望本周内定下来\n\n###### 规则：华东大客户折扣"
    ),
    "btns": json.dumps([_button("同意", "approve", "blue"), _button("退回", "refuse", "red")]),
    "form": json.dumps(
        {
            "fields": [
                {
                    "name": "pay",
                    "label": "付款方式",
                    "type": "SELECT",
                    "options": [{"value": "362", "text": "3-6-1"}, {"value": "full", "text": "款到发货"}],
                },
                {"name": "a", "type": "TEXT", "hidden": True, "defaultValue": "approve~1"},
            ]
        }
    ),
    "toast": "",
}


class StandIn:
    """``pressed`` are the presses it got, as (verb, answers)."""

    def __init__(self, settings: PlaygroundSettings) -> None:
        assert settings.wecom
        assert settings.dingtalk
        self.wecom, self.dingtalk = settings.wecom, settings.dingtalk
        self.pressed: list[tuple[str, Any]] = []
        self.http: aiohttp.ClientSession
        self._tasks: list[asyncio.Task[None]] = []
        self._sent = 0

    def do(self, work: Any) -> None:
        self._tasks.append(asyncio.create_task(work))

    async def receive(self, request: web.Request) -> web.Response:
        """Acknowledge WeCom at once, work afterwards."""
        settings, query = self.wecom, request.query
        crypto = WeChatCrypto(settings.token, settings.encoding_aes_key, settings.corp_id)
        xml = crypto.decrypt_message(await request.read(), query["msg_signature"], query["timestamp"], query["nonce"])
        self.do(self._wecom(xmltodict.parse(xml)["xml"]))
        return web.Response()

    async def _wecom(self, got: dict[str, Any]) -> None:
        self._sent += 1
        if got["MsgType"] == "text":
            card = {**WECOM_CARD, "task_id": f"task{self._sent}"}
            await self._call("message/send", touser=got["FromUserName"], msgtype="template_card", template_card=card)
        elif got.get("Event") == "template_card_event":
            items = (got.get("SelectedItems") or {}).get("SelectedItem") or {}
            self.pressed.append((got["EventKey"], items.get("OptionIds", {}).get("OptionId")))
            done = {**WECOM_CARD, "source": {"desc": "已建商机", "desc_color": 3}, "replace_text": "陈静 已建商机"}
            code, who = got["ResponseCode"], [got["FromUserName"]]
            await self._call("message/update_template_card", response_code=code, userids=who, template_card=done)
        else:
            await self._call(
                "message/send", touser=got["FromUserName"], msgtype="text", text={"content": "收到，已存到工单里"}
            )

    async def _call(self, path: str, **body: Any) -> None:
        secret = {"corpid": self.wecom.corp_id, "corpsecret": self.wecom.secret}
        async with self.http.get("/cgi-bin/gettoken", params=secret) as response:
            token = (await response.json())["access_token"]
        # WeCom takes no \\uxxxx escapes.
        data = json.dumps({"agentid": self.wecom.agent_id, **body}, ensure_ascii=False).encode()
        # A fault that is switched on may drop the connection; a real bot would try again.
        with suppress(aiohttp.ClientError):
            async with self.http.post(f"/cgi-bin/{path}", params={"access_token": token}, data=data):
                pass

    async def connect(self, played: Playground) -> None:
        """Open the stream of DingTalk."""
        subscriptions = [
            {"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"},
            {"type": "CALLBACK", "topic": "/v1.0/card/instances/callback"},
        ]
        app = {"clientId": self.dingtalk.client_id, "clientSecret": self.dingtalk.client_secret}
        async with self.http.post(
            "/v1.0/gateway/connections/open", json={**app, "subscriptions": subscriptions}
        ) as opened:
            where = await opened.json()
        socket = await self.http.ws_connect(where["endpoint"], params={"ticket": where["ticket"]})
        self.do(self._listen(socket))
        assert played.dingtalk
        await played.dingtalk.stream.connected(1)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frame = json.loads(message.data)
            data, topic = json.loads(frame["data"]), frame["headers"]["topic"]
            answer: Any = {"response": None}
            if topic == "ping":
                answer = data
            elif topic.endswith("/messages/get"):
                self.do(self._tell(data["senderStaffId"]))
            elif topic.endswith("/instances/callback"):
                answer = {"response": self._redrawn(data)}
            headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
            await socket.send_json({"code": 200, "headers": headers, "message": "OK", "data": json.dumps(answer)})

    def _redrawn(self, data: dict[str, Any]) -> dict[str, Any]:
        private = json.loads(data["content"])["cardPrivateData"]
        self.pressed.append((private["actionIds"][0], private["params"].get("form", {}).get("pay")))
        done = {
            "status": "已通过",
            "tone": "green",
            "btns": "[]",
            "form": '{"fields":[]}',
            "outcome": "周敏 已同意，报价单发给陈静",
        }
        return {
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
            "cardData": {"cardParamMap": done},
            "userPrivateData": {"cardParamMap": {"toast": "已同意"}},
        }

    async def _tell(self, user: str) -> None:
        self._sent += 1
        async with self.http.post(
            "/v1.0/oauth2/accessToken",
            json={"appKey": self.dingtalk.client_id, "appSecret": self.dingtalk.client_secret},
        ) as response:
            token = (await response.json())["accessToken"]
        body = {
            "cardTemplateId": self.dingtalk.card_template_id,
            "outTrackId": f"track{self._sent}",
            "callbackType": "STREAM",
            "cardData": {"cardParamMap": DINGTALK_CARD},
            "openSpaceId": f"dtv1.card//IM_ROBOT.{user}",
            "imRobotOpenSpaceModel": {"supportForward": False},
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": self.dingtalk.robot_code},
        }
        headers = {"x-acs-dingtalk-access-token": token}
        async with self.http.post("/v1.0/card/instances/createAndDeliver", json=body, headers=headers):
            pass

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def playing() -> AsyncIterator[tuple[str, Playground, StandIn]]:
    """Serve both platforms and the stand-in; yield the address of the page, the playground and the stand-in."""
    wecom = WeComSettings(knobs={"spacing": 0.0})
    settings = PlaygroundSettings(
        company="恒星机床", people=PEOPLE, qr=QR, wecom=wecom, dingtalk=DingTalkSettings(), seed=7
    )
    bot, playground = StandIn(settings), create_playground(settings)
    callbacks = web.Application()
    callbacks.add_routes([web.post("/wecom/callback", bot.receive)])
    async with TestServer(callbacks) as bot_server, TestServer(playground.app) as server:
        settings.bot_url = str(bot_server.make_url("")).rstrip("/")
        base = str(server.make_url("")).rstrip("/")
        async with aiohttp.ClientSession(base_url=base) as bot.http:
            await bot.connect(playground)
            try:
                yield base, playground, bot
            finally:
                await bot.close()
