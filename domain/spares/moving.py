"""Parts that move without a request: back to the store, from van to van, and what has come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.catalog.part import nearest
from domain.catalog.stock import MAIN, MoveReason, bring_in, count, move_over, van
from domain.errors import Invalid
from domain.messages import Command, Event
from domain.people.person import Person

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.catalog.part import Part
    from domain.catalog.stock import StockLow
    from domain.work import Work


_MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPart(Command):
    """``退2个6205 没用上``: from the engineer's van to the main store."""

    part: str
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPart(Command):
    """``调2个6205给林涛``: from the engineer's van into a colleague's."""

    part: str
    to_id: int
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GivePart(Command):
    """``接近开关给何平2个``: from the main store into an engineer's van, without a request."""

    part: str
    to_id: int
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivePart(Command):
    """``入库 6205 20个``: new pieces lie in the main store."""

    part: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPart(Command):
    """``盘点 6205 38个``: so many really lie in the main store."""

    part: str
    there: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCounted(Event):
    """The main store was counted; ``before`` is what the books said."""

    words: str
    by: str
    before: int
    there: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What became of a count; ``unit`` is the part's."""

    name: str
    unit: str
    before: int
    there: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartMoved(Event):
    """Pieces changed their place."""

    words: str
    by: str
    where: str


def return_part(command: ReturnPart, actor: Actor, work: Work) -> str:
    """Return ``6205轴承 ×2``; the warehouse hears of it."""
    assert actor.person_id is not None, "engineers are people"
    part = one_part(command.part, work)
    _over(part, command.quantity, van(actor.person_id), MAIN, work)
    said = _moved(part, command.quantity, actor, "退回主库", work)
    for person in work.find.people.with_role(Role.WAREHOUSE):
        work.say(person.id, f"{actor.name}退回 {said}，已记进主库，请收货。")
    return said


def pass_part(command: PassPart, actor: Actor, work: Work) -> str:
    """Return ``6205轴承 ×2``; the colleague hears of it."""
    assert actor.person_id is not None, "engineers are people"
    other = work.get(Person, command.to_id)
    if not other.active or not other.has(Role.ENGINEER) or other.id == actor.person_id:
        raise Invalid(f"{other.name} 车上不放备件，请换一位工程师。")
    part = one_part(command.part, work)
    _over(part, command.quantity, van(actor.person_id), van(other.id), work)
    said = _moved(part, command.quantity, actor, f"调给{other.name}", work)
    work.say(other.id, f"{actor.name}调给您 {said}，已记到您车上。")
    return said


def give_part(command: GivePart, actor: Actor, work: Work) -> str:
    """Return ``接近开关 ×2``; the engineer hears of it."""
    other = work.get(Person, command.to_id)
    if not other.active or not other.has(Role.ENGINEER):
        raise Invalid(f"{other.name} 车上不放备件，请换一位工程师。")
    part = one_part(command.part, work)
    _over(part, command.quantity, MAIN, van(other.id), work)
    said = _moved(part, command.quantity, actor, f"发给{other.name}", work)
    work.say(other.id, f"仓库（{actor.name}）发给您 {said}，已记到您车上。")
    return said


def receive_part(command: ReceivePart, actor: Actor, work: Work) -> str:
    """Return ``6205轴承 ×20``."""
    part = one_part(command.part, work)
    _check(part, command.quantity)
    bring_in(work, part, MAIN, command.quantity)
    return _moved(part, command.quantity, actor, "入主库", work)


def count_part(command: CountPart, actor: Actor, work: Work) -> Counted:
    """Put the books of the main store right; who counted, and what they had said, stays on the timeline."""
    part = one_part(command.part, work)
    if not 0 <= command.there <= _MOST:
        raise Invalid(f"{part.name}的数量要在 0 到 {_MOST} 之间，请改好再发一次。")
    before = count(work, part, MAIN, command.there)
    work.flush()
    work.record(PartCounted(subject=part.subject, words=part.name, by=actor.name, before=before, there=command.there))
    return Counted(name=part.name, unit=part.unit, before=before, there=command.there)


def warn_low(event: StockLow, actor: Actor, work: Work) -> None:
    """Reaction: the warehouse hears that a part runs out, once each time it sinks below its least number."""
    del actor
    for person in work.find.people.with_role(Role.WAREHOUSE):
        work.say(
            person.id,
            f"{event.name} 主库只剩 {event.left} {event.unit}，低于最低库存 {event.least} {event.unit}，请补货。"
            f"到货后发“入库 {event.name} 数量”。",
        )


def one_part(said: str, work: Work) -> Part:
    """Return the only part that is meant; Invalid offers what is near."""
    found = work.find.parts.said(said)
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(f"{part.name}（{part.code}）" for part in found[:5])
        raise Invalid(f"“{said}”可能是 {names}，请写清型号再发一次。")
    near = "、".join(nearest(said, work.find.parts.all()))
    raise Invalid(f"备件目录里没有“{said}”{f'，是不是 {near}？' if near else '。'}请核对型号再发一次。")


def _over(part: Part, quantity: int, from_: str, to: str, work: Work) -> None:
    _check(part, quantity)
    lacking = move_over(work, part, quantity, from_, to, MoveReason.MOVED, "")
    if lacking is not None:
        raise Invalid(f"{lacking}库存没有变，请改数量再发一次。")


def _moved(part: Part, quantity: int, actor: Actor, where: str, work: Work) -> str:
    said = f"{part.name} ×{quantity}"
    work.flush()
    work.record(PartMoved(subject=part.subject, words=said, by=actor.name, where=where))
    return said


def _check(part: Part, quantity: int) -> None:
    if not 0 < quantity <= _MOST:
        raise Invalid(f"{part.name}的数量要大于 0，请改好再发一次。")
