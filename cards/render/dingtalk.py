"""Draws a Card for DingTalk: variables of the generic template, or a message with links (DingTalk reference 4.4, 5).

Every variable is a string of at most VALUE_MAX bytes; objects are JSON inside the string. What does not fit is
given up in this order, the longest thing first within a step:

1. ``content``: notes from the last one, then the quote (cut, then gone), then values longer than a line (cut),
   then rows from the last one; the headline goes last. The link to the whole stays.
2. ``form``: the options of the longest choice from the last one; the page behind ``card.url`` has all of them.
3. ``btns`` and ``btns2``: links before deeds, then the last deeds.

User text is plain text here and in the client: no link, mention, heading or tag can come out of it (R-84).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import orjson

from cards.action import ActionCodec
from cards.card import Button, Card, Choice, Field, Style, Tone
from cards.render.escape import cut_bytes, markdown, one_line

VALUE_MAX = 1024
"""Bytes of one variable."""
MESSAGE_MAX = 15_000
"""Bytes of ``msgParam`` (DingTalk reference 4.2)."""
VARIABLES = ("title", "subtitle", "status", "tone", "content", "outcome", "btns", "btns2", "form", "toast")

ACTION_PARAM = "a"
"""The packed action travels under this name: a button's parameter, a hidden field of a form."""

_TITLE_MAX = 120
_STATUS_MAX = 36
_BUTTON_TEXT_MAX = 24
_OPTION_TEXT_MAX = 60
_LABEL_MAX = 120
_LINE = 90
_TONES = {
    Tone.PLAIN: "gray",
    Tone.INFO: "blue",
    Tone.GOOD: "green",
    Tone.WARN: "orange",
    Tone.BAD: "red",
    Tone.MUTED: "gray",
}
_COLORS = {Style.PRIMARY: "blue", Style.DANGER: "red", Style.PLAIN: "gray"}
_WHOLE = "查看详情"
_ADDRESS = re.compile(r"(?i)(?<=[a-z0-9+.-]):(?=//)|(?<=\bwww)\.|(?<=\bmailto):|(?<=\btel):")
_TWINS = str.maketrans(":.~_", "：．～＿")
_EMPHASIS = re.compile(r"~~|(?<!\w)_|_(?!\w)")
_LIST_NUMBER = re.compile(r"^(\s*\d+)[.)](?=\s)")


def render(card: Card, codec: ActionCodec, *, toast: str = "") -> dict[str, str]:
    """Return ``cardParamMap`` with exactly VARIABLES; ``toast`` is one sentence shown to the person who pressed."""
    first, second = _button_rows(card, codec)
    return {
        "title": cut_bytes(_plain(card.title), _TITLE_MAX),
        "subtitle": cut_bytes(_words(card.subtitle), VALUE_MAX),
        "status": cut_bytes(_plain(card.status), _STATUS_MAX),
        "tone": _TONES[card.tone],
        "content": _content(card, VALUE_MAX, link=bool(card.outcome)),
        "outcome": cut_bytes(_words(card.outcome), VALUE_MAX),
        "btns": first,
        "btns2": second,
        "form": _form(card, codec),
        "toast": cut_bytes(_plain(toast), VALUE_MAX),
    }


def render_fallback(card: Card) -> tuple[str, dict[str, str]]:
    """Return ``msgKey`` and ``msgParam`` of a message that says the same without a template.

    Its buttons can only be links; deeds and answers are shown as what a person can type.
    """
    title = cut_bytes(_plain(card.title), _TITLE_MAX)
    head = [f"### {_words(card.title)}", _words(card.subtitle), f"**{_words(card.status)}**" if card.status else ""]
    typed = [] if card.outcome else _typed(card)
    tail = [f"**{_words(card.outcome)}**" if card.outcome else "", "\n\n".join(typed)]
    fixed = _joined([*head, *tail])
    links = [] if card.outcome else [(_label(button.text), button.url) for button in card.buttons if button.url]
    links = [*links[:4], *([(_WHOLE, card.url)] if card.url else [])]
    room = MESSAGE_MAX - 1_000 - len(fixed.encode()) - sum(len(url.encode()) for _, url in links)
    text = _joined([*head, _content(card, max(room // 2, VALUE_MAX), link=False), *tail])
    if not links:
        return "sampleMarkdown", {"title": title, "text": text}
    if len(links) == 1:
        return "sampleActionCard", {"title": title, "text": text, "singleTitle": links[0][0], "singleURL": links[0][1]}
    numbered: dict[str, str] = {}
    for number, (label, url) in enumerate(links, 1):
        numbered[f"actionTitle{number}"] = label
        numbered[f"actionURL{number}"] = url
    return f"sampleActionCard{len(links)}", {"title": title, "text": text, **numbered}


def _content(card: Card, most: int, *, link: bool) -> str:
    """Return the markdown body in at most ``most`` bytes, giving up what the module's docstring says."""
    whole = f"[{_WHOLE}]({_url(card.url)})" if link and card.url else ""
    headline = f"### {_words(card.headline)}" if card.headline else ""
    fields = [field for field in card.fields if field.value != card.headline]  # the big line says it already
    rows = [_row(field) for field in fields]
    quote = _words(card.quote)
    notes = [_words(note) for note in card.notes]

    def drawn() -> str:
        quoted = "> " + quote if quote else ""
        small = [f"###### {note}" for note in notes]  # the smallest size that markdown has
        return _joined([headline, *rows, quoted, *small, whole])

    while notes and _over(drawn(), most):
        notes.pop()
    if quote and (over := _over(drawn(), most)):
        room = len(quote.encode()) - over
        quote = cut_bytes(quote, room) if room >= _LINE else ""
    for number in sorted(range(len(rows)), key=lambda each: -len(rows[each].encode())):
        if not (over := _over(drawn(), most)):
            break
        value_room = max(_LINE, len(_words(fields[number].value).encode()) - over)
        rows[number] = _row(fields[number], value_room)
    while rows and _over(drawn(), most):
        rows.pop()
    if over := _over(drawn(), most):
        headline = cut_bytes(headline, max(_LINE, len(headline.encode()) - over))
    return drawn()


def _row(field: Field, most: int = MESSAGE_MAX) -> str:
    value = cut_bytes(_words(field.value), most)
    return f"**{_words(field.label)}**：{f'[{value}]({_url(field.url)})' if field.url else value}"


def _button_rows(card: Card, codec: ActionCodec) -> tuple[str, str]:
    """Return ``btns`` and ``btns2``: none once decided, else as many as fit, in their order."""
    buttons = [] if card.outcome else list(card.buttons)
    if card.url and not card.outcome:
        buttons.append(Button(text=_WHOLE, url=card.url))
    drawn = [_button(button, codec) for button in buttons]
    while (rows := _split(drawn)) is None:
        links = [number for number, each in enumerate(drawn) if each["event"]["type"] == "openLink"]
        drawn.pop(links[-1] if links else -1)
    return rows


def _split(buttons: Sequence[dict[str, Any]]) -> tuple[str, str] | None:
    """Return the buttons as two values, the first as full as it can be; None where they do not fit."""
    for count in range(len(buttons), -1, -1):
        first, second = _dumps(buttons[:count]), _dumps(buttons[count:])
        if len(first.encode()) <= VALUE_MAX:
            return (first, second) if len(second.encode()) <= VALUE_MAX else None
    return None


def _button(button: Button, codec: ActionCodec) -> dict[str, Any]:
    """Return one button as the ButtonGroup component wants it (DingTalk reference 5.10)."""
    event: dict[str, Any] = {"type": "openLink", "params": {"url": button.url}}
    if button.action is not None:
        params = {"actionId": button.action.verb, "params": {ACTION_PARAM: codec.pack(button.action)}}
        event = {"type": "sendCardRequest", "params": params}
    return {"text": _label(button.text), "color": _COLORS[button.style], "status": "normal", "event": event}


def _form(card: Card, codec: ActionCodec) -> str:
    """Return the form variable (DingTalk reference 5.10): the choices, and the action as a hidden field."""
    if card.outcome or not card.choices or card.submit is None or card.submit.action is None:
        return _dumps({"fields": []})
    hidden = {
        "name": ACTION_PARAM,
        "type": "TEXT",
        "hidden": True,
        "defaultValue": codec.pack(card.submit.action),
    }
    choices = [_choice(choice) for choice in card.choices]
    # The form's own button always reads 提交, also where pressing it rejects.
    choices[-1]["label"] = cut_bytes(f"{choices[-1]['label']}（点“提交”即{_plain(card.submit.text)}）", _LABEL_MAX)
    while len((form := _dumps({"fields": [*choices, hidden]})).encode()) > VALUE_MAX:
        longest = max(choices, key=lambda each: len(each["options"]))
        if len(longest["options"]) <= 1:
            return _dumps({"fields": []})
        longest["options"].pop()
    return form


def _choice(choice: Choice) -> dict[str, Any]:
    """Return a choice as SELECT or MULTI_SELECT, with what is ticked already as its default."""
    field: dict[str, Any] = {
        "name": choice.key,
        "label": cut_bytes(_plain(choice.title), _OPTION_TEXT_MAX),
        "type": "MULTI_SELECT" if choice.many else "SELECT",
        "required": not choice.many,
        "options": [
            {"value": option.id, "text": cut_bytes(_plain(option.text), _OPTION_TEXT_MAX)} for option in choice.options
        ],
    }
    ticked = [number for number, option in enumerate(choice.options) if option.id in choice.selected]
    if ticked:
        ids = [choice.options[number].id for number in ticked]
        field["defaultValue"] = (
            {"index": ticked, "value": ids} if choice.many else {"index": ticked[0], "value": ids[0]}
        )
    return field


def _typed(card: Card) -> list[str]:
    """Return what can be typed instead of what cannot be drawn."""
    lines = [
        f"{_words(choice.title)}：{' / '.join(_words(option.text) for option in choice.options)}"
        for choice in card.choices
    ]
    deeds = [button for button in (*card.buttons, card.submit) if button is not None and button.typed]
    if deeds:
        lines.append("可以直接回复：" + "，".join(f"「{_words(button.typed)}」" for button in deeds))
    return lines


@lru_cache(2048)
def _words(text: str) -> str:
    """Return user text for one line of markdown: no markup of any kind, and no address that a client would link."""
    flat = markdown(_plain(text))
    flat = _ADDRESS.sub(lambda match: match[0].translate(_TWINS), flat)
    flat = _EMPHASIS.sub(lambda match: match[0].translate(_TWINS), flat)
    return _LIST_NUMBER.sub(r"\1．", flat)


def _plain(text: str) -> str:
    """Return user text for one line without markup; ``${`` would be read as a variable by the template."""
    return one_line(text).replace("${", "＄{")


def _label(text: str) -> str:
    return cut_bytes(_plain(text), _BUTTON_TEXT_MAX)


def _url(url: str) -> str:
    """Return one of our own addresses so that it cannot end the markdown link early."""
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")


def _joined(lines: Sequence[str]) -> str:
    """Join paragraphs: DingTalk's markdown breaks a line only at an empty one."""
    return "\n\n".join(_filled(lines))


def _filled(lines: Sequence[str]) -> Iterator[str]:
    return (line for line in lines if line)


def _over(text: str, most: int) -> int:
    return max(0, len(text.encode()) - most)


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
