"""``/r/{slug}``: the page behind the code on a machine, where a fault is reported without any login.

It shows the model and the last four of the serial, nothing else (R-71). The hidden nonce makes the
submission one, however often it is sent; the secret of the progress page is made from it, so the
link is known even when the report is only kept and carried out later.
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
from bot.web.access import MIB, Access, declare
from bot.web.desk import SECRET
from domain.service.report import PHOTOS_MAX, WORDS_MAX

if TYPE_CHECKING:
    from multidict import MultiDictProxy

    from bot.web.desk import Desk
    from domain.equipment.views import MachinePlate
    from handlers.envelope import Attachment

CONSENT = "2026-11"
"""The version of the consent sentence in ``report.html``; kept with every report (R-78)."""

_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")
_BODY = PHOTOS_MAX * 10 * MIB + MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """What stands in the form; kept when it has to be shown again."""

    words: str = ""
    urgent: str = ""
    phone: str = ""
    nonce: str = ""

    @classmethod
    def of(cls, form: MultiDictProxy[Any]) -> _Filled:
        def said(name: str) -> str:
            value = form.get(name, "")
            return value.strip() if isinstance(value, str) else ""

        return cls(words=said("words"), urgent=said("urgent"), phone=said("phone"), nonce=said("nonce"))

    def wrong(self, *, agreed: bool) -> str:
        """Return what is missing, empty when nothing is."""
        if not self.words:
            return "请写一句哪里不对，师傅好带对备件。"
        if len(self.words) > WORDS_MAX:
            return f"说明请控制在 {WORDS_MAX} 个字以内。"
        if self.urgent not in ("0", "1"):
            return "请选一下：停机了，还是还能用。"
        if not _PHONE.fullmatch(self.phone) or len(set(self.phone)) < 3:
            return "请留一个能打通的电话，师傅出发前会联系您。"
        if not agreed:
            return "请先勾选同意，我们才能用您的电话联系您。"
        return ""


class ReportPage:
    """Shows the form and takes it in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add both routes."""
        declare(router.add_get("/r/{slug}", self.show), Access.PUBLIC)
        declare(router.add_post("/r/{slug}", self.take), Access.PUBLIC, body=_BODY)

    async def show(self, request: web.Request) -> web.Response:
        """Draw the empty form."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        machine = await self._machine(request)
        return self._desk.pages.nothing() if machine is None else self._form(machine, _Filled())

    async def take(self, request: web.Request) -> web.Response:
        """Hand the report in and say its number; what is missing is said beside the form."""
        if not self._desk.may_look(request):
            return self._desk.pages.too_often()
        machine = await self._machine(request)
        if machine is None:
            return self._desk.pages.nothing()
        form = await request.post()
        try:
            return await self._take(request, machine, form)
        finally:
            for field in form.values():
                if isinstance(field, web.FileField):
                    field.file.close()

    async def _take(self, request: web.Request, machine: MachinePlate, form: MultiDictProxy[Any]) -> web.Response:
        filled = _Filled.of(form)
        wrong = filled.wrong(agreed=form.get("consent") == "1")
        if wrong:
            return self._form(machine, filled, wrong)
        if not SECRET.fullmatch(filled.nonce):
            return self._form(machine, filled, "页面放得太久了，请再点一次提交。")
        if not self._desk.may_hand_in(request, machine.slug):
            return self._desk.pages.too_often()
        try:
            photos = await self._photos(form.getall("photos", []))
        except PhotoRefused as refused:
            return self._form(machine, filled, str(refused))
        token = progress_token(machine.slug, filled.nonce)
        values = {
            "slug": machine.slug,
            "words": filled.words,
            "urgent": filled.urgent,
            "phone": filled.phone,
            "token": token,
            "consent": CONSENT,
        }
        answer = await self._desk.hand_in("report_fault", machine.slug, filled.nonce, values, photos)
        if answer is not None and "refused" in answer:
            return self._form(machine, filled, answer["refused"])
        return self._desk.pages.page(
            "sent.html", machine=machine, ticket_no=(answer or {}).get("ticket_no", ""), link=f"/t/{token}"
        )

    async def _machine(self, request: web.Request) -> MachinePlate | None:
        slug = request.match_info["slug"]
        if not SECRET.fullmatch(slug):
            return None
        return await self._desk.read(lambda queries: queries.equipment.plate(slug))

    def _form(self, machine: MachinePlate, filled: _Filled, wrong: str = "") -> web.Response:
        """Draw the form with a fresh nonce: what was refused once would be refused again under the old one."""
        return self._desk.pages.page(
            "report.html",
            status=422 if wrong else 200,
            machine=machine,
            filled=filled,
            wrong=wrong,
            nonce=secrets.token_urlsafe(16),
            photos_max=PHOTOS_MAX,
            words_max=WORDS_MAX,
        )

    async def _photos(self, fields: list[Any]) -> list[Attachment]:
        """Return the uploaded photos, cleaned and kept; an empty file field is no photo."""
        uploads = [field for field in fields if isinstance(field, web.FileField) and field.filename]
        if len(uploads) > PHOTOS_MAX:
            raise PhotoRefused(f"最多 {PHOTOS_MAX} 张照片，请去掉几张")
        cleaned = [await self._desk.photos.photo(upload.file.read()) for upload in uploads]
        return [
            await self._desk.keep(data, "image/jpeg", f"现场{index}.jpg") for index, data in enumerate(cleaned, start=1)
        ]


def progress_token(slug: str, nonce: str) -> str:
    """Return the 128-bit secret of the progress page that this submission will have."""
    digest = hashlib.sha256(f"progress:{slug}:{nonce}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
