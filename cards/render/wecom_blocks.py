"""The parts WeCom's template cards are built of, each cut to its limit (WeCom reference 3.3).

Whatever comes out of here is safe to show: user text is defused on its way through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cards.card import Style, Tone
from cards.render import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cards.action import ActionCodec
    from cards.card import Button, Card, Choice, Field

TITLE_MAX, TITLE_VOTE_MAX = 36, 16
DESC_MAX, TEXT_MAX = 44, 160
SOURCE_MAX = 20
EMPHASIS_MAX = 14
ROWS_MAX, LABEL_MAX, VALUE_MAX = 6, 5, 30
BUTTONS_MAX, BUTTON_TEXT_MAX = 6, 10
JUMPS_MAX, JUMP_TITLE_MAX = 3, 18
SELECTION_OPTIONS_MAX, VOTE_OPTIONS_MAX, SELECTS_MAX = 10, 20, 3
OPTION_TEXT_MAX = 16
VERTICAL_TITLE_MAX = 38
MORE = "…更多见详情"

_COLOURS = {Tone.MUTED: 0, Tone.PLAIN: 1, Tone.INFO: 1, Tone.WARN: 2, Tone.BAD: 2, Tone.GOOD: 3}
_STYLES = {Style.PRIMARY: 1, Style.DANGER: 2, Style.PLAIN: 3}


def share_out(buttons: Sequence[Button]) -> tuple[list[Button], list[Button], list[Button]]:
    """Return the buttons that are drawn, the deeds that are not, and the links that are not; deeds go before links."""
    deeds = [each for each in buttons if each.action is not None]
    links = [each for each in buttons if each.action is None]
    room = max(BUTTONS_MAX - len(deeds), 0)
    return [*deeds[:BUTTONS_MAX], *links[:room]], deeds[BUTTONS_MAX:], links[room:]


def field_rows(fields: Sequence[Field], links: Sequence[Button]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the rows, and as sentences what does not fit into one."""
    rows: list[dict[str, Any]] = []
    spilled = []
    for field in fields:
        label, value = line(field.label), line(field.value) or "—"
        if len(rows) == ROWS_MAX or len(label) > LABEL_MAX or len(value) > VALUE_MAX:
            spilled.append(f"{label}：{value}")
        else:
            # A telephone number stays text: only addresses of pages are documented here.
            link = {"type": 1, "url": field.url} if field.url.startswith("http") else {}
            rows.append({"keyname": label, "value": value, **link})
    for button in links:
        if len(rows) == ROWS_MAX:
            spilled.append(f"{line(button.text)}：{button.url}")
        else:
            rows.append({"type": 1, "keyname": "链接", "value": cut(button.text, VALUE_MAX), "url": button.url})
    return rows, spilled


def typed(lost: Sequence[Button]) -> list[str]:
    """Return the sentence that names the deeds which have no button."""
    return [f"也可以输入：{' / '.join(line(each.typed or each.text) for each in lost)}"] if lost else []


def unasked(card: Card, asked: Sequence[Choice]) -> list[str]:
    """Return a sentence for each question that the card cannot ask."""
    return [f"还需填写：{line(each.title)}" for each in card.choices if each not in asked]


def left_out(choice: Choice, most: int) -> list[str]:
    """Return the sentence that names the options beyond the ``most`` a question can have."""
    left = choice.options[most:]
    return [f"{line(choice.title)}还可以是：{'、'.join(line(each.text) for each in left)}"] if left else []


def answered(choice: Choice) -> str:
    """Return a question with the answer that was chosen."""
    chosen = "、".join(line(each.text) for each in choice.options if each.id in choice.selected)
    return f"{line(choice.title)}：{chosen}"


def select(choice: Choice) -> dict[str, Any]:
    """Return one drop-down; without ``selected_id`` the client shows the first option."""
    options = choice.options[:SELECTION_OPTIONS_MAX]
    selected = next((each.id for each in options if each.id in choice.selected), "")
    return {
        "question_key": choice.key,
        "title": line(choice.title),
        **unless_empty("selected_id", selected),
        "option_list": [{"id": each.id, "text": cut(each.text, OPTION_TEXT_MAX)} for each in options],
    }


def button_of(button: Button, codec: ActionCodec) -> dict[str, Any]:
    """Return a button of ``button_list``: its payload packed, or its address."""
    drawn: dict[str, Any] = {"text": cut(button.text, BUTTON_TEXT_MAX), "style": _STYLES[button.style]}
    if button.action is None:
        return {"type": 1, **drawn, "url": button.url}
    return {**drawn, "key": codec.pack(button.action)}


def submit(button: Button, codec: ActionCodec) -> dict[str, Any]:
    """Return the button that sends the answers of vote and multiple cards."""
    assert button.action is not None
    return {"text": cut(button.text, BUTTON_TEXT_MAX), "key": codec.pack(button.action)}


def source(card: Card, *, colour: bool) -> dict[str, Any]:
    """Return the small line above the title, which tells the status; only some cards take a ``colour``."""
    if not card.status:
        return {}
    tint = {"desc_color": _COLOURS[card.tone]} if colour else {}
    return {"source": {"desc": cut(card.status, SOURCE_MAX), **tint}}


def main_title(card: Card, title_max: int, desc: str) -> dict[str, Any]:
    """Return the title, with ``desc`` below it."""
    return {"title": cut(card.title, title_max), **unless_empty("desc", desc)}


def quote_area(card: Card) -> dict[str, Any]:
    """Return somebody's own words."""
    if not card.quote:
        return {}
    return {"quote_area": {"type": 0, "quote_text": escape.cut_chars(escape.defuse(card.quote), TEXT_MAX)}}


def fit(parts: Iterable[str], *, leads: bool, url: str = "") -> str:
    """Return the parts as lines of at most TEXT_MAX characters; what is cut says where the rest is.

    ``leads`` tells that the card has a page; ``url`` is spelled out where the card itself is no link.
    """
    whole = "\n".join(part for part in parts if part)
    if len(whole) <= TEXT_MAX:
        return whole
    more = (MORE + (f"：{url}" if len(url) <= TEXT_MAX // 2 and url else "")) if leads else escape.MORE
    return escape.cut_chars(whole, TEXT_MAX - len(more) + 1) + more.removeprefix(escape.MORE)


def too_long(text: str, most: int) -> list[str]:
    """Return the whole of a text that its own slot had to cut."""
    whole = line(text)
    return [whole] if len(whole) > most else []


def some(*texts: str) -> list[str]:
    """Return the lines of the texts that are not empty."""
    return [line(text) for text in texts if text]


def cut(text: str, most: int) -> str:
    """Return one harmless line of at most ``most`` characters."""
    return escape.cut_chars(line(text), most)


def line(text: str) -> str:
    """Return one harmless line."""
    return escape.one_line(text)


def unless_empty(name: str, value: Any) -> dict[str, Any]:
    """Return ``{name: value}``, or nothing: an empty list or text is an error to the platform."""
    return {name: value} if value else {}
