"""The played DingTalk, put together."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.dingtalk.card_api import CardApi
from playground.dingtalk.chats import Chats
from playground.dingtalk.clicks import Clicks
from playground.dingtalk.custom_robot import CustomRobots
from playground.dingtalk.directory import Directory
from playground.dingtalk.files import Files
from playground.dingtalk.gate import Call, Gate, fault_answer
from playground.dingtalk.inbound import Inbound
from playground.dingtalk.knobs import Knobs
from playground.dingtalk.limits import Limits
from playground.dingtalk.login import Login
from playground.dingtalk.notices import Notices
from playground.dingtalk.phones import DingTalkPhones
from playground.dingtalk.pusher import Pusher
from playground.dingtalk.robots import Robots
from playground.dingtalk.scene import GENERIC, App, Scene
from playground.dingtalk.sessions import Sessions
from playground.dingtalk.stream import Stream
from playground.dingtalk.timers import Timers
from playground.dingtalk.tokens import Tokens
from playground.faults import Faults
from playground.journal import Journal
from playground.settings import DingTalkSettings, PlaygroundSettings
from playground.world import World


class DingTalk:
    """The platform as a server; its parts (``stream``, ``pusher``, ``cards``, ``limits``) are open to tests.

    Both API generations answer on one host here; the Stream endpoint has a path of its own
    and any host (``knobs.stream_url``).
    """

    name = "dingtalk"

    def __init__(
        self, settings: PlaygroundSettings, clock: Clock, journal: Journal, faults: Faults, world: World
    ) -> None:
        mine = settings.dingtalk or DingTalkSettings()
        app = App(client_id=mine.client_id, client_secret=mine.client_secret, robot_code=mine.robot_code)
        journal.hide(mine.client_secret, mine.aes_key)
        faults.answers[self.name] = fault_answer
        self.knobs = Knobs(**mine.knobs)
        self.scene = Scene(
            settings=mine,
            knobs=self.knobs,
            clock=clock,
            journal=journal,
            world=world,
            app=app,
            random=Random(settings.seed),
            apps={app.client_id: app},
            templates={mine.card_template_id: GENERIC},
        )
        self.tokens = Tokens(self.scene)
        self.limits = Limits(self.scene)
        self.timers = Timers(clock)
        self.stream = Stream(self.scene, self.tokens, self.timers)
        self.pusher = Pusher(self.scene, self.stream, self.timers, self.limits, lambda: settings.bot_url)
        self.chats = Chats(self.scene)
        self.sessions = Sessions(self.scene, self.chats, self.limits)
        self.inbound = Inbound(self.scene, self.sessions)
        self.files = Files(self.scene)
        self.robots = Robots(self.scene, self.chats)
        self.custom_robots = CustomRobots(self.scene, self.sessions, self.limits)
        self.notices = Notices(self.scene, self.chats)
        self.cards = CardApi(self.scene, self.chats)
        self.clicks = Clicks(self.scene, self.chats, self.cards, self.pusher)
        self._gate = Gate(self.scene, self.tokens, self.limits)
        self._login = Login(self.scene, self.tokens)
        self._directory = Directory(self.scene)
        self._phones = DingTalkPhones(
            self.scene,
            self.chats,
            inbound=self.inbound,
            sessions=self.sessions,
            pusher=self.pusher,
            files=self.files,
            clicks=self.clicks,
        )

    @property
    def phones(self) -> DingTalkPhones:
        """Return the phones of its people."""
        return self._phones

    @property
    def violations(self) -> list[str]:
        """Return what the bot did against the protocol, in words."""
        return self.scene.violations

    def routes(self) -> list[web.RouteDef]:
        """Return the whole API."""
        parts = (
            self._login,
            self._directory,
            self.stream,
            self.files,
            self.robots,
            self.sessions,
            self.custom_robots,
            self.notices,
            self.cards,
        )
        return [
            *(route for part in parts for route in part.routes(self._gate)),
            web.get("/call_back/get_call_back_failed_result", self._gate.old(self._failed_events, paid=False)),
            *self._directory.unknown_routes(self._gate),
        ]

    async def start(self) -> None:
        """Begin to push."""
        self.pusher.start()
        self.timers.start()

    async def close(self) -> None:
        """Stop pushing, close every connection."""
        await self.timers.close()
        await self.stream.close()
        await self.pusher.close()

    def blob(self, media_id: str) -> tuple[str, bytes]:
        """Return name and bytes of a medium, for the page; KeyError for an unknown id."""
        blob = self.files.media(media_id)
        return blob.name, blob.data

    def revoke_token(self) -> None:
        """Make every app token invalid before its time."""
        self.tokens.revoke()

    def add_app(self, client_id: str, client_secret: str) -> App:
        """Add another internal app of the same company, with a robot of its own."""
        app = App(client_id=client_id, client_secret=client_secret, robot_code=client_id, agent_id=3000000002)
        self.scene.apps[client_id] = app
        self.scene.journal.hide(client_secret)
        return app

    def login_code(self, user: str) -> str:
        """Return what ``dd.requestAuthCode`` gives to a page opened inside DingTalk by this person."""
        self.scene.person(user)
        return self.tokens.issue_code(user)

    async def _failed_events(self, _: Call) -> Mapping[str, Any]:
        """Hand out at most 200 failed events, and forget those."""
        failed, self.pusher.failed_events[:200] = self.pusher.failed_events[:200], []
        return {
            "errcode": 0,
            "errmsg": "ok",
            "has_more": bool(self.pusher.failed_events),
            "failed_list": failed,
        }
