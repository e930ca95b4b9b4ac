"""Parts of a job that were said wrong: ``应该是1个``, ``6205是1个不是2个``, ``没换6206``, ``6205换成6206``.

What is named changes, the rest of the job's parts stays as it is. It belongs to the job whose parts were said, also
when the engineer has set out to the next one; while a card asks whether a job is done, it changes that card.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from domain.actor import Role
from domain.errors import Invalid
from domain.service.finishing import CorrectParts, SaidPart, UseParts
from domain.service.states import AT_MACHINE
from handlers.context import Understood
from handlers.jobs_meant import fitted, which
from handlers.language.numbers import read_number
from handlers.replies import draft_here
from handlers.service_phrases import COUNT

if TYPE_CHECKING:
    from domain.service.views import JobLine
    from handlers.context import Ask, IntentHandler

_UNIT = r"(?:个|只|根|条|套|块|台|盒|包)"
_NOT_SO_MANY = re.compile(rf"[\s,，]*(?:而?不是|不)\s*{COUNT}\s*{_UNIT}")
_ADDED = re.compile(
    r"还(?:有|换|用|装)|漏(?:了|记|写|报)|少(?:记|写|报|说)|忘(?:了|记)(?:写|记|说|报)?|补记|另外(?:换|用)|也换了"
)
_DROPPED = re.compile(r"没有?(?:换|用|动)|[不未](?:换|用)|多(?:记|写|报)了|去掉|删掉|划掉")
_SWAPPED = re.compile(r"换成|改成|改为|应该是")
_WRONG = re.compile(
    r"(?:换|写|记|说|发|报|填|弄|搞|数量?)(?:错|多|少)了?|不对|错了|应该是?|换成|改成|改为|更正|实际|其实"
    rf"|是\s*{COUNT}\s*{_UNIT}|(?:只|就|才)(?:换|用)?了?\s*{COUNT}\s*{_UNIT}"
)
_OTHER = re.compile(r"要(?!求)|申请|缺|等|领|没货|到货|退|调|修(?:好|完)|完工|搞定|没修|修不|[?？]|吗$")
_MANY = re.compile(rf"(?P<count>{COUNT})\s*{_UNIT}")
_MODEL = re.compile(r"[A-Za-z0-9-]{3,}")
_PIECES_MAX = 999


def may_be_one(text: str) -> bool:
    """Return whether ``text`` has the words of a correction at all: most messages have not."""
    likely = _ADDED.search(text) or _DROPPED.search(text) or _WRONG.search(text)
    return likely is not None and _OTHER.search(text) is None


def read(text: str, said: Sequence[Mapping[str, Any]], ask: Ask) -> Understood | None:
    """Return the correction that the whole of ``text`` makes, None when it is none; ``said`` are the parts it names."""
    plain = _NOT_SO_MANY.sub("", text.strip().rstrip("。.!！~ "))
    if Role.ENGINEER not in ask.actor.roles or _OTHER.search(plain):
        return None
    how = "add" if _ADDED.search(plain) else "drop" if _DROPPED.search(plain) else "set"
    if how == "set" and not _WRONG.search(plain):
        return None
    slots: dict[str, Any] = {"part": list(said), "how": how, "words": plain}
    pending = _pending(ask)
    if pending is not None:
        draft, place, parts = pending
        if (changed := _changed(parts, slots)) is not None:
            part = [{"name": each.name, "quantity": each.quantity} for each in changed]
            return Understood(intent="revise_draft", slots={"part": part, "draft": draft, "places": [place]})
    if not any(_says(slots, used) for used in (_used(ask, job) for job in _jobs(ask)) if used):
        return None
    return Understood(intent="correct_parts", slots=slots)


def correct_parts(ask: Ask, understood: Understood) -> None:
    """Change what was said of the job that the sender has just told the parts of."""
    jobs = [job for job in _jobs(ask) if _used(ask, job)]
    in_hand = [job for job in jobs if f"workorder:{job.id}" == ask.in_hand]
    job = which(ask, understood, in_hand or jobs, "还没有记过备件。换了什么请说：换了2个6205轴承。")
    if job is None:
        return
    slots, used = understood.slots, _used(ask, job)
    if slots["how"] == "add":
        added = tuple(SaidPart(name=name, quantity=pieces or 1) for name, pieces in _named(slots, ()))
        fitted(ask, job.id, ask.act(UseParts(work_order_id=job.id, parts=added)), "备件已补记")
        return
    changed = _changed(used, slots)
    if changed is None:
        known = "、".join(f"{each.name} ×{each.quantity}" for each in used)
        raise Invalid(
            f"工单 {job.no} 记的是 {known}。要改哪个请写全，例如：{used[0].name}是1个，或：{used[0].name}没换。"
        )
    fitted(ask, job.id, ask.act(CorrectParts(work_order_id=job.id, parts=changed)), "备件已改")


def _jobs(ask: Ask) -> list[JobLine]:
    return ask.queries.service.jobs_of(ask.actor.person_id, AT_MACHINE)


def _used(ask: Ask, job: JobLine) -> tuple[SaidPart, ...]:
    view = ask.queries.service.job(job.id, ask.actor)
    known = ask.queries.parts.used_by(f"workorder:{job.id}")
    outside = [each.removesuffix("（目录外）").rpartition(" ×") for each in view.parts if each.endswith("（目录外）")]
    return (
        *(SaidPart(name=name, quantity=pieces) for name, pieces in known),
        *(SaidPart(name=name, quantity=int(pieces)) for name, _, pieces in outside),
    )


def _pending(ask: Ask) -> tuple[int, int, tuple[SaidPart, ...]] | None:
    """Return the card that asks whether a job is done: its draft, the place of the wish, the parts it says."""
    draft = draft_here(ask)
    found = [] if draft is None else [each for each in draft.open if draft.wishes[each].intent == "finish_service"]
    if draft is None or len(found) != 1:
        return None
    parts = draft.wishes[found[0]].slots.get("part") or ()
    said = tuple(SaidPart(name=str(each["name"]), quantity=int(each.get("quantity") or 1)) for each in parts)
    return draft.id, found[0], said


def _says(slots: Mapping[str, Any], used: Sequence[SaidPart]) -> bool:
    """Whether the words are about parts at all: one is named, or a number of pieces that can only be theirs."""
    return bool(_named(slots, used)) or (slots["how"] == "set" and _MANY.search(slots["words"]) is not None)


def _changed(used: Sequence[SaidPart], slots: Mapping[str, Any]) -> tuple[SaidPart, ...] | None:
    """Return the parts as they are to be, None when the words do not say which changes."""
    named = _named(slots, used)
    if slots["how"] == "add":
        return (*used, *(SaidPart(name=name, quantity=pieces or 1) for name, pieces in named)) if named else None
    known = {name: pieces for name, pieces in named if any(_same(name, each.name) for each in used)}
    new = [(name, pieces) for name, pieces in named if name not in known]
    if slots["how"] == "drop":
        kept = tuple(each for each in used if not any(_same(name, each.name) for name in known))
        return kept if known else None
    if not named:
        count = _MANY.search(slots["words"])
        pieces = int(read_number(count["count"]) or 0) if count is not None else 0
        return (SaidPart(name=used[0].name, quantity=pieces),) if len(used) == 1 and 0 < pieces <= _PIECES_MAX else None
    if new:
        return _replaced(used, known, new, swapped=_SWAPPED.search(slots["words"]) is not None)
    return tuple(SaidPart(name=each.name, quantity=_pieces(each, known)) for each in used)


def _pieces(part: SaidPart, known: Mapping[str, int | None]) -> int | None:
    return next((pieces for name, pieces in known.items() if pieces and _same(name, part.name)), part.quantity)


def _replaced(
    used: Sequence[SaidPart], known: Mapping[str, int | None], new: Sequence[tuple[str, int | None]], *, swapped: bool
) -> tuple[SaidPart, ...] | None:
    """Return ``used`` with the one that is named, or the only one, exchanged for the new part."""
    old = [each for each in used if any(_same(name, each.name) for name in known)] if swapped and known else list(used)
    if len(old) != 1 or len(new) != 1:
        return None
    [(name, pieces)] = new
    return tuple(SaidPart(name=name, quantity=pieces or each.quantity) if each is old[0] else each for each in used)


def _named(slots: Mapping[str, Any], used: Sequence[SaidPart]) -> list[tuple[str, int | None]]:
    """Return the parts that are named, with their pieces where those are said: read, or of ``used`` and found."""
    words = str(slots["words"])
    named = [(str(each["name"]), int(each["quantity"]) if each.get("quantity") else None) for each in slots["part"]]
    for each in used:
        model = _MODEL.match(each.name)
        called = each.name if each.name in words else model[0] if model is not None and model[0] in words else ""
        if called and not any(_same(name, each.name) for name, _ in named):
            named.append((each.name, None))
    if len(named) == 1 and named[0][1] is None and (count := _MANY.search(words)) is not None:
        named = [(named[0][0], int(read_number(count["count"]) or 1))]
    return named


def _same(said: str, name: str) -> bool:
    return said in name or name in said


INTENTS: Mapping[str, IntentHandler] = {"correct_parts": correct_parts}
