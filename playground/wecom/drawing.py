"""How a member's client draws what was sent: payload → Shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.phone import Shown, ShownButton, ShownSelect
from playground.wecom.chats import Item

Block = Mapping[str, Any]


def draw(item: Item) -> Shown:
    """Return the item as drawn now."""
    shown = Shown(
        id=item.id,
        kind="text",
        at=item.at,
        mine=item.mine,
        updated=item.updated,
        place=item.place,
        raw={item.msgtype: item.content},
    )
    _DRAWERS.get(item.msgtype, _draw_link)(shown, item)
    return shown


def _draw_text(shown: Shown, item: Item) -> None:
    shown.kind = item.msgtype
    shown.text = item.content["content"]


def _draw_media(shown: Shown, item: Item) -> None:
    shown.kind = "file" if item.msgtype == "video" else item.msgtype
    shown.title = str(item.content.get("title", ""))
    shown.text = str(item.content.get("description", ""))
    shown.media_id = item.content["media_id"]


def _draw_link(shown: Shown, item: Item) -> None:
    """Draw textcard, miniprogram_notice, location and link: a title, a text, one thing to open."""
    shown.kind = "link"
    shown.title = str(item.content.get("title", ""))
    shown.text = str(item.content.get("description", ""))
    if url := item.content.get("url"):
        shown.buttons.append(ShownButton(key="", text=str(item.content.get("btntxt") or "详情"), url=str(url)))


def _draw_articles(shown: Shown, item: Item) -> None:
    shown.kind = "link"
    articles = item.content["articles"]
    shown.title = str(articles[0].get("title", ""))
    shown.text = str(articles[0].get("description") or articles[0].get("digest") or "")
    shown.buttons = [
        ShownButton(key="", text=str(each["title"]), url=str(each.get("url") or each.get("content_source_url") or ""))
        for each in articles
    ]


def _draw_card(shown: Shown, item: Item) -> None:
    card = item.content
    shown.kind = "card"
    title = _block(card, "main_title")
    emphasis, quote = _block(card, "emphasis_content"), _block(card, "quote_area")
    area = _block(card, "image_text_area") if card["card_type"] == "news_notice" else {}
    lines = [title.get("desc"), emphasis.get("title"), emphasis.get("desc"), card.get("sub_title_text")]
    lines += [quote.get("title"), quote.get("quote_text"), area.get("title"), area.get("desc")]
    shown.title = str(title.get("title") or "")
    shown.text = "\n".join(str(line) for line in lines if line)
    shown.rows = [(str(row["keyname"]), str(row.get("value", ""))) for row in card.get("horizontal_content_list") or ()]
    if card["card_type"] == "news_notice":
        shown.rows += [(str(row["title"]), str(row.get("desc", ""))) for row in card.get("vertical_content_list") or ()]
    shown.selects = _selects(card, frozen=bool(item.grey))
    shown.buttons = _buttons(card, item.grey) + _links(card)


def _buttons(card: Block, grey: str) -> list[ShownButton]:
    """Return what calls back: one grey label once replaced, the corner's menu always."""
    buttons: list[ShownButton] = []
    if grey:
        buttons.append(ShownButton(key="", text=grey, enabled=False))
    else:
        for button in card["button_list"] if card["card_type"] == "button_interaction" else ():
            link = button.get("type") == 1
            buttons.append(
                ShownButton(
                    key="" if link else button["key"],
                    text=button["text"],
                    url=button["url"] if link else "",
                    style=str(button.get("style", 1)),
                )
            )
        submit = _block(card, "submit_button")
        if submit and card["card_type"] in ("vote_interaction", "multiple_interaction"):
            buttons.append(ShownButton(key=submit["key"], text=submit["text"], style="submit"))
    menu = _block(card, "action_menu").get("action_list") or ()
    return buttons + [ShownButton(key=each["key"], text=each["text"], style="menu") for each in menu]


def _links(card: Block) -> list[ShownButton]:
    links = [
        ShownButton(key="", text=jump["title"], url=jump.get("url", ""), style="jump", enabled=bool(jump.get("type")))
        for jump in card.get("jump_list") or ()
    ]
    if url := _block(card, "card_action").get("url"):
        links.append(ShownButton(key="", text="打开", url=url, style="card"))
    return links


def _selects(card: Block, *, frozen: bool) -> list[ShownSelect]:
    return [
        ShownSelect(
            key=question["question_key"],
            title=str(question.get("title", "")),
            options=[(option["id"], option["text"]) for option in question["option_list"]],
            selected=selected_by_default(question),
            many=question.get("mode") == 1,
            enabled=not frozen and not question.get("disable"),
        )
        for question in questions(card)
    ]


def questions(card: Block) -> list[Block]:
    """Return everything on the card that can be selected."""
    if card["card_type"] == "multiple_interaction":
        return list(card["select_list"])
    name = {"button_interaction": "button_selection", "vote_interaction": "checkbox"}.get(card["card_type"], "")
    return [card[name]] if card.get(name) else []


def selected_by_default(question: Block) -> list[str]:
    """Return the ids ticked before anybody touches it; a drop-down falls back to its first option."""
    options = question["option_list"]
    if any("is_checked" in option for option in options):
        return [option["id"] for option in options if option.get("is_checked")]
    ids = [option["id"] for option in options]
    return [question["selected_id"]] if question.get("selected_id") in ids else ids[:1]


def _block(parent: Block, name: str) -> Block:
    return parent.get(name) or {}


_DRAWERS = {
    "text": _draw_text,
    "markdown": _draw_text,
    "image": _draw_media,
    "voice": _draw_media,
    "video": _draw_media,
    "file": _draw_media,
    "news": _draw_articles,
    "mpnews": _draw_articles,
    "template_card": _draw_card,
}
