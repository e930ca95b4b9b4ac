"""The form an engineer fills in on site: photos, parts, what was done, and the customer's signature, as one effect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from domain.errors import Invalid
from domain.files.commands import AttachFiles, Sent
from domain.service.finishing import CorrectParts, FinishJob, NoteHours, SaidPart, UseParts
from domain.service.sheet import KeepChecklist, SignOnSite
from domain.service.states import TO_VISIT, JobState
from domain.service.visit import ArriveJob

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.service.finishing import Fitted
    from domain.service.views import JobView
    from handlers.context import Ask, FormHandler

PIECES_MAX = 999


def form_sheet(ask: Ask, values: Mapping[str, str]) -> None:
    """Carry out what the form says, in the order in which it happens at the machine; all of it or nothing.

    A form filled in without a network comes late: what has been done meanwhile is not done again.
    """
    sheet = ask.queries.sheets.of(int(values["job"]), ask.actor)
    job = sheet.job
    if not sheet.fills:
        raise Invalid(f"工单 {job.no} 现在是“{job.state.label}”，不能再填现场记录；照片可以在聊天里直接发。")
    _keep_files(ask, job.id)
    parts = said_parts(values.get("parts", ""))
    done = values.get("done") == "1"
    minutes = int(values.get("minutes") or 0)
    if job.state in TO_VISIT and (done or parts or minutes):
        ask.act(ArriveJob(work_order_id=job.id))
    checks = json.loads(values.get("checks") or "{}")
    if checks:
        ask.act(KeepChecklist(work_order_id=job.id, checks=checks))
    if done and job.state is not JobState.SIGNING:
        words = values.get("words", "")
        _note(ask, ask.act(FinishJob(work_order_id=job.id, parts=parts, words=words, minutes=minutes)))
    else:
        if parts:
            deed = CorrectParts if job.state is JobState.SIGNING else UseParts
            _note(ask, ask.act(deed(work_order_id=job.id, parts=parts)))
        if minutes:
            ask.act(NoteHours(work_order_id=job.id, minutes=minutes))
    _sign(ask, job, values)
    ask.result.update(job=job.id)


def _note(ask: Ask, fitted: Fitted) -> None:
    """Let the page say which parts the catalogue does not know, and which may have been meant."""
    if fitted.outside:
        meant = f"是不是 {'、'.join(fitted.nearest)}？要改就在工单聊天里重发一次备件。" if fitted.nearest else ""
        ask.result["note"] = f"目录里没有 {'、'.join(fitted.outside)}，只记在工单上，没有扣库存。{meant}"


def said_parts(packed: str) -> tuple[SaidPart, ...]:
    """Return the parts of ``[["6205轴承", 2], …]``; Invalid for pieces that are none."""
    parts = []
    for name, pieces in json.loads(packed or "[]"):
        if not 1 <= pieces <= PIECES_MAX:
            raise Invalid(f"{name}的数量要在 1 到 {PIECES_MAX} 之间，请改一下再提交。")
        parts.append(SaidPart(name=name, quantity=pieces))
    return tuple(parts)


def _keep_files(ask: Ask, job_id: int) -> None:
    files = tuple(
        Sent(file_id=each.file_id, kind=each.kind, name=each.name, mime=each.mime)
        for each in ask.envelope.attachments
        if each.kind != "signature"
    )
    if files:
        ask.act(AttachFiles(files=files, subject=f"workorder:{job_id}"))


def _sign(ask: Ask, job: JobView, values: Mapping[str, str]) -> None:
    """Take the signature the customer drew on the engineer's phone, with the stars he touched."""
    signature = next((each.file_id for each in ask.envelope.attachments if each.kind == "signature"), "")
    rating = values.get("rating", "")
    if signature or rating:
        ask.act(
            SignOnSite(
                work_order_id=job.id,
                token=job.token,
                rating=int(rating or 0),
                signature=signature,
                words=values.get("comment", ""),
            )
        )


FORMS: Mapping[str, FormHandler] = {"site_sheet": form_sheet}
