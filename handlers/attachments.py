"""A picture, voice or file without words goes to what its sender is in the middle of."""

from __future__ import annotations

from domain.files.commands import AttachFiles, Sent
from domain.service.states import AT_MACHINE, WITH_ENGINEER
from handlers.context import Ask
from handlers.drawings import place
from handlers.envelope import Kind
from handlers.imports import is_table, receive
from handlers.replies import draft_here

_NAMES = {Kind.IMAGE: "图片", Kind.VOICE: "语音", Kind.VIDEO: "视频", Kind.FILE: "文件"}
_RECORDS = {
    "inquiry": "这条询价",
    "quote": "这份报价",
    "workorder": "这张工单",
    "ticket": "这张报修单",
    "draft": "等您确认的这条",
    "opportunity": "这个商机",
    "solution": "这份技术方案",
}


def gather(ask: Ask) -> None:
    """Keep what was sent; say where it went, or what to do when nothing is open."""
    files = tuple(
        Sent(file_id=each.file_id, kind=each.kind, name=each.name, mime=each.mime)
        for each in ask.envelope.attachments
        if each.file_id
    )
    what = _NAMES.get(ask.envelope.kind, "文件")
    if not files:
        ask.say(f"这个{what}没能从平台下载下来（可能太大或已过期），请重新发一次。")
        return
    tables = [each for each in ask.envelope.attachments if each.file_id and is_table(each)]
    if ask.envelope.kind is Kind.FILE and len(tables) == len(files):
        for table in tables:
            receive(ask, table)
        return
    draft = draft_here(ask)
    subject = draft.subject if draft is not None else _job_in_hand(ask) or _in_focus(ask)
    kept = ask.act(AttachFiles(files=files, subject=subject))
    if ask.envelope.kind is Kind.VOICE:
        if ask.envelope.text:
            return  # The platform has put it into words, and they have been answered.
        ask.say("语音已保存，但我听不了语音。请用输入法的“语音转文字”再发一次，或直接打字。")
    elif subject.startswith("quote:") and ask.envelope.kind in (Kind.IMAGE, Kind.FILE):
        ask.say(place(ask, int(subject.partition(":")[2]), kept, what))
    elif subject:
        ask.say(f"{what}已归到{_RECORDS.get(subject.partition(':')[0], '这条记录')}。")
    elif not ask.envelope.text:
        ask.say(f"{what}已保存。请说一句它是关于哪个客户或哪张单的。")


def _job_in_hand(ask: Ask) -> str:
    """Return the job this person is at: the one on site, else the only one in hand; several say nothing."""
    for states in (AT_MACHINE, WITH_ENGINEER):
        jobs = ask.queries.service.jobs_of(ask.actor.person_id, states)
        if len(jobs) == 1:
            return f"workorder:{jobs[0].id}"
    return ""


def _in_focus(ask: Ask) -> str:
    return ask.focus.subject if ask.focus is not None and ask.focus.fresh(ask.now) else ""
