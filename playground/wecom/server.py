"""WeCom as a server: one self-built app (自建应用), its members and its callbacks.

Its robot (智能机器人) stands in ``playground.wecom.aibot``. Webhooks, customer contact, JS-SDK tickets, app
group chats and the expansion of ``$userName=…$`` are not played.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.faults import Faults
from playground.journal import Journal
from playground.phone import Attempt, Sent
from playground.settings import PlaygroundSettings
from playground.wecom.aibot import Robot
from playground.wecom.api import Api, Call, Result, fault_answer
from playground.wecom.callbacks import Callbacks, Sealed, Verification
from playground.wecom.chats import Chats
from playground.wecom.codes import Codes
from playground.wecom.contacts import Contacts
from playground.wecom.crypto import Crypto
from playground.wecom.errors import ApiError
from playground.wecom.events import Callback, Composer
from playground.wecom.knobs import Knobs
from playground.wecom.media import MediaStore
from playground.wecom.messages import Messages
from playground.wecom.oauth import OAuth
from playground.wecom.phones import WeComPhones
from playground.wecom.receivers import Directory
from playground.wecom.replies import Replies
from playground.wecom.tokens import Tokens
from playground.world import World


class WeCom:
    """The platform. ``knobs`` may be turned while it runs; ``messages.sent`` is everything accepted."""

    name = "wecom"

    def __init__(
        self, settings: PlaygroundSettings, clock: Clock, journal: Journal, faults: Faults, world: World
    ) -> None:
        if settings.wecom is None:
            raise ValueError("there are no settings for WeCom")
        app = settings.wecom
        journal.hide(app.token, app.encoding_aes_key)
        faults.answers[self.name] = fault_answer
        random = Random(settings.seed)
        chats = Chats()
        self.knobs = Knobs(**app.knobs)
        self.clock = clock
        self.crypto = Crypto(app.token, app.encoding_aes_key, app.corp_id)
        self.tokens = Tokens(app, self.knobs, clock, journal)
        self.directory = Directory(world, self.knobs)
        self.media = MediaStore(clock)
        self.codes = Codes(clock, self.knobs)
        self.contacts = Contacts(world, self.directory, self.knobs)
        self.oauth = OAuth(app, knobs=self.knobs, clock=clock, journal=journal, world=world, directory=self.directory)
        self.messages = Messages(app, self.knobs, clock, journal, self.directory, chats, self.codes, self.media.exists)
        self.composer = Composer(app.corp_id, app.agent_id, clock, random)
        replies = Replies(self.crypto, self.knobs, clock, journal, chats, self.media.exists)
        self.callbacks = Callbacks(
            settings, app, self.knobs, clock, journal, self.crypto, random, answered=replies.take
        )
        self.robot = (
            Robot(
                settings,
                app.aibot,
                clock=clock,
                journal=journal,
                world=world,
                chats=chats,
                media_exists=self.media.exists,
            )
            if app.aibot
            else None
        )
        self.phones = WeComPhones(
            app.agent_id,
            world,
            self.knobs,
            clock,
            chats,
            self.codes,
            self.media,
            self.composer,
            self.callbacks,
            self.robot,
        )
        self._world = world
        self._api = Api(self.knobs, clock, self.tokens)

    def routes(self) -> list[web.RouteDef]:
        """Return the API: every path a self-built app of ours may call."""
        get, post = self._api.get, self._api.post
        return [
            self._api.without_token("/cgi-bin/gettoken", self._gettoken),
            self._api.without_token("/connect/oauth2/authorize", self.oauth.authorize),
            get("/cgi-bin/getcallbackip", self._callback_ip),
            post("/cgi-bin/message/send", self._send),
            post("/cgi-bin/message/update_template_card", self._update),
            post("/cgi-bin/message/recall", self._recall),
            post("/cgi-bin/media/upload", self._upload),
            get("/cgi-bin/media/get", self._download),
            get("/cgi-bin/user/get", self._user),
            get("/cgi-bin/user/simplelist", self._simplelist),
            get("/cgi-bin/user/list", self._list),
            post("/cgi-bin/user/list_id", self._list_id),
            get("/cgi-bin/department/list", self._departments),
            get("/cgi-bin/department/simplelist", self._department_ids),
            get("/cgi-bin/department/get", self._department),
            get("/cgi-bin/auth/getuserinfo", self._user_info),
            post("/cgi-bin/auth/getuserdetail", self._user_detail),
            *(self.robot.routes() if self.robot else ()),
        ]

    async def start(self) -> None:
        """Be ready to push."""
        await self.callbacks.start()
        if self.robot:
            await self.robot.start()

    async def close(self) -> None:
        """Stop pushing."""
        if self.robot:
            await self.robot.close()
        await self.callbacks.close()

    def blob(self, media_id: str) -> tuple[str, bytes]:
        """Return name and bytes of a medium, for the page; KeyError for an unknown or dead id."""
        if not self.media.exists(media_id):
            raise KeyError(media_id)
        stored = self.media.get(media_id)
        return stored.name, stored.data

    def revoke_token(self) -> None:
        """Make every token invalid before it expires."""
        self.tokens.revoke()

    async def verify(self, message: str = "") -> Verification:
        """Save the callback URL in the admin's page."""
        return await self.callbacks.verify(message)

    async def push(self, callback: Callback) -> Sent:
        """Push any callback made with ``composer``."""
        return await self.callbacks.push(callback)

    def seal(self, plain: bytes, **wrong: Any) -> Sealed:
        """Encrypt and sign ``plain``; see Callbacks.seal for what can be wrong on purpose."""
        return self.callbacks.seal(plain, **wrong)

    async def deliver_raw(
        self,
        *,
        body: bytes,
        query: Mapping[str, str] | None = None,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Attempt:
        """Send exactly this to the bot's callback URL, once."""
        return await self.callbacks.deliver_raw(body=body, query=query, method=method, headers=headers)

    async def subscribe(self, user: str) -> Sent:
        """Put a member into the app's visible range."""
        self.knobs.invisible.discard(user.lower())
        return await self.push(self.composer.event(user, "subscribe"))

    async def unsubscribe(self, user: str) -> Sent:
        """Take a member out of the app's visible range, as when he leaves the company."""
        self.knobs.invisible.add(user.lower())
        return await self.push(self.composer.event(user, "unsubscribe"))

    async def approve(
        self, number: str, *, name: str, status: int, template: str, applicant: str, approver: str
    ) -> Sent:
        """Decide a native approval (审批)."""
        return await self.push(
            self.composer.approval(
                number, name=name, status=status, template=template, applicant=applicant, approver=approver
            )
        )

    async def contact_changed(self, change: str, fields: Mapping[str, Any]) -> Sent | None:
        """Change the directory; a self-built app hears of it only if the knob ``change_contact`` is on."""
        if not self.knobs.change_contact:
            return None
        return await self.push(self.composer.contact_change(change, fields))

    async def _gettoken(self, request: web.Request) -> web.Response:
        query = request.query
        token, seconds = self.tokens.get(
            query.get("corpid", ""), query.get("corpsecret", ""), request.remote or "unknown"
        )
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds})

    async def _callback_ip(self, _: Call) -> Result:
        return {"ip_list": ["127.0.0.1"]}

    async def _send(self, call: Call) -> Result:
        return await self.messages.send(call.agent_id, call.body, call.raw)

    async def _update(self, call: Call) -> Result:
        return await self.messages.update(call.agent_id, call.body)

    async def _recall(self, call: Call) -> Result:
        return await self.messages.recall(call.agent_id, call.body)

    async def _upload(self, call: Call) -> Result:
        form = await call.request.post()
        upload = form.get("media")
        if not isinstance(upload, web.FileField):
            raise ApiError(40063)
        kind = call.query("type")
        stored = self.media.upload(kind, upload.filename, upload.file.read())
        # The one call whose success says nothing in errmsg and writes the time as a string.
        return {"errmsg": "", "type": kind, "media_id": stored.id, "created_at": str(int(stored.created_at))}

    async def _download(self, call: Call) -> Result:
        wanted = call.request.http_range if "Range" in call.request.headers else None
        return self.media.download(call.query("media_id"), wanted)

    async def _user(self, call: Call) -> Result:
        return self.contacts.user(call.query("userid"))

    async def _simplelist(self, call: Call) -> Result:
        return self.contacts.members(call.query("department_id"), full=False)

    async def _list(self, call: Call) -> Result:
        return self.contacts.members(call.query("department_id"), full=True)

    async def _list_id(self, _: Call) -> Result:
        raise ApiError(self.knobs.list_id_errcode)

    async def _departments(self, call: Call) -> Result:
        return self.contacts.departments(call.query("id"))

    async def _department_ids(self, call: Call) -> Result:
        return self.contacts.department_ids(call.query("id"))

    async def _department(self, call: Call) -> Result:
        return self.contacts.department(call.query("id"))

    async def _user_info(self, call: Call) -> Result:
        return self.oauth.user_info(call.query("code"))

    async def _user_detail(self, call: Call) -> Result:
        return self.oauth.user_detail(call.body)
