"""Custom group robots: a webhook that can only send, with a signature and a strict limit (reference 4.7)."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from playground.dingtalk.crypto import robot_sign
from playground.dingtalk.errors import OldError
from playground.dingtalk.gate import Gate, json_object
from playground.dingtalk.limits import PUSH, Limits
from playground.dingtalk.scene import Scene
from playground.dingtalk.sessions import Sessions

_PER_MINUTE = 20
_PENALTY = 600.0
_CLOCK_ERROR_MS = 3_600_000
_OK = {"errcode": 0, "errmsg": "ok"}


@dataclass(slots=True, kw_only=True)
class CustomRobot:
    """One robot of one group. ``secret`` empty asks for no signature; one of ``keywords`` must occur."""

    group: str
    secret: str = ""
    keywords: tuple[str, ...] = ()
    recent: deque[float] = field(default_factory=deque)
    limited_until: float = 0.0
    uuids: set[str] = field(default_factory=set)


class CustomRobots:
    """``robots`` by access_token."""

    def __init__(self, scene: Scene, sessions: Sessions, limits: Limits) -> None:
        self._scene = scene
        self._sessions = sessions
        self._limits = limits
        self.robots: dict[str, CustomRobot] = {}

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return the webhook."""
        return [web.post("/robot/send", gate.open(self.send))]

    async def send(self, request: web.Request) -> Mapping[str, Any]:
        """Write into the robot's group."""
        robot = self.robots.get(request.query.get("access_token", ""))
        if robot is None:
            raise OldError(300005, "token is not exist")
        self._check_sign(robot, request.query)
        body = json_object(await request.read(), OldError(40035, "缺少参数 json"))
        uuid = str(body.get("msgUuid", ""))
        if uuid and uuid in robot.uuids:
            return _OK
        text = str(body)
        if robot.keywords and not any(word in text for word in robot.keywords):
            raise OldError(310000, "keywords not in content")
        self._check_pace(robot)
        await self._sessions.write(robot.group, body)
        self._limits.spend(PUSH)
        if uuid:
            robot.uuids.add(uuid)
        return _OK

    def _check_sign(self, robot: CustomRobot, query: Mapping[str, str]) -> None:
        if not robot.secret:
            return
        timestamp = query.get("timestamp", "")
        if not timestamp.isdigit() or abs(self._scene.now_ms() - int(timestamp)) > _CLOCK_ERROR_MS:
            raise OldError(310000, "invalid timestamp")
        if not hmac.compare_digest(robot_sign(timestamp, robot.secret), query.get("sign", "")):
            raise OldError(310000, "sign not match")

    def _check_pace(self, robot: CustomRobot) -> None:
        now = self._scene.clock.now()
        while robot.recent and robot.recent[0] <= now - 60.0:
            robot.recent.popleft()
        if now >= robot.limited_until and len(robot.recent) >= _PER_MINUTE:
            robot.limited_until = now + _PENALTY
        if now < robot.limited_until:
            raise OldError(self._scene.knobs.custom_robot_fast_code, "sending too many messages per minute")
        robot.recent.append(now)
