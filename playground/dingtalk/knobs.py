"""Knobs for what the real DingTalk leaves open, and for its bad days.

A knob stands for a line of the reference's UNCONFIRMED list or for a hostile behaviour; its
default is the documented one. Tests turn knobs while the platform runs; the settings' section
``dingtalk.knobs`` gives starting values by the same names.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Knobs:
    """Behaviour that can change at any time. Times are seconds, of the played clock unless called real."""

    # Pushing to the bot
    stream_deadline: float = 3.0
    """Real seconds the platform waits for the ACK of a robot message or an event over Stream."""
    http_deadline: float = 2.5
    """The same over HTTP."""
    card_deadline: float = 2.0
    """Real seconds it waits for the answer to a click, in both modes."""
    event_retries: tuple[float, ...] = (10.0, 30.0)
    redelivery: str = "never"
    """``never`` or ``delayed``: whether an unacknowledged robot message comes again (the sources contradict)."""
    redelivery_after: float = 60.0
    redelivery_same_id: bool = True
    """Whether it then repeats ``headers.messageId``; ``msgId`` is always the same."""
    duplicates: int = 0
    """How many more copies of each robot message arrive although it was acknowledged."""
    card_retries: int = 0
    """How often an unanswered click is sent again, at once."""
    crossing: float = 0.25
    """Real seconds after a click in which an update may have left the bot before the click got there."""

    # The Stream connection
    stream_url: str = ""
    """The endpoint that ``connections/open`` hands out, instead of our own host with our own path."""
    odd_headers: bool = True
    """Add, at random, a header member that no list documents."""
    disconnect_silence: float = 10.0
    """Real seconds between ``disconnect`` and the end of the TCP connection."""
    open_status: int = 0
    """Answer ``connections/open`` with this status and an HTML page (400, 503) instead of a ticket."""

    # What comes in
    robot_published: bool = True
    """False: the robot's version is unpublished, so ``senderStaffId`` and ``isAdmin`` are missing."""
    external: set[str] = field(default_factory=set)
    """User ids that write from outside the robot's company: their ``senderStaffId`` is empty."""
    created_as_string: bool = False
    short_quota_names: bool = False
    """Write ``errCode``/``errMsg`` (event page) instead of ``errorCode``/``errorMessage`` (robot page)."""
    session_lifetime: float = 5400.0
    download_lifetime: float = 900.0
    public_url: str = ""
    """Origin of session webhooks and file addresses; empty: the one the bot last called us by."""

    # Permissions and limits
    missing_scopes: set[str] = field(default_factory=set)
    """Permissions the app was not granted (``Card.Instance.Write``)."""
    qps: int = 20
    api_quota: int = 5_000
    push_quota: int = 3_000
    count_session_webhook: bool = True
    count_card_clicks: bool = True
    old_throttle_bare: bool = False
    """Send the old API's throttle and quota codes bare, without errcode 88 around them."""
    ip_ban: str = ""
    """``html`` or ``json``: refuse every call as for a banned exit IP."""
    flow_controlled: set[str] = field(default_factory=set)
    """User ids that batchSend reports as throttled."""
    custom_robot_fast_code: int = 660026
    """What a custom robot answers beyond 20 a minute; the documentation says 410100."""

    # Cards and contacts
    strict_cards: bool = True
    """Refuse card values that are no strings or too long; else they show as empty."""
    reused_card_ignored: bool = False
    """Answer a used outTrackId with success and no effect, instead of ``param.cardAlreadyExist``."""
    known_route_answers: bool = False
    """Answer the registration of a known callback route with the old one, instead of HTTP 500."""
    stringly_contacts: bool = False
    """Print booleans and numbers of user/get as strings, as the page's own example does."""
    contacts_with_mobile: bool = True
