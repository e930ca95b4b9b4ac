"""``/m/dispatch``: every open job by what it waits for, who has how much, and the reports that wait for a person."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from bot.web.access import KIB, Access, declare
from bot.web.sessions import VIEWER
from bot.web.staff import NONCE, WAIT, press_key
from domain.clock import said_moment
from domain.errors import NotFound
from domain.service.states import JobState
from handlers.envelope import Envelope, Kind
from storage.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.web.desk import Submits
    from bot.web.pages import Pages
    from bot.web.sessions import Sessions
    from domain.clock import Clock, WorkCalendar
    from domain.policy import ServicePolicy
    from storage.database import Database

_ROWS = 200
_GROUPS: Mapping[str, tuple[JobState, ...]] = {
    "还没有人接": (JobState.REPORTED, JobState.OFFERED),
    "已接单，等上门": (JobState.ACCEPTED,),
    "现场": (JobState.ON_SITE,),
    "等备件": (JobState.WAITING_PARTS,),
    "要再来一次": (JobState.REVISIT,),
    "等客户签收": (JobState.SIGNING,),
}
_DEEDS = ("release", "drop", "drop_all")


class DispatchPage:
    """Draws the board, and takes the word on reports that wait for one."""

    def __init__(
        self,
        *,
        pages: Pages,
        sessions: Sessions,
        database: Database,
        arrivals: Submits,
        clock: Clock,
        calendar: WorkCalendar,
        policy: ServicePolicy,
    ) -> None:
        self._pages = pages
        self._sessions = sessions
        self._database = database
        self._arrivals = arrivals
        self._clock = clock
        self._calendar = calendar
        self._policy = policy

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add both routes."""
        declare(router.add_get("/m/dispatch", self.show), Access.SESSION)
        declare(router.add_post("/m/dispatch", self.decide), Access.SESSION, body=16 * KIB)

    async def show(self, request: web.Request, wrong: str = "") -> web.Response:
        """Draw the board for whoever dispatches; unknown to everybody else."""
        viewer, now = request[VIEWER], self._clock.now()
        try:
            board = await self._database.read(
                lambda session: Queries(session).service_board.board(
                    viewer, now, strategic=self._policy.strategic, limit=_ROWS
                )
            )
        except NotFound:
            return self._pages.page("staff/nothing.html", status=404)
        waiting, held = await self._database.read(lambda session: Queries(session).held.waiting())
        groups = [
            (title, sum(board.counts.get(state, 0) for state in states), [r for r in board.rows if r.state in states])
            for title, states in _GROUPS.items()
        ]
        return self._pages.page(
            "staff/dispatch.html",
            status=422 if wrong else 200,
            viewer=viewer,
            token=self._sessions.form_token(request),
            nonce=secrets.token_urlsafe(16),
            wrong=wrong,
            groups=[group for group in groups if group[1]],
            loads=sorted(board.loads, key=lambda load: load[1]),
            waiting=waiting,
            held=held,
            moment=self._moment,
        )

    async def decide(self, request: web.Request) -> web.Response:
        """Hand in what becomes of a report that waited."""
        form = await self._sessions.form(request)
        viewer, said = request[VIEWER], {name: each for name, each in form.items() if isinstance(each, str)}
        held, deed, nonce = said.get("held", ""), said.get("deed", ""), said.get("nonce", "")
        if not (held.isascii() and held.isdigit() and len(held) < 16 and deed in _DEEDS and NONCE.fullmatch(nonce)):
            raise web.HTTPBadRequest
        key = hashlib.sha256(f"held:{held}:{deed}:{nonce}".encode()).hexdigest()[:32]
        answer = await self._arrivals.submit(
            Envelope(
                key=press_key(viewer, key),
                platform=viewer.platform,
                account=viewer.account,
                conversation=viewer.account,
                kind=Kind.FORM,
                text="decide_held",
                sent_at=self._clock.now(),
                data={"held": held, "deed": deed},
            ),
            wait=WAIT,
        )
        if answer is not None and "refused" in answer:
            return await self.show(request, str(answer["refused"]))
        raise web.HTTPSeeOther("/m/dispatch#held")

    def _moment(self, at: datetime) -> str:
        today = self._calendar.local(self._clock.now()).date()
        return said_moment(at, self._calendar.zone, today=today)
