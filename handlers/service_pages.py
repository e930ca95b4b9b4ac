"""What customers fill in on the pages behind the code of a machine and behind the link of their ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import NotFound
from domain.files.commands import AttachFiles, Sent
from domain.service.again import ReportAgain
from domain.service.complain import Complain
from domain.service.held import HoldReport
from domain.service.reopen import ReportUnmended
from domain.service.report import ReportFault
from domain.service.sign import CancelVisit, SignOff
from domain.service.urge import UrgeJob
from domain.service.visit import AgreeVisit
from domain.spares.agreeing import AnswerPrice
from handlers.jobs_meant import pictures_of
from handlers.service_words import ticked_windows, windows_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.context import Ask, FormHandler


def form_report(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the page behind the QR code."""
    machine = ask.queries.equipment.plate(values["slug"])
    if machine is None:
        raise NotFound("没有找到这台设备，请核对二维码或联系厂家。")
    said, exclusions = windows_in(values["words"], ask)
    done = ask.act(
        ReportFault(
            equipment_id=machine.id,
            words=values["words"],
            urgent=values.get("urgent") == "1",
            phone=values.get("phone", ""),
            photos=pictures_of(ask),
            token=values["token"],
            consent=values.get("consent", ""),
            windows=(*ticked_windows(values.get("windows", "")), *said),
            exclusions=exclusions,
        )
    )
    _keep_voice(ask, done.ticket_no)
    ask.result.update(ticket_no=done.ticket_no, token=done.token)


def form_hold(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the page behind the QR code when more reports come than anybody can read at once."""
    machine = ask.queries.equipment.plate(values["slug"])
    if machine is None:
        raise NotFound("没有找到这台设备，请核对二维码或联系厂家。")
    ask.act(
        HoldReport(
            equipment_id=machine.id,
            words=values["words"],
            token=values["token"],
            urgent=values.get("urgent") == "1",
            phone=values.get("phone", ""),
            consent=values.get("consent", ""),
            windows=ticked_windows(values.get("windows", "")),
        )
    )
    ask.result.update(held=True)


def form_again(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in 又坏了 from the progress page of a service that was done."""
    done = ask.act(ReportAgain(before=values["before"], words=values.get("words", ""), token=values["token"]))
    ask.result.update(ticket_no=done.ticket_no, token=done.token)


def form_complain(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in 投诉 from the progress page."""
    ask.result.update(ticket_no=ask.act(Complain(token=values["token"], words=values.get("words", ""))))


def form_unmended(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in 没修好 from the progress page."""
    ask.result.update(ticket_no=ask.act(ReportUnmended(token=values["token"], words=values.get("words", ""))))


def form_sign(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the signature at the end of the progress page."""
    signature = next(iter(pictures_of(ask)), "")
    no = ask.act(
        SignOff(
            token=values["token"],
            rating=int(values["rating"]),
            words=values.get("words", ""),
            signature=signature,
            signer=values.get("signer", ""),
        )
    )
    ask.result.update(ticket_no=no)


def form_urge(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the wish for haste from the progress page."""
    ask.result.update(ticket_no=ask.act(UrgeJob(token=values["token"])))


def form_cancel(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in 不用来了 from the progress page."""
    done = ask.act(CancelVisit(token=values["token"], words=values.get("words", "")))
    ask.result.update(ticket_no=done.ticket_no, cancelled=done.cancelled)


def form_agree_visit(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the yes to the visit that was proposed."""
    ask.result.update(ticket_no=ask.act(AgreeVisit(token=values["token"])))


def form_price(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in whether the customer pays for parts."""
    no = ask.act(AnswerPrice(token=values["token"], agrees=values.get("agrees") == "1"))
    ask.result.update(ticket_no=no)


def _keep_voice(ask: Ask, ticket_no: str) -> None:
    """Put what was spoken to the job, where the engineer listens to it."""
    voices = tuple(
        Sent(file_id=each.file_id, kind=each.kind, name=each.name, mime=each.mime)
        for each in ask.envelope.attachments
        if each.file_id and each.kind == "voice"
    )
    job = ask.queries.service.by_no(ticket_no) if voices else None
    if job is not None:
        ask.act(AttachFiles(files=voices, subject=f"workorder:{job.id}"))


FORMS: Mapping[str, FormHandler] = {
    "report_fault": form_report,
    "hold_report": form_hold,
    "report_again": form_again,
    "complain": form_complain,
    "sign_off": form_sign,
    "unmended": form_unmended,
    "urge": form_urge,
    "cancel_visit": form_cancel,
    "agree_visit": form_agree_visit,
    "answer_price": form_price,
}
