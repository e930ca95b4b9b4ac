"""WeCom as a channel: messages and cards out, cards redrawn, media in.

Sending twice is prevented where the platform can: every send carries ``enable_duplicate_check``,
and what it is compared by, the request itself, is the same for the same ``key`` and differs
between keys (WeCom reference 3.1; R-27).
"""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.wecom.codes import usable_codes, with_codes
from bot.wecom.errors import DeadMedia
from cards.card import Card, Document, Markdown, Message, Picture, Text
from cards.channel import CannotUpdate, Media, MediaRef, Misconfigured, Receipt, Refused
from cards.render import escape
from cards.render.wecom import render, render_update

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.wecom.budget import SendBudget
    from bot.wecom.client import WeComClient
    from cards.action import ActionCodec

TEXT_MAX = 2048
"""Bytes of one text or markdown; the platform cuts the rest off without a word (WeCom reference 3.2)."""
IMAGE_MAX, FILE_MAX, UPLOAD_MIN = 10 * 1024 * 1024, 20 * 1024 * 1024, 6
MEDIA_LIFE = timedelta(days=3) - timedelta(hours=1)
MEDIA_KEPT = 256
DUPLICATE_MAX = timedelta(hours=4)

_USERID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}", re.ASCII)
"""No ``|``, which separates receivers, and no leading ``@``: ``@all`` is everybody."""
_PICTURES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_UNSAFE_NAME = re.compile(r'[\x00-\x1f"\\/:*?<>|]+')


class WeComChannel:
    """Implements ``cards.channel.Channel`` for one application.

    ``duplicate_interval``, at most 4 hours, is the shortest time in which the platform drops a repeated request.
    """

    platform = "wecom"
    knows_texts = True

    def __init__(
        self,
        client: WeComClient,
        codec: ActionCodec,
        *,
        budget: SendBudget,
        now: Callable[[], datetime],
        duplicate_interval: timedelta = timedelta(minutes=30),
    ) -> None:
        self._client = client
        self._codec = codec
        self._budget = budget
        self._now = now
        self._interval = duplicate_interval
        self._uploaded: dict[str, tuple[str, datetime]] = {}

    async def send(self, account: str, message: Message, *, key: str, group: bool = False) -> Receipt:
        """Send to one member; a text longer than 2,048 bytes goes out as several messages."""
        if group:
            raise Refused("an application of WeCom cannot write into groups")
        _check_userid(account)
        match message:
            case Card():
                return await self._send_card(account, message, key)
            case Text(text=text):
                pieces = [{"content": piece} for piece in escape.split_bytes(escape.defuse(text).strip(), TEXT_MAX)]
                return await self._send_pieces(account, "text", pieces, key)
            case Markdown(markdown=markdown):
                pieces = [{"content": piece} for piece in escape.split_bytes(escape.clean(markdown), TEXT_MAX)]
                return await self._send_pieces(account, "markdown", pieces, key)
            case Picture(name=name, data=data) | Document(name=name, data=data):
                return await self._send_media(account, name, data, key, picture=isinstance(message, Picture))

    async def update(self, account: str, card: Card, handle: Mapping[str, str]) -> Mapping[str, str]:
        """Redraw ``account``'s copy with the newest code that works; CannotUpdate when none does."""
        _check_userid(account)
        drawn = render_update(card, self._codec)
        codes = usable_codes(handle, self._now())
        while codes:
            (code, _), *codes = codes
            try:
                await self._redraw(account, drawn, code)
            except CannotUpdate:
                # Used by an update whose answer was lost, or older than we thought: the one before may do.
                continue
            return with_codes(handle, codes)
        raise CannotUpdate("no code of this card is left")

    async def fetch(self, ref: MediaRef) -> Media:
        """Return a picture, voice, video or file that a member sent, at most 20 MB."""
        media = await self._client.download(ref.ref)
        return Media(name=ref.name or media.name, mime=media.mime or ref.mime, data=media.data)

    async def _send_card(self, account: str, card: Card, key: str) -> Receipt:
        task_id = task_id_for(key)
        try:
            answer = await self._send(account, render(card, self._codec, task_id=task_id), key)
        except Refused as refused:
            if refused.code != "42014":
                raise
            # Ours are never malformed, so the platform has this card from a try whose answer was lost.
            return Receipt(handle={"task_id": task_id}, note="平台已收过这张卡片", known=True)
        handle = {"task_id": task_id}
        if code := str(answer.get("response_code") or ""):
            handle = with_codes(handle, [(code, self._now())])
        return Receipt(message_id=str(answer.get("msgid") or ""), handle=handle)

    async def _send_pieces(self, account: str, kind: str, pieces: list[dict[str, str]], key: str) -> Receipt:
        if not pieces:
            raise Refused("there is nothing in this message")
        self._budget.spend(account, len(pieces))
        receipt = Receipt()
        for number, piece in enumerate(pieces):
            answer = await self._post(account, {"msgtype": kind, kind: piece}, f"{key}/{number}" if number else key)
            receipt = Receipt(message_id=str(answer.get("msgid") or ""))
        return receipt

    async def _send_media(self, account: str, name: str, data: bytes, key: str, *, picture: bool) -> Receipt:
        if not UPLOAD_MIN <= len(data) <= FILE_MAX:
            raise Refused(f"{len(data)} bytes; the platform takes 6 bytes to 20 MB")
        mime = next((mime for magic, mime in _PICTURES if data.startswith(magic)), "application/octet-stream")
        as_image = picture and mime.startswith("image/") and len(data) <= IMAGE_MAX
        kind = "image" if as_image else "file"
        try:
            media_id = await self._media_id(kind, name, data, mime)
            answer = await self._send(account, {"msgtype": kind, kind: {"media_id": media_id}}, key)
        except DeadMedia:
            self._uploaded.clear()
            media_id = await self._media_id(kind, name, data, mime)
            answer = await self._send(account, {"msgtype": kind, kind: {"media_id": media_id}}, key)
        note = "图片过大或格式不支持，已按文件发送" if picture and not as_image else ""
        return Receipt(message_id=str(answer.get("msgid") or ""), note=note)

    async def _media_id(self, kind: str, name: str, data: bytes, mime: str) -> str:
        """Upload once and remember: a repeated send must be the same request to be recognised as one."""
        name = _UNSAFE_NAME.sub("_", escape.one_line(name)) or "file"
        print_ = hashlib.sha256(b"\0".join((kind.encode(), name.encode(), data))).hexdigest()
        media_id, until = self._uploaded.get(print_, ("", self._now()))
        if until <= self._now():
            media_id = await self._client.upload(kind, name, data, mime)
            if len(self._uploaded) >= MEDIA_KEPT:
                del self._uploaded[next(iter(self._uploaded))]
            self._uploaded[print_] = (media_id, self._now() + MEDIA_LIFE)
        return media_id

    async def _send(self, account: str, content: Mapping[str, Any], key: str) -> dict[str, Any]:
        self._budget.spend(account)
        return await self._post(account, content, key)

    async def _post(self, account: str, content: Mapping[str, Any], key: str) -> dict[str, Any]:
        body = {
            "touser": account,
            "agentid": self._client.agent_id,
            **content,
            "enable_id_trans": 0,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _interval(key, self._interval),
        }
        answer = await self._client.post("message/send", body)
        _check_receiver(account, answer)
        return answer

    async def _redraw(self, account: str, drawn: Mapping[str, Any], code: str) -> None:
        body = {
            "userids": [account],
            "agentid": self._client.agent_id,
            "response_code": code,
            "enable_id_trans": 0,
            "template_card": drawn,
        }
        _check_receiver(account, await self._client.post("message/update_template_card", body))


def task_id_for(key: str) -> str:
    """Return the task id of the card sent under ``key``: the same for every try, legal whatever the key holds."""
    return f"gendan-{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def _interval(key: str, shortest: timedelta) -> int:
    """Return the seconds of the duplicate check, ``shortest`` to 4 hours, as the key decides.

    The check compares whole requests. Two different promises may say the same words ("已记录") to
    the same person; differing intervals keep the second from being taken for the first.
    """
    room = int((DUPLICATE_MAX - shortest).total_seconds())
    return int(shortest.total_seconds()) + zlib.crc32(key.encode()) % (room + 1)


def _check_userid(account: str) -> None:
    if _USERID.fullmatch(account) is None:
        raise Refused("not a userid of WeCom")


def _check_receiver(account: str, answer: Mapping[str, Any]) -> None:
    """Raise if the platform left the receiver out, which it reports inside a success (R-35)."""
    if account.lower() in _listed(answer.get("invaliduser")):
        raise Refused("this member is unknown or outside the application's visible range", code="invaliduser")
    if account.lower() in _listed(answer.get("unlicenseduser")):
        raise Misconfigured("这个成员没有接口许可", code="unlicenseduser")


def _listed(value: object) -> list[str]:
    """Return userids from ``"a|b"`` as message/send has it, or from ``["a", "b"]`` as updating has it."""
    members = value if isinstance(value, list) else str(value or "").split("|")
    return [str(member).lower() for member in members]
