"""The card platform's calls: create, deliver, update, stream, register a callback address (reference 5)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.dingtalk.cards import Card, CardWrite, param_map, parse_space_id
from playground.dingtalk.chats import BOT, Chats, Entry
from playground.dingtalk.drawing import draw_card
from playground.dingtalk.errors import NewError
from playground.dingtalk.gate import Call, Gate
from playground.dingtalk.pusher import CardRoute
from playground.dingtalk.scene import Scene

_WRITE, _STREAMING = "Card.Instance.Write", "Card.Streaming.Write"

_MODELS = {
    "IM_ROBOT": ("imRobotOpenSpaceModel", "imRobotOpenDeliverModel"),
    "IM_GROUP": ("imGroupOpenSpaceModel", "imGroupOpenDeliverModel"),
    "ONE_BOX": ("topOpenSpaceModel", "topOpenDeliverModel"),
}
"""Space type → the models it needs, both of them."""


class CardApi:
    """``cards`` by outTrackId; ``routes_by_key`` holds the registered HTTP callback addresses."""

    def __init__(self, scene: Scene, chats: Chats) -> None:
        self._scene = scene
        self._chats = chats
        self.cards: dict[str, Card] = {}
        self.routes_by_key: dict[str, CardRoute] = {}

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return the seven calls."""
        return [
            web.post("/v1.0/card/instances", gate.new(self.create, scope=_WRITE)),
            web.put("/v1.0/card/instances", gate.new(self.update, scope=_WRITE)),
            web.post("/v1.0/card/instances/deliver", gate.new(self.deliver, scope=_WRITE)),
            web.post("/v1.0/card/instances/createAndDeliver", gate.new(self.create_and_deliver, scope=_WRITE)),
            web.put("/v1.0/card/instances/spaces", gate.new(self.add_spaces, scope=_WRITE)),
            web.put("/v1.0/card/streaming", gate.new(self.stream, scope=_STREAMING)),
            web.post("/v1.0/card/callbacks/register", gate.new(self.register, scope=_WRITE)),
        ]

    async def create(self, call: Call) -> Mapping[str, Any]:
        """Make a card that is nowhere yet."""
        return {"success": True, "result": self._create(call).out_track_id}

    async def deliver(self, call: Call) -> Mapping[str, Any]:
        """Put a card into its spaces; ``result`` says for each whether it got there."""
        card = self._card(call.body)
        places = self._checked_places(call.body, card.user_id_type)
        return {"success": True, "result": await self._deliver(card, places, call)}

    async def create_and_deliver(self, call: Call) -> Mapping[str, Any]:
        """Do both, or neither when the request itself is refused."""
        places = self._checked_places(call.body, _user_id_type(call.body))
        known = str(call.body.get("outTrackId", "")) in self.cards
        card = self._create(call)
        # A reused id has no effect at all when the platform chooses to ignore it.
        results = [] if known else await self._deliver(card, places, call)
        return {"success": True, "result": {"outTrackId": card.out_track_id, "deliverResults": results}}

    async def update(self, call: Call) -> Mapping[str, Any]:
        """Write variables: without ``cardUpdateOptions`` the whole data set is overwritten."""
        card = self._card(call.body)
        strict = self._scene.knobs.strict_cards
        public, private = call.body.get("cardData"), call.body.get("privateData")
        if not public and not private:
            raise NewError("param.cardDataAndPrivateDataBothEmpty", "cardData and privateData are both empty")
        options = call.body.get("cardUpdateOptions") or {}
        # An update that crossed the click on its way is nobody's fault.
        if any(time.monotonic() - set_off >= self._scene.knobs.crossing for set_off in card.unanswered):
            self._scene.violation(f"card {card.out_track_id} was updated by PUT while its own callback was unanswered")
        card.write(
            CardWrite(
                public=param_map(public, strict=strict) if public else None,
                private=self._private(private, _user_id_type(call.body)),
                public_by_key=bool(options.get("updateCardDataByKey")),
                private_by_key=bool(options.get("updatePrivateDataByKey")),
            )
        )
        await self._chats.touch()
        return {"success": True, "result": True}

    async def add_spaces(self, call: Call) -> Mapping[str, Any]:
        """Add space models to a card."""
        card = self._card(call.body)
        card.space_models |= _space_models(call.body)
        return {"success": True, "result": True}

    async def stream(self, call: Call) -> Mapping[str, Any]:
        """Write one variable of an AI card; the same ``guid`` counts once."""
        body = call.body
        if not body.get("outTrackId"):
            raise NewError("param.stream.outTrackId", "outTrackId is empty")
        for name in ("guid", "key", "content"):
            if not body.get(name):
                raise NewError(f"param.stream.{name}Empty", f"{name} is empty")
        card = self._card(body)
        if body["guid"] not in card.guids:
            card.stream(
                str(body["key"]),
                str(body["content"]),
                full=bool(body.get("isFull")),
                finalize=bool(body.get("isFinalize")),
                failed=bool(body.get("isError")),
            )
            card.guids.add(body["guid"])
            await self._chats.touch()
        return {"success": True, "result": True}

    async def register(self, call: Call) -> Mapping[str, Any]:
        """Keep an HTTP callback address under a route key."""
        key, url = str(call.body.get("callbackRouteKey") or ""), str(call.body.get("callbackUrl") or "")
        if not key or not url:
            raise NewError("param.empty", "callbackRouteKey or callbackUrl is empty")
        known = key in self.routes_by_key and not call.body.get("forceUpdate")
        if known and not self._scene.knobs.known_route_answers:
            raise NewError("param.callbackRouteKeyExist", "callbackRouteKey exists", status=500)
        if not known:
            self.routes_by_key[key] = CardRoute(url=url, api_secret=str(call.body.get("apiSecret") or ""))
        route = self.routes_by_key[key]
        return {"success": True, "result": {"callbackUrl": route.url, "apiSecret": route.api_secret}}

    def _create(self, call: Call) -> Card:
        body, strict = call.body, self._scene.knobs.strict_cards
        template_id, out_track_id = str(body.get("cardTemplateId") or ""), str(body.get("outTrackId") or "")
        if not template_id:
            raise NewError("param.cardTemplateIdEmpty", "cardTemplateId is empty")
        if not out_track_id:
            raise NewError("param.outTrackIdEmpty", "outTrackId is empty")
        if not body.get("cardData"):
            raise NewError("param.cardPublicDataEmpty", "cardData is empty")
        if template_id not in self._scene.templates:
            raise NewError("param.templateNotExist", "template not exist")
        if body.get("callbackType") not in (None, "STREAM", "HTTP"):
            raise NewError("param.invalid", "callbackType is STREAM or HTTP")
        user_id_type = _user_id_type(body)
        card = Card(
            out_track_id=out_track_id,
            template_id=template_id,
            template=self._scene.templates[template_id],
            client_id=call.client_id,
            callback_type=str(body.get("callbackType") or ""),
            route_key=str(body.get("callbackRouteKey") or ""),
            user_id_type=user_id_type,
            public=param_map(body["cardData"], strict=strict),
            private=self._private(body.get("privateData"), user_id_type),
            space_models=_space_models(body),
        )
        if out_track_id in self.cards:
            if not self._scene.knobs.reused_card_ignored:
                raise NewError("param.cardAlreadyExist", "card already exist")
            return self.cards[out_track_id]
        self.cards[out_track_id] = card
        return card

    def _card(self, body: Mapping[str, Any]) -> Card:
        out_track_id = str(body.get("outTrackId") or "")
        if not out_track_id:
            raise NewError("param.outTrackIdEmpty", "outTrackId is empty")
        if out_track_id not in self.cards:
            raise NewError("param.cardNotExist", "card not exist")
        return self.cards[out_track_id]

    def _private(self, data: Any, user_id_type: int) -> dict[str, dict[str, str]]:
        strict = self._scene.knobs.strict_cards
        return {
            self._user(user, user_id_type): param_map(holder, strict=strict) for user, holder in (data or {}).items()
        }

    def _user(self, name: str, user_id_type: int) -> str:
        """Return the userId behind a request's user id, which may be a unionId."""
        world = self._scene.world
        person = world.by_unionid(name) if user_id_type == 2 else world.by_dingtalk(name)
        if person is None or not person.dingtalk:
            raise NewError("param.userIdNotExist", f"userId {name} not exist")
        return person.dingtalk

    def _checked_places(self, body: Mapping[str, Any], user_id_type: int) -> list[tuple[str, str]]:
        """Return the (space type, target) pairs; raise NewError for what the whole request is refused for."""
        places = []
        for kind, target in parse_space_id(body.get("openSpaceId")):
            model = body.get(_MODELS[kind][1]) if kind in _MODELS else None
            if not model:
                raise NewError("param.openDeliverModelEmpty", f"open deliver model of {kind} is empty")
            if kind == "IM_GROUP" and not model.get("robotCode"):
                raise NewError("param.openDeliverModelError", "robotCode is required")
            if model.get("spaceType", kind) != kind or model.get("robotCode") not in self._robot_codes():
                raise NewError("param.openDeliverModelError", f"open deliver model of {kind} is wrong")
            places.append((kind, self._user(target, user_id_type) if kind == "IM_ROBOT" else target))
        return places

    def _robot_codes(self) -> set[str | None]:
        return {None, "", *(app.robot_code for app in self._scene.apps.values())}

    async def _deliver(self, card: Card, places: list[tuple[str, str]], call: Call) -> list[dict[str, Any]]:
        card.space_models |= _space_models(call.body)
        return [await self._place(card, kind, target, call) for kind, target in places]

    async def _place(self, card: Card, kind: str, target: str, call: Call) -> dict[str, Any]:
        if kind not in card.space_models:
            return _undelivered("IM", "IM_ALL", "spaces of card is empty")
        audience: frozenset[str] | None = None
        conversation = target
        if kind == "IM_ROBOT":
            conversation = self._chats.private(target)
        else:
            group = self._chats.groups.get(target)
            if group is None or group.disbanded or not group.has_robot:
                return _undelivered(kind, target, "robot is not in the conversation")
            recipients = call.body.get(_MODELS[kind][1], {}).get("recipients")
            if recipients:
                audience = frozenset(self._user(each, card.user_id_type) for each in recipients)
        at, carrier = self._scene.clock.now(), f"{self._scene.token(24)}="
        card.places.append((kind, target))
        await self._chats.add(
            Entry(
                id=card.out_track_id,
                conversation=conversation,
                sender=BOT,
                at=at,
                draw=lambda user: draw_card(card, user, at),
                audience=audience,
            )
        )
        return {"spaceType": kind, "spaceId": target, "success": True, "carrierId": carrier, "errorMsg": ""}


def _space_models(body: Mapping[str, Any]) -> dict[str, Any]:
    models = {kind: body[names[0]] for kind, names in _MODELS.items() if body.get(names[0]) is not None}
    for kind, model in models.items():
        if not isinstance(model, Mapping) or (kind != "ONE_BOX" and "supportForward" not in model):
            raise NewError("param.openSpaceModelInvalid", f"{_MODELS[kind][0]} needs supportForward")
    return models


def _user_id_type(body: Mapping[str, Any]) -> int:
    return 2 if body.get("userIdType") == 2 else 1


def _undelivered(kind: str, target: str, reason: str) -> dict[str, Any]:
    return {"spaceType": kind, "spaceId": target, "success": False, "errorMsg": reason}
