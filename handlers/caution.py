"""What is done at once, and what is put to a card first.

Done at once: what can be taken back and was read without a guess. What moves money, a customer, an
order or the end of a deal always names its object and waits for one tap, however sure the reader is.
"""

from __future__ import annotations

import re
from typing import Final

from handlers.context import Understood
from handlers.language.deeds import ASKING
from handlers.language.mood import asked, denied, retold

RISKY: Final = frozenset(
    {
        "record_payment",
        "create_order",
    }
)
"""Never done without a tap. The end of a deal has a card of its own for it (handlers.closing)."""
_OWN_CARD: Final = frozenset({"approve", "reject", "claim_from_pool", "release_to_pool", "transfer_customer"})
"""Their own card names its object and is the one to tap (handlers.approvals, handlers.pool, handlers.handover)."""
_PRIVATE: Final = frozenset({"private_note"})
"""Never written down a second time, not even as a draft."""
_CHANGES: Final = frozenset({"revise"})
"""Changes what the sender is looking at, shows it and can be changed back."""
_LISTED: Final = frozenset({"ticket_no", "approval_no"})
"""Slots whose handlers offer a numbered list by themselves."""
_CERTAIN: Final = frozenset({"time", "discount", "stage", "context", "document", "quantity"})
"""The first part of the reader's rules whose notes tell a convention; a note of any other tells a guess."""
_NEW: Final = "company.new"
_SURE: Final = 0.6
"""What is done at once can be taken back: half as likely again as the next reading is enough."""
_MAKES: Final = frozenset({"log_inquiry", "log_follow_up", "request_quote", "create_opportunity", "report_fault"})
_PASTED: Final = re.compile(r"\t|【[^】]{1,20}】|(?:\n[^\n]+){4}|转发自|-{5,}")
"""The look of what somebody else wrote: a table, a headed paper, a forwarded message."""


_LOOKS: Final = ASKING | {
    "about_job",
    "my_jobs",
    "staff_jobs",
    "similar_faults",
    "equipment_history",
    "approval_times",
    "my_approvals",
    "dispatch_board",
    "service_report",
    "find_records",
    "next_page",
    "look_up",
    "quote_versions",
    "ask_change",
    "unclear_change",
    "quote_working",
    "print_quote",
    "urge_approval",
    "quote_figures",
}
"""Deeds that change nothing, or that people put as a question."""
_IN_WORDS: Final = frozenset(
    {
        "answer_ticket",
        "answer_customer",
        "respond_ticket",
        "note_cause",
        "note_action",
        "fill_fields",
        "define_field",
        "write_summary",
    }
)
"""Carry words of any kind: a question among them is the customer's to answer."""


BARE_QUESTION: Final = re.compile(r"[了没有吗么呢?？ ]+")
"""已联系客户了吗: what would be the words is the end of a question."""
_SAID_BY_NOT: Final = frozenset({"drop_rule", "keep_apart", "drop_bulk"})
"""不要规则, 不是一家, 不改了."""


_ANSWERED: Final = frozenset({"approve", "reject"})
"""Behind a question mark their handler shows what is asked about, and decides nothing but 驳回 怎么这么低？."""


def only_talked_of(understood: Understood, text: str) -> bool:
    """Return whether ``text`` asks after a deed, denies or retells it, and so does not do it."""
    intent = understood.intent
    if intent in _IN_WORDS:
        return bool(BARE_QUESTION.fullmatch(str(understood.slots.get("words") or "-")))
    if intent in _LOOKS or intent.startswith(("list_", "show_", "query_", "explain")):
        return False
    asks = asked(text) and not (intent in _ANSWERED and text.rstrip().endswith(("?", "？")))
    return asks or retold(text) or (intent not in _SAID_BY_NOT and denied(text))


def must_ask(understood: Understood, words: str = "") -> bool:
    """Return whether a card has to be confirmed before anything is written; ``words`` are the whole message."""
    intent = understood.intent
    if understood.tapped or intent in _OWN_CARD or intent in _PRIVATE:
        return False
    if intent in _MAKES and _PASTED.search(words):
        return True
    if intent in RISKY:
        return True
    open_choices = set(understood.candidates) - _LISTED
    if intent in _CHANGES:
        return bool(open_choices)
    if not understood.confirm or intent.startswith(("query_", "list_")):
        return False
    # The reader asks about every new customer and every finished job. A full new name is what an inquiry
    # brings, and a job waits for the customer's signature: both are done when nothing in them was guessed.
    guessed = any(
        reason.note and reason.rule != _NEW and reason.rule.partition(".")[0] not in _CERTAIN
        for reason in understood.reasons
    )
    return guessed or bool(open_choices) or understood.confidence < _SURE
