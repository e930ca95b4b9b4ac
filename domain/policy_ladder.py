"""What several policies are made of: the strict model, durations as they are written, and ladders."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from domain.units import parse_duration

Duration = Annotated[
    timedelta, BeforeValidator(lambda raw: raw if isinstance(raw, timedelta) else parse_duration(str(raw)))
]


class Model(BaseModel):
    """A part of a policy: an unknown key is an error, and nothing is changed once it is loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Ladder(Model):
    """When a promise is reminded of and when it climbs, counted from the moment it was made.

    ``working`` counts working time by the company's calendar (eight hours are a day); otherwise the clock on the wall.
    """

    remind_after: Duration
    escalate_after: Duration
    working: bool = True
