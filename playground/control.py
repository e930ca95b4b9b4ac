"""The playground's own API under ``/play/api/``: what the page and outside tests steer it with.

JSON in and out; a mistake is answered 400 (404 for somebody or something unknown) with
``{"error": …}``. ``platform`` is ``wecom`` or ``dingtalk``, ``user`` the user id there.

    GET    people                                    who there is, and which platforms are played
    GET    screen?platform=&user=                    the person's chat, a list of Shown
    POST   say           platform user text [group quote]
    POST   press         platform user message key [selections]
    POST   send_file     multipart: platform user kind [recognition] and the part ``file``
    GET    media?platform=&id=                       the bytes of a picture or file on a screen
    GET, POST, DELETE faults                         list; add {platform endpoint kind …}; clear (?id= for one)
    GET, POST clock                                  {"now"}; {"advance": seconds}
    POST   revoke_token  platform
    GET    journal[?after=N][&last=N]                server-sent events, one entry each

``after`` (or the header Last-Event-ID) leaves out what was seen, ``last`` all but the newest N of
what is kept. Saying, pressing and sending are written to the journal too, as ``phone``: who follows
it has a reason to look at a screen again whenever that screen may have changed.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.clock import Clock
from playground.faults import Faults
from playground.journal import Journal
from playground.phone import Sent
from playground.platforms import Platform
from playground.world import World

_PREFIX = "/play/api/"
_PICTURES: dict[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}


class Control:
    """The handlers; ``platforms`` are those that are played, by name."""

    def __init__(
        self, platforms: Mapping[str, Platform], *, world: World, clock: Clock, journal: Journal, faults: Faults
    ) -> None:
        self._platforms = platforms
        self._world = world
        self._clock = clock
        self._journal = journal
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Return the routes listed at the top of the module."""
        return [
            web.get(_PREFIX + "people", self.people),
            web.get(_PREFIX + "screen", self.screen),
            web.post(_PREFIX + "say", self.say),
            web.post(_PREFIX + "press", self.press),
            web.post(_PREFIX + "send_file", self.send_file),
            web.get(_PREFIX + "media", self.media),
            web.get(_PREFIX + "faults", self.list_faults),
            web.post(_PREFIX + "faults", self.add_fault),
            web.delete(_PREFIX + "faults", self.clear_faults),
            web.get(_PREFIX + "clock", self.clock),
            web.post(_PREFIX + "clock", self.clock),
            web.post(_PREFIX + "revoke_token", self.revoke_token),
            web.get(_PREFIX + "journal", self.journal),
        ]

    async def people(self, _: web.Request) -> web.Response:
        """Answer ``{"company", "platforms", "people", "departments"}``."""
        return _json(
            {
                "company": self._world.company,
                "platforms": sorted(self._platforms),
                "people": [asdict(person) for person in self._world.people.values()],
                "departments": [asdict(each) for each in self._world.departments.values()],
            }
        )

    async def screen(self, request: web.Request) -> web.Response:
        """Answer ``{"messages": [Shown, …]}``, oldest first."""
        shown = self._platform(request.query).phones.screen(_needed(request.query, "user"))
        return _json({"messages": [asdict(message) for message in shown]})

    async def say(self, request: web.Request) -> web.Response:
        """Type a message; answer what became of the callback (Sent)."""
        body = await _body(request)
        deed = self._platform(body).phones.say(
            _needed(body, "user"),
            _needed(body, "text"),
            group=str(body.get("group", "")),
            quote=str(body.get("quote", "")),
        )
        return await self._journaled(body, deed, deed="say", text=body["text"])

    async def press(self, request: web.Request) -> web.Response:
        """Press a button with ``selections`` ``{question: [option, …]}``."""
        body = await _body(request)
        deed = self._platform(body).phones.press(
            _needed(body, "user"), _needed(body, "message"), _needed(body, "key"), body.get("selections")
        )
        return await self._journaled(body, deed, deed="press", key=body["key"], message=body["message"])

    async def send_file(self, request: web.Request) -> web.Response:
        """Send what the part ``file`` holds."""
        form = await request.post()
        upload = form.get("file")
        if not isinstance(upload, web.FileField):
            raise TypeError("the part 'file' is missing")
        words = {key: value for key, value in form.items() if isinstance(value, str)}
        deed = self._platform(words).phones.send_file(
            _needed(words, "user"),
            _needed(words, "kind"),
            upload.filename,
            upload.file.read(),
            recognition=words.get("recognition", ""),
        )
        return await self._journaled(words, deed, deed="send_file", kind_of_file=words["kind"], name=upload.filename)

    async def media(self, request: web.Request) -> web.Response:
        """Answer a picture to be drawn; anything else, whatever it calls itself, only to be saved."""
        name, data = self._platform(request.query).blob(_needed(request.query, "id"))
        drawable = next((kind for kind, beginnings in _PICTURES.items() if data.startswith(beginnings)), "")
        response = web.Response(body=data, content_type=drawable or "application/octet-stream")
        response.headers["X-Content-Type-Options"] = "nosniff"
        if not drawable:
            response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        return response

    async def list_faults(self, _: web.Request) -> web.Response:
        """Answer ``{"faults": […]}``."""
        return _json({"faults": self._faults.list()})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Switch a fault on."""
        body = await _body(request)
        wanted = {key: _needed(body, key) for key in ("platform", "endpoint", "kind")}
        return _json(asdict(self._faults.add(**wanted, **{k: v for k, v in body.items() if k not in wanted})))

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Switch one fault off, or all."""
        self._faults.clear(int(request.query["id"]) if "id" in request.query else None)
        return _json({"faults": self._faults.list()})

    async def clock(self, request: web.Request) -> web.Response:
        """Answer the time, after moving it for a POST."""
        if request.method == "POST":
            self._clock.advance(float((await _body(request))["advance"]))
        return _json({"now": self._clock.now()})

    async def revoke_token(self, request: web.Request) -> web.Response:
        """Invalidate the platform's access tokens before their time."""
        self._platform(await _body(request)).revoke_token()
        return _json({})

    async def journal(self, request: web.Request) -> web.StreamResponse:
        """Stream the journal as server-sent events until the viewer leaves."""
        newest = max((int(entry["n"]) for entry in self._journal.entries()), default=0)
        after = int(request.headers.get("Last-Event-ID") or request.query.get("after") or "0")
        if after > newest:  # the viewer knows an earlier playground, which counted further
            after = 0
        if "last" in request.query:
            after = max(after, newest - int(request.query["last"]))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        async for entry in self._journal.follow(after):
            data = json.dumps(entry, ensure_ascii=False, default=str)
            await response.write(f"id: {entry['n']}\ndata: {data}\n\n".encode())
        return response

    async def _journaled(self, who: Mapping[str, Any], sending: Awaitable[Sent], **deed: str) -> web.Response:
        """Do what a person does between two entries of the journal, and answer what became of the callback."""
        platform, user = _needed(who, "platform"), _needed(who, "user")
        self._journal.write(platform, "phone", user=user, **deed)
        try:
            sent = await sending
        finally:
            self._journal.write(platform, "phone", user=user, **deed, done=True)
        return _json(asdict(sent))

    def _platform(self, source: Mapping[str, Any]) -> Platform:
        return self._platforms[_needed(source, "platform")]


@web.middleware
async def mistakes_in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a caller's mistake on the control API with 400 or 404 and the reason."""
    if not request.path.startswith(_PREFIX):
        return await handler(request)
    try:
        return await handler(request)
    except KeyError as error:
        return _json({"error": f"unknown: {error.args[0]}"}, status=404)
    except (ValueError, TypeError) as error:
        return _json({"error": str(error)}, status=400)


async def _body(request: web.Request) -> dict[str, Any]:
    body = await request.json()
    if not isinstance(body, dict):
        raise TypeError("the body is not a JSON object")
    return body


def _needed(source: Mapping[str, Any], key: str) -> str:
    value = source.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key!r} is missing")
    return value


def _json(data: Any, status: int = 200) -> web.Response:
    return web.json_response(data, status=status, dumps=lambda each: json.dumps(each, ensure_ascii=False, default=str))
