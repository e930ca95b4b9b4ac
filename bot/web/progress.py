"""``/t/{token}``: how a report is getting on, like a parcel, and the signature at its end.

Whoever holds the link sees the steps and the engineer's family name; no company, phone or address.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.images import PhotoRefused
from bot.web.access import KIB, Access, declare
from bot.web.desk import SECRET
from bot.web.progress_words import MOODS, headline, parcel, steps
from bot.web.report import progress_token
from domain.clock import said_moment
from domain.money import said_money
from domain.service.states import JobState

if TYPE_CHECKING:
    from datetime import datetime

    from bot.web.desk import Desk
    from domain.service.views import Progress

_BODY = 512 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDeed:
    """A small form of the page: what it is called in the inbox, and what is said once it has been carried out.

    ``first_only``: only the link of the first report may send it.
    """

    form: str
    done: str
    first_only: bool = True


DEEDS: Mapping[str, PageDeed] = {
    "urge": PageDeed(form="urge", done="已替您催过，师傅会和您联系。", first_only=False),
    "unmended": PageDeed(form="unmended", done="已告诉师傅，他会和您联系。"),
    "cancel": PageDeed(form="cancel_visit", done="已转告。师傅已经出门的话，会先给您打个电话。"),
    "visit": PageDeed(form="agree_visit", done="已告诉师傅就按这个时间来。"),
    "price": PageDeed(form="answer_price", done="已收到您的答复。"),
    "complain": PageDeed(form="complain", done="投诉已收到，主管会尽快和您联系。"),
    "again": PageDeed(form="report_again", done="已重新报修，正在安排师傅。"),
}
"""What can be pressed on the page besides signing, by the form's ``deed``."""


class ProgressPage:
    """Shows the progress, takes the signature, the wish for haste, or that it is not mended."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add both routes."""
        declare(router.add_get("/t/{token}", self.show), Access.PUBLIC)
        declare(router.add_get("/t/{token}/record.pdf", self.record), Access.PUBLIC)
        declare(router.add_post("/t/{token}", self.take), Access.PUBLIC, body=_BODY)

    async def show(self, request: web.Request) -> web.Response:
        """Draw how it stands."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        progress = await self._progress(request)
        return await self._waiting(request) if progress is None else self._page(request, progress)

    async def record(self, request: web.Request) -> web.Response:
        """Hand out the record of a service that was signed, to the link that signed it."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        token, now = request.match_info["token"], self._desk.clock.now()
        record = None
        if SECRET.fullmatch(token):
            record = await self._desk.read(lambda queries: queries.records.of_token(token, now))
        if record is None:
            return self._desk.pages.nothing()
        return await self._desk.pages.pdf(self._desk.records.pdf(record, now), f"服务记录 {record.no}.pdf")

    async def take(self, request: web.Request) -> web.Response:
        """Hand the signature (or the wish for haste) in, then show the page anew."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        progress = await self._progress(request)
        if progress is None:
            return self._desk.pages.nothing()
        form = await request.post()
        said = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        if said.get("deed") in DEEDS:
            return await self._carry_out(request, progress, DEEDS[said["deed"]], said)
        return await self._sign(request, progress, said)

    async def _sign(self, request: web.Request, progress: Progress, said: dict[str, str]) -> web.Response:
        token = request.match_info["token"]
        wrong = (
            _wrong(said, self._desk.rating_scale)
            if progress.signs
            else "这个链接只能看进度和催一下，请由最先报修的人签收。"
        )
        if wrong:
            return self._page(request, progress, wrong)
        if not self._desk.may_hand_in(request, token):
            return self._desk.pages.too_often()
        try:
            kept = await self._desk.uploads.take_signature(said.get("signature", ""))
        except PhotoRefused as refused:
            return self._page(request, progress, str(refused))
        values = {
            "token": token,
            "rating": said["rating"],
            "words": said.get("words", "")[:500],
            "signer": said.get("signer", "")[:32],
        }
        answer = await self._desk.hand_in("sign_off", token, said["nonce"], values, kept)
        if answer is None:
            return self._page(request, progress, "已收到您的签收，系统正忙，过一会儿刷新本页即可看到结果。")
        if "refused" in answer and not answer["stale"]:
            return self._page(request, progress, answer["refused"])
        raise web.HTTPSeeOther(f"/t/{token}")

    async def _carry_out(
        self, request: web.Request, progress: Progress, deed: PageDeed, said: dict[str, str]
    ) -> web.Response:
        """Hand one of the small forms in. What has become meaningless meanwhile is said on the page as things stand."""
        token, nonce = request.match_info["token"], said.get("nonce", "")
        if not SECRET.fullmatch(nonce):
            return self._page(request, progress, "页面放得太久了，请再点一次。")
        if deed.first_only and not progress.signs:
            return self._page(request, progress, "这个链接只能看进度和催一下，请由最先报修的人来说。")
        if not self._desk.may_hand_in(request, token):
            return self._desk.pages.too_often()
        values = {"token": token, "words": said.get("words", "")[:500], "agrees": said.get("agrees", "")}
        if deed.form == "report_again":
            values |= {"before": token, "token": progress_token(token, nonce)}
        answer = await self._desk.hand_in(deed.form, token, f"{nonce}.{deed.form}", values)
        if answer is None:
            return self._page(request, progress, "已收到，系统正忙，过一会儿刷新本页即可看到结果。")
        if "refused" in answer:
            as_it_is = await self._progress(request) or progress
            return self._page(request, as_it_is, answer["refused"])
        if deed.form == "report_again":
            token = answer["token"]
        raise web.HTTPSeeOther(f"/t/{token}?after={said['deed']}")

    async def _progress(self, request: web.Request) -> Progress | None:
        token = request.match_info["token"]
        if not SECRET.fullmatch(token):
            return None
        now, within = self._desk.calendar.local(self._desk.clock.now()), self._desk.reopen_within
        return await self._desk.read(lambda queries: queries.service.progress(token, now, reopens_within=within))

    async def _waiting(self, request: web.Request) -> web.Response:
        """Draw how it stands with a report that waits for a person; anything else is unknown."""
        token = request.match_info["token"]
        held = await self._desk.read(lambda queries: queries.held.progress(token)) if SECRET.fullmatch(token) else None
        return self._desk.pages.nothing() if held is None else self._desk.pages.page("held.html", held=held)

    def _page(self, request: web.Request, progress: Progress, wrong: str = "") -> web.Response:
        moment, after = self._moment, request.query.get("after", "")
        return self._desk.pages.page(
            "progress.html",
            status=422 if wrong else 200,
            progress=progress,
            headline=headline(progress, moment),
            steps=steps(progress, moment),
            token=request.match_info["token"],
            waits_for_signature=progress.state is JobState.SIGNING and progress.signs,
            waits_for_another=progress.state is JobState.SIGNING and not progress.signs,
            has_record=progress.state is JobState.CONFIRMED and progress.signs,
            alive=progress.state.is_open and progress.state is not JobState.SIGNING,
            moment=moment,
            parcel=parcel(progress, moment),
            price=said_money(progress.asked_fen) if progress.asked_fen and progress.signs else "",
            charges=[(said, said_money(fen)) for said, fen in progress.charges] if progress.signs else [],
            charged=said_money(sum(fen for _, fen in progress.charges)),
            proposed=moment(progress.proposed_at) if progress.proposed_at and progress.signs else "",
            may_cancel=progress.signs and progress.state not in (JobState.SIGNING, JobState.CONFIRMED),
            may_complain=progress.signs and not progress.type.is_desk and progress.state is not JobState.CANCELLED,
            done=DEEDS[after].done if after in DEEDS else "",
            mood=MOODS.get(progress.state, "going"),
            wrong=wrong,
            nonce=secrets.token_urlsafe(16),
            scale=self._desk.rating_scale,
        )

    def _moment(self, at: datetime) -> str:
        zone = self._desk.calendar.zone
        today = self._desk.calendar.local(self._desk.clock.now()).date()
        local = at.astimezone(zone)
        return f"今天 {local:%H:%M}" if local.date() == today else said_moment(at, zone, today=today)


def _wrong(said: dict[str, Any], scale: int) -> str:
    """Return what is missing, empty when nothing is."""
    if not SECRET.fullmatch(said.get("nonce", "")):
        return "页面放得太久了，请再签一次。"
    if str(said.get("rating")) not in map(str, range(1, scale + 1)):
        return "请点一下星星，给师傅打个分。"
    if not said.get("signature") and not said.get("signer"):
        return "请在签名框里签上名字。"
    return ""
