"""Private notes: ``私密 …`` is kept for its author alone and answered to him alone, wherever he said it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cards.action import Action
from domain.errors import NotFound
from domain.files.commands import AttachFiles, Sent
from domain.notes.keeping import DropNote, KeepNote
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.inquiries import look_at, number

KEPT = "notes.kept"
MINE = "notes.mine"
RECORD = "privatenote"
"""Kind of the subject in focus after a note: what corrects it is private as well."""

PHRASES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), intent)
    for pattern, intent in (
        (r"(?:查?看?一?下?)?我?的?(?:私密|私人)(?:备注|笔记|记录)(?:列表)?(?:有哪些|有什么)?[？?]?", "list_notes"),
        (
            r"(?:查?看?一?下?)(?![记写留加存])(?P<about>[^\s,，:：]{1,20}?)的?(?:私密|私人)(?:备注|笔记|记录)(?:有哪些|有什么)?[？?]?",
            "list_notes",
        ),
    )
)
"""Whole messages that ask for notes and are none themselves."""

_MARK = re.compile(r"^\s*(?:私密(?:备注|笔记|记录)?|仅自己可见|只有我能看|只给我看|保密)\s*[:：,，]?\s*")


def keep(ask: Ask, understood: Understood) -> None:
    """``私密 老李爱喝茶 嫌咱们响应慢``: nothing of it goes anywhere but to the author's own chat."""
    text = _MARK.sub("", ask.envelope.text).strip()
    ask.forget_words()
    if not text:
        ask.say("要记什么？请连内容一起发，例如：私密 王总下个月休假。只有您自己能看到。")
        return
    company = str(understood.slots.get("company") or "")
    note_id = ask.act(KeepNote(text=text, company=company, in_group=ask.envelope.group))
    subject = f"{RECORD}:{note_id}"
    files = tuple(
        Sent(file_id=each.file_id, kind=each.kind, name=each.name, mime=each.mime)
        for each in ask.envelope.attachments
        if each.file_id
    )
    if files:
        ask.act(AttachFiles(files=files, subject=subject))
    look_at(ask, subject)
    _show(ask, KEPT, subject)


def list_mine(ask: Ask, understood: Understood) -> None:
    """``我的私密备注``, ``恒力的私密备注``: the sender's own."""
    person_id = ask.actor.person_id
    if person_id is None:
        raise NotFound("没有找到私密备注。")
    customer_id = None
    if "about" in understood.slots:
        customer_id = ask.queries.customers.id_of(str(understood.slots.get("company") or understood.slots["about"]))
        if customer_id is None:
            raise NotFound(f"没有找到客户“{understood.slots['about']}”。发“我的私密备注”看全部。")
    view = ask.queries.notes.mine(person_id, ask.actor, customer_id=customer_id)
    if ask.focus is not None:
        ask.focus.show(ask.now, [note.subject for note in view.notes])
    _show(ask, MINE, f"notes:{person_id}", **({} if customer_id is None else {"customer_id": customer_id}))


def take_back(ask: Ask, note_id: int) -> str:
    """Delete a note: the one in focus or of a list; return the sentence that says so."""
    subject = f"{RECORD}:{note_id}"
    ask.act(DropNote(note_id=note_id))
    if ask.focus is not None and subject in ask.focus.listed:
        # The list is drawn anew without it; places must count as the new one does.
        ask.focus.show(ask.now, [each for each in ask.focus.listed if each != subject])
    return "这条私密备注已删除。"


def _show(ask: Ask, kind: str, subject: str, **args: int) -> None:
    """Answer in the sender's own chat; a group learns no more than that he was answered (handlers.groups)."""
    ask.show(kind, subject, **args)


def _press_drop(ask: Ask, action: Action) -> None:
    take_back(ask, number(action.subject))


INTENTS: Mapping[str, IntentHandler] = {"private_note": keep, "list_notes": list_mine}
BUTTONS: Mapping[str, ButtonHandler] = {"drop_note": _press_drop}
