"""The robot as a door of the house: what it needs, built once from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp import web

from bot.door import Door, no_routes
from bot.downloads import Downloads, DownloadSettings
from bot.engine import Engine
from bot.settings import Aibot, WeCom
from bot.web.access import KIB, Access, declare
from bot.wecom.aibot import VIA
from bot.wecom.aibot.budget import ChatBudget
from bot.wecom.aibot.callback import AibotCallback
from bot.wecom.aibot.channel import AibotChannel, Mouth
from bot.wecom.aibot.connection import ConnectionSettings, LongConnection
from bot.wecom.aibot.media import media_reader
from bot.wecom.aibot.reply import card_update
from bot.wecom.aibot.response import ResponseMouth
from bot.wecom.aibot.turns import Turns
from bot.wecom.crypto import CallbackCrypto, CallbackKey
from cards.action import ActionCodec
from cards.render.wecom import render_update
from handlers.envelope import Envelope
from storage import inbox

PATH = "/wecom/aibot"


def open_aibot(settings: WeCom, engine: Engine, session: aiohttp.ClientSession, codec: ActionCodec) -> Door:
    """Return the robot's door for the transport that was chosen."""
    if settings.aibot.transport == "callback":
        return _by_callback(settings, engine, session, codec)
    return _by_long_connection(settings, engine, session, codec)


def _by_callback(settings: WeCom, engine: Engine, session: aiohttp.ClientSession, codec: ActionCodec) -> Door:
    robot = settings.aibot
    turns = Turns(life=robot.stream_life.total_seconds(), clock=lambda: engine.clock.now().timestamp())
    callback = AibotCallback(
        _crypto(robot),
        hearing=Ears(engine, codec),
        turns=turns,
        now=engine.clock.now,
        window=robot.callback_window,
        bot_id=robot.bot_id,
        name=robot.name,
    )

    def mount(app: web.Application) -> None:
        declare(app.router.add_get(PATH, callback.verify), Access.PLATFORM)
        declare(app.router.add_post(PATH, callback.receive), Access.PLATFORM, body=256 * KIB)

    mouth = ResponseMouth(turns, session=session, base=settings.api_base, now=engine.clock.now)
    return Door(channel=_channel(settings, engine, session, codec, mouth), mount=mount)


def _by_long_connection(settings: WeCom, engine: Engine, session: aiohttp.ClientSession, codec: ActionCodec) -> Door:
    robot = settings.aibot

    def alert(reason: str) -> None:
        telling.append(asyncio.get_running_loop().create_task(engine.trouble.report(reason, "wecom.aibot")))

    telling: list[asyncio.Task[None]] = []
    connection = LongConnection(
        ConnectionSettings(
            url=robot.connection_url, bot_id=robot.bot_id, secret=robot.secret.get_secret_value(), name=robot.name
        ),
        session=session,
        hearing=Ears(engine, codec),
        budget=ChatBudget(
            engine.clock.now, replies=robot.replies_per_chat_per_day, messages=robot.messages_per_chat_per_day
        ),
        now=engine.clock.now,
        alert=alert,
    )
    running: list[asyncio.Task[None]] = []

    async def start() -> None:
        running.append(asyncio.create_task(connection.run()))

    async def stop() -> None:
        await connection.close()
        await asyncio.gather(*running, *telling, return_exceptions=True)

    return Door(channel=_channel(settings, engine, session, codec, connection), mount=no_routes, start=start, stop=stop)


class Ears:
    """Implements ``bot.wecom.aibot.callback.Hearing`` on the engine."""

    def __init__(self, engine: Engine, codec: ActionCodec) -> None:
        self._engine = engine
        self._codec = codec

    async def keep(self, envelope: Envelope) -> None:
        """Commit the envelope; a pressed card is left alone by the relay until its press is answered."""
        if envelope.click is not None and self._engine.relay is not None:
            self._engine.relay.held.hold(envelope.click.card)
        await self._engine.arrivals.keep(envelope)

    async def carried_out(self, key: str) -> bool:
        """Return whether the kept row has had its effect."""
        row = await self._engine.database.read(lambda session: inbox.result(session, key))
        return row is not None and row[0] in ("done", "parked")

    async def answer_card(self, envelope: Envelope, wait: float) -> Mapping[str, Any] | None:
        """Return the card of the one who pressed, as it is after the effect; None when that takes too long."""
        assert envelope.click is not None
        assert self._engine.relay is not None
        relay, ref = self._engine.relay, envelope.click.card
        try:
            async with asyncio.timeout(wait):
                await self._engine.arrivals.wait_for(envelope.key)
                card = await relay.redraw_for_click(VIA, ref, envelope.account)
        except TimeoutError:
            return None
        finally:
            relay.held.answered(ref)
        if card is None:
            return None
        return card_update(render_update(card, self._codec), ref, only=envelope.account if envelope.group else "")


def _crypto(robot: Aibot) -> CallbackCrypto:
    """Return the crypto of a robot, whose receive id is empty (WeCom reference 8.2.1)."""
    keys = [CallbackKey(token=robot.token.get_secret_value(), aes_key=robot.encoding_aes_key.get_secret_value())]
    if robot.previous_token.get_secret_value():
        keys.append(
            CallbackKey(
                token=robot.previous_token.get_secret_value(),
                aes_key=robot.previous_encoding_aes_key.get_secret_value() or robot.encoding_aes_key.get_secret_value(),
            )
        )
    return CallbackCrypto(keys, "")


def _channel(
    settings: WeCom, engine: Engine, session: aiohttp.ClientSession, codec: ActionCodec, mouth: Mouth
) -> AibotChannel:
    async def asked(promise: str) -> Envelope | None:
        body = await engine.database.read(lambda rows: inbox.asked(rows, promise))
        return None if body is None else Envelope.from_json(body)

    downloads = Downloads(
        DownloadSettings(
            api_base=settings.api_base,
            hosts=tuple(each for name in settings.aibot.media_hosts for each in (name, f".{name}")),
            called="企业微信",
        ),
        session=session,
    )
    fetch = media_reader(downloads, aes_key=settings.aibot.encoding_aes_key.get_secret_value())
    return AibotChannel(mouth, codec, asked=asked, fetch=fetch)
