"""response_code: the right to update a card once within 72 hours (WeCom reference 3.4)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from playground.clock import Clock
from playground.wecom.errors import ApiError
from playground.wecom.knobs import Knobs

LIFETIME = 72 * 3600.0


@dataclass(slots=True, kw_only=True)
class Code:
    """A code for one message; ``clicker`` is empty for the one that message/send returned."""

    value: str
    agent_id: int
    message_id: str
    clicker: str
    issued_at: float
    used: bool = False


@dataclass(slots=True)
class Codes:
    """All codes that were given out."""

    clock: Clock
    knobs: Knobs
    _codes: dict[str, Code] = field(default_factory=dict)

    def issue(self, agent_id: int, message_id: str, clicker: str = "") -> str:
        """Give out a new code."""
        value = secrets.token_urlsafe(32)
        self._codes[value] = Code(
            value=value, agent_id=agent_id, message_id=message_id, clicker=clicker, issued_at=self.clock.now()
        )
        return value

    def usable(self, value: str, agent_id: int) -> Code:
        """Return the code unless it is unknown, old (60140), another app's (42015) or used (42022 or 60140)."""
        code = self._codes.get(value)
        if code is None:
            raise ApiError(60140)
        if code.agent_id != agent_id:
            raise ApiError(42015)
        if code.used:
            raise ApiError(self.knobs.reused_code_errcode)
        if self.clock.now() - code.issued_at > LIFETIME:
            raise ApiError(60140)
        return code
