"""``/q/{token}``: a quotation in the customer's hands. He reads it, asks, accepts with his name, or declines.

Whoever holds the link sees what was offered and to whom; nothing of costs, margins, approvals or other quotations.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.images import PhotoRefused
from bot.quotations import file_name
from bot.web.access import KIB, Access, declare
from bot.web.desk import SECRET
from bot.web.drawings import handed_out
from domain.capitals import said_capitals
from domain.clock import said_moment
from domain.money import said_discount, said_money
from domain.quotes.offer import NAME_MAX, WORDS_MAX
from domain.quotes.paper_views import Standing
from storage.files import NoSuchFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.web.desk import Desk
    from domain.quotes.paper_views import OfferPage

_BODY = 512 * KIB
_STALE = "页面放得太久了，请再试一次。"
_BUSY = "已收到，系统正忙，过一会儿刷新本页即可看到结果。"
_FORMS = {"ask": "ask_quote", "accept": "accept_quote", "decline": "decline_quote"}


class OfferedQuote:
    """Shows the quotation, hands out its PDF, takes the customer's words and his one answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        declare(router.add_get("/q/{token}", self.show), Access.PUBLIC)
        declare(router.add_get("/q/{token}/quotation.pdf", self.paper), Access.PUBLIC)
        declare(router.add_get(r"/q/{token}/drawings/{place:[0-9]{1,4}}", self.drawing), Access.PUBLIC)
        declare(router.add_post("/q/{token}", self.take), Access.PUBLIC, body=_BODY)

    async def show(self, request: web.Request) -> web.Response:
        """Draw it as it stands, and note that it was looked at."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        offered = await self._offered(request)
        if offered is None:
            return self._desk.pages.nothing()
        if request.method == "GET":
            await self._note_view(request)
        return self._page(request, offered)

    async def paper(self, request: web.Request) -> web.Response:
        """Hand out the PDF; a version that does not count any more says so across the page."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        offered = await self._offered(request)
        if offered is None:
            return self._desk.pages.nothing()
        made = self._desk.quotations.pdf(offered.paper, self._desk.clock.now())
        return await self._desk.pages.pdf(made, file_name(offered.paper))

    async def drawing(self, request: web.Request) -> web.Response:
        """Hand out a drawing of what was offered, by its place among them: no other file has an address here."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        offered = await self._offered(request)
        drawings = () if offered is None else offered.paper.drawings
        place = int(request.match_info["place"])
        if not 1 <= place <= len(drawings):
            return self._desk.pages.nothing()
        try:
            return await handed_out(drawings[place - 1], self._desk.uploads.files)
        except NoSuchFile:
            return self._desk.pages.nothing()

    async def take(self, request: web.Request) -> web.Response:
        """Hand in what the customer wrote, then show the page anew."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        offered = await self._offered(request)
        if offered is None:
            return self._desk.pages.nothing()
        form = await request.post()
        said = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        deed = said.get("deed", "")
        wrong = _wrong(deed, said)
        if wrong:
            return self._page(request, offered, wrong, said)
        token = request.match_info["token"]
        if not self._desk.may_hand_in(request, token):
            return self._desk.pages.too_often()
        try:
            kept = await self._desk.uploads.take_signature(said.get("signature", "")) if deed == "accept" else []
        except PhotoRefused as refused:
            return self._page(request, offered, str(refused), said)
        values = {
            "token": token,
            "hash": said.get("hash", "")[:64],
            "words": said.get("words", "")[:WORDS_MAX],
            "reason": said.get("reason", "")[:WORDS_MAX],
            "signer": said.get("signer", "")[:NAME_MAX],
        }
        answer = await self._desk.hand_in(_FORMS[deed], token, said["nonce"], values, kept)
        if answer is None:
            return self._page(request, offered, _BUSY, status=202)
        if "refused" in answer:
            return self._page(request, await self._offered(request) or offered, answer["refused"], said)
        raise web.HTTPSeeOther(f"/q/{token}{'?asked=1' if deed == 'ask' else ''}")

    async def _offered(self, request: web.Request) -> OfferPage | None:
        token = request.match_info["token"]
        if not SECRET.fullmatch(token):
            return None
        now, zone = self._desk.clock.now(), self._desk.calendar.zone
        return await self._desk.read(lambda queries: queries.offers.page(token, now, zone))

    async def _note_view(self, request: web.Request) -> None:
        """Count a reader once an hour: what is kept of looking is bounded, and nobody waits for it."""
        token = request.match_info["token"]
        await self._desk.hand_in("view_quote", token, self._desk.reader(request, token), {"token": token}, wait=0.0)

    def _page(
        self,
        request: web.Request,
        offered: OfferPage,
        wrong: str = "",
        said: dict[str, str] | None = None,
        *,
        status: int = 0,
    ) -> web.Response:
        values = page_values(
            offered,
            token=request.match_info["token"],
            moment=self._moment,
            asked="asked" in request.query,
            wrong=wrong,
            said=said or {},
        )
        return self._desk.pages.page("offered.html", status=status or (422 if wrong else 200), **values)

    def _moment(self, at: datetime) -> str:
        today = self._desk.calendar.local(self._desk.clock.now()).date()
        return said_moment(at, self._desk.calendar.zone, today=today)


def page_values(
    offered: OfferPage,
    *,
    token: str,
    moment: Callable[[datetime], str],
    asked: bool = False,
    wrong: str = "",
    said: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what ``offered.html`` is drawn from, every figure as it is written on cards."""
    paper = offered.paper
    return {
        "offered": offered,
        "paper": paper,
        "open": offered.standing is Standing.OPEN,
        "headline": _headline(offered),
        "mood": _MOODS.get(offered.standing, "off"),
        "lines": paper.lines,
        "money": said_money,
        "capitals": said_capitals(paper.total_fen),
        "reduction": f"优惠 {said_money(paper.list_fen - paper.total_fen)}"
        if paper.is_agreed
        else said_discount(paper.discount_ppm),
        "token": token,
        "moment": moment,
        "asked": asked,
        "wrong": wrong,
        "said": said or {},
        "nonce": secrets.token_urlsafe(16),
        "words_max": WORDS_MAX,
        "name_max": NAME_MAX,
    }


_MOODS = {Standing.OPEN: "going", Standing.ACCEPTED: "done", Standing.EXPIRED: "waits", Standing.REPLACED: "waits"}


def _headline(offered: OfferPage) -> str:
    return {
        Standing.OPEN: f"给{offered.paper.customer}的报价",
        Standing.EXPIRED: "这份报价已经过期",
        Standing.REPLACED: "这份报价已有新版本",
        Standing.CHANGING: "这份报价正在调整",
        Standing.ACCEPTED: "您已接受这份报价",
        Standing.DECLINED: "您已谢绝这份报价",
    }[offered.standing]


def _wrong(deed: str, said: dict[str, Any]) -> str:
    """Return what is missing, empty when nothing is."""
    if deed not in _FORMS or not SECRET.fullmatch(said.get("nonce", "")):
        return _STALE
    if deed == "ask" and not said.get("words"):
        return "请写下您的问题。"
    if deed == "accept" and not said.get("signer"):
        return "请写上您的姓名。"
    if deed == "decline" and not said.get("reason"):
        return "请写一句原因，方便我们改进，例如：价格偏高。"
    return ""
