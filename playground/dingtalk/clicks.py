"""A press on a card: the callback, the bot's answer, and what the clicker's phone shows of it (reference 5.7)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from playground.dingtalk.card_api import CardApi
from playground.dingtalk.cards import Card, CardWrite, param_map
from playground.dingtalk.chats import Chats
from playground.dingtalk.drawing import form_values
from playground.dingtalk.errors import NewError
from playground.dingtalk.pusher import Pusher
from playground.dingtalk.scene import Scene
from playground.phone import Sent

FAILED = "操作失败"
"""The template's own failure toast."""


class Clicks:
    """Anybody may press anything, also what is not drawn any more: to refuse is the bot's business."""

    def __init__(self, scene: Scene, chats: Chats, api: CardApi, pusher: Pusher) -> None:
        self._scene = scene
        self._chats = chats
        self._api = api
        self._pusher = pusher

    async def press(self, user: str, out_track_id: str, key: str, selections: Mapping[str, Sequence[str]]) -> Sent:
        """Press the button whose event params are ``key`` (JSON with ``actionId`` and ``params``)."""
        card = self._api.cards[out_track_id]
        person = self._scene.person(user)
        event = json.loads(key)
        if not event.get("actionId"):
            raise ValueError(f"not a button that calls back: {key}")
        params = dict(event.get("params") or {})
        form = card.seen_by(user).get("form") or (card.forms.get(user, "") if selections else "")
        if form:
            params["form"] = form_values(form, selections)
        content = json.dumps(
            {"cardPrivateData": {"actionIds": [event["actionId"]], "params": params}}, ensure_ascii=False
        )
        kind, target = card.places[0] if card.places else ("IM_ROBOT", user)
        data = {
            "extension": "{}",
            "corpId": self._scene.settings.corp_id,
            "spaceType": "im",
            "userIdType": card.user_id_type,
            "type": "actionCallback",
            "userId": person.unionid if card.user_id_type == 2 else user,
            "content": content,
            "spaceId": self._chats.private(user) if kind == "IM_ROBOT" else target,
            "outTrackId": out_track_id,
            "value": content,
        }
        sent, answer = await self._push(card, data)
        card.toasts[user] = self._apply(card, user, answer)
        await self._chats.touch()
        return sent

    async def _push(self, card: Card, data: dict[str, Any]) -> tuple[Sent, dict[str, Any] | None]:
        http = card.callback_type == "HTTP"
        set_off = time.monotonic()
        card.unanswered.append(set_off)
        try:
            return await self._pusher.click(
                data, client_id=card.client_id, route=self._api.routes_by_key.get(card.route_key), http=http
            )
        finally:
            card.unanswered.remove(set_off)

    def _apply(self, card: Card, user: str, answer: dict[str, Any] | None) -> str:
        """Write the answer into the card and return the toast."""
        if answer is None:
            return FAILED
        options = answer.get("cardUpdateOptions") or {}
        public, private = answer.get("cardData"), answer.get("userPrivateData")
        strict = self._scene.knobs.strict_cards
        try:
            change = CardWrite(
                public=param_map(public, strict=strict) if public else None,
                private={user: param_map(private, strict=strict)} if private else {},
                public_by_key=bool(options.get("updateCardDataByKey")),
                private_by_key=bool(options.get("updatePrivateDataByKey")),
            )
        except NewError as refusal:
            self._scene.violation(f"the answer to a click on {card.out_track_id}: {refusal.body['message']}")
            return FAILED
        card.write(change)
        return change.private.get(user, {}).get("toast") or (change.public or {}).get("toast", "")
