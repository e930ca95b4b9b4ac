"""Work notifications: accepted always, delivered unless a limit swallows them in silence (reference 4.6)."""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from playground.dingtalk.chats import BOT, Chats, Entry
from playground.dingtalk.drawing import draw_message
from playground.dingtalk.errors import OldError, request_id
from playground.dingtalk.gate import Call, Gate
from playground.dingtalk.scene import Scene

_USERS_MAX = 100
_DEPARTMENTS_MAX = 20
_MESSAGE_MAX = 2048
_PER_DAY = 500
_PER_MINUTE = 5000
_RESULT_SECONDS = 24 * 3600.0

_TOO_MANY_A_MINUTE, _TOO_MANY_A_DAY, _SAME_AGAIN = "143103", "143105", "143106"


@dataclass(slots=True, kw_only=True)
class Notice:
    """One task: who saw it, who did not exist, and whom a limit kept it from (code by user)."""

    at: float
    reached: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    swallowed: dict[str, str] = field(default_factory=dict)


class Notices:
    """``tasks`` by task_id."""

    def __init__(self, scene: Scene, chats: Chats) -> None:
        self._scene = scene
        self._chats = chats
        self._today: Counter[tuple[str, str]] = Counter()
        self._contents: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._recent: deque[float] = deque()
        self.tasks: dict[int, Notice] = {}

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return send and result."""
        base = "/topapi/message/corpconversation/"
        return [
            web.post(base + "asyncsend_v2", gate.old(self.send, scope="qyapi_base")),
            web.post(base + "getsendresult", gate.old(self.result, scope="qyapi_base")),
        ]

    async def send(self, call: Call) -> Mapping[str, Any]:
        """Accept a notice; errcode 0 says nothing about delivery."""
        self._check_agent(call)
        message = call.body.get("msg")
        if not isinstance(message, dict) or not isinstance(message.get(str(message.get("msgtype"))), dict):
            raise OldError(40035, "不合法的参数 msg")
        content = json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if len(content.encode()) > _MESSAGE_MAX:
            raise OldError(40035, f"msg超过{_MESSAGE_MAX}字节")
        task_id = 256_000_000_000 + len(self.tasks) + 1
        notice = Notice(at=self._scene.clock.now())
        self.tasks[task_id] = notice
        shown = draw_message(f"task{task_id}", message, notice.at)
        for user in self._receivers(call.body):
            if self._scene.world.by_dingtalk(user) is None:
                notice.unknown.append(user)
            elif code := self._limit(user, content):
                notice.swallowed[user] = code
            else:
                notice.reached.append(user)
                place = self._chats.private(user)
                await self._chats.add(
                    Entry(id=shown.id, conversation=place, sender=BOT, at=notice.at, draw=lambda _: shown)
                )
        return {"errcode": 0, "task_id": task_id, "request_id": request_id()}

    async def result(self, call: Call) -> Mapping[str, Any]:
        """Tell what became of a task, for 24 h."""
        self._check_agent(call)
        notice = self.tasks.get(call.body.get("task_id", 0))
        if notice is None or self._scene.clock.now() - notice.at > _RESULT_SECONDS:
            raise OldError(40035, "不合法的参数 task_id")
        read = {user for entry in self._chats.find(f"task{call.body['task_id']}") for user in entry.read_by}
        result = {
            "failed_user_id_list": [],
            "forbidden_list": [{"code": code, "count": 1, "userid": user} for user, code in notice.swallowed.items()],
            "forbidden_user_id_list": list(notice.swallowed),
            "invalid_dept_id_list": [],
            "invalid_user_id_list": notice.unknown,
            "read_user_id_list": [user for user in notice.reached if user in read],
            "unread_user_id_list": [user for user in notice.reached if user not in read],
        }
        return {"errcode": 0, "send_result": result, "request_id": request_id()}

    def _check_agent(self, call: Call) -> None:
        if str(call.body.get("agent_id")) != str(self._scene.apps[call.client_id].agent_id):
            raise OldError(400002, "无效的参数 agent_id")

    def _receivers(self, body: Mapping[str, Any]) -> list[str]:
        world = self._scene.world
        users = [each for each in str(body.get("userid_list") or "").split(",") if each]
        departments = [each for each in str(body.get("dept_id_list") or "").split(",") if each]
        if len(users) > _USERS_MAX or len(departments) > _DEPARTMENTS_MAX:
            raise OldError(40035, f"userid_list最多{_USERS_MAX}个，dept_id_list最多{_DEPARTMENTS_MAX}个")
        for each in departments:
            if each.isdigit() and int(each) in world.departments:
                users += [person.dingtalk for under in world.below(int(each)) for person in world.members(under.id)]
        if body.get("to_all_user"):
            users += [person.dingtalk for person in world.people.values()]
        if not users:
            raise OldError(40035, "接收者为空")
        return [user for user in dict.fromkeys(users) if user]

    def _limit(self, user: str, content: str) -> str:
        """Return the code of the limit that this person's copy runs into, else count it and return nothing."""
        now, person_day = self._scene.clock.now(), (self._scene.day(), user)
        while self._recent and self._recent[0] <= now - 60.0:
            self._recent.popleft()
        if content in self._contents[person_day]:
            return _SAME_AGAIN
        if self._today[person_day] >= _PER_DAY:
            return _TOO_MANY_A_DAY
        if len(self._recent) >= _PER_MINUTE:
            return _TOO_MANY_A_MINUTE
        self._contents[person_day].add(content)
        self._today[person_day] += 1
        self._recent.append(now)
        return ""
