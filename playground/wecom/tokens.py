"""access_token: handed out per app, checked in the query string (WeCom reference 4.1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from playground.clock import Clock
from playground.journal import Journal
from playground.settings import WeComSettings
from playground.wecom.errors import ApiError
from playground.wecom.knobs import Knobs

_LOCKOUT = 3600.0


@dataclass(slots=True)
class Tokens:
    """The apps of the corp with their secrets, and every token that is alive."""

    settings: WeComSettings
    knobs: Knobs
    clock: Clock
    journal: Journal
    calls: int = 0
    """How often gettoken was called, right or wrong."""
    _agents: dict[str, int] = field(default_factory=dict)
    _alive: dict[str, tuple[int, float]] = field(default_factory=dict)
    _current: dict[int, str] = field(default_factory=dict)
    _wrong: dict[str, int] = field(default_factory=dict)
    _locked_until: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.add_app(self.settings.agent_id, self.settings.secret)

    def add_app(self, agent_id: int, secret: str) -> None:
        """Register one more self-built app of the same corp."""
        self._agents[secret] = agent_id
        self.journal.hide(secret)

    def get(self, corp_id: str, secret: str, ip: str) -> tuple[str, int]:
        """Return ``(access_token, expires_in)``; 40013, 40001, or 45009 for a locked out address."""
        self.calls += 1
        now = self.clock.now()
        if self._locked_until.get(ip, 0.0) > now:
            raise ApiError(45009)
        if corp_id != self.settings.corp_id:
            raise ApiError(40013)
        if secret not in self._agents:
            self._count_wrong(ip, now)
            raise ApiError(40001)
        self._wrong.pop(ip, None)
        agent_id = self._agents[secret]
        current = self._current.get(agent_id, "")
        if self.knobs.repeated_gettoken == "same" and self._alive.get(current, (0, 0.0))[1] > now:
            return current, int(self._alive[current][1] - now)
        if self.knobs.repeated_gettoken == "replace":
            self._alive.pop(current, None)
        token = secrets.token_urlsafe(120)
        self._alive[token] = (agent_id, now + self.knobs.expires_in)
        self._current[agent_id] = token
        self.journal.hide(token)
        return token, self.knobs.expires_in

    def agent_of(self, token: str) -> int:
        """Return the app that ``token`` belongs to; 41001, 40014 or 42001 when it is no good."""
        if not token:
            raise ApiError(41001)
        if token not in self._alive:
            raise ApiError(40014)
        agent_id, end = self._alive[token]
        if end <= self.clock.now():
            raise ApiError(42001)
        return agent_id

    def revoke(self) -> None:
        """Make all tokens unknown, as the platform may do before they expire."""
        self._alive.clear()
        self._current.clear()

    def _count_wrong(self, ip: str, now: float) -> None:
        self._wrong[ip] = self._wrong.get(ip, 0) + 1
        if self._wrong[ip] >= self.knobs.lockout_after:
            self._locked_until[ip] = now + _LOCKOUT
            self._wrong.pop(ip)
