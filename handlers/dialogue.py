"""Several wishes in one message, cards that wait for a yes, and the answers to them.

``take`` sorts what was understood: done at once, or kept as a draft. All of a message is one effect:
it stands together or not at all. A confirmed wish is carried out as if it had just been typed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cards.action import Action
from cards.dialogue import row
from cards.glance import Glance
from domain.dialogue.commands import (
    CARD,
    ConfirmWish,
    DropWishes,
    KeepDraft,
    NoteAct,
    ReviseWish,
    SettleWish,
    UndoWish,
)
from domain.dialogue.draft import DraftState
from domain.dialogue.views import DraftView
from domain.dialogue.wish import SAID_MAX, Wish
from domain.errors import Invalid, Stale
from domain.files.commands import MoveFiles
from handlers import corrections, learning
from handlers.caution import must_ask
from handlers.context import Ask, ButtonHandler, Confirm, IntentHandler, Missing, Understood
from handlers.replies import draft_here, latest_draft

_COVERED = frozenset(
    {("log_inquiry", "request_quote"), ("request_quote", "log_inquiry"), ("approve", "reject"), ("reject", "approve")}
)
"""(main, also): the second is part of the first: an inquiry promises its quotation, a list of decisions holds both."""
_PLAIN = (str, int, float, list, dict)
"""What a slot the reader fills is made of; nouns of their own may hand on objects, which explain nothing."""
_FIRST = frozenset({"log_inquiry", "log_follow_up", "report_fault", "arrive"})
"""Of several deeds of one sentence these come first: the others are about what they make."""
_QUESTIONS: Mapping[str, str] = {"discount": "要打几折？点一个，或直接发，例如：九五折。"}
"""Slot → how its choice is asked for, where that says more than which."""
_UNEXPLAINED = frozenset(
    {
        "private_note",
        "undo",
        "explain",
        "show_record",
        "confirm_draft",
        "drop_draft",
        "undo_draft",
        "answer_draft",
        "revise_draft",
    }
)
"""Leaves no explanation: private, taken back, or an answer to something that has its own."""
_NO_RECORD = frozenset({"people", "person", "files", "inbox", "draft"})
"""Subjects of the timeline that are no record anybody could take back."""


def wishes_of(understood: Understood) -> tuple[Understood, ...]:
    """Return every deed that was said, the main one first; something private beats everything else."""
    said = sorted((understood, *understood.others), key=lambda each: not each.slots.get("referrer"))
    private = next((each for each in said if each.intent == "private_note"), None)
    if private is not None:
        return (private,)
    wishes: list[Understood] = []
    for each in said:
        wishes.append(replace(each, also=(), others=()) if each.others else each)
        wishes += [
            replace(each, intent=intent, also=(), others=())
            for intent in each.also
            if (each.intent, intent) not in _COVERED
        ]
    return tuple(sorted(wishes, key=lambda each: each.intent not in _FIRST))


def take(ask: Ask, wishes: Sequence[Understood], *, several: bool) -> None:
    """Carry out what may be done at once; put the rest to one card. ``several`` customers are always a preview."""
    before, waiting = len(ask.recorded()), _asked(ask, {each.intent for each in wishes})
    waits = [each for each in wishes if several or must_ask(each, each.words or ask.envelope.text)]
    for each in wishes:
        if each not in waits:
            carry_out(ask, each)
    if waits:
        keep(ask, [_written(each, ask) for each in waits])
    if waiting and len(ask.recorded()) > before:
        _let_go(ask, waiting)


def _asked(ask: Ask, intents: Collection[str]) -> Sequence[tuple[int, int]]:
    """Return (draft, place) of the questions about such deeds that nobody has answered."""
    draft = draft_here(ask)
    if draft is None:
        return ()
    return [
        (draft.id, place) for place in draft.open if draft.wishes[place].asks and draft.wishes[place].intent in intents
    ]


def _let_go(ask: Ask, asked: Sequence[tuple[int, int]]) -> None:
    """Close questions that are still open: who asks for the same thing anew has given up his first try."""
    open_ = ask.queries.dialogue.draft(asked[0][0], ask.actor).open
    if indexes := tuple(place for _, place in asked if place in open_):
        ask.act(DropWishes(draft_id=asked[0][0], indexes=indexes))


def propose(ask: Ask, understood: Understood) -> None:
    """Put a wish that nobody has spelled out to a card, however sure it is."""
    keep(ask, [_written(understood, ask)])


def carry_out(ask: Ask, understood: Understood) -> tuple[str, ...]:
    """Carry one wish out and write down why; return the records it touched. What is missing is asked for."""
    before = len(ask.recorded())
    if understood.words:
        ask = replace(ask, envelope=replace(ask.envelope, text=understood.words))
    try:
        ask.carry(ask, understood)
    except Missing as missing:
        asked = replace(
            _written(understood, ask), asks=missing.slot, question=missing.question, answers=missing.answers
        )
        keep(ask, [asked])
        return ()
    except Confirm as confirm_:
        named = replace(_written(understood, ask), slots=confirm_.slots, notes=confirm_.notes)
        keep(ask, [named])
        return ()
    subjects = _touched(ask, before)
    learning.note(ask, understood, subjects)
    if subjects and understood.intent not in _UNEXPLAINED:
        ask.act(
            NoteAct(
                place=ask.place,
                key=ask.envelope.key,
                intent=understood.intent,
                subjects=subjects,
                slots={name: value for name, value in understood.slots.items() if isinstance(value, _PLAIN)},
                notes=understood.notes,
                reasons=understood.reasons,
                tapped=understood.tapped,
            )
        )
    return subjects


def keep(ask: Ask, wishes: Sequence[Wish]) -> None:
    """Put wishes to the sender's card in this chat."""
    if ask.focus is not None:
        ask.focus.ask(ask.now, {})  # the card asks last: an ordinal answers it, and no list shown before
    draft_id = ask.act(KeepDraft(place=ask.place, wishes=tuple(wishes)))
    ask.show(CARD, f"draft:{draft_id}")


def confirm(ask: Ask, understood: Understood) -> None:
    """``确认``, ``确认 2``, ``全部确认``."""
    draft, places = _meant(ask, understood)
    if not places:
        _which(ask, draft)
        return
    for place in places:
        _carry_confirmed(ask, draft.id, place)
    _answer_confirmed(ask, draft.id, places)


def drop(ask: Ask, understood: Understood) -> None:
    """``算了``, ``取消 2``, ``全部取消``."""
    draft, places = _meant(ask, understood)
    if not places:
        _which(ask, draft)
        return
    ask.act(DropWishes(draft_id=draft.id, indexes=places))
    ask.say("已取消，没有记录。")


def undo_listed(ask: Ask, understood: Understood) -> None:
    """``撤销 2``: a wish that was confirmed on the card that is still open."""
    draft, places = _meant(ask, understood)
    for place in places:
        _undo(ask, draft.id, place, version=0)


def answer(ask: Ask, understood: Understood) -> None:
    """``第2个``: the answer to what was missing."""
    draft, places = _meant(ask, understood)
    _answer(ask, draft.id, places[0], int(understood.slots["answer"]), version=0)


def revise(ask: Ask, understood: Understood) -> None:
    """``不对 是16樘`` while a card waits: the draft changes, nothing is written."""
    draft, places = _meant(ask, understood)
    if not places:
        ask.say(f"有 {len(draft.open)} 条等您确认，请带上序号，例如：第2条 数量改成3台。")
        return
    slots = {name: value for name, value in understood.slots.items() if name not in ("draft", "places", "correction")}
    if not slots:
        raise Invalid("没有看到要改的内容。直接发要改的，例如：数量改成3台。", subject=draft.subject)
    asked = draft.wishes[places[0]].asks
    learning.note_doubt(ask, draft.id, places[0], draft.wishes[places[0]], slots)
    wish = ask.act(
        ReviseWish(draft_id=draft.id, index=places[0], slots=slots, notes=understood.notes, reasons=understood.reasons)
    )
    if asked and not wish.asks and not must_ask(_understood(wish, tapped=False)):
        _carry_confirmed(ask, draft.id, places[0])
        return
    ask.say(f"已记下。还差一项：{wish.question}" if wish.asks else "已改好，请看卡片，对的话点“确认”。")


def nothing_waits(ask: Ask, understood: Understood) -> None:
    """``确认`` with nothing open; says so, and what became of what was open."""
    del understood
    expired = latest_draft(ask)
    if expired is not None and expired.state is not DraftState.CLOSED:
        said = dict.fromkeys(expired.wishes[index].words for index in expired.open)
        ask.say("\n".join(["那条已经超过 30 分钟没有确认，没有记录。要记的话，复制再发一次：", *said]))
        return
    ask.say("现在没有等您确认的内容。要取消刚记的，请发“撤销”。")


def which(ask: Ask, understood: Understood) -> None:
    """``好`` with a draft and something else open: both are named, nothing is guessed."""
    draft, _ = _meant(ask, understood)
    waiting = [view.no for view in ask.queries.approvals.pending_for(ask.actor)]
    waiting += [job.no for job in ask.queries.service.offered_to(ask.actor.person_id)]
    ask.say(
        f"等您的不止一件：{len(draft.open)} 条等确认，还有 {'、'.join(waiting)}。"
        "确认卡片请发“确认”，审批请发“同意 单号”，接单请发“接了”。"
    )


def press_confirm(ask: Ask, action: Action) -> None:
    """确认: one wish, or with ``i`` absent all that are open."""
    draft = _pressed(ask, action)
    places = (int(action.args["i"]),) if "i" in action.args else draft.open
    version = action.version
    for place in places:
        _carry_confirmed(ask, draft.id, place, version=version)
        version = 0
    _answer_confirmed(ask, draft.id, places)


def press_drop(ask: Ask, action: Action) -> None:
    """取消: one wish, or all that are open."""
    draft = _pressed(ask, action)
    places = (int(action.args["i"]),) if "i" in action.args else ()
    ask.act(DropWishes(draft_id=draft.id, indexes=places, version=action.version))


def press_revise(ask: Ask, action: Action) -> None:
    """修改: the next sentence corrects the draft."""
    draft = _pressed(ask, action)
    if not draft.answerable(ask.now):
        raise Stale("这张卡片已经不用确认了。需要的话把原话改好再发一次。", subject=draft.subject)
    if ask.focus is not None:
        ask.focus.draft_id = draft.id
        ask.focus.ask(ask.now, {"asks": "revise_draft"})
    ask.say("直接发要改的内容，例如：数量改成3台、客户是苏州恒力、改成下周五。")


def press_answer(ask: Ask, action: Action) -> None:
    """One of the answers to what was missing."""
    draft = _pressed(ask, action)
    _answer(ask, draft.id, int(action.args["i"]), int(action.args["a"]), version=action.version)


def press_undo(ask: Ask, action: Action) -> None:
    """撤销: what one wish of the card has become."""
    _undo(ask, _number(action.subject), int(action.args["i"]), version=action.version)


def _carry_confirmed(ask: Ask, draft_id: int, place: int, *, version: int = 0) -> None:
    """Say yes and do it, in this one effect: a refusal of the deed takes the yes back too."""
    wish: Wish = ask.act(ConfirmWish(draft_id=draft_id, index=place, version=version))
    if wish.asks:
        raise Invalid(f"还差一项：{wish.question}", subject=f"draft:{draft_id}")
    envelope = replace(ask.envelope, text=wish.words, attachments=())
    again = replace(ask, envelope=envelope)
    subjects = carry_out(again, _understood(wish, tapped=True))
    ask.act(SettleWish(draft_id=draft_id, index=place, subjects=subjects, result=_named(ask, subjects)))
    learning.confirmed(ask, draft_id, place, wish)
    if subjects:
        ask.act(MoveFiles(source=f"draft:{draft_id}", target=subjects[0]))


def _answer(ask: Ask, draft_id: int, place: int, chosen: int, *, version: int) -> None:
    draft = ask.queries.dialogue.draft(draft_id, ask.actor)
    wish = draft.wishes[place]
    if not 0 <= chosen < len(wish.answers):
        raise Invalid("没有这个选项，请看卡片上的选项。", subject=draft.subject)
    slots = {wish.asks: wish.answers[chosen]}
    learning.note_doubt(ask, draft_id, place, wish, slots)
    ask.act(ReviseWish(draft_id=draft_id, index=place, slots=slots, version=version))
    _carry_confirmed(ask, draft_id, place)


def _undo(ask: Ask, draft_id: int, place: int, *, version: int) -> None:
    wish: Wish = ask.act(UndoWish(draft_id=draft_id, index=place, version=version))
    corrections.take_back(ask, wish.subjects)
    ask.say(f"已撤销第 {place + 1} 条{f'（{wish.result}）' if wish.result else ''}。")


def _answer_confirmed(ask: Ask, draft_id: int, places: Sequence[int]) -> None:
    """Say what several wishes have become; a single one shows its own card."""
    draft = ask.queries.dialogue.draft(draft_id, ask.actor)
    done = [draft.wishes[place].result for place in places if draft.wishes[place].result]
    if len(places) > 1:
        ask.say(f"已记录 {len(places)} 条：{'、'.join(done)}。" if done else f"已处理 {len(places)} 条。")


def _which(ask: Ask, draft: DraftView) -> None:
    glance = Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")
    lines = [f"{place + 1}. {row(draft.wishes[place], glance)}" for place in draft.open]
    title = f"有 {len(lines)} 条等您确认，请发“全部确认”，或带序号，例如：确认 {draft.open[0] + 1}。"
    ask.say("\n".join([title, *lines]))


def _meant(ask: Ask, understood: Understood) -> tuple[DraftView, tuple[int, ...]]:
    draft = ask.queries.dialogue.draft(int(understood.slots["draft"]), ask.actor)
    return draft, tuple(understood.slots.get("places") or ())


def _pressed(ask: Ask, action: Action) -> DraftView:
    return ask.queries.dialogue.draft(_number(action.subject), ask.actor)


def _written(understood: Understood, ask: Ask) -> Wish:
    """Write a wish down; of several candidates the first slot's are asked for."""
    slot, answers = next(iter(understood.candidates.items()), ("", ()))
    slots: dict[str, Any] = dict(understood.slots)
    if answers:
        slots.pop(slot, None)
    return Wish(
        intent=understood.intent,
        words=(understood.words or ask.envelope.text).strip()[:SAID_MAX],
        slots=slots,
        notes=understood.notes,
        reasons=understood.reasons,
        asks=slot,
        question=_QUESTIONS.get(slot, "您说的是哪一个？") if answers else "",
        answers=tuple(str(each) for each in answers[:4]),
    )


def _understood(wish: Wish, *, tapped: bool) -> Understood:
    return Understood(intent=wish.intent, slots=wish.slots, notes=wish.notes, reasons=wish.reasons, tapped=tapped)


def _touched(ask: Ask, before: int) -> tuple[str, ...]:
    """Return the records the lines since ``before`` are about, the one looked at now first, then as they came."""
    lines = ask.recorded()[before:]
    subjects = dict.fromkeys(str(line["subject"]) for line in lines)
    records = [each for each in subjects if each.partition(":")[0] not in _NO_RECORD]
    looked_at = "" if ask.focus is None else ask.focus.subject
    return tuple(sorted(records, key=lambda each: each != looked_at))


def _named(ask: Ask, subjects: Sequence[str]) -> str:
    """Return the documents' numbers: ``XJ-2511-0001``."""
    numbers = {str(line["subject"]): str(line["body"]["no"]) for line in ask.recorded() if line["body"].get("no")}
    return "、".join(numbers[each] for each in subjects if each in numbers)


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])


INTENTS: Mapping[str, IntentHandler] = {
    "confirm_draft": confirm,
    "drop_draft": drop,
    "undo_draft": undo_listed,
    "answer_draft": answer,
    "revise_draft": revise,
    "which_draft": which,
    "no_draft": nothing_waits,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "confirm_wish": press_confirm,
    "drop_wish": press_drop,
    "revise_draft": press_revise,
    "answer_wish": press_answer,
    "undo_wish": press_undo,
}
