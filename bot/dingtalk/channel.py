"""DingTalk as a Channel: cards, messages, files out; media in (DingTalk reference 3.1, 4, 5).

A Card goes out as an interactive card where a template is configured. Where there is none, or the card cannot be
delivered, the same meaning goes out as a message with links and the words to type, and the receipt says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.errors import CARD_EXISTS, CARD_MISSING, CARD_UNUSABLE
from bot.downloads import Downloads
from cards.action import ActionCodec
from cards.card import Card, Document, Markdown, Message, Picture, Text
from cards.channel import (
    CannotUpdate,
    ChannelError,
    Media,
    MediaRef,
    Misconfigured,
    Receipt,
    Refused,
    Retry,
)
from cards.render.dingtalk import MESSAGE_MAX, render, render_fallback
from cards.render.escape import cut_bytes

FILE_TYPES = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})
"""What ``sampleFile`` shows (DingTalk reference 4.4)."""
UPLOAD_MAX = 20 * 1024 * 1024

_CARDS = "/v1.0/card/instances"
_NO_TEMPLATE = "卡片模板未配置，已改发链接"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """``card_template_id`` empty: messages instead of cards. ``callback`` is STREAM, or HTTP with a route key."""

    robot_code: str
    card_template_id: str = ""
    callback: str = "STREAM"
    callback_route_key: str = ""

    def __post_init__(self) -> None:
        if self.callback not in ("STREAM", "HTTP"):
            raise ValueError("dingtalk card callbacks come by STREAM or HTTP")
        if self.callback == "HTTP" and not self.callback_route_key:
            raise ValueError("dingtalk card callbacks over HTTP need a registered route key")


class DingTalkChannel:
    """Implements ``cards.channel.Channel`` for one app."""

    platform = "dingtalk"
    knows_texts = False

    def __init__(
        self, settings: ChannelSettings, *, client: DingTalkClient, codec: ActionCodec, downloads: Downloads
    ) -> None:
        self._settings = settings
        self._client = client
        self._codec = codec
        self._downloads = downloads
        self._undelivered: dict[str, str] = {}
        """Cards that exist on the platform but reached nobody, and why: "already exists" is not delivered for these."""

    async def send(self, account: str, message: Message, *, key: str, group: bool = False) -> Receipt:
        """Send to a member (``account`` is the userId) or a group (the openConversationId)."""
        if isinstance(message, Card):
            return await self._send_card(account, message, key=key, group=group)
        msg_key, param = await self._drawn(message)
        return await self._send_message(account, msg_key, param, group=group)

    async def update(self, account: str, card: Card, handle: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002 -- everybody sees the same
        """Redraw the card; one that went out as a message cannot be redrawn."""
        track = handle.get("out_track_id", "")
        if not track:
            raise CannotUpdate("这条消息不是卡片，不能更新")
        body = {"outTrackId": track, "userIdType": 1, **self.card_response(card)}
        try:
            answer = await self._client.new("PUT", _CARDS, body)
        except ChannelError as error:
            if error.code == CARD_MISSING:
                raise CannotUpdate("卡片已不存在", code=error.code) from error
            raise
        if answer.get("success") is False:
            raise Retry("钉钉没有更新卡片")
        return handle

    def card_response(self, card: Card, *, toast: str = "") -> dict[str, Any]:
        """Return the answer to a card callback that redraws the card, free of an API call (DingTalk reference 5.7)."""
        return {
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
            "cardData": {"cardParamMap": render(card, self._codec, toast=toast)},
        }

    async def fetch(self, ref: MediaRef) -> Media:
        """Download what a member sent; the code expires, so do it at once."""
        body = {"downloadCode": ref.ref, "robotCode": self._settings.robot_code}
        answer = await self._client.new("POST", "/v1.0/robot/messageFiles/download", body)
        return await self._downloads.get(str(answer.get("downloadUrl", "")), ref)

    async def _send_card(self, account: str, card: Card, *, key: str, group: bool) -> Receipt:
        track = out_track_id(key)
        why = self._undelivered.pop(track, "" if self._settings.card_template_id else _NO_TEMPLATE)
        if not why:
            try:
                return await self._deliver(account, card, track, group=group)
            except _Undelivered as error:
                why = f"卡片未能投放（{error}），已改发链接"
        try:
            receipt = await self._send_message(account, *render_fallback(card), group=group)
        except (Retry, Misconfigured):
            self._undelivered[track] = why
            raise
        return Receipt(message_id=receipt.message_id, note=why)

    async def _deliver(self, account: str, card: Card, track: str, *, group: bool) -> Receipt:
        """Create and deliver in one call; raise _Undelivered where a message may still get through."""
        try:
            answer = await self._client.new(
                "POST", f"{_CARDS}/createAndDeliver", self._card(account, card, track, group)
            )
        except ChannelError as error:
            if error.code == CARD_EXISTS:
                # The answer to an earlier try was lost on the way: it is there, and it is this card.
                return Receipt(handle={"out_track_id": track}, known=True)
            if error.code in CARD_UNUSABLE:
                raise _Undelivered(str(error)) from error
            raise
        result = answer.get("result")
        results = result.get("deliverResults") if isinstance(result, dict) else None
        spaces = [each for each in results if isinstance(each, dict)] if isinstance(results, list) else []
        failed = [each for each in spaces if each.get("success") is not True]
        if failed or not spaces:
            # HTTP 200 and success:true on the outside say nothing about delivery (DingTalk reference 5.3).
            raise _Undelivered(str(failed[0].get("errorMsg") or "") if failed else "没有投放结果")
        return Receipt(message_id=str(spaces[0].get("carrierId", "")), handle={"out_track_id": track})

    def _card(self, account: str, card: Card, track: str, group: bool) -> dict[str, Any]:
        settings = self._settings
        summary = {"ZH_CN": cut_bytes(card.title, 200)}
        space = {"supportForward": False, "lastMessageI18n": summary}
        place: dict[str, Any] = {
            "openSpaceId": f"dtv1.card//IM_ROBOT.{account}",
            "imRobotOpenSpaceModel": space,
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": settings.robot_code},
        }
        if group:
            place = {
                "openSpaceId": f"dtv1.card//IM_GROUP.{account}",
                "imGroupOpenSpaceModel": space,
                "imGroupOpenDeliverModel": {"robotCode": settings.robot_code},
            }
        route = {"callbackRouteKey": settings.callback_route_key} if settings.callback == "HTTP" else {}
        return {
            "cardTemplateId": settings.card_template_id,
            "outTrackId": track,
            "userIdType": 1,
            "callbackType": settings.callback,
            **route,
            "cardData": {"cardParamMap": render(card, self._codec)},
            **place,
        }

    async def _drawn(self, message: Text | Markdown | Picture | Document) -> tuple[str, dict[str, str]]:
        """Return ``msgKey`` and ``msgParam``; files are uploaded first."""
        room = MESSAGE_MAX - 1_000
        if isinstance(message, Text):
            return "sampleText", {"content": cut_bytes(message.text, room)}
        if isinstance(message, Markdown):
            return "sampleMarkdown", {"title": cut_bytes(message.title, 200), "text": cut_bytes(message.markdown, room)}
        if len(message.data) > UPLOAD_MAX:
            raise Refused("文件超过 20 MB，钉钉不收")
        if isinstance(message, Picture):
            return "sampleImageMsg", {"photoURL": await self._client.upload("image", message.name, message.data)}
        kind = PurePath(message.name).suffix.lower().lstrip(".")
        if kind not in FILE_TYPES:
            raise Refused(f"钉钉不能发送 {kind or '没有扩展名的'} 文件，只支持 {'、'.join(sorted(FILE_TYPES))}")
        media_id = await self._client.upload("file", message.name, message.data)
        return "sampleFile", {"mediaId": media_id, "fileName": message.name, "fileType": kind}

    async def _send_message(self, account: str, msg_key: str, param: Mapping[str, str], *, group: bool) -> Receipt:
        packed = json.dumps(param, ensure_ascii=False)
        if len(packed.encode()) > MESSAGE_MAX:
            raise Refused("消息超过钉钉的 15000 字节")
        body: dict[str, Any] = {"robotCode": self._settings.robot_code, "msgKey": msg_key, "msgParam": packed}
        if group:
            body["openConversationId"] = account
            answer = await self._client.new("POST", "/v1.0/robot/groupMessages/send", body)
        else:
            body["userIds"] = [account]
            answer = await self._client.new("POST", "/v1.0/robot/oToMessages/batchSend", body)
            _check_receiver(answer, account)
        return Receipt(message_id=str(answer.get("processQueryKey", "")))


def out_track_id(key: str) -> str:
    """Return the card id of a promise: the same for each try, so DingTalk keeps one card (R-27)."""
    return f"gendan-{hashlib.sha256(key.encode()).hexdigest()[:40]}"


class _Undelivered(Exception):
    """The card did not reach the person; a plain message may."""


def _check_receiver(answer: Mapping[str, Any], account: str) -> None:
    """Raise where HTTP 200 hides that this person was left out (R-35)."""
    if account in _list(answer, "flowControlledStaffIdList"):
        raise Retry("钉钉限制了发给这个人的频率", code="flowControlledStaffIdList", after=60)
    for name in ("invalidStaffIdList", "filteredStaffIdList"):
        if account in _list(answer, name):
            raise Refused("钉钉里没有这个人，或不在机器人的可见范围", code=name)


def _list(answer: Mapping[str, Any], name: str) -> list[Any]:
    value = answer.get(name)
    return value if isinstance(value, list) else []
