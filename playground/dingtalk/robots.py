"""Messages of the app's robot to people and groups, their read state and their recall (reference 4.1–4.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.dingtalk.chats import BOT, Chats, Entry
from playground.dingtalk.drawing import draw_template_message
from playground.dingtalk.errors import NewError
from playground.dingtalk.gate import Call, Gate
from playground.dingtalk.scene import Scene

_USERS_MAX = 20
_RECALL_MAX = 20
_PARAM_MAX = 15_000
_RECALL_SECONDS = 24 * 3600.0
_SCOPE = "qyapi_robot_sendmsg"

MESSAGE_KEYS: dict[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("text", "title", "picUrl", "messageUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    **{
        f"sampleActionCard{n}": (
            "title",
            "text",
            *(name for k in range(1, n + 1) for name in (f"actionTitle{k}", f"actionURL{k}")),
        )
        for n in range(2, 6)
    },
    "sampleActionCard6": ("title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
    "sampleAudio": ("mediaId", "duration"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
    "sampleVideo": ("duration", "videoMediaId", "videoType", "picMediaId", "height", "width"),
}
"""msgKey → the members that its msgParam has."""


@dataclass(slots=True, kw_only=True)
class _SentByRobot:
    robot_code: str
    receivers: list[str]
    group: str
    at: float
    recalled: bool = False


class Robots:
    """``sent`` keeps what went out, by processQueryKey."""

    def __init__(self, scene: Scene, chats: Chats) -> None:
        self._scene = scene
        self._chats = chats
        self.sent: dict[str, _SentByRobot] = {}

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return the five calls. The recall's path has a lower-case ``oto``, the send's has not."""
        return [
            web.post("/v1.0/robot/oToMessages/batchSend", gate.new(self.send_to_people, scope=_SCOPE)),
            web.post("/v1.0/robot/groupMessages/send", gate.new(self.send_to_group, scope=_SCOPE)),
            web.get("/v1.0/robot/oToMessages/readStatus", gate.new(self.read_status, scope=_SCOPE)),
            web.post("/v1.0/robot/otoMessages/batchRecall", gate.new(self.recall_from_people, scope=_SCOPE)),
            web.post("/v1.0/robot/groupMessages/recall", gate.new(self.recall_from_group, scope=_SCOPE)),
        ]

    async def send_to_people(self, call: Call) -> Mapping[str, Any]:
        """Send one to one; who cannot be reached is listed in a 200."""
        robot_code = self._robot(call)
        users = call.body.get("userIds")
        if not isinstance(users, list) or not users:
            raise NewError("invalidParameter.userIds.empty", "userIds不能为空")
        if len(users) > _USERS_MAX:
            raise NewError("invalidParameter.userIds.overMax", f"userIds超过最大值{_USERS_MAX}")
        key, param = message_of(call.body)
        throttled = [user for user in users if user in self._scene.knobs.flow_controlled]
        unknown = [user for user in users if self._scene.world.by_dingtalk(str(user)) is None]
        reached = [user for user in users if user not in throttled and user not in unknown]
        query_key = await self._deliver(
            key, param, robot_code, reached, [self._chats.private(each) for each in reached]
        )
        return {
            "processQueryKey": query_key,
            "invalidStaffIdList": unknown,
            "flowControlledStaffIdList": throttled,
        }

    async def send_to_group(self, call: Call) -> Mapping[str, Any]:
        """Send into an internal group that the robot is in."""
        robot_code = self._robot(call)
        name = call.body.get("openConversationId")
        if not name:
            raise NewError("miss.openConversationId", "openConversationId不能为空")
        group = self._chats.groups.get(str(name))
        if group is None:
            raise NewError("invalid.openConversationId", "无效的openConversationId")
        if group.disbanded:
            raise NewError("group.disbanded", "群已解散")
        if not group.has_robot:
            raise NewError("resource.unavailable", "机器人不在群中或已停用")
        key, param = message_of(call.body)
        members = sorted(group.members)
        return {"processQueryKey": await self._deliver(key, param, robot_code, members, [group.id], group.id)}

    async def read_status(self, call: Call) -> Mapping[str, Any]:
        """Tell who has looked at a one-to-one message."""
        sent = self.sent.get(call.query.get("processQueryKey", ""))
        if sent is None or sent.robot_code != call.query.get("robotCode"):
            raise NewError("invalidParameter.param.invalid", "processQueryKey无效")
        readers = {user for entry in self._chats.find(call.query["processQueryKey"]) for user in entry.read_by}
        people = [
            {
                "name": self._scene.person(user).name,
                "userId": user,
                "readStatus": "READ" if user in readers else "UNREAD",
            }
            for user in sent.receivers
        ]
        return {"sendStatus": "RECALLED" if sent.recalled else "SUCCESS", "messageReadInfoList": people}

    async def recall_from_people(self, call: Call) -> Mapping[str, Any]:
        """Take one-to-one messages back."""
        return await self._recall(call, "")

    async def recall_from_group(self, call: Call) -> Mapping[str, Any]:
        """Take group messages back."""
        name = call.body.get("openConversationId")
        if not name:
            raise NewError("miss.openConversationId", "openConversationId不能为空")
        return await self._recall(call, str(name))

    def _robot(self, call: Call) -> str:
        robot_code = call.body.get("robotCode")
        if not robot_code:
            raise NewError("invalidParameter.robotCode.empty", "robotCode不能为空")
        owner = next((app for app in self._scene.apps.values() if app.robot_code == robot_code), None)
        if owner is None:
            raise NewError("invalidParameter.robotCode.notExsit", "robotCode不存在")
        if owner.client_id != call.client_id:
            raise NewError("invalidParameter.robotCode.auth", "robotCode无权限")
        return str(robot_code)

    async def _deliver(
        self, key: str, param: Mapping[str, Any], robot: str, receivers: list[str], places: list[str], group: str = ""
    ) -> str:
        at, query_key = self._scene.clock.now(), f"{self._scene.token(24)}="
        shown = draw_template_message(query_key, key, param, at)
        self.sent[query_key] = _SentByRobot(robot_code=robot, receivers=receivers, group=group, at=at)
        for place in places:
            await self._chats.add(Entry(id=query_key, conversation=place, sender=BOT, at=at, draw=lambda _: shown))
        return query_key

    async def _recall(self, call: Call, group: str) -> Mapping[str, Any]:
        robot_code = self._robot(call)
        keys = call.body.get("processQueryKeys")
        if not isinstance(keys, list) or not keys or len(keys) > _RECALL_MAX:
            raise NewError("invalidParameter.param.invalid", f"processQueryKeys需要1到{_RECALL_MAX}个")
        done: list[str] = []
        failed: dict[str, str] = {}
        for key in keys:
            sent = self.sent.get(key)
            if sent is None or (sent.robot_code, sent.group) != (robot_code, group):
                failed[key] = "processQueryKey无效"
            elif self._scene.clock.now() - sent.at > _RECALL_SECONDS:
                failed[key] = "超过24小时"
            else:
                sent.recalled = True
                await self._chats.remove(key)
                done.append(key)
        return {"successResult": done, "failedResult": failed}


def message_of(body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return msgKey and the decoded msgParam, which has to be a JSON *string*; raise NewError otherwise."""
    key, raw = body.get("msgKey"), body.get("msgParam")
    if key not in MESSAGE_KEYS:
        raise NewError("invalidParameter.msgKey.invalid", f"错误描述: 不支持类型 {key} ;解决方案:请使用支持的类型;")
    if not isinstance(raw, str):
        raise NewError("invalidParameter.msgParam.invalid", "msgParam不是合法的JSON字符串")
    if len(raw.encode()) > _PARAM_MAX:
        raise NewError("invalidParameter.msgParam.tooLong", f"msgParam超过{_PARAM_MAX}字节")
    try:
        param = json.loads(raw)
    except ValueError:
        param = None
    if not isinstance(param, dict):
        raise NewError("invalidParameter.msgParam.invalid", "msgParam不是合法的JSON字符串")
    if missing := [name for name in MESSAGE_KEYS[str(key)] if name not in param]:
        raise NewError("invalidParameter.param.invalid", f"msgParam缺少参数 {missing[0]}")
    return str(key), param
