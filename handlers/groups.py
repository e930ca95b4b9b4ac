"""Manners in a group: who asks is answered privately, and the group reads one neutral word.

Nobody tells us who is in a group, so it may hold somebody who is entitled to nothing: what is said
there is only what every member of staff may know (R-56). Cards and sentences about customers,
prices or people go to the one who asked.

A group may be bound to a customer (``绑定客户 苏州恒力``). What somebody quotes there when he calls the
robot is taken for that customer's trouble: a ticket is proposed on a card of his own, in the customer's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.customers.groups import BindGroup
from handlers.context import Understood

if TYPE_CHECKING:
    from handlers.context import Ask
    from handlers.envelope import Envelope
    from storage.uow import UnitOfWork


def whisper(envelope: Envelope, work: UnitOfWork) -> Callable[[str], None]:
    """Return how a sentence reaches the one who asked; who is not enrolled has no other place than the group."""
    person_id = work.actor.person_id

    def say(text: str) -> None:
        if person_id is None:
            work.reply(envelope.channel, envelope.conversation, text, group=True)
        else:
            work.say(person_id, text)

    return say


def close(envelope: Envelope, work: UnitOfWork) -> None:
    """Let the group see that it was heard, whatever was answered and to whom; without a word about the matter."""
    if not envelope.group or any(row["account"] == envelope.conversation for row in work.told):
        return
    privately = any(row["person_id"] == work.actor.person_id for row in work.told)
    word = f"收到，已私信回复{work.actor.name}。" if privately else "好的，已处理。"
    work.reply(envelope.channel, envelope.conversation, word, group=True)


_BIND = re.compile(r"\s*(?:把?(?:这个|本|此)?群)?绑定(?:给|到)?(?:客户)?[\s:：]*(\S.{1,60}?)\s*")
_ASKED = re.compile(r"\s*(?:帮(?:忙|我)?)?(?:建|开|报|下)?(?:个|一下|张)?(?:工单|报修|维修单|修)?[。！!~]?\s*")
_TROUBLE = "report_fault"


def bind(ask: Ask) -> bool:
    """Bind the group to the customer it was told to, and return whether that was the wish."""
    said = _BIND.fullmatch(ask.envelope.text) if ask.envelope.group else None
    if said is None:
        return False
    envelope = ask.envelope
    name = ask.act(BindGroup(platform=envelope.platform, chat=envelope.conversation, customer=said[1]))
    ask.say(f"这个群已绑定客户 {name}。群里有人报故障时，引用那句话并 @我，我就帮您准备工单。")
    return True


def proposal(ask: Ask, understood: Understood) -> Understood | None:
    """Return the ticket to propose for trouble told in a customer's group, None where it is something else.

    The quoted words are the evidence; without a quotation the sentence itself has to tell of trouble.
    """
    envelope = ask.envelope
    company = ask.queries.customers.of_group(envelope.platform, envelope.conversation) if envelope.group else ""
    told = bool(envelope.quoted) and (_ASKED.fullmatch(envelope.text) or understood.intent == _TROUBLE)
    if not company or not (told or understood.intent == _TROUBLE):
        return None
    machine = {key: understood.slots[key] for key in ("product", "serial_no", "phone") if key in understood.slots}
    return replace(
        understood,
        intent=_TROUBLE,
        slots={"company": company, **machine, "fault": envelope.quoted or envelope.text},
        also=(),
        others=(),
        notes=(f"群里说的：{envelope.quoted or envelope.text}",),
    )
