"""Keeping what waits for a yes; the yes, the no, the correction; and what happens when nobody answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from domain.actor import Actor
from domain.clock import said_clock
from domain.dialogue.draft import LIVES, Draft, DraftState
from domain.dialogue.events import (
    DraftExpired,
    DraftKept,
    DraftRevised,
    WishCarriedOut,
    WishConfirmed,
    WishesDropped,
    WishUndone,
)
from domain.dialogue.wish import Reason, Wish, WishState
from domain.errors import NotAllowed, NotFound
from domain.messages import Command
from domain.people.person import Person
from domain.work import Work

CARD = "dialogue.draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDraft(Command):
    """Put ``wishes`` before the actor; they join what is still open for him in this ``place``."""

    place: str
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseWish(Command):
    """Correct an open wish before it is confirmed. ``version`` 0: typed, without a card."""

    draft_id: int
    index: int
    slots: dict[str, Any]
    notes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmWish(Command):
    """Say yes to one wish as it stood at ``version`` (R-17)."""

    draft_id: int
    index: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleWish(Command):
    """Note on the card what the confirmed wish has become."""

    draft_id: int
    index: int
    subjects: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropWishes(Command):
    """Say no to some wishes, or to all that are open."""

    draft_id: int
    indexes: tuple[int, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoWish(Command):
    """Note that a confirmed wish was taken back; the deed itself is undone by its own noun."""

    draft_id: int
    index: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireDraft(Command):
    """A timer: nobody has answered; the words go back to their author so that nothing is lost."""

    draft_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAct(Command):
    """Write down with the act why it was done; ``subjects`` are the records it touched, the main one first."""

    place: str
    key: str
    intent: str
    subjects: tuple[str, ...]
    slots: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    tapped: bool = False


def keep_draft(command: KeepDraft, actor: Actor, work: Work) -> int:
    """Return the id of the one open draft of this person in this place."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能这样做。")
    work.lock(Person, actor.person_id)
    draft = work.find.dialogue.open_draft(actor.person_id, command.place)
    if draft is not None and draft.expires_at <= work.now:
        _expire(draft, work)
        draft = None
    if draft is None:
        draft = work.add(
            Draft(person_id=actor.person_id, place=command.place, opened_at=work.now, expires_at=work.now + LIVES)
        )
    draft.add(command.wishes, work.now)
    work.flush()
    work.find.people.focus(actor.person_id, work.now, command.place).draft_id = draft.id
    work.record(DraftKept(subject=draft.subject, intents=tuple(each.intent for each in command.wishes)))
    _promise_end(draft, work)
    work.redraw(draft.subject)
    return draft.id


def revise_wish(command: ReviseWish, actor: Actor, work: Work) -> Wish:
    """Return the wish as it stands now."""
    draft = _answered(command.draft_id, command.version, actor, work)
    wish = draft.wish(command.index).changed(command.slots, command.notes, command.reasons)
    draft.revise(command.index, wish, work.now)
    work.flush()
    work.record(DraftRevised(subject=draft.subject, index=command.index))
    _promise_end(draft, work)
    work.redraw(draft.subject)
    return wish


def confirm_wish(command: ConfirmWish, actor: Actor, work: Work) -> Wish:
    """Return the wish, which the caller carries out in this same effect."""
    draft = _answered(command.draft_id, command.version, actor, work)
    wish = draft.wish(command.index)
    draft.put(command.index, replace(wish, state=WishState.DONE))
    work.flush()
    work.record(WishConfirmed(subject=draft.subject, index=command.index))
    if draft.state is not DraftState.OPEN:
        work.cancel(_timer(draft))
    work.redraw(draft.subject)
    return wish


def settle_wish(command: SettleWish, actor: Actor, work: Work) -> None:
    """Write the result on the card."""
    draft = _answered(command.draft_id, 0, actor, work)
    wish = draft.wish(command.index, WishState.DONE)
    draft.put(command.index, replace(wish, subjects=command.subjects, result=command.result))
    work.flush()


def drop_wishes(command: DropWishes, actor: Actor, work: Work) -> tuple[int, ...]:
    """Return the places of what was let go."""
    draft = _answered(command.draft_id, command.version, actor, work)
    dropped = command.indexes or draft.open
    draft.drop(dropped)
    work.flush()
    work.record(WishesDropped(subject=draft.subject, indexes=dropped))
    if draft.state is not DraftState.OPEN:
        work.cancel(_timer(draft))
    work.redraw(draft.subject)
    return dropped


def undo_wish(command: UndoWish, actor: Actor, work: Work) -> Wish:
    """Return the wish that was taken back."""
    draft = _answered(command.draft_id, command.version, actor, work)
    wish = draft.wish(command.index, WishState.DONE)
    draft.put(command.index, replace(wish, state=WishState.UNDONE))
    work.flush()
    work.record(WishUndone(subject=draft.subject, index=command.index))
    work.redraw(draft.subject)
    return wish


def expire_draft(command: ExpireDraft, actor: Actor, work: Work) -> None:
    """Tell its author; moot when it is settled, or has been talked about since (R-41)."""
    del actor
    try:
        draft = work.lock(Draft, command.draft_id)
    except NotFound:
        return
    if draft.state is DraftState.OPEN and draft.expires_at <= work.now:
        _expire(draft, work)


def note_act(command: NoteAct, actor: Actor, work: Work) -> None:
    """Put the explanation on the timeline and remember where it stands."""
    work.record(
        WishCarriedOut(
            subject=command.subjects[0],
            intent=command.intent,
            subjects=command.subjects,
            slots=command.slots,
            notes=command.notes,
            reasons=tuple(asdict(reason) for reason in command.reasons),
            tapped=command.tapped,
        )
    )
    if actor.person_id is not None:
        work.find.people.focus(actor.person_id, work.now, command.place).acted(work.now, command.key)


def _answered(draft_id: int, version: int, actor: Actor, work: Work) -> Draft:
    draft = work.lock(Draft, draft_id)
    draft.check(actor.person_id, version, work.now)
    return draft


def _expire(draft: Draft, work: Work) -> None:
    said = dict.fromkeys(draft.wishes[index].words for index in draft.open)
    draft.expire()
    work.flush()
    work.record(DraftExpired(subject=draft.subject))
    work.cancel(_timer(draft))
    work.redraw(draft.subject)
    began = said_clock(draft.opened_at, work.calendar.zone, now=work.now)
    work.say(
        draft.person_id,
        "\n".join([f"{began} 的这些话 30 分钟没有确认，没有记录。要记的话，复制再发一次：", *said]),
    )


def _promise_end(draft: Draft, work: Work) -> None:
    work.promise(_timer(draft), draft.expires_at, ExpireDraft(draft_id=draft.id))


def _timer(draft: Draft) -> str:
    return f"draft:{draft.id}:expire"
