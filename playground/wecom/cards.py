"""Template cards checked field by field, with the errcode of the first thing wrong (WeCom reference 3.3).

What the documentation only advises ("建议不超过N个字") is not refused. Where no errcode is
documented for a mistake it is 40058 (bad value).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from playground.wecom.errors import ApiError

Block = Mapping[str, Any]

NOTICES = ("text_notice", "news_notice")
INTERACTIVE = ("button_interaction", "vote_interaction", "multiple_interaction")

_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_KEY_MAX = 1024
_OPTION_ID_MAX = 128


def calls_back(card: Block) -> bool:
    """Tell whether the card can be pressed and updated, and so needs a task_id and a callback URL."""
    return card.get("card_type") in INTERACTIVE or bool(card.get("action_menu"))


def check_card(card: Any, media_exists: Callable[[str], bool], *, update: bool = False) -> None:
    """Raise ApiError unless ``card`` may be sent (or may replace another, with ``update``)."""
    _require(isinstance(card, dict), 40058)
    kind = card.get("card_type")
    _require(kind in NOTICES + INTERACTIVE, 42031)
    if calls_back(card) and not update:
        _require(isinstance(card.get("task_id"), str) and _TASK_ID.fullmatch(card["task_id"]), 42014)
    elif card.get("task_id"):
        _require(isinstance(card["task_id"], str) and _TASK_ID.fullmatch(card["task_id"]), 42014)
    _check_shared(card, media_exists)
    _BY_KIND[kind](card, update)


def _check_shared(card: Block, media_exists: Callable[[str], bool]) -> None:
    for name in ("source", "main_title", "emphasis_content"):
        _block(card, name)
    if menu := _block(card, "action_menu"):
        actions = _blocks(menu, "action_list", 1, 3, 40058)
        for action in actions:
            _require(_text(action, "text"), 40058)
        _check_keys([_text(action, "key", 42051) for action in actions], 42051)
    if quote := _block(card, "quote_area"):
        _check_target(quote)
    for row in _blocks(card, "horizontal_content_list", 0, 6, 42035):
        _require(_text(row, "keyname"), 42027)
        _require(row.get("type", 0) in (0, 1, 2, 3), 40058)
        _require(row.get("type") != 1 or _text(row, "url"), 42028)
        _require(row.get("type") != 3 or _text(row, "userid"), 42050)
        if row.get("type") == 2:
            _require(_text(row, "media_id"), 42029)
            _require(media_exists(row["media_id"]), 40007)
    for jump in _blocks(card, "jump_list", 0, 3, 42042):
        _require(_text(jump, "title"), 42033)
        _check_target(jump)


def _check_text_notice(card: Block, _update: bool) -> None:
    _require(_text(_block(card, "main_title"), "title") or _text(card, "sub_title_text"), 41016)
    _check_card_action(card)


def _check_news_notice(card: Block, _update: bool) -> None:
    _require(_text(_block(card, "main_title"), "title"), 41016)
    image, area = _block(card, "card_image"), _block(card, "image_text_area")
    _require(image or area, 42044)
    if image:
        _require(_text(image, "url"), 42044)
        ratio = image.get("aspect_ratio")
        _require(ratio is None or (isinstance(ratio, (int, float)) and 1.3 < ratio < 2.25), 40058)
    if area:
        _check_target(area)
    for row in _blocks(card, "vertical_content_list", 0, 4, 42036):
        _require(_text(row, "title"), 42033)
    _check_card_action(card)


def _check_button_interaction(card: Block, _update: bool) -> None:
    _require(_text(_block(card, "main_title"), "title"), 41016)
    if action := _block(card, "card_action"):
        _check_target(action)
    if selection := _block(card, "button_selection"):
        _check_question(selection, 10)
    buttons = _blocks(card, "button_list", 0, 6, 40058)
    _require(buttons, 42017)
    for button in buttons:
        _require(_text(button, "text"), 42038)
        _require(button.get("type", 0) in (0, 1) and button.get("style", 1) in (1, 2, 3, 4), 40058)
        _require(button.get("type") != 1 or _text(button, "url"), 42028)
    _check_keys([_text(button, "key", 42039) for button in buttons if button.get("type") != 1], 42039)


def _check_vote_interaction(card: Block, update: bool) -> None:
    checkbox = _block(card, "checkbox")
    _check_question(checkbox, 20)
    _require(checkbox.get("mode", 0) in (0, 1), 40058)
    _require(all(isinstance(option.get("is_checked"), bool) for option in checkbox["option_list"]), 40058)
    _check_submit(card, update)


def _check_multiple_interaction(card: Block, update: bool) -> None:
    selects = _blocks(card, "select_list", 1, 3, 42047)
    for select in selects:
        _check_question(select, 10)
    _require(len({select["question_key"] for select in selects}) == len(selects), 42043)
    _check_submit(card, update)


_BY_KIND: dict[str, Callable[[Block, bool], None]] = {
    "text_notice": _check_text_notice,
    "news_notice": _check_news_notice,
    "button_interaction": _check_button_interaction,
    "vote_interaction": _check_vote_interaction,
    "multiple_interaction": _check_multiple_interaction,
}


def _check_card_action(card: Block) -> None:
    action = _block(card, "card_action")
    _require(action.get("type") in (1, 2), 42045)
    _check_target(action)


def _check_target(block: Block) -> None:
    """Type 1 needs a url, type 2 a mini-program."""
    _require(block.get("type", 0) in (0, 1, 2), 40058)
    _require(block.get("type") != 1 or _text(block, "url"), 42028)
    _require(block.get("type") != 2 or _text(block, "appid"), 42030)


def _check_question(question: Block, most: int) -> None:
    key = _text(question, "question_key", 42043)
    _require(key and len(key.encode()) <= _KEY_MAX, 42043)
    ids = []
    for option in _blocks(question, "option_list", 1, most, 42037):
        ids.append(_text(option, "id", 42040))
        _require(ids[-1] and len(ids[-1].encode()) <= _OPTION_ID_MAX, 42040)
        _require(_text(option, "text"), 42041)
    _require(len(set(ids)) == len(ids), 42040)


def _check_submit(card: Block, update: bool) -> None:
    submit = _block(card, "submit_button")
    if update and not submit:
        return
    _require(_text(submit, "text"), 42049)
    _check_keys([_text(submit, "key", 42046)], 42046)


def _check_keys(keys: list[str], code: int) -> None:
    _require(all(key and len(key.encode()) <= _KEY_MAX for key in keys) and len(set(keys)) == len(keys), code)


def _block(parent: Block, name: str) -> Block:
    value = parent.get(name) or {}
    _require(isinstance(value, dict), 40058)
    return value


def _blocks(parent: Block, name: str, least: int, most: int, code: int) -> list[Block]:
    value = parent.get(name) or []
    _require(isinstance(value, list) and least <= len(value) <= most, code)
    _require(all(isinstance(each, dict) for each in value), 40058)
    return value


def _text(parent: Block, name: str, code: int = 40058) -> str:
    value = parent.get(name, "")
    if not isinstance(value, str):
        raise ApiError(code)
    return value


def _require(fine: object, code: int) -> None:
    if not fine:
        raise ApiError(code)
