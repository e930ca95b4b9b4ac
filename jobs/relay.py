"""Telling: what was promised goes out after the commit, and is marked only afterwards.

    claim (leased) → draw as it is now, for this person → send or redraw → record the receipt

A platform that is away or slow is noticed once (a line per platform), so it costs the other one nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError

from cards.card import Card, Document, Message, Text
from cards.channel import CannotUpdate, Channel, ChannelError, Misconfigured, Receipt, Refused, Retry
from domain.actor import Actor
from domain.clock import Clock
from domain.errors import Refusal
from jobs.drawing import LETTERS, PICTURES, Drawer, fingerprint, stands
from jobs.held import Held
from jobs.lines import Line
from jobs.trouble import Trouble
from storage import outbox
from storage.database import Database, Urgency, is_down
from storage.queries import Queries

_log = structlog.get_logger()

Write = Callable[[str, Mapping[str, Any], Actor], Awaitable[Document | Text]]
"""Makes a document about a subject, as one viewer may have it, or says why it cannot; NotFound when he may not."""

_STEPS_AT_ONCE = 4
_PATIENCE = 0.5
"""Seconds after which the next step begins beside one that waits for a slow platform."""
_NAMES = {"wecom": "企业微信", "dingtalk": "钉钉", "wecom.aibot": "企业微信智能机器人"}
_AGAIN = "（可能重复）"
_LAST_RECEIPTS = 3.0
"""Seconds that what is being sent may take when the process stops."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes. ``viewer`` is None for people who are not enrolled and for groups."""

    platform: str
    account: str
    group: bool = False
    viewer: Actor | None = None


class Relay:
    """Delivers the outbox over ``channels`` (by platform)."""

    def __init__(
        self,
        *,
        database: Database,
        channels: Mapping[str, Channel],
        drawer: Drawer,
        clock: Clock,
        trouble: Trouble,
        documents: Mapping[str, Write] = MappingProxyType({}),
        at_once: int = 16,
    ) -> None:
        self._database = database
        self._channels = channels
        self._drawer = drawer
        self._clock = clock
        self._trouble = trouble
        self._documents = documents
        self._at_once = at_once
        self.held = Held()
        self.noting: set[asyncio.Future[None]] = set()
        """Receipts on their way into the books."""
        self._lines = {platform: Line(clock, at_once=at_once) for platform in channels}

    async def run(self, wake: asyncio.Event, *, idle: float = 0.5) -> None:
        """Deliver until cancelled; ``wake`` is set when effects have promised something.

        What is being sent when it is cancelled may still get its receipt: without one it would be sent again (R-24).
        """
        freed = not self._database.is_sqlite
        under_way: set[asyncio.Task[int]] = set()
        try:
            while True:
                wake.clear()
                try:
                    if not freed:
                        # SQLite has one process: what is leased belongs to a former life and need not wait.
                        await self._database.write(outbox.free, urgency=Urgency.RECEIPT)
                        freed = True
                    told = await self._next(under_way)
                except SQLAlchemyError as error:
                    _log.error("relay_failed", error=type(error).__name__, down=is_down(error))
                    await asyncio.sleep(idle)
                    continue
                if told == 0:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(wake.wait(), idle)
        finally:
            await _end(under_way)
            await asyncio.gather(*self.noting, return_exceptions=True)

    async def _next(self, under_way: set[asyncio.Task[int]]) -> int:
        """Begin a step and return what the steps that ended meanwhile have told; slow ones go on beside it (R-32)."""
        if len(under_way) < _STEPS_AT_ONCE:
            under_way.add(asyncio.create_task(self.step()))
        ended, _ = await asyncio.wait(under_way, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        under_way -= ended
        # A step that is still sending has told somebody, as far as waiting for work goes: look again at once.
        return sum([step.result() for step in ended]) if ended else 1

    async def step(self) -> int:
        """Deliver one batch side by side; return how many rows were claimed."""
        lease = uuid.uuid4().hex
        now = self._clock.now()
        rows = await self._database.write(
            lambda session: outbox.claim(session, now, lease, self._at_once), urgency=Urgency.RECEIPT
        )
        await asyncio.gather(*(self._deliver(row, lease) for row in rows))
        return len(rows)

    async def _deliver(self, row: RowMapping, lease: str) -> None:
        try:
            if row["kind"] == "redraw":
                note = await self._redraw(row)
            else:
                note = await self._tell(row)
        except Refusal as refusal:
            await self._close(row, lease, "refused", refusal.message)
        except Refused as error:
            await self._close(row, lease, "refused", str(error))
        except Misconfigured as error:
            await self._trouble.report(str(error), error.code)
            await self._later(row, lease, timedelta(minutes=1), str(error), counts=False)
        except Retry as error:
            wait = timedelta(seconds=error.after) if error.after is not None else outbox.backoff(row["tries"])
            doubt = error.delivered_maybe or outbox.may_have_arrived(row)
            said = f"{outbox.INTERRUPTED}；{error}" if doubt else str(error)
            await self._later(row, lease, wait, said, counts=error.after is None)
        except Exception as error:  # noqa: BLE001 - the edge: one broken row must not stop the others
            _log.exception("telling_failed", key=row["key"])
            await self._later(row, lease, outbox.backoff(row["tries"]), f"{type(error).__name__}: {error}")
        else:
            now = self._clock.now()
            await self._database.write(
                lambda session: outbox.sent(session, row["id"], lease, now, note), urgency=Urgency.RECEIPT
            )

    async def _tell(self, row: RowMapping) -> str:
        refused: list[Refused] = []
        addresses = await self._addresses(row)
        for address in addresses:
            try:
                note = await self._tell_at(row, address)
            except Refused as error:
                # He left this platform, or the app does not show him there: he may still be on the other one.
                refused.append(error)
            else:
                instead = [f"改由{_NAMES[address.platform]}送达（{error}）" for error in refused]
                return "；".join(part for part in (*instead, note) if part)
        if addresses[0].viewer is not None:
            await self._trouble.unreachable(addresses[0].viewer, [str(error) for error in refused])
        raise refused[-1]

    async def _tell_at(self, row: RowMapping, address: Address) -> str:
        message: Message
        if row["kind"] == "text":
            message = self._text(row, address)
        elif row["kind"] in LETTERS:
            assert address.viewer is not None
            message = await self._letter(row["kind"], row["subject"], address.viewer)
        elif row["kind"] in PICTURES:
            assert address.viewer is not None
            message = await self._paint(row["kind"], row["body"]["args"], address.viewer)
        elif row["kind"] in self._documents:
            assert address.viewer is not None
            message = await self._documents[row["kind"]](row["subject"], row["body"]["args"], address.viewer)
        else:
            assert address.viewer is not None
            message = await self._draw(row["kind"], row["subject"], row["body"]["args"], address.viewer)
        receipt = await self._send(address, message, row["key"])
        if isinstance(message, Card):
            await self._remember(row, address, message, receipt)
        return receipt.note

    def _text(self, row: RowMapping, address: Address) -> Text:
        """Return the words, marked where they may be the second time and the platform cannot know it (R-27)."""
        channel = self._channels.get(address.platform)
        again = outbox.may_have_arrived(row) and channel is not None and not channel.knows_texts
        return Text(text=f"{_AGAIN if again else ''}{row['body']['text']}")

    async def _redraw(self, row: RowMapping) -> str:
        cards = await self._database.read(lambda session: outbox.cards_about(session, row["subject"]))
        again = 0
        up_to_date: set[tuple[int, str, str]] = set()
        postponed: ChannelError | None = None
        for sent in cards:
            addressee = await self._database.read(
                lambda session, sent=sent: Queries(session).people.addressee(sent["person_id"])  # type: ignore[misc]
            )
            if addressee is None or sent["platform"] not in self._channels:
                continue
            try:
                card = await self._draw(sent["kind"], sent["subject"], sent["args"], addressee[0])
            except Refusal:
                continue  # He may not see it any more: his old card stays, and refuses when pressed.
            held = (sent["person_id"], sent["kind"], repr(sent["args"]))
            try:
                await self._redraw_one(sent, card)
                up_to_date.add(held)
            except CannotUpdate:
                if held in up_to_date or await self._comes_anyway(sent, card):
                    # He holds, or is about to get, a newer one of the same: he is told once, not once per card.
                    await self._freeze(sent)
                    continue
                again += 1
                up_to_date.add(held)
                await self._send_anew(row, sent)
            except Refused as error:
                _log.warning("not_redrawn", key=row["key"], card=sent["id"], error=str(error))
            except (Retry, Misconfigured) as error:
                # Cards on the other platform must not wait for this one.
                postponed = error
        if postponed is not None:
            raise postponed
        return f"{again} 张旧卡片已无法更新，改发新卡片" if again else ""

    async def redraw_for_click(self, platform: str, ref: str, account: str) -> Card | None:
        """Return the clicker's card as it is now: it goes back with the acknowledgement.

        That he has it is noted beside, as the very last thing: an answer that is given up in between, because it
        comes too late, leaves the books as they were, and the redrawing that waits is done after all (R-98).
        """

        def look(session: Any) -> tuple[RowMapping, Actor] | None:
            sent = outbox.card_by_ref(session, platform, ref, account)
            addressee = None if sent is None else Queries(session).people.addressee(sent["person_id"])
            return None if sent is None or addressee is None else (sent, addressee[0])

        found = await self._database.read(look)
        if found is None:
            return None
        sent, viewer = found
        try:
            card = await self._draw(sent["kind"], sent["subject"], sent["args"], viewer)
        except Refusal:
            return None
        noting = asyncio.ensure_future(
            self._database.write(
                lambda session: outbox.card_redrawn(
                    session, sent["id"], sent["handle"], fingerprint(card), stands(card)
                ),
                urgency=Urgency.RECEIPT,
            )
        )
        self.noting.add(noting)
        noting.add_done_callback(self._noted)
        return card

    def _noted(self, noting: asyncio.Future[None]) -> None:
        self.noting.discard(noting)
        if not noting.cancelled() and (error := noting.exception()) is not None:
            # The card is redrawn once more than it need be, no worse.
            _log.warning("redrawing_not_noted", error=type(error).__name__)

    async def _redraw_one(self, sent: RowMapping, card: Card) -> None:
        shown = fingerprint(card)
        if shown == sent["shown"]:
            return
        if (wait := self.held.remaining(sent["ref"])) > 0:
            raise Retry("卡片的点击正在应答", code="card.held", after=wait)
        async with self._lines[sent["platform"]].call():
            handle = await self._channels[sent["platform"]].update(sent["account"], card, sent["handle"])
        await self._database.write(
            lambda session: outbox.card_redrawn(session, sent["id"], dict(handle), shown, stands(card)),
            urgency=Urgency.RECEIPT,
        )

    async def _comes_anyway(self, sent: RowMapping, card: Card) -> bool:
        return await self._database.read(lambda session: outbox.comes_anyway(session, sent, fingerprint(card)))

    async def _freeze(self, sent: RowMapping) -> None:
        await self._database.write(lambda session: outbox.freeze(session, sent["id"]), urgency=Urgency.RECEIPT)

    async def _send_anew(self, row: RowMapping, sent: RowMapping) -> None:
        fresh = self._fresh(
            sent, kind=sent["kind"], key=f"{row['key']}~{sent['id']}", person_id=sent["person_id"], args=sent["args"]
        )

        def store(session: Any) -> None:
            outbox.freeze(session, sent["id"])
            outbox.put_once(session, fresh)

        await self._database.write(store, urgency=Urgency.RECEIPT)

    def _fresh(
        self, about: RowMapping, *, kind: str, key: str, person_id: int | None = None, args: Any = None
    ) -> dict[str, Any]:
        """Return a new row about the same subject, to be told as soon as may be."""
        now = self._clock.now()
        return {
            "key": key,
            "person_id": person_id,
            "platform": "",
            "account": "",
            "kind": kind,
            "subject": about["subject"],
            "body": {} if args is None else {"args": args},
            "priority": 1,
            "state": "ready",
            "tries": 0,
            "due": now,
            "created_at": now,
        }

    async def _addresses(self, row: RowMapping) -> list[Address]:
        """Return where the row may be told: the preferred door, unless its platform is long away, then the other."""
        if row["person_id"] is None:
            group = bool(row["body"].get("group"))
            channels = [row["platform"]] if group else dict.fromkeys((row["platform"], _accounts_of(row["platform"])))
            return [Address(channel, row["account"], group=group) for channel in channels]
        found = await self._database.read(lambda session: Queries(session).people.addresses(row["person_id"]))
        if not found:
            raise Refused("收件人已离职或没有账号")
        doors = [Address(door.platform, door.account, viewer=viewer) for viewer, door in found]
        channel = row["body"].get("channel", "")
        here = [replace(door, platform=channel) for door in doors if door.platform == _accounts_of(channel)]
        addresses = [*(here if channel in self._channels else ()), *doors]
        first, *others = addresses
        usable = [first, *(each for each in others if each.platform in self._channels)]
        return sorted(usable, key=lambda address: self._is_away(address.platform))

    def _is_away(self, platform: str) -> bool:
        line = self._lines.get(platform)
        return line is not None and line.is_away()

    async def _draw(self, kind: str, subject: str, args: Mapping[str, Any], viewer: Actor) -> Card:
        now = self._clock.now()
        return await self._database.read(
            lambda session: self._drawer.draw(Queries(session), kind, subject, args, viewer, now)
        )

    async def _paint(self, kind: str, args: Mapping[str, Any], viewer: Actor) -> Message:
        now = self._clock.now()
        return await self._database.read(
            lambda session: self._drawer.picture(Queries(session), kind, args, viewer, now)
        )

    async def _letter(self, kind: str, subject: str, viewer: Actor) -> Message:
        now = self._clock.now()
        return await self._database.read(
            lambda session: self._drawer.letter(Queries(session), kind, subject, viewer, now)
        )

    async def _send(self, address: Address, message: Message, key: str) -> Receipt:
        channel = self._channels.get(address.platform)
        if channel is None:
            raise Misconfigured(f"没有启用 {address.platform}，消息发不出去", code=f"{address.platform}.disabled")
        async with self._lines[address.platform].call():
            return await channel.send(address.account, message, key=key, group=address.group)

    async def _remember(self, row: RowMapping, address: Address, card: Card, receipt: Receipt) -> None:
        assert address.viewer is not None
        values = {
            "outbox_key": row["key"],
            "platform": address.platform,
            "account": address.account,
            "person_id": address.viewer.person_id,
            "kind": row["kind"],
            "subject": row["subject"],
            "args": row["body"]["args"],
            "ref": receipt.handle.get("task_id") or receipt.handle.get("out_track_id", ""),
            "handle": dict(receipt.handle),
            "frozen": 0 if receipt.handle else 1,
            "sent_at": self._clock.now(),
        }

        def remember(session: Any) -> None:
            # Pressed before our send returned: what hangs there was drawn before that.
            outdated = receipt.known and outbox.changed_since(session, row)
            drawn = {"shown": "", "stands": ""} if outdated else {"shown": fingerprint(card), "stands": stands(card)}
            outbox.remember_card(session, {**values, **drawn})
            if outdated:
                outbox.put_once(session, self._fresh(row, kind="redraw", key=f"{row['key']}~now"))

        await self._database.write(remember, urgency=Urgency.RECEIPT)

    async def _close(self, row: RowMapping, lease: str, state: str, error: str) -> None:
        now: datetime = self._clock.now()
        _log.warning("not_told", key=row["key"], state=state, error=error)
        await self._database.write(
            lambda session: outbox.refused(session, row["id"], lease, now, error), urgency=Urgency.RECEIPT
        )

    async def _later(self, row: RowMapping, lease: str, wait: timedelta, error: str, *, counts: bool = True) -> None:
        due = self._clock.now() + wait

        def give_back(session: Any) -> bool:
            if counts:
                return outbox.later(session, row["id"], lease, due, error)
            outbox.unclaim(session, row["id"], lease, due, error)
            return False

        parked = await self._database.write(give_back, urgency=Urgency.RECEIPT)
        _log.warning("telling_later", key=row["key"], due=due.isoformat(), error=error, parked=parked)


def _accounts_of(channel: str) -> str:
    """Return whose accounts a channel speaks to: ``wecom`` for ``wecom.aibot``."""
    return channel.partition(".")[0]


async def _end(under_way: set[asyncio.Task[int]]) -> None:
    """Let the steps under way end, but not for long."""
    if not under_way:
        return
    _, late = await asyncio.wait(under_way, timeout=_LAST_RECEIPTS)
    for step in late:
        step.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)
