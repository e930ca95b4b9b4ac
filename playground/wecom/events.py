"""Messages and events before encryption, element by element (WeCom reference 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from playground.clock import Clock
from playground.wecom.xml import Bare, Element, write_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Something to push. ``event`` is empty for a message; ``item`` is the card that was pressed."""

    elements: tuple[Element, ...]
    sender: str
    event: str = ""
    item: str = ""

    @property
    def plain(self) -> bytes:
        """Return the XML that is encrypted."""
        return write_xml(self.elements).encode()

    @property
    def message_id(self) -> str:
        """Return the MsgId; events have none."""
        return str(dict(self.elements).get("MsgId", ""))

    def later(self, seconds: int) -> Callback:
        """Return the same with another CreateTime."""
        moved = tuple((name, v + seconds if name == "CreateTime" else v) for name, v in self.elements)  # type: ignore[operator]
        return replace(self, elements=moved)


@dataclass(slots=True)
class Composer:
    """Writes callbacks of one app; MsgIds are unique and have 64 bits."""

    corp_id: str
    agent_id: int
    clock: Clock
    random: Random
    _next_id: int = field(init=False)

    def __post_init__(self) -> None:
        self._next_id = 7_300_000_000_000_000_000 + self.random.randrange(10**12)

    def message(self, sender: str, msgtype: str, *extra: Element) -> Callback:
        """Return a message of a member (2.1)."""
        self._next_id += 1
        tail: tuple[Element, ...] = (("MsgId", self._next_id), ("AgentID", self.agent_id))
        return Callback(elements=(*self._head(sender, msgtype), *extra, *tail), sender=sender)

    def event(
        self, sender: str, event: str, *extra: Element, after: Sequence[Element] = (), item: str = ""
    ) -> Callback:
        """Return an event (2.2); ``after`` follows the AgentID."""
        agent: Element = ("AgentID", self.agent_id)
        elements = (*self._head(sender, "event"), ("Event", event), *extra, agent, *after)
        return Callback(elements=elements, sender=sender, event=event, item=item)

    def card_event(
        self,
        sender: str,
        *,
        item: str,
        key: str,
        task_id: str,
        card_type: str,
        response_code: str,
        selected: Mapping[str, Sequence[str]] | None,
    ) -> Callback:
        """Return template_card_event (2.3); ``selected`` None leaves SelectedItems out."""
        after: list[Element] = []
        if selected is not None:
            items: list[Element] = [
                (
                    "SelectedItem",
                    [("QuestionKey", question), ("OptionIds", [("OptionId", option) for option in options])],
                )
                for question, options in selected.items()
            ]
            after.append(("SelectedItems", items))
        pressed = _pressed(key, task_id, card_type, response_code)
        return self.event(sender, "template_card_event", *pressed, after=after, item=item)

    def menu_event(
        self, sender: str, *, item: str, key: str, task_id: str, card_type: str, response_code: str
    ) -> Callback:
        """Return template_card_menu_event (2.4)."""
        pressed = _pressed(key, task_id, card_type, response_code)
        return self.event(sender, "template_card_menu_event", *pressed, item=item)

    def approval(
        self, number: str, *, name: str, status: int, template: str, applicant: str, approver: str
    ) -> Callback:
        """Return sys_approval_change (2.7), which comes from ``sys``: two of a second share their CreateTime."""
        now = int(self.clock.now())
        record: list[Element] = [
            ("SpStatus", status),
            ("ApproverAttr", 1),
            (
                "Details",
                [("Approver", [("UserId", approver)]), ("Speech", ""), ("SpStatus", status), ("SpTime", now)],
            ),
        ]
        info: list[Element] = [
            ("SpNo", Bare(number)),
            ("SpName", name),
            ("SpStatus", status),
            ("TemplateId", template),
            ("ApplyTime", now),
            ("Applyer", [("UserId", applicant), ("Party", "1")]),
            ("SpRecord", record),
            ("StatuChangeEvent", 2),
        ]
        return self.event("sys", "sys_approval_change", after=[("ApprovalInfo", info)])

    def contact_change(self, change: str, fields: Mapping[str, Any]) -> Callback:
        """Return change_contact (2.5), which names no app."""
        extra: list[Element] = [("Event", "change_contact"), ("ChangeType", Bare(change)), *fields.items()]
        return Callback(elements=(*self._head("sys", "event"), *extra), sender="sys", event="change_contact")

    def _head(self, sender: str, msgtype: str) -> tuple[Element, ...]:
        return (
            ("ToUserName", self.corp_id),
            ("FromUserName", sender),
            ("CreateTime", int(self.clock.now())),
            ("MsgType", msgtype),
        )


def _pressed(key: str, task_id: str, card_type: str, response_code: str) -> list[Element]:
    return [("EventKey", key), ("TaskId", task_id), ("CardType", card_type), ("ResponseCode", response_code)]
