"""What the reference leaves open about the robot, or a test must be able to vary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class AibotKnobs:
    """Change any of them while the platform runs. Seconds are real ones unless a line says otherwise."""

    deadline: float = 5.0
    """For the answer to a callback."""
    retries: int = 3
    """Deliveries of a message that nobody answered; a press is never told twice."""
    spacing: float = 0.1
    duplicates: int = 0
    """Deliver every message so many times more although it was answered."""
    refresh_every: float = 0.1
    """Between two questions for more of an unfinished stream."""
    refresh: bool = True
    """Whether anybody asks for more at all."""
    stream_life: float = 360.0
    """Seconds of the played clock from the message to the last question for more."""
    response_life: float = 3600.0
    """Seconds of the played clock for which response_url works, once."""
    used_response_errcode: int = 60140
    update_within: float = 5.0
    """Seconds of the played clock from a press to the update of its card, on the long connection."""
    late_update_errcode: int = 846604
    pushes_per_day: int = 10
    conflicts: int = 0
    """The next so many commands on the long connection are answered 6000."""
    silent: bool = False
    """Take frames of the long connection and answer none."""
    drop_after_subscribe: int = 0
    """The next so many long connections are cut as soon as they have subscribed."""
    quote_originals: bool = True
    """In groups a message by response_url quotes what was asked."""
