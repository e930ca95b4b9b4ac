"""``/m/jobs/{id}``: what the card of a job cannot hold. Its pictures and voices, and the form filled in on site.

The form goes to the inbox from the engineer's own account, under the nonce it was drawn with: sent
from a cellar an hour later, or twice, it is taken in once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web
from markupsafe import Markup

from bot.images import PhotoRefused
from bot.web.access import MIB, Access, declare
from bot.web.sessions import VIEWER
from bot.web.staff import NONCE, WAIT, press_key
from bot.web.uploads import close_uploads
from cards.render.escape import clean
from domain.clock import said_moment
from domain.errors import NotFound
from domain.service.sheet import OK
from domain.service.states import JobState
from domain.service.views import Stand
from handlers.envelope import Envelope, Kind
from handlers.site_sheet import PIECES_MAX
from storage.files import NoSuchFile, disposition
from storage.queries import Queries

if TYPE_CHECKING:
    from datetime import datetime

    from multidict import MultiDictProxy

    from bot.records import Records
    from bot.web.desk import Submits
    from bot.web.pages import Pages
    from bot.web.sessions import Sessions
    from bot.web.uploads import Uploads
    from domain.actor import Actor
    from domain.clock import Clock, WorkCalendar
    from domain.policy import ServicePolicy
    from domain.service.sheet_views import SheetView
    from storage.database import Database
    from storage.files import Files

PHOTOS_MAX = 9
"""Before and after each."""
WORDS_MAX = 1000
MINUTES_MAX = 24 * 60
_BODY = 96 * MIB
_PARTS_MAX = 20
_CHECKS_MAX = 40
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "audio/wav", "audio/mpeg"})
"""What a browser may show of our files; everything else is offered for saving."""
_DIGITS = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stands in the form; kept when it has to be shown again."""

    words: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    """(name, pieces) as they were written."""
    checks: Mapping[str, str] = field(default_factory=dict)
    minutes: str = ""
    done: str = ""
    rating: str = ""
    comment: str = ""
    signature: str = ""

    @classmethod
    def of(cls, form: MultiDictProxy[Any]) -> Filled:
        """Return what was written, each as plain text."""

        def said(name: str, most: int = 200) -> str:
            value = form.get(name, "")
            return clean(value).strip()[:most] if isinstance(value, str) else ""

        names, pieces = (
            [clean(each).strip()[:64] for each in form.getall(field, []) if isinstance(each, str)][:_PARTS_MAX]
            for field in ("part", "pieces")
        )
        return cls(
            words=said("words", WORDS_MAX),
            parts=tuple((name, count) for name, count in zip(names, pieces, strict=False) if name),
            checks=_checks(form),
            minutes=said("minutes", 5),
            done=said("done", 1),
            rating=said("rating", 2),
            comment=said("comment", 500),
            signature=said("signature", 400_000),
        )

    def wrong(self, scale: int) -> str:
        """Return what has to be put right, empty for nothing."""
        for name, count in self.parts:
            if not (count.isascii() and count.isdigit() and 1 <= int(count[:9]) <= PIECES_MAX):
                return f"“{name}”要写几个，请填 1 到 {PIECES_MAX} 的整数。"
        if self.minutes and not (
            self.minutes.isascii() and self.minutes.isdigit() and int(self.minutes) <= MINUTES_MAX
        ):
            return f"工时请写分钟数，最多 {MINUTES_MAX} 分钟。"
        if self.done == "1" and not self.words:
            return "请写一句做了什么，例如：换了主轴轴承，试车正常。"
        if self.signature and self.rating not in map(str, range(1, scale + 1)):
            return "请让客户点一下星星再签字。"
        if self.rating and not self.signature:
            return "请客户在签名框里手写签名；这台手机写不了，就把签收链接发给客户。"
        return ""


class JobSheet:
    """Draws the part of the page below the card, takes the form in, hands out pictures."""

    def __init__(
        self,
        *,
        pages: Pages,
        sessions: Sessions,
        database: Database,
        arrivals: Submits,
        files: Files,
        uploads: Uploads,
        records: Records,
        clock: Clock,
        calendar: WorkCalendar,
        policy: ServicePolicy,
    ) -> None:
        self._pages = pages
        self._sessions = sessions
        self._database = database
        self._arrivals = arrivals
        self._files = files
        self._uploads = uploads
        self._records = records
        self._clock = clock
        self._calendar = calendar
        self._policy = policy

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        declare(router.add_post("/m/jobs/{id}", self.take), Access.SESSION, body=_BODY)
        declare(router.add_get("/m/jobs/{id}/files/{number}", self.file), Access.SESSION)
        declare(router.add_get("/m/jobs/{id}/record.pdf", self.record), Access.SESSION)

    async def below(self, request: web.Request, viewer: Actor, id_: int) -> Markup:
        """Draw pictures, voices and the form; nothing when there are none and nothing is to be filled in."""
        return self._drawn(request, await self._sheet(id_, viewer), Filled())

    async def file(self, request: web.Request) -> web.Response:
        """Hand out one picture or voice of a job the viewer may see."""
        viewer, id_, number = request[VIEWER], _number(request, "id"), _number(request, "number")
        try:
            kept = await self._database.read(lambda session: Queries(session).sheets.file(id_, number, viewer))
            data = await asyncio.to_thread(self._files.get, kept.file_id)
        except (NotFound, NoSuchFile):
            return self._pages.page("staff/nothing.html", status=404)
        if kept.mime in _SHOWN:
            return web.Response(body=data, content_type=kept.mime)
        headers = {"Content-Disposition": disposition(kept.name)}
        return web.Response(body=data, content_type="application/octet-stream", headers=headers)

    async def record(self, request: web.Request) -> web.Response:
        """Hand out the record of the service as it stands."""
        viewer, id_ = request[VIEWER], _number(request, "id")
        try:
            record = await self._database.read(lambda session: Queries(session).records.of_job(id_, viewer))
        except NotFound:
            return self._pages.page("staff/nothing.html", status=404)
        return await self._pages.pdf(self._records.pdf(record, self._clock.now()), f"服务记录 {record.job_no}.pdf")

    async def take(self, request: web.Request) -> web.Response:
        """Hand the form in; what is wrong is said beside it, and what was written stays."""
        viewer, id_ = request[VIEWER], _number(request, "id")
        form = await self._sessions.form(request)
        try:
            return await self._take(request, viewer, id_, form)
        except NotFound:
            return self._pages.page("staff/nothing.html", status=404)
        finally:
            close_uploads(form)

    async def _take(self, request: web.Request, viewer: Actor, id_: int, form: MultiDictProxy[Any]) -> web.Response:
        sheet, filled = await self._sheet(id_, viewer), Filled.of(form)
        nonce = form.get("nonce", "")
        if not isinstance(nonce, str) or not NONCE.fullmatch(nonce):
            raise web.HTTPBadRequest
        wrong = filled.wrong(self._policy.rating.scale)
        if wrong:
            return self._again(request, sheet, filled, wrong)
        try:
            attachments = [
                *await self._uploads.take_photos(form, "before", PHOTOS_MAX, "修前"),
                *await self._uploads.take_photos(form, "after", PHOTOS_MAX, "修后"),
                *await self._uploads.take_signature(filled.signature),
            ]
        except PhotoRefused as refused:
            return self._again(request, sheet, filled, str(refused))
        deed = hashlib.sha256(f"sheet:{id_}:{nonce}".encode()).hexdigest()[:32]
        answer = await self._arrivals.submit(
            Envelope(
                key=press_key(viewer, deed),
                platform=viewer.platform,
                account=viewer.account,
                conversation=viewer.account,
                kind=Kind.FORM,
                text="site_sheet",
                sent_at=self._clock.now(),
                attachments=tuple(attachments),
                data={
                    "job": str(id_),
                    "words": filled.words,
                    "parts": json.dumps([[name, int(count)] for name, count in filled.parts], ensure_ascii=False),
                    "checks": json.dumps(dict(filled.checks), ensure_ascii=False),
                    "minutes": filled.minutes,
                    "done": filled.done,
                    "rating": filled.rating,
                    "comment": filled.comment,
                },
            ),
            wait=WAIT,
        )
        if answer is not None and "refused" in answer:
            return self._again(request, await self._sheet(id_, viewer), filled, str(answer["refused"]))
        raise web.HTTPSeeOther(f"/m/jobs/{id_}?after={deed}")

    async def _sheet(self, id_: int, viewer: Actor) -> SheetView:
        return await self._database.read(lambda session: Queries(session).sheets.of(id_, viewer))

    def _again(self, request: web.Request, sheet: SheetView, filled: Filled, wrong: str) -> web.Response:
        """Draw the form alone, with the words, under a fresh nonce: what was refused would be refused again."""
        return self._pages.page(
            "staff/sheet_again.html",
            status=422,
            viewer=request[VIEWER],
            token=self._sessions.form_token(request),
            sheet=sheet,
            wrong=wrong,
            more=self._drawn(request, sheet, filled),
        )

    def _drawn(self, request: web.Request, sheet: SheetView, filled: Filled) -> Markup:
        if sheet.job.stand is Stand.OUT:
            return Markup()
        return self._pages.part(
            "staff/sheet.html",
            sheet=sheet,
            filled=filled,
            signing=sheet.job.state is JobState.SIGNING,
            checklist=self._policy.visit(sheet.job.type).checklist,
            minutes_max=MINUTES_MAX,
            scale=self._policy.rating.scale,
            address=f"/m/jobs/{sheet.job.id}",
            token=self._sessions.form_token(request),
            nonce=secrets.token_urlsafe(16),
            photos_max=PHOTOS_MAX,
            words_max=WORDS_MAX,
            shown=_SHOWN,
            moment=self._moment,
        )

    def _moment(self, at: datetime) -> str:
        today = self._calendar.local(self._clock.now()).date()
        return said_moment(at, self._calendar.zone, today=today)


def _checks(form: MultiDictProxy[Any]) -> dict[str, str]:
    """Return item → ``ok`` or what was found: ``check`` names the item, ``found`` beside it says what was."""
    ticked = {clean(each)[:64] for each in form.getall("ok", []) if isinstance(each, str)}
    items, found = (
        [clean(each).strip()[:100] for each in form.getall(name, []) if isinstance(each, str)][:_CHECKS_MAX]
        for name in ("check", "found")
    )
    said = {item: words or (OK if item in ticked else "") for item, words in zip(items, found, strict=False)}
    return {item: words for item, words in said.items() if words}


def _number(request: web.Request, name: str) -> int:
    """Return a number of the address; anything else is unknown."""
    written = request.match_info[name]
    if not _DIGITS.fullmatch(written):
        raise web.HTTPNotFound
    return int(written)
