"""``/t/{token}``: how a report is getting on, like a parcel, and the signature at its end.

Whoever holds the link sees the steps and the engineer's family name; no company, phone or address.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.images import PhotoRefused
from bot.web.access import KIB, Access, declare
from bot.web.desk import SECRET
from domain.clock import said_moment
from domain.service.states import JobState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.web.desk import Desk
    from domain.service.views import Progress

_BODY = 512 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the five: ``done`` with its time, ``now`` with what is waited for, or ``next``."""

    label: str
    said: str
    stage: str


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
        token = request.match_info["token"]
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        progress = await self._progress(request)
        if progress is None:
            return self._desk.pages.nothing()
        form = await request.post()
        said = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        if said.get("deed") == "urge":
            return await self._urge(request, progress, said)
        if said.get("deed") == "unmended":
            return await self._take_unmended(request, progress, said)
        wrong = _wrong(said) if progress.signs else "这个链接只能看进度和催一下，请由最先报修的人签收。"
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

    async def _urge(self, request: web.Request, progress: Progress, said: dict[str, str]) -> web.Response:
        token = request.match_info["token"]
        if not SECRET.fullmatch(said.get("nonce", "")):
            return self._page(request, progress, "页面放得太久了，请再点一次。")
        if not self._desk.may_hand_in(request, token):
            return self._desk.pages.too_often()
        answer = await self._desk.hand_in("urge", token, said["nonce"], {"token": token})
        if answer is not None and "refused" in answer and not answer["stale"]:
            return self._page(request, progress, answer["refused"])
        raise web.HTTPSeeOther(f"/t/{token}?urged=1")

    async def _take_unmended(self, request: web.Request, progress: Progress, said: dict[str, str]) -> web.Response:
        """Hand 没修好 in: the job goes back to the engineer, nobody has to sign."""
        token = request.match_info["token"]
        if not SECRET.fullmatch(said.get("nonce", "")):
            return self._page(request, progress, "页面放得太久了，请再点一次。")
        if not self._desk.may_hand_in(request, token):
            return self._desk.pages.too_often()
        values = {"token": token, "words": said.get("words", "")[:500]}
        answer = await self._desk.hand_in("unmended", token, said["nonce"], values, [])
        if answer is None:
            return self._page(request, progress, "已收到，系统正忙，过一会儿刷新本页即可看到结果。")
        if "refused" in answer and not answer["stale"]:
            return self._page(request, progress, answer["refused"])
        raise web.HTTPSeeOther(f"/t/{token}")

    async def _progress(self, request: web.Request) -> Progress | None:
        token = request.match_info["token"]
        if not SECRET.fullmatch(token):
            return None
        now = self._desk.clock.now()
        return await self._desk.read(lambda queries: queries.service.progress(token, now))

    async def _waiting(self, request: web.Request) -> web.Response:
        """Draw how it stands with a report that waits for a person; anything else is unknown."""
        token = request.match_info["token"]
        held = await self._desk.read(lambda queries: queries.held.progress(token)) if SECRET.fullmatch(token) else None
        return self._desk.pages.nothing() if held is None else self._desk.pages.page("held.html", held=held)

    def _page(self, request: web.Request, progress: Progress, wrong: str = "") -> web.Response:
        moment = self._moment
        return self._desk.pages.page(
            "progress.html",
            status=422 if wrong else 200,
            progress=progress,
            headline=_headline(progress, moment),
            steps=_steps(progress, moment),
            token=request.match_info["token"],
            waits_for_signature=progress.state is JobState.SIGNING and progress.signs,
            waits_for_another=progress.state is JobState.SIGNING and not progress.signs,
            has_record=progress.state is JobState.CONFIRMED and progress.signs,
            alive=progress.state.is_open and progress.state is not JobState.SIGNING,
            urged="urged" in request.query,
            mood=_MOODS.get(progress.state, "going"),
            wrong=wrong,
            nonce=secrets.token_urlsafe(16),
        )

    def _moment(self, at: datetime) -> str:
        zone = self._desk.calendar.zone
        today = self._desk.calendar.local(self._desk.clock.now()).date()
        local = at.astimezone(zone)
        return f"今天 {local:%H:%M}" if local.date() == today else said_moment(at, zone, today=today)


_MOODS = {
    JobState.SIGNING: "yours",
    JobState.CONFIRMED: "done",
    JobState.CANCELLED: "off",
    JobState.WAITING_PARTS: "waits",
    JobState.REVISIT: "waits",
}


def _headline(progress: Progress, moment: Callable[[datetime], str]) -> str:
    master = progress.engineer or "师傅"
    return {
        JobState.REPORTED: "已收到，正在安排师傅",
        JobState.OFFERED: "正在等师傅接单",
        JobState.ACCEPTED: f"{master}预计{moment(progress.eta)} 到" if progress.eta else f"{master}已接单",
        JobState.ON_SITE: f"{master}正在现场维修",
        JobState.WAITING_PARTS: "在等备件，到货后再上门",
        JobState.REVISIT: f"{master}还要再来一次",
        JobState.SIGNING: "修好了，请您签收" if progress.signs else "修好了，等报修人签收",
        JobState.CONFIRMED: "已完成，谢谢您",
        JobState.CANCELLED: "这次报修已取消",
    }[progress.state]


_REACHED = {
    JobState.REPORTED: 1,
    JobState.OFFERED: 2,
    JobState.ACCEPTED: 3,
    JobState.ON_SITE: 4,
    JobState.WAITING_PARTS: 4,
    JobState.REVISIT: 4,
    JobState.SIGNING: 4,
    JobState.CONFIRMED: 5,
    JobState.CANCELLED: 1,
}
"""How many of the five steps are done."""


_WAITS = {
    JobState.REPORTED: "正在安排",
    JobState.OFFERED: "等师傅接单",
    JobState.ACCEPTED: "等师傅上门",
    JobState.ON_SITE: "维修中",
    JobState.WAITING_PARTS: "等备件",
    JobState.REVISIT: "等师傅再来",
    JobState.SIGNING: "待您签收",
}
"""What the step under way is waiting for."""


def _steps(progress: Progress, moment: Callable[[datetime], str]) -> list[Step]:
    times = (
        ("报修", progress.opened_at),
        ("派单", progress.dispatched_at),
        ("接单", progress.accepted_at),
        ("上门", progress.arrived_at),
        ("确认", progress.ended_at),
    )
    reached = _REACHED[progress.state]
    going = progress.state is not JobState.CANCELLED
    steps = []
    for index, (label, at) in enumerate(times):
        if index < reached:
            steps.append(Step(label=label, said=moment(at) if at else "", stage="done"))
        elif index == reached and going:
            steps.append(Step(label=label, said=_WAITS[progress.state], stage="now"))
        else:
            steps.append(Step(label=label, said="", stage="next"))
    return steps


def _wrong(said: dict[str, Any]) -> str:
    """Return what is missing, empty when nothing is."""
    if not SECRET.fullmatch(said.get("nonce", "")):
        return "页面放得太久了，请再签一次。"
    if said.get("rating") not in ("1", "2", "3", "4", "5"):
        return "请点一下星星，给师傅打个分。"
    if not said.get("signature") and not said.get("signer"):
        return "请在签名框里签上名字。"
    return ""
