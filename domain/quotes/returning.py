"""Going back to an earlier version, and accepting on record what the checks found."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.approvals.asking import supersede
from domain.errors import NotFound, Stale
from domain.messages import Command
from domain.quotes.checking import still_open
from domain.quotes.drafting import locked
from domain.quotes.events import QuoteVersionRestored, QuoteWarningsAccepted
from domain.quotes.repricing import find_rule
from domain.quotes.version import note_version, restore
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnToVersion(Command):
    """Let version ``revision`` of a quote count again; the others are superseded (U24).

    ``takes_back``: the change that led away from it is taken back; once, and never to and fro.
    """

    quote_id: int
    revision: int
    version: int = 0
    takes_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptWarnings(Command):
    """Take responsibility for the warnings of the content as it is; ``name`` for those of one kind only."""

    quote_id: int
    version: int = 0
    name: str = ""


def return_to_version(command: ReturnToVersion, actor: Actor, work: Work) -> None:
    """Let an earlier version count again; a yes that was given for it still counts while the offer holds."""
    quote, approval = locked(command.quote_id, actor, work)
    quote.check_version(command.version)
    version = work.find.quotes.version(quote.id, command.revision)
    if version is None:
        raise NotFound(f"报价 {quote.no} 没有 V{command.revision}，现有 V1 到 V{max(quote.latest, quote.revision)}。")
    if version.revision == quote.revision:
        raise Stale(f"报价 {quote.no} 现在就是 V{quote.revision}，不用再换。", subject=quote.subject)
    was = quote.revision
    assert actor.person_id is not None
    note_version(quote, work)
    quote.return_to(actor.person_id, version.revision)
    if approval is not None:
        supersede(approval, actor, work)
    restore(quote, version, work)
    find_rule(quote, work.find.quotes.lines(quote), work)
    work.flush()
    work.record(
        QuoteVersionRestored(
            subject=quote.subject,
            revision=quote.revision,
            was=was,
            total_fen=quote.total_fen,
            state=quote.state.value,
            took_back=command.takes_back,
        )
    )
    work.redraw(quote.subject)


def accept_warnings(command: AcceptWarnings, actor: Actor, work: Work) -> None:
    """Note who accepts what the checks found in this very content; a change that brings a new warning asks again."""
    quote, _ = locked(command.quote_id, actor, work)
    quote.check_version(command.version)
    quote.check_not_void()
    taken = tuple(each for each in still_open(quote) if command.name in ("", each.name))
    if not taken:
        raise Stale(f"报价 {quote.no} 没有要确认的提醒。", subject=quote.subject)
    said = {(each.name, each.said) for each in taken}
    quote.warnings = [
        {**each, "by": actor.name, "at": work.now.isoformat()} if (each["name"], each["said"]) in said else each
        for each in quote.warnings
    ]
    note_version(quote, work)
    work.flush()
    work.record(
        QuoteWarningsAccepted(
            subject=quote.subject,
            revision=quote.revision,
            warnings=tuple(f"{each.name}：{each.said}" for each in taken),
        )
    )
    work.redraw(quote.subject)
