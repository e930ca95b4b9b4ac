"""``/i/{code}``: a channel's own page, where somebody leaves what he wants without any login (S-002, S-009, S-011).

Who comes by it belongs to the channel without anybody typing a source. The hidden nonce makes the submission one,
however often it is sent. ``/i/{code}/qr.svg`` is the code to print. A program posts JSON to the same address with the
channel's token and a key of its own per inquiry (``Idempotency-Key``), and takes the same road.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import segno
from aiohttp import web

from bot.web.access import Access, declare
from bot.web.desk import SECRET, Lane
from domain.customers.keys import phone_key
from domain.errors import Invalid
from handlers.channels import ASKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.web.challenge import Question
    from bot.web.desk import Desk
    from domain.channels.views import ChannelView

WORDS_MAX = 1000
NAME_MAX = 60
_CODE = re.compile(r"[A-Za-z0-9_-]{1,32}")
_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_STALE_PAGE = "页面放得太久了，请再点一次提交。"
_MANY = "短时间内提交太多了，请先回答下面的问题，再点一次提交。"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """What stands in the form; kept when it has to be shown again. ``asked`` are the channel's own questions."""

    requirement: str = ""
    company: str = ""
    contact: str = ""
    phone: str = ""
    nonce: str = ""
    seal: str = ""
    answer: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, form: Mapping[str, Any], channel: ChannelView) -> _Filled:
        def said(name: str) -> str:
            value = form.get(name, "")
            return value.strip() if isinstance(value, str) else ""

        names = ("requirement", "company", "contact", "phone", "nonce", "seal", "answer")
        asked = {each.name: said(f"{ASKED}{each.name}")[: each.longest] for each in channel.questions}
        return cls(**{name: said(name) for name in names}, asked=asked)

    def wrong(self) -> str:
        """Return what is missing or cannot be, empty when nothing is."""
        if not self.requirement:
            return "请写一句想要什么，我们好准备。"
        if len(self.requirement) > WORDS_MAX:
            return f"请控制在 {WORDS_MAX} 个字以内，其余的见面再说。"
        if max(len(self.company), len(self.contact)) > NAME_MAX:
            return f"公司和称呼请控制在 {NAME_MAX} 个字以内。"
        if not self.phone:
            return "请留一个能打通的电话，我们好回复您。"
        try:
            phone_key(self.phone)
        except Invalid as refusal:
            return f"{refusal.message.partition('，请')[0]}，请核对一下。"  # the rest says what to type in chat
        return ""

    def values(self, channel: str, key: str) -> dict[str, str]:
        """Return what is handed in."""
        asked = {f"{ASKED}{name}": value for name, value in self.asked.items()}
        said = {name: getattr(self, name) for name in ("requirement", "company", "contact", "phone")}
        return {**said, **asked, "channel": channel, "key": key}


class InquirePage:
    """Shows the form, takes it in, and says that somebody will call. ``base`` is the public address."""

    def __init__(self, desk: Desk, *, base: str, secret: bytes) -> None:
        self._desk = desk
        self._base = base
        self._secret = secret

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        declare(router.add_get("/i/{code}", self.show), Access.PUBLIC)
        declare(router.add_post("/i/{code}", self.take), Access.PUBLIC)
        declare(router.add_get("/i/{code}/qr.svg", self.qr), Access.PUBLIC)
        declare(router.add_get("/i/{code}/{nonce}", self.sent), Access.PUBLIC)

    async def show(self, request: web.Request) -> web.Response:
        """Draw the empty form."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        channel = await self._channel(request)
        return self._desk.pages.nothing() if channel is None else self._form(channel, _Filled())

    async def qr(self, request: web.Request) -> web.Response:
        """Draw the code that leads here; with a quarter of it covered it can still be read."""
        channel = await self._channel(request) if self._desk.may_look(request) else None
        if channel is None:
            return self._desk.pages.nothing()
        out = io.BytesIO()
        segno.make_qr(f"{self._base}/i/{channel.code}", error="q").save(out, kind="svg", border=2, scale=8)
        return web.Response(body=out.getvalue(), content_type="image/svg+xml")

    async def take(self, request: web.Request) -> web.Response:
        """Hand the inquiry in; what is missing is said beside the form, or to the program that sent it."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        channel = await self._channel(request)
        if request.content_type == "application/json":
            return await self._take_from_program(request, channel)
        if channel is None:
            return self._desk.pages.nothing()
        form = await request.post()
        filled = _Filled.of(form, channel)
        wrong = filled.wrong() or ("" if form.get("consent") == "1" else "请先勾选同意，我们才能联系您。")
        if not wrong and not SECRET.fullmatch(filled.nonce):
            wrong = _STALE_PAGE
        if wrong:
            return self._form(channel, filled, wrong)
        # Everybody at a stand shares its code and often its address: only the address and the sum are limited.
        lane = self._desk.lane(request, f"{channel.code}:{filled.nonce}", answered=self._answered(channel, filled))
        if lane is Lane.ASK:
            return self._form(channel, filled, _MANY, status=429, ask=True)
        if lane is not Lane.NOW:
            return self._desk.pages.too_often()
        answer = await self._hand_in(channel, filled, filled.nonce)
        if answer is not None and "refused" in answer:
            return self._form(channel, filled, answer["refused"])
        raise web.HTTPSeeOther(f"/i/{channel.code}/{filled.nonce}")

    async def sent(self, request: web.Request) -> web.Response:
        """Say that it arrived, to whoever has just handed in."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        channel = await self._channel(request)
        if channel is None or not SECRET.fullmatch(request.match_info["nonce"]):
            return self._desk.pages.nothing()
        return self._desk.pages.page("inquired.html", phone=self._desk.phones.of(""))

    async def _take_from_program(self, request: web.Request, channel: ChannelView | None) -> web.Response:
        """Answer 401 alike for a wrong token and an unknown channel; 200 with the inquiry's number, also sent again."""
        code, key = request.match_info["code"], request.headers.get("Idempotency-Key", "")
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if channel is None or not hmac.compare_digest(given.encode(), channel_token(self._secret, code).encode()):
            return _told("令牌不对，或没有这个渠道。", status=401)
        if not _KEY.fullmatch(key):
            return _told("请带上 Idempotency-Key，每条询价一个，重发时不变。", status=422)
        try:
            body = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError, LookupError):
            body = None
        if not isinstance(body, dict):
            return _told("正文要是一个 JSON 对象。", status=422)
        asked = body.get("fields")
        named = {f"{ASKED}{name}": value for name, value in asked.items()} if isinstance(asked, dict) else {}
        filled = _Filled.of({**body, **named}, channel)
        if wrong := filled.wrong():
            return _told(wrong, status=422)
        answer = await self._hand_in(channel, filled, hashlib.sha256(key.encode()).hexdigest()[:32])
        if answer is None:
            return web.json_response({"kept": True}, status=202)
        return _told(answer["refused"], status=422) if "refused" in answer else web.json_response(answer)

    async def _hand_in(self, channel: ChannelView, filled: _Filled, nonce: str) -> dict[str, Any] | None:
        values = filled.values(channel.code, f"{channel.code}:{nonce}"[:_KEPT])
        return await self._desk.hand_in("leave_inquiry", f"i:{channel.code}", nonce, values)

    async def _channel(self, request: web.Request) -> ChannelView | None:
        code = request.match_info["code"]
        return await self._desk.read(lambda queries: queries.channels.door(code)) if _CODE.fullmatch(code) else None

    def _form(
        self, channel: ChannelView, filled: _Filled, wrong: str = "", *, status: int = 422, ask: bool = False
    ) -> web.Response:
        """Draw the form with a fresh nonce: what was refused once would be refused again under the old one."""
        nonce = secrets.token_urlsafe(16)
        question: Question | None = None
        if ask:
            question = self._desk.challenges.ask(f"{channel.code}:{nonce}", self._desk.clock.now())
        return self._desk.pages.page(
            "inquire.html",
            status=status if wrong else 200,
            channel=channel,
            filled=filled,
            wrong=wrong,
            nonce=nonce,
            question=question,
            asked=ASKED,
            phone=self._desk.phones.of(""),
            words_max=WORDS_MAX,
            name_max=NAME_MAX,
        )

    def _answered(self, channel: ChannelView, filled: _Filled) -> bool:
        about = f"{channel.code}:{filled.nonce}"
        return self._desk.challenges.answered(about, filled.seal, filled.answer, self._desk.clock.now())


_KEPT = 64
"""Characters of a key that are kept."""


def channel_token(secret: bytes, code: str) -> str:
    """Return what a program that sends inquiries of a channel proves itself with."""
    return hmac.new(secret, f"channel:{code}".encode(), hashlib.sha256).hexdigest()


def _told(words: str, *, status: int) -> web.Response:
    return web.json_response({"error": words}, status=status)
