"""Score where the date grammar sees times in the Chinese sentences of xSID.

    python -m benchmarks.score_xsid PATH/zh.test.conll [PATH/zh.valid.conll …] [--show]

The data is not part of this repository. It labels where a time stands and not which, so what is measured is
recall (a ``datetime`` span that a time of ours touches) and false fire (a sentence without one in which we see one).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from handlers.language.calendar import ChineseCalendar
from handlers.language.normalize import normalize
from handlers.language.time import find_times

_NOW: Final = datetime.fromisoformat("2026-03-11T10:30:00+08:00")
"""Any moment: only where times stand is looked at."""
_LABEL: Final = "datetime"
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The words joined, and where the labelled times stand in them."""

    text: str
    times: tuple[Stretch, ...]


@dataclass
class Score:
    """Counts over all sentences."""

    labelled: int = 0
    found: int = 0
    without: int = 0
    fired: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, sentence: Sentence) -> None:
        """Count one sentence."""
        seen = _seen(sentence.text)
        for start, end in sentence.times:
            hit = any(first < end and start < last for first, last in seen)
            self.labelled += 1
            self.found += hit
            if not hit:
                self.wrong.append(f"missed  {sentence.text[start:end]}  in  {sentence.text}")
        if not sentence.times:
            self.without += 1
            self.fired += bool(seen)
            if seen:
                self.wrong.append(f"fired   {sentence.text[slice(*seen[0])]}  in  {sentence.text}")

    def report(self) -> str:
        """Return both rates."""
        return "\n".join(
            (
                f"datetime recall  {_rate(self.found, self.labelled)}",
                f"false fire       {_rate(self.fired, self.without)}",
            )
        )


def sentences(lines: Iterable[str]) -> Iterator[Sentence]:
    """Yield the sentences of a file: tab-separated rows ``number, word, …, tag``, comments, blank lines between."""
    rows: list[tuple[str, str]] = []
    for line in (*lines, ""):
        cells = line.rstrip("\n").split("\t")
        if line.startswith("#"):
            continue
        if len(cells) > 1:
            rows.append((cells[1] if cells[0].isdigit() and len(cells) > 2 else cells[0], cells[-1]))
        elif rows:
            yield _sentence(rows)
            rows = []


def _sentence(rows: Iterable[tuple[str, str]]) -> Sentence:
    text = ""
    times: list[Stretch] = []
    for word, tag in rows:
        kind = tag[2:].partition("/")[0]
        gap = " " if text and text[-1].isascii() and text[-1].isalnum() and word[:1].isascii() else ""
        start = len(text) + len(gap)
        text += gap + word
        if kind != _LABEL:
            continue
        if tag.startswith("I-") and times and times[-1][1] >= start - len(gap):
            times[-1] = (times[-1][0], len(text))
        else:
            times.append((start, len(text)))
    return Sentence(text=text, times=tuple(times))


def _seen(text: str) -> list[Stretch]:
    """Return where we see a time, in the sentence as it was written."""
    normal = normalize(text)
    return [
        (normal.index[span.start], normal.index[span.end - 1] + 1)
        for span in find_times(normal.text, _NOW, ChineseCalendar())
    ]


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:.3f}  ({part}/{whole})" if whole else "–"


def main() -> None:
    """Print the score over the files given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    score = Score()
    for path in chosen.files:
        for sentence in sentences(path.read_text("utf-8").splitlines()):
            score.add(sentence)
    sys.stdout.write(score.report() + "\n")
    if chosen.show:
        sys.stdout.write("\n".join(score.wrong) + "\n")


if __name__ == "__main__":
    main()
