"""message/send, message/update_template_card and message/recall (WeCom reference 3)."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from playground.clock import Clock
from playground.journal import Journal
from playground.settings import WeComSettings
from playground.wecom.cards import INTERACTIVE, calls_back, check_card
from playground.wecom.chats import Chats, Item
from playground.wecom.codes import Code, Codes
from playground.wecom.content import MediaExists, checked_content
from playground.wecom.errors import ApiError
from playground.wecom.knobs import Knobs
from playground.wecom.limits import Window
from playground.wecom.receivers import Directory, Receivers
from playground.world import Person

_RECALL_WITHIN = 24 * 3600.0
_DUPLICATE_DEFAULT = 1800
_DUPLICATE_MOST = 4 * 3600


@dataclass(slots=True, kw_only=True)
class Message:
    """What one call sent. ``receivers`` are those it was meant for, delivered or dropped."""

    id: str
    agent_id: int
    at: float
    msgtype: str
    content: dict[str, Any]
    receivers: list[str]
    dropped: list[str] = field(default_factory=list)
    """Userids over their minute's or hour's share: accepted, never delivered."""


@dataclass(slots=True)
class Messages:
    """Everything sent, newest last in ``sent``."""

    settings: WeComSettings
    knobs: Knobs
    clock: Clock
    journal: Journal
    directory: Directory
    chats: Chats
    codes: Codes
    media_exists: MediaExists
    sent: list[Message] = field(default_factory=list)
    _by_id: dict[str, Message] = field(default_factory=dict)
    _task_ids: set[tuple[int, str]] = field(default_factory=set)
    _seen: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    _minute: Window = field(default_factory=lambda: Window(60.0))
    _hour: Window = field(default_factory=lambda: Window(3600.0))

    async def send(self, agent_id: int, body: dict[str, Any], raw: bytes) -> dict[str, Any]:
        """Deliver to every receiver his own copy and return the receipt."""
        _check_agent(agent_id, body)
        receivers = self.directory.of_send(body)
        content = checked_content(body, self.knobs, self.media_exists)
        if not receivers.people:
            raise ApiError(81013)
        duplicate = self._duplicate_of(body, raw)
        if duplicate is not None:
            self.journal.write("wecom", "note", text="duplicate suppressed", to=body.get("touser"))
            if self.knobs.duplicate_errcode:
                raise ApiError(self.knobs.duplicate_errcode)
            return duplicate
        dropped = self._over_limit(receivers.people)
        self._check_task(agent_id, content, body["msgtype"])
        message = Message(
            id=secrets.token_urlsafe(24),
            agent_id=agent_id,
            at=self.clock.now(),
            msgtype=body["msgtype"],
            content=content,
            receivers=[person.wecom for person in receivers.people],
            dropped=dropped,
        )
        receipt = self._receipt(message, receivers)
        await self._deliver(message)
        self._remember(body, raw, receipt)
        return receipt

    async def update(self, agent_id: int, body: dict[str, Any]) -> dict[str, Any]:
        """Redraw the copies of the receivers named; ``invaliduser`` is an array here."""
        _check_agent(agent_id, body)
        code = self.codes.usable(str(body.get("response_code", "")), agent_id)
        message = self._by_id[code.message_id]
        card, grey = self._redrawing(message, body)
        items, invalid = self._copies(message, code, body)
        code.used = True
        for item in items:
            item.redraw(card, grey)
        await self.chats.tell()
        return {"invaliduser": invalid} if invalid or self.knobs.empty_receipt_fields else {}

    async def recall(self, agent_id: int, body: dict[str, Any]) -> dict[str, Any]:
        """Take a message off every phone, within 24 hours and by the app that sent it."""
        message = self._by_id.get(str(body.get("msgid")))
        if message is None or message.agent_id != agent_id:
            raise ApiError(40058)
        if self.clock.now() - message.at > _RECALL_WITHIN:
            raise ApiError(42052)
        await self.chats.remove(message.id)
        return {}

    def _duplicate_of(self, body: dict[str, Any], raw: bytes) -> dict[str, Any] | None:
        if not body.get("enable_duplicate_check"):
            return None
        seen = self._seen.get(self._fingerprint(body, raw))
        interval = min(int(body.get("duplicate_check_interval") or _DUPLICATE_DEFAULT), _DUPLICATE_MOST)
        return seen[1] if seen and self.clock.now() - seen[0] < interval else None

    def _remember(self, body: dict[str, Any], raw: bytes, receipt: dict[str, Any]) -> None:
        if body.get("enable_duplicate_check"):
            self._seen[self._fingerprint(body, raw)] = (self.clock.now(), receipt)

    def _fingerprint(self, body: dict[str, Any], raw: bytes) -> str:
        same = raw if self.knobs.duplicate_by_bytes else json.dumps(body, sort_keys=True).encode()
        return hashlib.sha256(same).hexdigest()

    def _check_task(self, agent_id: int, content: dict[str, Any], msgtype: str) -> None:
        if msgtype != "template_card":
            return
        if calls_back(content) and not self.settings.callback_path:
            raise ApiError(43012)
        if task_id := content.get("task_id"):
            if (agent_id, task_id) in self._task_ids and not self.knobs.repeated_task_id_ok:
                raise ApiError(42014)
            self._task_ids.add((agent_id, task_id))

    def _over_limit(self, people: list[Person]) -> list[str]:
        now, over = self.clock.now(), []
        for person in people:
            minute, hour = self._minute.count(person.wecom, now), self._hour.count(person.wecom, now)
            if minute >= self.knobs.member_per_minute or hour >= self.knobs.member_per_hour:
                over.append(person.wecom)
        if over and self.knobs.over_limit_errcode:
            raise ApiError(self.knobs.over_limit_errcode)
        return over

    def _receipt(self, message: Message, receivers: Receivers) -> dict[str, Any]:
        receipt: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "msgid": message.id}
        lists = {
            "invaliduser": receivers.invalid_users,
            "invalidparty": receivers.invalid_parties,
            "invalidtag": receivers.invalid_tags,
            "unlicenseduser": [],
        }
        for name, values in lists.items():
            if values or self.knobs.empty_receipt_fields:
                receipt[name] = "|".join(values)
        if message.msgtype == "template_card" and calls_back(message.content):
            receipt["response_code"] = self.codes.issue(message.agent_id, message.id)
        return receipt

    async def _deliver(self, message: Message) -> None:
        self.sent.append(message)
        self._by_id[message.id] = message
        now = self.clock.now()
        for user in message.receivers:
            if user in message.dropped:
                self.journal.write("wecom", "note", text="dropped: too many messages to this member", to=user)
                continue
            self._minute.add(user, now)
            self._hour.add(user, now)
            await self.chats.add(
                Item(
                    id=message.id,
                    user=user,
                    msgtype=message.msgtype,
                    content=message.content,
                    at=now,
                    task_id=str(message.content.get("task_id", "")),
                )
            )

    def _redrawing(self, message: Message, body: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
        """Return the card to draw (None keeps the old one) and the grey label of the two documented shapes."""
        card = body.get("template_card")
        if card is not None:
            check_card(card, self.media_exists, update=True)
            grey = str(card.get("replace_text") or "") if card["card_type"] in INTERACTIVE else ""
            return card, grey
        button = body.get("button")
        if not isinstance(button, dict):
            raise ApiError(40063)
        if message.content.get("card_type") not in INTERACTIVE:
            raise ApiError(42031)
        if not button.get("replace_name"):
            raise ApiError(42020)
        return None, str(button["replace_name"])

    def _copies(self, message: Message, code: Code, body: dict[str, Any]) -> tuple[list[Item], list[str]]:
        """Return the copies to redraw and the userids, in lower case, that have none."""
        if body.get("atall") == 1:
            wanted, invalid = list(message.receivers), []
        else:
            users, parties, tags = (_array(body, name) for name in ("userids", "partyids", "tagids"))
            if users or parties or tags:
                found = self.directory.find(users, parties, tags)
                wanted, invalid = [person.wecom for person in found.people], found.invalid_users
            elif self.knobs.update_without_receivers_errcode:
                raise ApiError(self.knobs.update_without_receivers_errcode)
            else:
                wanted, invalid = [code.clicker] if code.clicker else list(message.receivers), []
        if code.clicker and self.knobs.code_updates_only_clicker:
            invalid += [user.lower() for user in wanted if user != code.clicker]
            wanted = [user for user in wanted if user == code.clicker]
        invalid += [user.lower() for user in wanted if user not in message.receivers]
        copies = (self.chats.find(user, message.id) for user in wanted)
        return [item for item in copies if item is not None], invalid


def _check_agent(agent_id: int, body: dict[str, Any]) -> None:
    named = body.get("agentid")
    if not isinstance(named, (int, str)) or not str(named).isdigit():
        raise ApiError(40056)
    if int(named) != agent_id:
        raise ApiError(301002)


def _array(body: dict[str, Any], name: str) -> list[str]:
    value = body.get(name) or []
    if not isinstance(value, list):
        raise ApiError(40058)
    return [str(each) for each in value]
