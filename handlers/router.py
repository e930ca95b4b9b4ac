"""From an envelope to a command: the one place where what arrived finds its handler.

click   verb of the signed payload    → BUTTONS
form    name of the page's form       → FORMS
text    what the reader understood    → INTENTS, at once or after a yes (handlers.dialogue); else three examples
media   belongs to what the sender is in the middle of → ATTACHMENTS
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cards.action import ActionCodec, ActionError
from domain.errors import Refusal, Stale
from domain.people.commands import PersonLeave, ReportStranger, ReportTrouble, UseDoor
from handlers import dialogue, groups
from handlers import help as help_
from handlers.context import Ask, ButtonHandler, FormHandler, IntentHandler, Understood
from handlers.envelope import Envelope, Kind

if TYPE_CHECKING:
    from domain.actor import Actor
    from storage.queries import Queries
    from storage.uow import UnitOfWork

Read = Callable[[str, "Ask"], Understood]
"""Understands a text for its sender; wired to ``handlers.language`` in ``bot.app``."""

Gather = Callable[[Ask], None]

_OVER_QUOTA = (
    "钉钉本月的消息额度用完了：员工发来的消息只剩空壳，机器人暂时看不到内容。"
    "请在钉钉管理后台增购或升级额度；在此之前请大家从企业微信发，或到网页上处理。"
)

_PLACE_MAX = 200
_MEDIA = (Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Every handler there is, by what calls it."""

    intents: Mapping[str, IntentHandler]
    buttons: Mapping[str, ButtonHandler]
    forms: Mapping[str, FormHandler]
    attachments: Gather


class Router:
    """Stateless; called once for every envelope, inside the transaction that marks it as done."""

    def __init__(self, *, tables: Tables, read: Read, codec: ActionCodec) -> None:
        self._tables = tables
        self._read = read
        self._codec = codec

    def __call__(self, envelope: Envelope, actor: Actor | None, work: UnitOfWork, queries: Queries) -> dict[str, Any]:
        """Carry out what arrived and return what a waiting page is answered with. Refusals pass through."""
        if envelope.kind is Kind.LEFT:
            work.act(PersonLeave(platform=envelope.platform, account=envelope.account), work.system)
            return {}
        if envelope.kind is Kind.OVER_QUOTA:
            work.act(ReportTrouble(code=f"{envelope.platform}.quota", said=_OVER_QUOTA), work.system)
            return {}
        if envelope.kind in (Kind.JOINED, Kind.CHANGED, Kind.OTHER) or (envelope.group and not envelope.mentioned):
            return {}
        ask = self._ask(envelope, work, queries)
        if actor is None and envelope.kind is not Kind.FORM:
            self._stranger(envelope, ask)
            return {}
        self._come_in(envelope, ask)
        self._dispatch(envelope, ask)
        groups.close(envelope, work)
        return ask.result

    def refuse(self, envelope: Envelope, refusal: Refusal, work: UnitOfWork, queries: Queries) -> dict[str, Any]:
        """Answer a refusal: its sentence to the sender, and his card as things stand now."""
        ask = self._ask(envelope, work, queries)
        if not (envelope.kind is Kind.FORM or envelope.key.startswith("web:")):
            # A page says it itself, in the place where the button was.
            ask.say(refusal.message)
            groups.close(envelope, work)
        if refusal.subject:
            work.redraw(refusal.subject)
        return {"refused": refusal.message, "stale": isinstance(refusal, Stale)}

    def give_up(self, envelope: Envelope, work: UnitOfWork, queries: Queries) -> None:
        """Tell the sender that his message could not be carried out and was kept."""
        if envelope.account and envelope.platform in ("wecom", "dingtalk"):
            self._ask(envelope, work, queries).say(
                "这条消息我处理失败了，已经原样保存并通知管理员，不会丢失。您可以换个说法再发一次。"
            )

    def _ask(self, envelope: Envelope, work: UnitOfWork, queries: Queries) -> Ask:
        actor = work.actor

        def show(kind: str, subject: str, **args: Any) -> None:
            if actor.person_id is None:
                return
            if envelope.via and not envelope.group:
                work.show(actor.person_id, kind, subject, channel=envelope.via, **args)
            else:
                work.tell(actor.person_id, kind, subject, urgent=True, **args)

        place = _place(envelope, actor, queries)
        return Ask(
            envelope=envelope,
            actor=actor,
            now=work.now,
            calendar=work.calendar,
            policies=work.policies,
            queries=queries,
            act=work.act,
            say=groups.whisper(envelope, work) if envelope.group else _say(envelope, work),
            show=show,
            focus=None if actor.person_id is None else work.find.people.focus(actor.person_id, work.now, place),
            place=place,
            recorded=lambda: work.recorded,
            forget_words=work.forget_words,
            carry=self._carry,
        )

    def _come_in(self, envelope: Envelope, ask: Ask) -> None:
        """Answer people where they write: the door last used is the one they are told at."""
        person_id = ask.actor.person_id
        if (
            person_id is not None
            and envelope.platform in ("wecom", "dingtalk")
            and ask.queries.people.told_on(person_id) != envelope.platform
        ):
            ask.act(UseDoor(platform=envelope.platform))

    def _dispatch(self, envelope: Envelope, ask: Ask) -> None:
        if envelope.kind is Kind.CLICK:
            self._click(envelope, ask)
        elif envelope.kind is Kind.FORM:
            self._tables.forms[envelope.text](ask, envelope.data)
        elif envelope.kind is Kind.ENTER:
            return
        elif envelope.kind in _MEDIA and not envelope.text:
            self._tables.attachments(ask)
        elif envelope.kind is Kind.UNSUPPORTED:
            ask.say("这种消息我还看不懂。请直接打字，或发图片、文件。")
        elif envelope.text.strip() or (envelope.group and envelope.quoted):
            self._text(envelope, ask)

    def _click(self, envelope: Envelope, ask: Ask) -> None:
        assert envelope.click is not None
        try:
            action = self._codec.unpack(envelope.click.action)
        except ActionError:
            ask.say("这个按钮不是我发出的，或者已经失效。请直接打字告诉我要做什么。")
            return
        handler = self._tables.buttons.get(action.verb)
        if handler is None:
            ask.say("这个按钮已经停用了。请直接打字告诉我要做什么。")
            return
        handler(ask, action)

    def _text(self, envelope: Envelope, ask: Ask) -> None:
        if groups.bind(ask):
            return
        understood = self._read(envelope.text, ask)
        proposal = groups.proposal(ask, understood)
        if proposal is not None:
            dialogue.propose(ask, proposal)
            return
        said = dialogue.wishes_of(understood)
        wishes = [each for each in said if each.intent in self._tables.intents]
        if not wishes:
            ask.say(help_.not_ready(understood, ask.actor))
        else:
            others = [each for each in understood.others if not each.slots.get("referrer")]
            dialogue.take(ask, wishes, several=len(others) > 0 and len(wishes) > 1)
        if envelope.attachments and understood.intent != "private_note":
            self._tables.attachments(ask)

    def _carry(self, ask: Ask, understood: Understood) -> None:
        """Hand one wish to its handler."""
        self._tables.intents[understood.intent](ask, understood)

    def _stranger(self, envelope: Envelope, ask: Ask) -> None:
        if not envelope.account or envelope.kind in (Kind.ENTER, Kind.CLICK):
            return
        ask.act(ReportStranger(platform=envelope.platform, account=envelope.account, nick=envelope.nick))
        ask.say("您还不在跟单的人员名单里，我已通知管理员；请管理员把您加入人员文件后再发一次。")


def _place(envelope: Envelope, actor: Actor, queries: Queries) -> str:
    """Return which chat this is: a group, or the chat with the bot on one platform.

    A press on a staff page belongs to the chat its owner is told in.
    """
    if envelope.group:
        return f"{envelope.platform}:{envelope.conversation}"[:_PLACE_MAX]
    if envelope.platform in ("wecom", "dingtalk") or actor.person_id is None:
        return envelope.platform
    return queries.people.told_on(actor.person_id)


def _say(envelope: Envelope, work: UnitOfWork) -> Callable[[str], None]:
    """Return how a sentence reaches the chat that was written in."""
    return lambda text: work.reply(envelope.channel, envelope.account, text)
