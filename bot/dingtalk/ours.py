"""What makes a callback ours: the robot code and the company it must name (R-03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.dingtalk.crypto import CallbackRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """``corp_id`` empty means that the company is not checked (it is not known before the first login)."""

    robot_code: str
    corp_id: str = ""

    def check_robot(self, body: Mapping[str, Any]) -> None:
        """Refuse a robot message that another robot, or our robot's namesake in another company, was sent."""
        if body.get("robotCode") != self.robot_code:
            raise CallbackRefused("for another robot")
        self._check_corp(body.get("chatbotCorpId"))

    def check_card(self, body: Mapping[str, Any]) -> None:
        """Refuse a click from another company."""
        self._check_corp(body.get("corpId"))

    def check_event(self, headers: Mapping[str, Any]) -> None:
        """Refuse an event of another company."""
        self._check_corp(headers.get("eventCorpId"))

    def _check_corp(self, corp_id: object) -> None:
        if self.corp_id and corp_id != self.corp_id:
            raise CallbackRefused("from another company")
