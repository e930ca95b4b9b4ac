"""The table of contents of the chat: what was typed, pressed or filled in, and who handles it."""

from __future__ import annotations

from handlers import (
    activities,
    approvals,
    corrections,
    dialogue,
    dictionary,
    dispatching,
    explain,
    inquiries,
    learning,
    listed,
    listing,
    named,
    notes,
    quotes,
    service,
    tasks,
    vocabulary,
)
from handlers.attachments import gather
from handlers.help import show_help, show_quota
from handlers.router import Tables

TABLES = Tables(
    intents={
        **inquiries.INTENTS,
        **tasks.INTENTS,
        **activities.INTENTS,
        **quotes.INTENTS,
        **approvals.INTENTS,
        **corrections.INTENTS,
        **notes.INTENTS,
        **listed.INTENTS,
        **learning.INTENTS,
        **vocabulary.INTENTS,
        **service.INTENTS,
        **dictionary.INTENTS,
        **listing.INTENTS,
        **dispatching.INTENTS,
        **dialogue.INTENTS,
        **named.INTENTS,
        **explain.INTENTS,
        "help": show_help,
        "show_quota": show_quota,
    },
    buttons={
        **inquiries.BUTTONS,
        **tasks.BUTTONS,
        **activities.BUTTONS,
        **quotes.BUTTONS,
        **approvals.BUTTONS,
        **service.BUTTONS,
        **dictionary.BUTTONS,
        **listing.BUTTONS,
        **dispatching.BUTTONS,
        **dialogue.BUTTONS,
        **notes.BUTTONS,
        **vocabulary.BUTTONS,
    },
    forms={**service.FORMS},
    attachments=gather,
)
