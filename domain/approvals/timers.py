"""The commands that lie in an approval's timers; carried out in ``domain.approvals.ladder``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.messages import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindApproval(Command):
    """Tell those who are silent in ``step`` again; moot when the step is over."""

    nags: ClassVar[bool] = True

    approval_id: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnApproval(Command):
    """Give it back to the asker when ``step`` still waits; moot when the step is over."""

    approval_id: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateApproval(Command):
    """Let the leaders of those who are silent in ``step`` decide as well; moot when the step is over."""

    nags: ClassVar[bool] = True

    approval_id: int
    step: int
