"""A card as plain text: the last fall-back on every platform, and what tests and the command line read.

Nothing is given up; buttons become what a person can type instead, links are spelled out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cards.render import escape

if TYPE_CHECKING:
    from cards.card import Button, Card, Choice, Field


def render(card: Card) -> str:
    """Return the card in lines, user text defused so that no platform makes a link or a mention of it."""
    say = escape.one_line
    values = {field.value for field in card.fields}  # what stands in a row is not said twice
    status = f"【{say(card.status)}】" if card.status else ""
    lines = [
        status + say(card.title),
        *(say(each) for each in (card.subtitle, card.headline) if each and each not in values),
        *(_row(field) for field in card.fields),
        *(f"“{line}”" for line in [escape.defuse(card.quote).strip()] if line),
        *(f"· {say(note)}" for note in card.notes),
    ]
    if card.outcome:
        lines.append(f"✔ {say(card.outcome)}")
    else:
        lines += [_question(choice) for choice in card.choices]
        lines += _commands([*([card.submit] if card.submit else []), *card.buttons])
    lines += [f"{say(button.text)}：{button.url}" for button in card.buttons if button.url]
    lines += [f"图片：{card.picture_url}"] if card.picture_url else []
    lines += [f"详情：{card.url}"] if card.url else []
    return "\n".join(lines)


def _row(field: Field) -> str:
    address = f" {field.url}" if field.url.startswith("http") else ""
    return f"{escape.one_line(field.label)}：{escape.one_line(field.value)}{address}"


def _question(choice: Choice) -> str:
    how = "可多选" if choice.many else "选一项"
    return (
        f"{escape.one_line(choice.title)}（{how}）：{' / '.join(escape.one_line(each.text) for each in choice.options)}"
    )


def _commands(buttons: list[Button]) -> list[str]:
    typed = [escape.one_line(each.typed or each.text) for each in buttons if each.action is not None]
    return [f"可以回复：{' / '.join(typed)}"] if typed else []
