"""How fast and how well is quoted: from the first message to a price that may go out, and how often it was put right.

Counted from the records themselves whenever it is asked for (S-080, S-082).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.money import ratio_ppm, said_percent
from domain.quotes.comparing import Head
from domain.quotes.quote import QuoteLine


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFigures:
    """Quotes begun on the days ``since`` … ``until`` by ``whose`` people.

    ``ready`` of them were approved, after ``half`` and (nine of ten) ``most`` since the first message. Of ``agreed``
    approved versions ``corrected`` were followed by another, for the ``reasons`` (label, versions).
    """

    whose: str
    since: date
    until: date
    quotes: int
    ready: int
    half: timedelta
    most: timedelta
    agreed: int
    corrected: int
    reasons: tuple[tuple[str, int], ...]


def figures(
    *,
    whose: str,
    since: date,
    until: date,
    quotes: int,
    waits: Sequence[timedelta],
    agreed: int,
    corrections: Sequence[frozenset[str]],
) -> QuoteFigures:
    """Return the figures of ``quotes``; ``waits`` of those approved, ``corrections`` by why (``reasons_of``)."""
    ordered = sorted(waits)
    counted = Counter(reason for reasons in corrections for reason in reasons)
    return QuoteFigures(
        whose=whose,
        since=since,
        until=until,
        quotes=quotes,
        ready=len(ordered),
        half=_at(ordered, 50),
        most=_at(ordered, 90),
        agreed=agreed,
        corrected=len(corrections),
        reasons=tuple(sorted(counted.items(), key=lambda row: (-row[1], row[0]))),
    )


def reasons_of(
    before: Head, lines_before: Sequence[QuoteLine], after: Head, lines_after: Sequence[QuoteLine]
) -> frozenset[str]:
    """Return why a version followed another: 数量, 尺寸, 选项, 产品, 条款; 价格 where nothing else explains it."""
    reasons = set(_line_reasons(lines_before, lines_after))
    if {kind: term["text"] for kind, term in before.terms.items()} != {
        kind: term["text"] for kind, term in after.terms.items()
    }:
        reasons.add("条款")
    if (before.discount_ppm, before.agreed_fen) != (after.discount_ppm, after.agreed_fen) or not reasons:
        reasons.add("价格")
    return frozenset(reasons)


def said(view: QuoteFigures) -> str:
    """Return the figures as lines for the chat."""
    lines = [f"{view.whose} {view.since:%m-%d} 到 {view.until:%m-%d} 共报价 {view.quotes} 份，已同意 {view.ready} 份。"]
    if view.ready:
        lines.append(f"从第一句话到可以发出：一半不超过 {_span(view.half)}，九成不超过 {_span(view.most)}。")
    if view.agreed:
        share = said_percent(round(ratio_ppm(view.corrected, view.agreed), -3))
        why = "、".join(f"{reason} {count}" for reason, count in view.reasons)
        lines.append(
            f"同意后又改的：{view.corrected}/{view.agreed} 个版本，出错率 {share}{f'；原因：{why}' if why else ''}。"
        )
    return "\n".join(lines)


def _line_reasons(before: Sequence[QuoteLine], after: Sequence[QuoteLine]) -> Iterator[str]:
    was = {line.position: line for line in before}
    now = {line.position: line for line in after}
    for position in was.keys() | now.keys():
        old, new = was.get(position), now.get(position)
        if old is None or new is None or old.product_id != new.product_id:
            yield "产品"
            continue
        if old.quantity != new.quantity:
            yield "数量"
        if old.inputs != new.inputs:
            yield "尺寸"
        if old.options != new.options:
            yield "选项"


def _at(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """Return the smallest value that ``percent`` of all do not exceed."""
    if not ordered:
        return timedelta()
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]


def _span(span: timedelta) -> str:
    minutes = -(-int(span.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时" + (f" {rest} 分" if rest else "")
