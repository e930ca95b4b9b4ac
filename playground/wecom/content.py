"""The simple message types: what is refused and what is cut (WeCom reference 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.wecom.cards import check_card
from playground.wecom.errors import ApiError
from playground.wecom.knobs import Knobs

_TEXT_BYTES = 2048
_URL_BYTES = 2048
_WITH_SAFE = ("text", "image", "video", "file", "mpnews")

MediaExists = Callable[[str], bool]


def checked_content(body: dict[str, Any], knobs: Knobs, media_exists: MediaExists) -> dict[str, Any]:
    """Return the message's content as clients get it; ApiError for what the platform does not take."""
    msgtype = body.get("msgtype")
    if msgtype not in _CHECKS:
        raise ApiError(40008)
    content = body.get(msgtype)
    if not isinstance(content, dict):
        raise ApiError(44004 if msgtype == "text" else 40063)
    safe = body.get("safe") or 0
    if (safe and msgtype not in _WITH_SAFE) or (safe == 2 and msgtype != "mpnews"):
        raise ApiError(40074)
    return _CHECKS[msgtype](dict(content), knobs, media_exists)


def _text(content: dict[str, Any], knobs: Knobs, _: MediaExists) -> dict[str, Any]:
    if not isinstance(content.get("content"), str) or not content["content"]:
        raise ApiError(44004)
    content["content"] = _cut(content["content"], _TEXT_BYTES, on_character=knobs.truncate_on_character)
    return content


def _markdown(content: dict[str, Any], knobs: Knobs, media_exists: MediaExists) -> dict[str, Any]:
    text = content.get("content")
    if isinstance(text, str) and len(text.encode()) > _TEXT_BYTES and knobs.long_markdown_errcode:
        raise ApiError(knobs.long_markdown_errcode)
    return _text(content, knobs, media_exists)


def _media(content: dict[str, Any], _: Knobs, media_exists: MediaExists) -> dict[str, Any]:
    if not isinstance(content.get("media_id"), str) or not media_exists(content["media_id"]):
        raise ApiError(40007)
    return content


def _video(content: dict[str, Any], knobs: Knobs, media_exists: MediaExists) -> dict[str, Any]:
    content = _media(content, knobs, media_exists)
    return {**content, "title": _short(content, "title", 128), "description": _short(content, "description", 512)}


def _textcard(content: dict[str, Any], _: Knobs, __: MediaExists) -> dict[str, Any]:
    if not content.get("title"):
        raise ApiError(41016)
    if not content.get("description"):
        raise ApiError(40063)
    _check_url(content.get("url"))
    # This type alone is limited in characters, the others in bytes.
    return {**content, "title": content["title"][:128], "description": content["description"][:512]}


def _news(content: dict[str, Any], _: Knobs, __: MediaExists) -> dict[str, Any]:
    articles = _articles(content)
    for article in articles:
        if not article.get("title"):
            raise ApiError(41016)
        if not (article.get("appid") and article.get("pagepath")):
            _check_url(article.get("url"))
    return {
        "articles": [
            {**each, "title": _short(each, "title", 128), "description": _short(each, "description", 512)}
            for each in articles
        ]
    }


def _mpnews(content: dict[str, Any], _: Knobs, media_exists: MediaExists) -> dict[str, Any]:
    for article in _articles(content):
        if not article.get("title"):
            raise ApiError(41016)
        if not media_exists(str(article.get("thumb_media_id"))):
            raise ApiError(40007)
        if not article.get("content"):
            raise ApiError(44004)
        if len(str(article["content"]).encode()) > 666 * 1024:
            raise ApiError(45002)
    return content


def _miniprogram_notice(content: dict[str, Any], _: Knobs, __: MediaExists) -> dict[str, Any]:
    if not content.get("title"):
        raise ApiError(41016)
    return content


def _template_card(content: dict[str, Any], _: Knobs, media_exists: MediaExists) -> dict[str, Any]:
    check_card(content, media_exists)
    return content


_CHECKS: dict[str, Callable[[dict[str, Any], Knobs, MediaExists], dict[str, Any]]] = {
    "text": _text,
    "markdown": _markdown,
    "image": _media,
    "voice": _media,
    "file": _media,
    "video": _video,
    "textcard": _textcard,
    "news": _news,
    "mpnews": _mpnews,
    "miniprogram_notice": _miniprogram_notice,
    "template_card": _template_card,
}


def _articles(content: dict[str, Any]) -> list[dict[str, Any]]:
    articles = content.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise ApiError(45008)
    return articles


def _check_url(url: Any) -> None:
    if not isinstance(url, str) or "://" not in url or len(url.encode()) > _URL_BYTES:
        raise ApiError(40058 if url else 40063)


def _short(content: dict[str, Any], name: str, limit: int) -> str:
    return _cut(str(content.get(name, "")), limit, on_character=True)


def _cut(text: str, limit: int, *, on_character: bool) -> str:
    raw = text.encode()
    return text if len(raw) <= limit else raw[:limit].decode(errors="ignore" if on_character else "replace")
