"""The whole house for a test: the bot as it runs in production, and both platforms played on 127.0.0.1.

    async with open_house(database_url, tmp_path, mix="mixed") as house:
        await house.says("陈静", "…")
        card = await house.sees("陈静", lambda shown: "恒力" in shown.words)
        await house.presses("陈静", card, "报价")

People are called by name; the house knows on which platform each of them is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web, web_app

from bot.app import ENGINE, create_app
from bot.engine import Engine
from bot.load import load_files
from bot.opening import business_of
from bot.settings import load_settings
from playground.app import Playground, create_playground
from playground.phone import Phones, Sent, Shown
from playground.settings import AibotSettings, DingTalkSettings, PlaygroundSettings, WeComSettings
from playground.wecom.aibot.socket import CONNECTION_PATH
from storage.database import Database
from tests.support.ports import free_port
from tests.support.prepared import migrated, prepare

PRESET = Path(__file__).parent.parent.parent / "presets" / "equipment"
MIXES = ("wecom", "dingtalk-stream", "dingtalk-http", "mixed")
_PATIENT_WECOM = {"deadline": 30.0, "verify_deadline": 30.0}
_PATIENT_DINGTALK = {"stream_deadline": 30.0, "http_deadline": 30.0, "card_deadline": 30.0}
"""Seconds. A loaded machine stalls for longer than the platforms wait; how fast we answer is measured elsewhere."""
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


class PlayedClock:
    """The bot's clock follows the playground's, so that both move together."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._playground.clock.now(), UTC)


@dataclass(slots=True, kw_only=True)
class House:
    """Everything a story needs. Times out loudly instead of waiting for ever."""

    playground: Playground
    app: web.Application
    engine: Engine
    base: str
    page: str
    """The address of the playground's page."""
    doors: dict[str, tuple[str, str]]
    """name → (platform, user id)"""
    environ: dict[str, str]
    """Settings of this house as variables, for another process of it."""

    def phones(self, name: str) -> tuple[Phones, str]:
        platform, user = self.doors[name]
        played = self.playground.wecom if platform == "wecom" else self.playground.dingtalk
        assert played is not None
        return played.phones, user

    async def mentions(self, name: str, text: str, *, group: str, quote: str = "") -> Sent:
        """Say something to the robot in a group; it must have been acknowledged."""
        phones, user = self.phones(name)
        sent = await phones.say(user, text, group=group, quote=quote)
        assert sent.acknowledged, sent
        return sent

    async def says(self, name: str, text: str) -> Sent:
        """Type a message; it must have been acknowledged."""
        phones, user = self.phones(name)
        sent = await phones.say(user, text)
        assert sent.acknowledged, sent
        return sent

    async def presses(
        self, name: str, card: Shown, button: str, selections: dict[str, Sequence[str]] | None = None
    ) -> Sent:
        """Press a button of a card as it was drawn when ``card`` was seen (an old screen too)."""
        phones, user = self.phones(name)
        return await phones.press(user, card.id, card.button(button).key, selections)

    async def sees(self, name: str, seen: Callable[[Shown], bool], *, timeout: float = 30.0) -> Shown:
        """Return the newest message of the bot that ``seen`` accepts, waiting for it."""
        phones, user = self.phones(name)
        try:
            return await phones.wait(user, seen, timeout=timeout)
        except TimeoutError:
            screen = "\n---\n".join(f"{shown.words} {[b.text for b in shown.buttons]}" for shown in phones.screen(user))
            raise AssertionError(f"{name} never saw it; the screen shows:\n{screen}") from None

    def screen(self, name: str) -> list[Shown]:
        """Return the person's chat as drawn now."""
        phones, user = self.phones(name)
        return phones.screen(user)

    async def settle(self, *, timeout: float = 30.0) -> None:
        """Return when nothing waits: inbox and outbox are empty."""
        async with asyncio.timeout(timeout):
            while await self.engine.database.read(_open_rows):
                await asyncio.sleep(0.01)

    async def recurs(self, name: str) -> None:
        """Let a recurring job come round now."""
        await self.engine.recur(name)

    async def passes(self, span: timedelta) -> None:
        """Let time pass, fire what is due, and settle."""
        self.playground.clock.advance(span.total_seconds())
        if await self.engine.timers.run_due():
            self.engine.wake()
        await self.settle()


def _open_rows(session: Any) -> int:
    from sqlalchemy import func, select

    from storage.tables import inbox, outbox

    waiting = session.execute(
        select(func.count()).select_from(inbox).where(inbox.c.state.in_(("ready", "fetch")))
    ).scalar_one()
    telling = session.execute(
        select(func.count()).select_from(outbox).where(outbox.c.state.in_(("ready", "leased")))
    ).scalar_one()
    return int(waiting + telling)


@cache
def _people_of(preset: Path) -> list[dict[str, Any]]:
    written = (preset / "people.yaml").read_text(encoding="utf-8")
    people: list[dict[str, Any]] = yaml.safe_load(written)["people"]
    return people


def people_for(mix: str, preset: Path = PRESET) -> list[dict[str, Any]]:
    """Return the preset's people with accounts on the platforms of ``mix``."""
    people = deepcopy(_people_of(preset))
    if mix == "mixed":
        return list(people)
    for number, person in enumerate(people, start=1):
        wecom, dingtalk = person.pop("wecom", ""), person.pop("dingtalk", "")
        if mix == "wecom":
            person["wecom"] = wecom or f"wx{number:03d}"
        else:
            person["dingtalk"] = dingtalk or f"d{number:03d}"
    return list(people)


@asynccontextmanager
async def open_house(
    database_url: str,
    folder: Path,
    *,
    mix: str = "mixed",
    at: str = "2025-11-20T14:30:00+08:00",
    robot: str = "",
    preset: Path = PRESET,
    **settings: str,
) -> AsyncIterator[House]:
    """Open playground and bot on free ports; ``settings`` are further ``section__key`` values.

    ``robot`` gives WeCom a robot for its groups, by ``callback`` or ``long_connection``.
    """
    people = people_for(mix, preset)
    transport = "http" if mix == "dingtalk-http" else "stream"
    aibot = AibotSettings(transport=robot) if robot else None
    wecom = (
        WeComSettings(encoding_aes_key=AES_KEY, aibot=aibot, knobs=_PATIENT_WECOM)
        if mix in ("wecom", "mixed")
        else None
    )
    dingtalk = (
        DingTalkSettings(aes_key=AES_KEY, transport=transport, knobs=_PATIENT_DINGTALK) if mix != "wecom" else None
    )
    playground = create_playground(PlaygroundSettings(people=people, wecom=wecom, dingtalk=dingtalk))
    playground.clock.advance(0)
    if playground.wecom is not None and playground.wecom.robot is not None:
        playground.wecom.robot.knobs.deadline = _PATIENT_WECOM["deadline"]
    _begin_at(playground, at)
    played, base = await _serve(playground.app)
    playground.settings.own_url = base
    environ = _environ(folder, database_url, base, wecom, dingtalk, preset)
    environ.update({f"GENDAN__{key.upper()}": value for key, value in settings.items()})
    bot_port = free_port()
    bot_base = f"http://127.0.0.1:{bot_port}"
    environ["GENDAN__SERVER__PUBLIC_URL"] = bot_base
    playground.settings.bot_url = bot_base
    loaded = load_settings(None, environ)
    clock = PlayedClock(playground)
    _prepare(folder, database_url, people, loaded, clock, preset)
    app = await create_app(loaded, clock=clock)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", bot_port).start()
    doors = {
        person["name"]: ("wecom", person["wecom"]) if person.get("wecom") else ("dingtalk", person["dingtalk"])
        for person in people
        if person.get("wecom") or person.get("dingtalk")
    }
    if playground.dingtalk is not None and transport == "stream":
        await playground.dingtalk.stream.connected()
    if playground.wecom is not None and playground.wecom.robot is not None and robot == "long_connection":
        await playground.wecom.robot.socket.connected()
    try:
        yield House(
            playground=playground,
            app=app,
            engine=app[ENGINE],
            base=bot_base,
            page=f"{base}/play",
            doors=doors,
            environ=environ,
        )
    finally:
        await runner.cleanup()
        await played.cleanup()
        # aiohttp remembers the handlers of a thousand applications, and with them whole houses.
        web_app._cached_build_middleware.cache_clear()


def _begin_at(playground: Playground, at: str) -> None:
    """Start at a fixed moment and run on from there: real time plus an offset."""
    now = playground.clock.now()
    wanted = datetime.fromisoformat(at).timestamp()
    if wanted >= now:
        playground.clock.advance(wanted - now)
    else:
        playground.clock._offset = wanted - now


def _environ(
    folder: Path,
    database_url: str,
    base: str,
    wecom: WeComSettings | None,
    dingtalk: DingTalkSettings | None,
    preset: Path,
) -> dict[str, str]:
    environ = {
        "GENDAN__DATABASE__URL": database_url,
        "GENDAN__FILES__URL": f"file://{folder}/files",
        "GENDAN__SERVER__SECRET": "a test's own secret, long enough to sign with",
        "GENDAN__POLICIES": str(preset / "policies"),
    }
    if wecom is not None:
        environ |= {
            "GENDAN__WECOM__CORP_ID": wecom.corp_id,
            "GENDAN__WECOM__AGENT_ID": str(wecom.agent_id),
            "GENDAN__WECOM__SECRET": wecom.secret,
            "GENDAN__WECOM__TOKEN": wecom.token,
            "GENDAN__WECOM__ENCODING_AES_KEY": wecom.encoding_aes_key,
            "GENDAN__WECOM__API_BASE": base,
            "GENDAN__WECOM__OAUTH_BASE": base,
        }
    if wecom is not None and wecom.aibot is not None:
        environ |= {
            "GENDAN__WECOM__AIBOT__TRANSPORT": wecom.aibot.transport,
            "GENDAN__WECOM__AIBOT__NAME": wecom.aibot.name,
            "GENDAN__WECOM__AIBOT__BOT_ID": wecom.aibot.bot_id,
            "GENDAN__WECOM__AIBOT__SECRET": wecom.aibot.secret,
            "GENDAN__WECOM__AIBOT__TOKEN": wecom.aibot.token,
            "GENDAN__WECOM__AIBOT__ENCODING_AES_KEY": wecom.aibot.encoding_aes_key,
            "GENDAN__WECOM__AIBOT__CONNECTION_URL": base.replace("http://", "ws://") + CONNECTION_PATH,
        }
    if dingtalk is not None:
        environ |= {
            "GENDAN__DINGTALK__TRANSPORT": dingtalk.transport,
            "GENDAN__DINGTALK__CLIENT_ID": dingtalk.client_id,
            "GENDAN__DINGTALK__CLIENT_SECRET": dingtalk.client_secret,
            "GENDAN__DINGTALK__ROBOT_CODE": dingtalk.robot_code,
            "GENDAN__DINGTALK__CORP_ID": dingtalk.corp_id,
            "GENDAN__DINGTALK__CARD_TEMPLATE_ID": dingtalk.card_template_id,
            "GENDAN__DINGTALK__TOKEN": dingtalk.token,
            "GENDAN__DINGTALK__AES_KEY": dingtalk.aes_key,
            "GENDAN__DINGTALK__CARD_ROUTE_KEY": "gendan",
            "GENDAN__DINGTALK__CARD_CALLBACK_SECRET": "card-callback-secret",
            "GENDAN__DINGTALK__API_BASE": base,
            "GENDAN__DINGTALK__OAPI_BASE": base,
            "GENDAN__DINGTALK__LOGIN_BASE": base,
        }
    return environ


def _prepare(
    folder: Path, database_url: str, people: list[dict[str, Any]], settings: Any, clock: PlayedClock, preset: Path
) -> None:
    written = yaml.safe_dump({"people": people}, allow_unicode=True)
    (folder / "people.yaml").write_text(written, encoding="utf-8")
    others = [path for path in sorted(preset.glob("*.yaml")) if path.name != "people.yaml"]

    def build() -> None:
        migrated(database_url)
        database = Database(database_url)
        try:
            list(load_files(database, business_of(settings, clock), [folder / "people.yaml", *others]))
        finally:
            database.close()

    # The records were made in the same minute of the played day, whichever house was the first.
    prepare(database_url, (written, settings.policies, clock.now().replace(second=0, microsecond=0)), build)


async def _serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]
    return runner, f"http://127.0.0.1:{port}"
