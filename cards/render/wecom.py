"""A card as WeCom draws it: one of five template cards, or markdown (WeCom reference 3.3).

====================================  ==================================================================
the card                              is drawn as
====================================  ==================================================================
buttons to press, one question        ``button_interaction``; the question as ``button_selection``
  (one answer, up to 10 options)
one question of several answers,      ``vote_interaction`` with a submit button
  or of more than 10 options
several questions                     ``multiple_interaction``, the first three with one answer each
nothing to press, a picture           ``news_notice``
nothing to press, an address          ``text_notice``, the headline as ``emphasis_content``
nothing to press, no address          markdown
====================================  ==================================================================

What does not fit is given up in this order, and nothing without a word:

0. a picture becomes a link everywhere but on ``news_notice``;
1. a field whose label or value is too long for a row, or that comes after the sixth, moves into
   the text below (``sub_title_text``, 160 characters; on vote and multiple cards the description);
2. a link button beyond the sixth becomes a row with a link, on notices one of three jump links;
3. a button beyond the sixth, and every button but "submit" on vote and multiple cards, is named
   in the text below as what to type instead; these come first there, since they are deeds;
4. of the text below the last notes go first; what is cut ends in ``…更多见详情``, and the card
   leads to ``url``.

User text becomes neither link, mention nor id translation, which also stays switched off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cards.card import Button, Tone
from cards.render import escape
from cards.render import wecom_blocks as blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cards.action import ActionCodec
    from cards.card import Card, Choice, Field

MARKDOWN_MAX = 2048
"""Bytes; cards count characters."""

_FONTS = {Tone.INFO: "comment", Tone.MUTED: "comment", Tone.GOOD: "info", Tone.WARN: "warning", Tone.BAD: "warning"}


def render(card: Card, codec: ActionCodec, *, task_id: str) -> dict[str, Any]:
    """Return the message without its receivers: ``{"msgtype": "template_card", "template_card": {…}}`` or markdown.

    ``task_id`` is unique per application: at most 128 of ``[0-9A-Za-z_@-]``.
    """
    drawn = _interactive(card, codec) or _notice(card)
    if drawn is None:
        return {"msgtype": "markdown", "markdown": {"content": _markdown(card)}}
    return {"msgtype": "template_card", "template_card": {**drawn, "task_id": task_id}}


def render_update(card: Card, codec: ActionCodec) -> dict[str, Any]:
    """Return the template card that replaces a sent one (it has no ``task_id``).

    The ``outcome`` stands where the buttons were and the choices are frozen. A card with nothing
    to press and no page to lead to is drawn that way too, since a card cannot become a message.
    """
    drawn = None if card.outcome else _interactive(card, codec) or _notice(card)
    return drawn or _decided(card)


def _interactive(card: Card, codec: ActionCodec) -> dict[str, Any] | None:
    """Return the card with something to press, or None when nothing may be pressed."""
    deeds = _deeds(card)
    if card.outcome or not deeds:
        return None
    match _selection(card):
        case "button", choices:
            drawn, lost, links = blocks.share_out([*deeds, *_links(card)])
            links += _picture(card)
            body = _button_card(card, links, [*blocks.typed(lost), *blocks.unasked(card, choices)])
            selection = {"button_selection": blocks.select(choices[0])} if choices else {}
            return {**body, **selection, "button_list": [blocks.button_of(each, codec) for each in drawn]}
        case "vote", (choice, *_):
            body = _vote_card(card, choice, [*blocks.typed(deeds[1:]), *blocks.unasked(card, [choice])])
        case _, choices:
            body = _multiple_card(card, choices, [*blocks.typed(deeds[1:]), *blocks.unasked(card, choices)])
    return {**body, "submit_button": blocks.submit(deeds[0], codec)}


def _decided(card: Card) -> dict[str, Any]:
    """Return the card with its outcome as a grey label in place of the buttons."""
    label = blocks.cut(card.outcome or card.status or "已更新", blocks.TITLE_MAX)
    match _selection(card):
        case "vote", (choice, *_):
            body = _vote_card(card, choice, [])
            body["checkbox"]["disable"] = True
        case "multiple", choices:
            body = _multiple_card(card, choices, [])
            for select in body["select_list"]:
                select["disable"] = True
        case _, choices:
            # Only the other two kinds can freeze their choices, so here the answer becomes a sentence.
            body = _button_card(
                card, [*_links(card), *_picture(card)], [blocks.answered(each) for each in choices if each.selected]
            )
            # The list may not be empty; nobody sees or presses this button behind the label.
            body["button_list"] = [{"text": escape.cut_chars(label, blocks.BUTTON_TEXT_MAX), "key": "decided"}]
    return {**body, "replace_text": label}


def _notice(card: Card) -> dict[str, Any] | None:
    """Return the card that is only read, or None when there is no page it could lead to."""
    links = _links(card)
    url = card.url or (links[0].url if links else "")
    if not url:
        return None
    jumps, left = links[: blocks.JUMPS_MAX], links[blocks.JUMPS_MAX :]
    rows, spilled = blocks.field_rows(card.fields, left)
    body: dict[str, Any] = {
        "card_type": "news_notice" if card.picture_url else "text_notice",
        **blocks.source(card, colour=True),
        "main_title": blocks.main_title(card, blocks.TITLE_MAX, blocks.cut(card.subtitle, blocks.DESC_MAX)),
        **blocks.quote_area(card),
    }
    headline = blocks.line(card.headline)
    below = [
        *blocks.too_long(card.title, blocks.TITLE_MAX),
        *blocks.some(card.outcome),
        *([] if card.picture_url else blocks.too_long(card.headline, blocks.EMPHASIS_MAX)),
        *blocks.too_long(card.subtitle, blocks.DESC_MAX),
        *spilled,
        *_questions(card),
        *map(blocks.line, card.notes),
    ]
    words = blocks.fit(below, leads=True)
    if card.picture_url:
        body["card_image"] = {"url": card.picture_url}
        said = [{"title": escape.cut_chars(headline, blocks.VERTICAL_TITLE_MAX)}] if headline else []
        body |= blocks.unless_empty(
            "vertical_content_list", [*said, *([{"title": "说明", "desc": words}] if words else [])]
        )
    else:
        if headline:
            body["emphasis_content"] = {"title": escape.cut_chars(headline, blocks.EMPHASIS_MAX)}
        body |= blocks.unless_empty("sub_title_text", words)
    body |= blocks.unless_empty("horizontal_content_list", rows)
    body |= blocks.unless_empty(
        "jump_list",
        [{"type": 1, "title": blocks.cut(each.text, blocks.JUMP_TITLE_MAX), "url": each.url} for each in jumps],
    )
    return {**body, "card_action": {"type": 1, "url": url}}


def _button_card(card: Card, links: Sequence[Button], deeds: Sequence[str]) -> dict[str, Any]:
    """Return a ``button_interaction`` without its buttons; ``links`` become rows, ``deeds`` come first in the text."""
    rows, spilled = blocks.field_rows(card.fields, links)
    said = {row["value"] for row in rows}  # what stands in a row is not said twice
    lead = " · ".join(part for part in blocks.some(card.headline, card.subtitle) if part not in said)
    desc, rest = (
        (lead, [])
        if len(lead) <= blocks.DESC_MAX
        else (blocks.cut(card.headline or card.subtitle, blocks.DESC_MAX), [lead])
    )
    below = [*deeds, *blocks.too_long(card.title, blocks.TITLE_MAX), *rest, *spilled, *map(blocks.line, card.notes)]
    return {
        "card_type": "button_interaction",
        **blocks.source(card, colour=True),
        "main_title": blocks.main_title(card, blocks.TITLE_MAX, desc),
        **blocks.quote_area(card),
        **blocks.unless_empty("sub_title_text", blocks.fit(below, leads=bool(card.url))),
        **blocks.unless_empty("horizontal_content_list", rows),
        **({"card_action": {"type": 1, "url": card.url}} if card.url else {}),
    }


def _vote_card(card: Card, choice: Choice, deeds: Sequence[str]) -> dict[str, Any]:
    options = choice.options[: blocks.VOTE_OPTIONS_MAX]
    deeds = [blocks.line(choice.title), *deeds, *blocks.left_out(choice, blocks.VOTE_OPTIONS_MAX)]
    return {
        "card_type": "vote_interaction",
        **blocks.source(card, colour=False),
        "main_title": blocks.main_title(card, blocks.TITLE_VOTE_MAX, _description(card, blocks.TITLE_VOTE_MAX, deeds)),
        "checkbox": {
            "question_key": choice.key,
            "mode": int(choice.many),
            "option_list": [
                {
                    "id": each.id,
                    "text": blocks.cut(each.text, blocks.OPTION_TEXT_MAX),
                    "is_checked": each.id in choice.selected,
                }
                for each in options
            ],
        },
    }


def _multiple_card(card: Card, choices: Sequence[Choice], deeds: Sequence[str]) -> dict[str, Any]:
    left_out = [words for choice in choices for words in blocks.left_out(choice, blocks.SELECTION_OPTIONS_MAX)]
    return {
        "card_type": "multiple_interaction",
        **blocks.source(card, colour=False),
        "main_title": blocks.main_title(
            card, blocks.TITLE_MAX, _description(card, blocks.TITLE_MAX, [*deeds, *left_out])
        ),
        "select_list": [blocks.select(choice) for choice in choices],
    }


def _description(card: Card, title_max: int, deeds: Sequence[str]) -> str:
    """Return all that vote and multiple cards can say besides their title; no part of them is a link."""
    parts = [
        *blocks.too_long(card.title, title_max),
        *deeds,
        *blocks.some(card.headline, card.subtitle),
        *(f"{blocks.line(field.label)}：{blocks.line(field.value)}" for field in card.fields),
        *blocks.some(card.quote),
        *(f"{blocks.line(link.text)}：{link.url}" for link in [*_links(card), *_picture(card)]),
        *map(blocks.line, card.notes),
    ]
    return blocks.fit(parts, leads=bool(card.url), url=card.url)


def _selection(card: Card) -> tuple[str, list[Choice]]:
    """Return which interactive card asks the questions, and the questions it can ask."""
    choices = [choice for choice in card.choices if choice.options]
    singles = [choice for choice in choices if not choice.many]
    if not choices:
        return "button", []
    if len(choices) == 1 and singles and len(singles[0].options) <= blocks.SELECTION_OPTIONS_MAX:
        return "button", singles
    if len(choices) == 1 or not singles:
        return "vote", choices[:1]
    return "multiple", singles[: blocks.SELECTS_MAX]


def _questions(card: Card) -> list[str]:
    """Return what a card that is only read says of its questions: the answers, or that they are still open."""
    if card.outcome:
        return [blocks.answered(choice) for choice in card.choices if choice.selected]
    return blocks.unasked(card, [])


def _deeds(card: Card) -> list[Button]:
    return [each for each in (card.submit, *card.buttons) if each is not None and each.action is not None]


def _links(card: Card) -> list[Button]:
    return [each for each in card.buttons if each.url]


def _picture(card: Card) -> list[Button]:
    """Return the picture as a link, for cards that cannot show it."""
    return [Button(text="查看图片", url=card.picture_url)] if card.picture_url else []


def _markdown(card: Card) -> str:
    """Return the card in WeCom's markdown: whole lines, the least important dropped first (2,048 bytes)."""

    def say(text: str, most: int = 600) -> str:
        return escape.markdown(escape.cut_bytes(blocks.line(text), most))

    def tinted(text: str, tone: Tone) -> str:
        return f'<font color="{_FONTS[tone]}">{say(text)}</font>' if tone in _FONTS else say(text)

    def linked(field: Field) -> str:
        value = tinted(field.value, field.tone)
        return f"[{value}]({field.url})" if field.url.startswith("http") else value

    lines = [f"**{say(card.title, 150)}**"]
    lines += [tinted(card.status, card.tone)] if card.status else []
    lines += [f"**{say(each)}**" for each in (card.outcome, card.headline) if each]
    lines += [say(card.subtitle)] if card.subtitle else []
    lines += [f"{say(field.label)}：{linked(field)}" for field in card.fields]
    lines += [f"> {say(card.quote)}"] if card.quote else []
    lines += [f"[查看图片]({card.picture_url})"] if card.picture_url else []
    lines += [say(each) for each in _questions(card)]
    lines += [f'<font color="comment">{say(note)}</font>' for note in card.notes]
    while len("\n".join(lines).encode()) > MARKDOWN_MAX:
        lines = [*lines[:-2], escape.MORE] if lines[-1] == escape.MORE else [*lines[:-1], escape.MORE]
    return "\n".join(lines)
