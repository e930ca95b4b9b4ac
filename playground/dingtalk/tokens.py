"""Access tokens of apps and people, and the codes that logins hand out (reference 6.1, 7.2, 7.4)."""

from __future__ import annotations

from dataclasses import dataclass

from playground.dingtalk.scene import App, Scene

LIFETIME = 7200.0
CODE_LIFETIME = 300.0


@dataclass(slots=True, kw_only=True)
class _Held:
    owner: str
    expires: float


class Tokens:
    """One token serves both API hosts."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._apps: dict[str, _Held] = {}
        self._people: dict[str, _Held] = {}
        self._refresh: dict[str, str] = {}
        self._codes: dict[str, _Held] = {}

    def app(self, client_id: object, secret: object) -> App | None:
        """Return the app whose credentials these are exactly, or None."""
        app = self._scene.apps.get(client_id) if isinstance(client_id, str) else None
        return app if app and app.client_secret == secret else None

    def issue(self, client_id: str) -> str:
        """Return the app's token: the same one while it is valid, renewed."""
        now = self._scene.clock.now()
        token = next((t for t, held in self._apps.items() if held.owner == client_id and held.expires > now), "")
        token = token or self._scene.token()
        self._apps[token] = _Held(owner=client_id, expires=now + LIFETIME)
        return token

    def client_of(self, token: str) -> str | None:
        """Return whose app token this is, None when it is none or has expired."""
        return self._owner(self._apps, token)

    def revoke(self) -> None:
        """Make every app token invalid before its time."""
        self._apps.clear()

    def issue_code(self, user: str) -> str:
        """Return a login code for this userId: five minutes, single use."""
        code = self._scene.token()
        self._codes[code] = _Held(owner=user, expires=self._scene.clock.now() + CODE_LIFETIME)
        return code

    def take_code(self, code: object) -> str | None:
        """Return whose login code this is and use it up; None when used, expired or unknown."""
        user = self._owner(self._codes, str(code))
        self._codes.pop(str(code), None)
        return user

    def issue_user(self, user: str) -> tuple[str, str]:
        """Return a person's (access token, refresh token)."""
        access, refresh = self._scene.token(), self._scene.token()
        self._people[access] = _Held(owner=user, expires=self._scene.clock.now() + LIFETIME)
        self._refresh[refresh] = user
        return access, refresh

    def user_of(self, token: str) -> str | None:
        """Return whose user token this is, None when it is none or has expired."""
        return self._owner(self._people, token)

    def refreshed(self, refresh: object) -> str | None:
        """Return whose refresh token this is and use it up."""
        return self._refresh.pop(str(refresh), None)

    def _owner(self, held: dict[str, _Held], token: str) -> str | None:
        found = held.get(token)
        return found.owner if found and found.expires > self._scene.clock.now() else None
