"""How a person's client draws what the bot sent: messages with link buttons, and cards of the generic template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from playground.dingtalk.cards import Card
from playground.phone import Shown, ShownButton, ShownSelect

_ROW = re.compile(r"^[-*>\s]*\*\*(?P<label>[^*]+?)\*\*\s*：\s*(?P<value>.*)$")
_MARKS = (
    (re.compile(r"</?font[^>]*>"), ""),
    (re.compile(r"<br\s*/?>"), "\n"),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"^\s*(?:#{1,6}|>|[-*])\s+", re.MULTILINE), ""),
    (re.compile(r"(?<!\\)(\*\*|__|`)"), ""),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|<])"), r"\1"),
)
_PICKED = {"SELECT": False, "MULTI_SELECT": True, "CHECKBOX": False}
"""Form fields that are drawn as a choice; true where several answers fit."""


def draw_card(card: Card, user: str, at: float) -> Shown:
    """Draw a card of the generic template as this person sees it now."""
    seen = card.seen_by(user)
    rows, text = _split_rows(seen["content"]) if "content" in seen else ([], "")
    above = [seen.get("subtitle", ""), seen.get("status", "")]
    form = form_fields(seen.get("form", ""))
    if form:
        card.forms[user] = seen["form"]
    return Shown(
        id=card.out_track_id,
        kind="card",
        at=at,
        title=seen.get("title", ""),
        text="\n".join(part for part in [*above, text, seen.get("outcome", "")] if part),
        rows=rows,
        buttons=[*_buttons(seen.get("btns", "")), *_buttons(seen.get("btns2", ""))],
        selects=[select for select in map(_select, form) if select],
        toast=card.toasts.get(user, ""),
        updated=card.redrawn(user),
        raw=dict(seen),
    )


def _split_rows(markdown: str) -> tuple[list[tuple[str, str]], str]:
    rows: list[tuple[str, str]] = []
    rest: list[str] = []
    for line in re.sub(r"<br\s*/?>", "\n", markdown).splitlines():
        row = _ROW.match(line.strip())
        if row:
            rows.append((plain(row["label"]), plain(row["value"])))
        else:
            rest.append(line)
    return rows, plain("\n".join(rest))


def plain(markdown: str) -> str:
    """Return the words of markdown without its marks, as they are read on a screen."""
    for pattern, replacement in _MARKS:
        markdown = pattern.sub(replacement, markdown)
    return "\n".join(line.strip() for line in markdown.splitlines() if line.strip())


def _buttons(group: str) -> list[ShownButton]:
    """Return the buttons of a buttonGroup variable; a client shows nothing for a value it cannot read."""
    shown = []
    for each in _json_list(group):
        event = each.get("event") or {}
        params = event.get("params") or {}
        link = event.get("type") == "openLink"
        shown.append(
            ShownButton(
                key=json.dumps({} if link else params, ensure_ascii=False, separators=(",", ":")),
                text=str(each.get("text", "")),
                url=str(params.get("url", "")) if link else "",
                style=str(each.get("color", "")),
                enabled=each.get("status", "normal") == "normal",
            )
        )
    return shown


def form_fields(form: str) -> list[dict[str, Any]]:
    """Return the fields of a form variable (reference 5.10), none when it is empty or unreadable."""
    try:
        body = json.loads(form or "{}")
    except ValueError:
        return []
    fields = body.get("fields") if isinstance(body, dict) else None
    return [each for each in fields if isinstance(each, dict) and each.get("name")] if isinstance(fields, list) else []


def form_values(form: str, selections: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return ``params.form``: the fields' values after the person's selections, hidden fields included.

    A drop-down that nobody touched is left out: what a client sends for it is not documented.
    """
    values = {}
    for each in form_fields(form):
        name = each["name"]
        value = _value(each, list(selections[name]) if name in selections else _default(each))
        if value is not None:
            values[name] = value
    return values


def _value(spec: Mapping[str, Any], picked: list[str]) -> Any:
    if spec.get("type") in {"CHECKBOX", "SWITCH"}:
        return bool(picked) and picked[0] != "false"
    if spec.get("type") not in {"SELECT", "MULTI_SELECT"}:
        return picked[0] if picked else ""
    values = [value for value, _ in _options(spec)]
    places = [values.index(value) for value in picked if value in values]
    if spec["type"] == "MULTI_SELECT":
        return {"index": places, "value": [values[place] for place in places]}
    return {"index": places[0], "value": values[places[0]]} if places else None


def _select(spec: Mapping[str, Any]) -> ShownSelect | None:
    kind = str(spec.get("type", ""))
    if kind not in _PICKED or spec.get("hidden"):
        return None
    label = str(spec.get("label", ""))
    return ShownSelect(
        key=str(spec["name"]),
        title=label,
        options=[("true", label)] if kind == "CHECKBOX" else _options(spec),
        selected=_default(spec),
        many=_PICKED[kind],
        enabled=not spec.get("readOnly"),
    )


def _options(spec: Mapping[str, Any]) -> list[tuple[str, str]]:
    options = spec.get("options")
    each = [option for option in options if isinstance(option, dict)] if isinstance(options, list) else []
    return [(str(option.get("value", "")), str(option.get("text", option.get("value", "")))) for option in each]


def _default(spec: Mapping[str, Any]) -> list[str]:
    """Return the ids ticked at first; a default is written as a value, a list or ``{"index","value"}``."""
    default = spec.get("defaultValue")
    if isinstance(default, Mapping):
        default = default.get("value")
    if isinstance(default, bool):
        return ["true"] if default else []
    if isinstance(default, list):
        return [str(each) for each in default]
    return [str(default)] if default not in (None, "") else []


def _json_list(text: str) -> list[dict[str, Any]]:
    try:
        body = json.loads(text or "[]")
    except ValueError:
        return []
    return [each for each in body if isinstance(each, dict)] if isinstance(body, list) else []


def draw_template_message(message: str, key: str, param: Mapping[str, Any], at: float) -> Shown:
    """Draw a robot message sent by ``msgKey`` and ``msgParam`` (reference 4.4)."""
    title, text = str(param.get("title", "")), str(param.get("text", param.get("content", "")))
    kind, media, url_buttons = "text", "", list[ShownButton]()
    if key == "sampleMarkdown" or key.startswith("sampleActionCard"):
        kind, text = "markdown", plain(text)
        url_buttons = _template_links(param)
    elif key == "sampleLink":
        kind, url_buttons = "link", [_link(title, param.get("messageUrl"))]
    elif key == "sampleImageMsg":
        kind, media = "image", str(param.get("photoURL", ""))
    elif key in {"sampleAudio", "sampleVideo", "sampleFile"}:
        kind = {"sampleAudio": "voice", "sampleVideo": "video", "sampleFile": "file"}[key]
        media, title = str(param.get("mediaId", param.get("videoMediaId", ""))), str(param.get("fileName", ""))
    raw = {"msgKey": key, "msgParam": dict(param)}
    return Shown(id=message, kind=kind, at=at, title=title, text=text, buttons=url_buttons, media_id=media, raw=raw)


def _template_links(param: Mapping[str, Any]) -> list[ShownButton]:
    pairs = [("singleTitle", "singleURL")]
    pairs += [(f"actionTitle{n}", f"actionURL{n}") for n in range(1, 6)]
    pairs += [(f"buttonTitle{n}", f"buttonUrl{n}") for n in range(1, 3)]
    return [_link(param[title], param.get(url)) for title, url in pairs if title in param]


def draw_message(message: str, body: Mapping[str, Any], at: float) -> Shown:
    """Draw a message by ``msgtype``: of a session webhook, a custom robot or a work notification (4.5, 4.6)."""
    kind = str(body.get("msgtype", ""))
    part: Mapping[str, Any] = body.get(kind) or {}
    title = str(part.get("title") or part.get("head", {}).get("text", ""))
    text = str(part.get("text") or part.get("content") or part.get("markdown", ""))
    buttons: list[ShownButton] = []
    shape = {"image": "image", "voice": "voice", "file": "file", "text": "text", "link": "link"}.get(kind, "markdown")
    rows: list[tuple[str, str]] = []
    if kind == "link":
        buttons = [_link(title, part.get("messageUrl"))]
    elif kind in {"actionCard", "action_card"}:
        buttons = _action_links(part)
    elif kind == "feedCard":
        buttons = [_link(each.get("title", ""), each.get("messageURL")) for each in part.get("links", [])]
    elif kind == "oa":
        content = part.get("body", {})
        rows = [(str(each.get("key", "")), str(each.get("value", ""))) for each in content.get("form", [])]
        title, text = str(content.get("title") or title), str(content.get("content", ""))
        buttons = [_link("查看详情", part.get("message_url"))]
    words = plain(text) if shape == "markdown" else text
    media = str(part.get("media_id", ""))
    return Shown(
        id=message,
        kind=shape,
        at=at,
        title=title,
        text=words,
        rows=rows,
        buttons=buttons,
        media_id=media,
        raw=dict(body),
    )


def _action_links(part: Mapping[str, Any]) -> list[ShownButton]:
    single = part.get("singleTitle") or part.get("single_title")
    if single:
        return [_link(single, part.get("singleURL") or part.get("single_url"))]
    several = part.get("btns") or part.get("btn_json_list") or []
    return [_link(each.get("title", ""), each.get("actionURL") or each.get("action_url")) for each in several]


def _link(text: Any, url: Any) -> ShownButton:
    return ShownButton(key="", text=str(text), url=str(url or ""))
