"""``/r/{slug}``: the page behind the code on a machine, where a fault is reported without any login.

It shows the model and the last four of the serial, nothing else (R-71). The hidden nonce makes the
submission one, however often it is sent; the secret of the progress page is made from it, so the
link is known even when the report is only kept and carried out later. After a submission the browser
is sent to ``/r/{slug}/{nonce}``, which can be reloaded and bookmarked.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.images import PhotoRefused
from bot.voices import VoiceRefused
from bot.web.access import MIB, Access, declare
from bot.web.desk import SECRET, Lane
from bot.web.times import offered, ticked
from bot.web.uploads import close_uploads
from domain.service.report import WORDS_MAX

if TYPE_CHECKING:
    from multidict import MultiDictProxy

    from bot.web.challenge import Question
    from bot.web.desk import Desk
    from domain.equipment.views import MachinePlate

CONSENT = "2026-11"
"""The version of the consent sentence in ``report.html``; kept with every report (R-78)."""

_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")
_MOBILE = re.compile(r"(?:86)?1[3-9][0-9]*")
_MOBILE_DIGITS = 11
_BODY = 96 * MIB
"""Room for a few photos that are too large each, so that this can be said beside the form."""

_STALE_PAGE = "页面放得太久了，请再点一次提交。"
_NO_ROOM = "现在报修太多，照片和语音暂时收不了，请写一句哪里不对。"
_MANY = "短时间内报修太多了，请先回答下面的问题，再点一次提交。"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """What stands in the form; kept when it has to be shown again. ``when`` are the ticked times."""

    words: str = ""
    urgent: str = ""
    phone: str = ""
    nonce: str = ""
    seal: str = ""
    answer: str = ""
    when: tuple[str, ...] = ()

    @classmethod
    def of(cls, form: MultiDictProxy[Any]) -> _Filled:
        def said(name: str) -> str:
            value = form.get(name, "")
            return value.strip() if isinstance(value, str) else ""

        return cls(
            words=said("words"),
            urgent=said("urgent"),
            phone=said("phone"),
            nonce=said("nonce"),
            seal=said("seal"),
            answer=said("answer"),
            when=tuple(each for each in form.getall("when", []) if isinstance(each, str)),
        )

    def wrong(self, *, agreed: bool, shown: str) -> str:
        """Return what is missing, empty when nothing is; ``shown`` says it where no words do."""
        if not (self.words or shown):
            return "请写一句哪里不对，或拍张照、说段话，师傅好带对备件。"
        if len(self.words) > WORDS_MAX:
            return f"说明请控制在 {WORDS_MAX} 个字以内。"
        if self.urgent not in ("0", "1"):
            return "请选一下：停机了，还是还能用。"
        if not _PHONE.fullmatch(self.phone) or len(set(self.phone)) < 3:
            return "请留一个能打通的电话，师傅出发前会联系您。"
        if not _whole(self.phone):
            return "手机号是 11 位，请核对一下少了还是多了数字。"
        if not agreed:
            return "请先勾选同意，我们才能用您的电话联系您。"
        return ""


class ReportPage:
    """Shows the form, takes it in, and says what became of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        declare(router.add_get("/r/{slug}", self.show), Access.PUBLIC)
        declare(router.add_post("/r/{slug}", self.take), Access.PUBLIC, body=_BODY)
        declare(router.add_get("/r/{slug}/{nonce}", self.sent), Access.PUBLIC)

    async def show(self, request: web.Request) -> web.Response:
        """Draw the empty form."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        machine = await self._machine(request)
        return self._desk.pages.nothing() if machine is None else self._form(machine, _Filled())

    async def take(self, request: web.Request) -> web.Response:
        """Hand the report in and go on to its number; what is missing is said beside the form."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        machine = await self._machine(request)
        if machine is None:
            return self._desk.pages.nothing()
        form = await request.post()
        try:
            return await self._take(request, machine, form)
        finally:
            close_uploads(form)

    async def sent(self, request: web.Request) -> web.Response:
        """Say the number of what was handed in under this nonce, or that it is on its way."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        machine, nonce = await self._machine(request), request.match_info["nonce"]
        if machine is None or not SECRET.fullmatch(nonce):
            return self._desk.pages.nothing()
        token, now = progress_token(machine.slug, nonce), self._desk.clock.now()
        progress = await self._desk.read(lambda queries: queries.service.progress(token, now))
        held = await self._desk.read(lambda queries: queries.held.progress(token))
        return self._desk.pages.page(
            "sent.html",
            machine=machine,
            ticket_no=progress.no if progress is not None else "",
            held=held is not None,
            phone=self._desk.phones.of(machine.level),
            link=f"/t/{token}",
        )

    async def _take(self, request: web.Request, machine: MachinePlate, form: MultiDictProxy[Any]) -> web.Response:
        filled = _Filled.of(form)
        shown = _shown(form)
        wrong = filled.wrong(agreed=form.get("consent") == "1", shown=shown)
        if not wrong and not SECRET.fullmatch(filled.nonce):
            wrong = _STALE_PAGE
        if wrong:
            return self._form(machine, filled, wrong)
        lane = self._desk.lane(request, machine.slug, answered=self._answered(machine, filled))
        if lane is Lane.FULL:
            return self._desk.pages.too_often()
        if lane is Lane.ASK:
            return self._form(machine, filled, _MANY, status=429, ask=True)
        if lane is Lane.HELD and not filled.words:
            return self._form(machine, filled, _NO_ROOM)
        values = {
            "slug": machine.slug,
            "words": filled.words or shown,
            "urgent": filled.urgent,
            "phone": filled.phone,
            "token": progress_token(machine.slug, filled.nonce),
            "consent": CONSENT,
            "windows": ";".join(ticked(filled.when, self._desk.calendar.local(self._desk.clock.now()).date())),
        }
        if lane is Lane.HELD:
            answer = await self._desk.hand_in("hold_report", machine.slug, filled.nonce, values)
        else:
            try:
                files = [
                    *await self._desk.uploads.take_photos(form, "photos", self._desk.photos_max, "现场"),
                    *await self._desk.uploads.take_voice(form, "voice", "报修语音.wav"),
                ]
            except (PhotoRefused, VoiceRefused) as refused:
                return self._form(machine, filled, str(refused))
            answer = await self._desk.hand_in("report_fault", machine.slug, filled.nonce, values, files)
        if answer is not None and "refused" in answer:
            return self._form(machine, filled, answer["refused"])
        raise web.HTTPSeeOther(f"/r/{machine.slug}/{filled.nonce}")

    async def _machine(self, request: web.Request) -> MachinePlate | None:
        slug = request.match_info["slug"]
        if not SECRET.fullmatch(slug):
            return None
        return await self._desk.read(lambda queries: queries.equipment.plate(slug))

    def _form(
        self, machine: MachinePlate, filled: _Filled, wrong: str = "", *, status: int = 422, ask: bool = False
    ) -> web.Response:
        """Draw the form with a fresh nonce: what was refused once would be refused again under the old one."""
        nonce, now = secrets.token_urlsafe(16), self._desk.clock.now()
        question: Question | None = None
        if ask:
            question = self._desk.challenges.ask(f"{machine.slug}:{nonce}", now)
        return self._desk.pages.page(
            "report.html",
            status=status if wrong else 200,
            machine=machine,
            filled=filled,
            wrong=wrong,
            nonce=nonce,
            question=question,
            phone=self._desk.phones.of(machine.level),
            times=offered(self._desk.calendar.local(now)),
            photos_max=self._desk.photos_max,
            words_max=WORDS_MAX,
        )

    def _answered(self, machine: MachinePlate, filled: _Filled) -> bool:
        about = f"{machine.slug}:{filled.nonce}"
        return self._desk.challenges.answered(about, filled.seal, filled.answer, self._desk.clock.now())


def _whole(phone: str) -> bool:
    """Return whether a number has as many digits as numbers of its kind: a mobile has eleven."""
    digits = re.sub(r"\D", "", phone)
    return _MOBILE.fullmatch(digits) is None or len(digits.removeprefix("86")) == _MOBILE_DIGITS


def _shown(form: MultiDictProxy[Any]) -> str:
    """Return what a report without words says: that pictures show it, or that it was spoken."""
    sent = {
        name for name in ("photos", "voice") if any(getattr(each, "filename", "") for each in form.getall(name, []))
    }
    words = "、".join(label for name, label in (("photos", "照片"), ("voice", "语音")) if name in sent)
    return f"见{words}" if words else ""


def progress_token(slug: str, nonce: str) -> str:
    """Return the 128-bit secret of the progress page that this submission will have."""
    digest = hashlib.sha256(f"progress:{slug}:{nonce}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
