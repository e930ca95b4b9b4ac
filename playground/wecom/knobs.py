"""What the reference leaves open, or a test must be able to vary. Defaults are the likeliest platform."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Knobs:
    """Change any of them while the platform runs. Seconds of the callback knobs are real seconds."""

    # Tokens and addresses (WeCom reference 4.1)
    expires_in: int = 7200
    repeated_gettoken: Literal["same", "new", "replace"] = "same"
    """A repeated gettoken returns the same token, a new one beside the old, or a new one that kills the old."""
    lockout_after: int = 5
    """Wrong secrets from one address before it is locked out for an hour with 45009."""
    trusted_ips: set[str] | None = None
    """Addresses allowed to call (企业可信IP); None trusts everybody, an empty set nobody (60020)."""
    per_minute: dict[str, int] = field(default_factory=dict)
    """Calls a minute per endpoint (``user/get``); more is 45009 for the next 60 s."""
    refuse_unicode_escapes: bool = True
    """Answer 40033 to ``\\uxxxx`` in a JSON body."""

    # Sending (3.1, 3.2)
    empty_receipt_fields: bool = False
    """Return ``invaliduser`` and its siblings as empty strings instead of leaving them out."""
    truncate_on_character: bool = True
    long_markdown_errcode: int = 45002
    """0 truncates like text."""
    duplicate_errcode: int = 0
    """What a suppressed duplicate is answered with."""
    duplicate_by_bytes: bool = False
    """A duplicate must be equal byte for byte, not only in value."""
    member_per_minute: int = 30
    member_per_hour: int = 1000
    over_limit_errcode: int = 0
    """0 drops what is too much in silence; a code refuses the whole call."""
    invisible: set[str] = field(default_factory=set)
    """Userids outside the app's visible range, in lower case."""
    tags: dict[str, list[str]] = field(default_factory=dict)

    # Cards (3.3, 3.4)
    repeated_task_id_ok: bool = False
    reused_code_errcode: int = 42022
    code_updates_only_clicker: bool = False
    update_without_receivers_errcode: int = 82001
    """0 updates the copy of the clicker (or everybody's with the code of a send)."""
    passive_card_update: bool = False
    """Honour a card update in the answer to template_card_event; the menu event's is always honoured (3.5)."""

    # Callbacks (1.2, 2.8)
    verify_deadline: float = 1.0
    deadline: float = 5.0
    retries: int = 3
    spacing: float = 0.2
    """Between deliveries. The real spacing is unknown; this one keeps tests fast."""
    retry_on_status: bool = False
    """Retry an answer that is not 200 (page 90238) or only silence and broken connections (page 90930)."""
    retry_contents: Literal["same_plaintext", "same_bytes", "new_time"] = "same_plaintext"
    duplicates: int = 0
    """Deliver every callback so many times more although it was answered."""
    lose: int = 0
    """The next so many callbacks never leave."""
    reorder: int = 0
    """Hold the next so many callbacks and deliver them after the one that follows, last first."""
    empty_selected_items: bool = False
    """Send an empty SelectedItems element where nothing can be selected, instead of none."""
    file_messages: Literal["none", "file", "text"] = "none"
    """What the bot hears of a file that a member sends (2.1 has three contradicting reports)."""
    change_contact: bool = False
    """Push change_contact although a self-built app does not get it."""

    # Contacts and login (5.2, 5.3)
    invisible_errcode: int = 60011
    list_id_errcode: int = 48002
    trusted_domain: str = ""
    """host[:port] that OAuth may redirect to; empty trusts all."""
