"""Score the reader on labelled messages: intent, core slots, whole frames, dates, companies, confirm cards.

    python -m benchmarks.score_understanding LABELLED.jsonl --world WORLD.json [--legal-names-only] [--show]

The labels have the form described in docs/understanding.md.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.language.cues import DANGEROUS
from handlers.language.gazetteer import Gazetteer
from handlers.language.meaning import Draft
from handlers.language.understand import Reader

CORE = frozenset(
    {"company", "contact", "phone", "product", "quantity", "items", "amount_cny", "unit_price_cny", "due", "period"}
    | {"region", "source", "stage", "staff", "part", "order_no", "quote_no", "ticket_no", "approval_no"}
    | {"discount", "rating", "fault"}
)
_FOLDED = {
    "quantity_min": "quantity",
    "quantity_max": "quantity",
    "amount_min_cny": "amount_cny",
    "amount_max_cny": "amount_cny",
}


@dataclass
class Score:
    """Counts over a file of labelled messages."""

    total: int = 0
    intent: int = 0
    frame: int = 0
    hit: int = 0
    missed: int = 0
    invented: int = 0
    due: int = 0
    due_right: int = 0
    company: Counter[str] = field(default_factory=Counter)
    needless: int = 0
    harmless: int = 0
    unguarded: int = 0
    wrong: list[str] = field(default_factory=list)

    def report(self) -> str:
        """Return the metrics, one per line."""
        rows = (
            ("messages", self.total),
            ("intent", _rate(self.intent, self.total)),
            ("core slot F1", _rate(2 * self.hit, 2 * self.hit + self.missed + self.invented)),
            ("whole frame exact", _rate(self.frame, self.total)),
            ("due exact", _rate(self.due_right, self.due)),
            (
                "company F1",
                _rate(
                    2 * self.company["hit"], 2 * self.company["hit"] + self.company["missed"] + self.company["invented"]
                ),
            ),
            ("dangerous, wrong, not confirmed", self.unguarded),
            ("needless confirms", _rate(self.needless, self.harmless)),
        )
        return "\n".join(f"{name:<34}{value}" for name, value in rows)


def score_file(labelled: Path, world: dict[str, Any]) -> Score:
    """Read every line of ``labelled`` with ``world`` and count."""
    score = Score()
    reader = Reader(Gazetteer.from_world(world))
    for line in labelled.read_text("utf-8").splitlines():
        if line.strip():
            score_one(score, json.loads(line), reader, world)
    return score


def score_one(score: Score, label: dict[str, Any], reader: Reader, world: dict[str, Any]) -> None:
    """Add one labelled message to ``score``."""
    answer = reader.understand(label["text"], role=label["role"], now=datetime.fromisoformat(label["now"]))
    draft = answer.drafts[0]
    gold = dict(label.get("slots", {}))
    score.total += 1
    right_intent = draft.intent == label["intent"]
    score.intent += right_intent
    problems = [] if right_intent else [f"intent {label['intent']}≠{draft.intent}"]
    wanted = {str(_FOLDED.get(slot, slot)) for slot in gold} & CORE
    given = {str(_FOLDED.get(slot, slot)) for slot in draft.slots} & CORE
    optional = {str(_FOLDED.get(slot, slot)) for slot in label.get("optional_slots", {})}
    for slot in sorted(wanted):
        fits = matches(slot, gold, draft.slots, world)
        score.hit += fits
        score.missed += not fits
        if not fits:
            problems.append(f"{slot}: {_pick(gold, slot)} ≠ {_pick(draft.slots, slot)}")
        if slot == "due":
            score.due += 1
            score.due_right += fits
        if slot == "company":
            score.company["hit" if fits else "missed"] += 1
            score.company["invented"] += not fits and "company" in draft.slots
        score.invented += not fits and slot in given
    extra = given - wanted - optional - _implied(gold, draft.slots)
    score.invented += len(extra)
    score.company["invented"] += "company" in extra
    problems += [f"+{slot}: {_pick(draft.slots, slot)}" for slot in sorted(extra)]
    score.frame += not problems
    _count_confirm(score, draft, right=not problems)
    if problems:
        score.wrong.append(f"{label.get('id', '')} [{label['role']}] {label['text']}\n      {'; '.join(problems)}")


def matches(slot: str, gold: dict[str, Any], got: Any, world: dict[str, Any]) -> bool:
    """Whether the answer's ``slot`` is right by the conventions of docs/understanding.md."""
    if slot == "due":
        return _due_fits(gold, got)
    if slot == "company":
        return got.get("company") in _names(str(gold["company"]), world)
    if slot == "phone":
        return re.sub(r"\D", "", str(got.get("phone", ""))) == re.sub(r"\D", "", str(gold["phone"]))
    if slot == "amount_cny":
        keys = ("amount_cny", "amount_min_cny", "amount_max_cny")
        theirs = [got[key] for key in keys if key in got]
        if any(got.get(key) == gold[key] for key in keys if key in gold) and all(
            got.get(key) == gold[key] for key in keys[1:] if key in gold and key in got
        ):
            return True
        return len(theirs) == 1 and theirs == [gold[key] for key in keys if key in gold]
    if slot == "unit_price_cny":
        return bool(got.get(slot) == gold[slot] or got.get("amount_cny") == gold[slot] * gold.get("quantity", 1))
    if slot == "quantity":
        return all(got.get(key) == gold[key] for key in ("quantity", "quantity_min", "quantity_max") if key in gold)
    if slot == "product":
        return _as_set(got.get("product")) == _as_set(gold["product"])
    if slot == "part":
        return _parts(got.get("part", [])) == _parts(gold["part"])
    if slot == "fault":
        return _alike(str(gold["fault"]), str(got.get("fault", "")))
    return bool(got.get(slot) == gold[slot])


def _due_fits(gold: dict[str, Any], got: Any) -> bool:
    said = str(got.get("due", ""))
    if not said:
        return False
    answers = [gold["due"], *([gold["due_alt"]] if isinstance(gold.get("due_alt"), str) else gold.get("due_alt", []))]
    if said in answers:
        return True
    day = said[:10]
    if gold.get("due_end") and gold["due"][:10] <= day <= gold["due_end"][:10]:
        return True
    if any(day == answer[:10] for answer in answers):
        if gold.get("due_window"):
            low, high = gold["due_window"].split("/")
            return "T" not in said or low <= said[11:16] <= high
        return any("T" not in answer for answer in answers) and "T" not in said
    return False


def _names(name: str, world: dict[str, Any]) -> set[str]:
    for customer in world.get("customers", ()):
        if customer["name"] == name:
            return {name, *customer.get("aliases", ())}
    return {name}


def _as_set(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else {str(value)}


def _parts(parts: Any) -> dict[str, Any]:
    return {part["name"]: part.get("quantity") for part in parts}


def _alike(gold: str, got: str) -> bool:
    if not got:
        return False
    if gold in got or got in gold:
        return True
    both = sum((Counter(gold) & Counter(got)).values())
    return both / max(len(gold), 1) >= 0.6


def _pick(slots: Any, slot: str) -> Any:
    return {
        key: value
        for key, value in slots.items()
        if _FOLDED.get(key, key) == slot or (slot == "due" and key.startswith("due"))
    }


def _implied(gold: dict[str, Any], got: Any) -> set[str]:
    """Items carry product and quantity; a total may be said beside a unit price."""
    implied: set[str] = set()
    if "items" in gold or "items" in got:
        implied |= {"product", "quantity", "items"}
    return implied


def _count_confirm(score: Score, draft: Draft, *, right: bool) -> None:
    dangerous = draft.intent in DANGEROUS or (
        draft.intent == "advance_stage" and re.search(r"赢|输", str(draft.slots.get("stage", "")))
    )
    if dangerous:
        score.unguarded += not right and not draft.confirm
    elif right:
        score.harmless += 1
        score.needless += draft.confirm


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:.3f}  ({part}/{whole})" if whole else "–"


def without_aliases(world: dict[str, Any]) -> dict[str, Any]:
    """Return ``world`` with nothing but the legal names of its customers."""
    return {**world, "customers": [{**customer, "aliases": []} for customer in world["customers"]]}


def main() -> None:
    """Print the metrics for a file, and with ``--show`` every message that was not understood whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--legal-names-only", action="store_true")
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    world = json.loads(chosen.world.read_text("utf-8"))
    score = score_file(chosen.labelled, without_aliases(world) if chosen.legal_names_only else world)
    sys.stdout.write(score.report() + "\n")
    if chosen.show:
        sys.stdout.write("\n".join(score.wrong) + "\n")


if __name__ == "__main__":
    main()
