"""What arrives on a working day: inquiries, corrections, decisions, a picture, a word that means nothing.

Of ten arrivals four are inquiries, two correct the inquiry just logged, two are a leader's press on 同意,
one is a picture, one an odd sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from company import PEOPLE, arrival, kept, leader_of, words
from sqlalchemy.orm import Session

from cards.action import Action, ActionCodec
from domain.approvals.approval import Approval
from domain.inquiries.commands import LogInquiry
from domain.inquiries.lines import Wanted
from domain.quotes.drafting import DraftQuote
from domain.quotes.submitting import SubmitQuote
from handlers.envelope import Attachment, Click, Kind
from jobs.business import Business
from storage.database import Database
from storage.inbox import Arrival

CODEC = ActionCodec(b"a key of thirty-two bytes, or so")
_ROUND = ("inquiry", "press", "inquiry", "correction", "inquiry", "press", "picture", "inquiry", "correction", "odd")
_CORRECTIONS = ("数量改成3台", "预算改成35万", "数量改成5台")
_ODD = ("在吗", "好的，谢谢", "今天天气不错", "？？")


def inquiries(first: int, count: int) -> list[Arrival]:
    """Return ``count`` inquiries, each by the next of the sales people."""
    return [arrival(number, words(number)) for number in range(first, first + count)]


def mixed(first: int, count: int, pressed: Sequence[tuple[str, Action]]) -> list[Arrival]:
    """Return ``count`` arrivals of a day; ``pressed`` are the leaders' presses (account, button) in their order."""
    waiting = iter(pressed)
    return [_one(number, _ROUND[number % len(_ROUND)], waiting) for number in range(first, first + count)]


def presses(count: int) -> int:
    """Return how many presses ``mixed`` needs for ``count`` arrivals."""
    return sum(1 for number in range(count) if _ROUND[number % len(_ROUND)] == "press")


def ask_leaders(database: Database, business: Business, count: int) -> list[tuple[str, Action]]:
    """Let sales people submit ``count`` quotes; return what their leaders will press."""

    def ask_one(session: Session, number: int) -> tuple[str, Action]:
        batch = business.batch(session)
        seller = batch.queries.people.actor("wecom", f"rep{number % PEOPLE:02}")
        assert seller is not None
        asked = LogInquiry(
            requirement="两台X200", company=f"客户{number}有限公司", wanted=(Wanted(said="X200", quantity=2),)
        )
        inquiry_id = business.attempt(batch, f"log:{number}", seller, lambda work: work.act(asked))
        draft = DraftQuote(inquiry_id=inquiry_id, discount_ppm=950_000)
        quote_id = business.attempt(batch, f"draft:{number}", seller, lambda work: work.act(draft))
        submit = SubmitQuote(quote_id=quote_id)
        approval_id = business.attempt(batch, f"submit:{number}", seller, lambda work: work.act(submit))
        batch.finish()
        approval = session.get_one(Approval, approval_id)
        button = Action(verb="approve_step", subject=approval.subject, version=approval.version)
        return leader_of(number), button

    return [database.transact(lambda session, number=number: ask_one(session, number)) for number in range(count)]


def _one(number: int, what: str, waiting: Iterator[tuple[str, Action]]) -> Arrival:
    match what:
        case "inquiry":
            return arrival(number, words(number))
        case "correction":  # of what the same person said just before
            return kept(number, account=f"rep{(number - 1) % PEOPLE:02}", text=_CORRECTIONS[number % 3])
        case "picture":
            picture = Attachment(
                kind="image", ref=f"m{number}", name="现场.jpg", mime="image/jpeg", file_id=f"f{number}"
            )
            return kept(number, account=f"rep{number % PEOPLE:02}", kind=Kind.IMAGE, attachments=(picture,))
        case "press":
            account, action = next(waiting)
            return kept(number, account=account, kind=Kind.CLICK, click=Click(action=CODEC.pack(action)))
        case _:
            return kept(number, account=f"rep{number % PEOPLE:02}", text=_ODD[number % len(_ODD)])
