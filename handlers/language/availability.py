"""When somebody can be visited: ``今天三点以后有人 明天上午也行 后天不行``."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from handlers.language.filling import Filling
from handlers.language.intents import Scored
from handlers.language.spans import Span
from handlers.language.time import When

_NO: Final = re.compile(
    r"^[^\n]{0,6}?(?:不(?:太|大)?(?:行|方便|可以|在|用来|能来|要来|得空|成)|没(?:人|空|时间|法)|别(?:来|过来|安排)|(?:要|得)?(?:出差|放假|停电|盘点)|有事|除外|不算)"
)
_YES: Final = re.compile(
    r"^[^\n]{0,6}?(?:有人|有空|得空|方便|在(?:家|厂|公司|店|的|$|[,，。 ])|(?:都|也|也都)?(?:行|可以|ok|成|没问题|能来)|随时|(?:再|过)?来(?:吧|都行|$|[,，。 ])|没事)",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"[,，、 ]?(?:和|或者?|跟|还有|以及|[,，、/ ])?[ ]?")
_WEAK: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """``windows`` and ``exclusions`` as in docs/understanding.md; ``excluded`` are the spans of the latter."""

    windows: tuple[Mapping[str, Any], ...] = ()
    exclusions: tuple[Mapping[str, Any], ...] = ()
    spans: tuple[Span, ...] = ()
    excluded: tuple[Span, ...] = ()

    def fill(self, filling: Filling, text: str) -> None:
        """Put what there is into the slots."""
        if self.windows:
            filling.put("windows", list(self.windows), self.spans[0], text)
        if self.exclusions:
            filling.put("exclusions", list(self.exclusions), self.excluded[0], text)


def asks_for_visit(best: Scored, role: str) -> bool:
    """Whether times in the sentence may be when somebody is there: a fault report, or no other deed at all."""
    return best.intent == "report_fault" or (best.intent == "other" and best.said < _WEAK and role != "")


def read_availability(text: str, spans: Sequence[Span]) -> Availability:
    """Return the times that suit and those that do not; a time without a word of its own shares the next one's."""
    times = _with_days([span for span in spans if span.kind == "time" and not span.value.repeat])
    verdicts: list[bool | None] = []
    following: bool | None = None
    for position in reversed(range(len(times))):
        end = times[position + 1].start if position + 1 < len(times) else len(text)
        between = text[times[position].end : end]
        if _NO.match(between):
            following = False
        elif _YES.match(between):
            following = True
        elif not _LINK.fullmatch(between):
            following = None
        verdicts.insert(0, following)
    good = tuple(span for span, verdict in zip(times, verdicts, strict=True) if verdict is True)
    bad = tuple(span for span, verdict in zip(times, verdicts, strict=True) if verdict is False)
    return Availability(
        windows=tuple(_window(span.value) for span in good),
        exclusions=tuple(_window(span.value) for span in bad),
        spans=good,
        excluded=tuple(span for span in spans if any(span.start == each.start for each in bad)),
    )


def _with_days(times: Sequence[Span]) -> list[Span]:
    """Put a bare time of day on the day said before it: ``明天上午不行 下午可以``."""
    placed: list[Span] = []
    for span in times:
        when: When = span.value
        if placed and when.bare_weekday and when.first < placed[-1].value.first:
            week = timedelta(days=7)  # 周一到周三都行 周四不行, said on a Thursday
            placed.append(replace(span, value=replace(when, first=when.first + week, last=when.last + week)))
        elif not when.said_day and placed:
            day: When = placed[-1].value
            placed.append(replace(span, value=replace(when, first=day.first, last=day.last)))
        else:
            placed.append(span)
    return placed


def _window(when: When) -> dict[str, Any]:
    window: dict[str, Any] = {"date": when.first.isoformat()}
    if when.last > when.first:
        window["date_end"] = when.last.isoformat()
    if when.clock is not None and when.edge == "before":
        window["to"] = f"{when.clock:%H:%M}"
    elif when.clock is not None:
        window["from"] = f"{when.clock:%H:%M}"
        if when.window is not None and when.window[0] == when.clock:
            window["to"] = f"{when.window[1]:%H:%M}"
    elif when.window is not None:
        window["from"], window["to"] = (f"{each:%H:%M}" for each in when.window)
    elif when.edge == "after":
        window["onwards"] = True
    return window
