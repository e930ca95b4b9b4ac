"""The two platforms as doors of one house: what each needs is built here, once, from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp
from aiohttp import web

from bot.dingtalk.arrivals import Arrivals as DingTalkArrivals
from bot.dingtalk.channel import ChannelSettings, DingTalkChannel
from bot.dingtalk.client import ClientSettings, DingTalkClient
from bot.dingtalk.crypto import EventCrypto, OneBody, card_sign, robot_sign
from bot.dingtalk.http import DingTalkHttp
from bot.dingtalk.login import DingTalkLogin
from bot.dingtalk.login import LoginSettings as DingTalkLoginSettings
from bot.dingtalk.ours import Ours
from bot.dingtalk.quota import Quota
from bot.dingtalk.stream import StreamClient, StreamSettings
from bot.directories import dingtalk_directory, wecom_directory
from bot.door import Door, Mount, no_routes
from bot.downloads import Downloads, DownloadSettings
from bot.engine import Engine
from bot.settings import DingTalk, Settings, WeCom
from bot.web.access import KIB, Access, declare
from bot.wecom.aibot import VIA
from bot.wecom.aibot.door import open_aibot
from bot.wecom.budget import SendBudget
from bot.wecom.callback import WeComCallback
from bot.wecom.channel import WeComChannel
from bot.wecom.client import WeComClient
from bot.wecom.codes import with_click_code
from bot.wecom.crypto import CallbackCrypto, CallbackKey
from bot.wecom.login import WeComLogin
from cards.action import ActionCodec
from cards.channel import ChannelError
from handlers.envelope import Envelope
from storage import care

_CALLBACK_BODY = 256 * KIB


def open_doors(
    settings: Settings, engine: Engine, session: aiohttp.ClientSession, codec: ActionCodec
) -> dict[str, Door]:
    """Return a door for every platform that is switched on."""
    doors: dict[str, Door] = {}
    if settings.wecom.enabled:
        doors["wecom"] = _wecom(settings.wecom, engine, session, codec)
        if settings.wecom.aibot.enabled:
            doors[VIA] = open_aibot(settings.wecom, engine, session, codec)
    if settings.dingtalk.enabled:
        doors["dingtalk"] = _dingtalk(settings.dingtalk, engine, session, codec)
    return doors


def _wecom(settings: WeCom, engine: Engine, session: aiohttp.ClientSession, codec: ActionCodec) -> Door:
    now = engine.clock.now
    client = WeComClient(
        session,
        base=settings.api_base,
        corp_id=settings.corp_id,
        secret=settings.secret.get_secret_value(),
        agent_id=settings.agent_id,
        now=now,
    )
    keys = [CallbackKey(token=settings.token.get_secret_value(), aes_key=settings.encoding_aes_key.get_secret_value())]
    if settings.previous_token.get_secret_value():
        keys.append(
            CallbackKey(
                token=settings.previous_token.get_secret_value(),
                aes_key=settings.previous_encoding_aes_key.get_secret_value()
                or settings.encoding_aes_key.get_secret_value(),
            )
        )
    callback = WeComCallback(
        CallbackCrypto(keys, settings.corp_id),
        corp_id=settings.corp_id,
        agent_id=settings.agent_id,
        keep=engine.arrivals.keep,
        now=now,
        window=settings.callback_window,
    )

    def mount(app: web.Application) -> None:
        declare(app.router.add_get("/wecom/callback", callback.verify), Access.PLATFORM)
        declare(app.router.add_post("/wecom/callback", callback.receive), Access.PLATFORM, body=_CALLBACK_BODY)

    def pressed(handle: Mapping[str, Any], envelope: Envelope) -> dict[str, Any]:
        assert envelope.click is not None
        return dict(with_click_code(handle, envelope.click.response_code, envelope.sent_at))

    budget = SendBudget(now, per_minute=settings.per_member_per_minute, per_hour=settings.per_member_per_hour)
    return Door(
        channel=WeComChannel(client, codec, budget=budget, now=now, duplicate_interval=settings.duplicate_interval),
        mount=mount,
        pressed=pressed,
        wecom_login=WeComLogin(client, corp_id=settings.corp_id, now=now, authorize_base=settings.oauth_base),
        directory=wecom_directory(client),
    )


def _dingtalk(settings: DingTalk, engine: Engine, session: aiohttp.ClientSession, codec: ActionCodec) -> Door:
    now = engine.clock.now
    secret = settings.client_secret.get_secret_value()
    quota = _quota(settings, engine)
    client = DingTalkClient(
        ClientSettings(
            client_id=settings.client_id,
            client_secret=secret,
            api_base=settings.api_base,
            oapi_base=settings.oapi_base,
        ),
        session=session,
        clock=now,
        quota=quota,
    )
    channel = DingTalkChannel(
        ChannelSettings(
            robot_code=settings.robot_code,
            card_template_id=settings.card_template_id,
            callback="STREAM" if settings.transport == "stream" else "HTTP",
            callback_route_key=settings.card_route_key if settings.transport == "http" else "",
        ),
        client=client,
        codec=codec,
        downloads=Downloads(DownloadSettings(api_base=settings.api_base, hosts=settings.media_hosts), session=session),
    )

    async def keep(envelope: Envelope) -> None:
        if envelope.click is not None and engine.relay is not None:
            engine.relay.held.hold(envelope.click.card)
        await engine.arrivals.keep(envelope)

    async def answer_card(envelope: Envelope) -> Mapping[str, Any] | None:
        assert envelope.click is not None
        assert engine.relay is not None
        try:
            answer = await engine.arrivals.wait_for(envelope.key)
            card = await engine.relay.redraw_for_click("dingtalk", envelope.click.card, envelope.account)
        finally:
            engine.relay.held.answered(envelope.click.card)
        return None if card is None else channel.card_response(card, toast=str(answer.get("refused", "")))

    arrivals = DingTalkArrivals(
        ours=Ours(robot_code=settings.robot_code, corp_id=settings.corp_id),
        keep=keep,
        answer_card=answer_card,
        clock=now,
        quota=quota,
    )
    login = DingTalkLogin(
        DingTalkLoginSettings(login_base=settings.login_base, corp_id=settings.corp_id), client=client
    )
    if settings.transport == "http":
        return Door(
            channel=channel,
            mount=_http_mount(settings, arrivals, engine),
            start=lambda: _register_card_callback(settings, client, engine),
            dingtalk_login=login,
            directory=dingtalk_directory(client),
            quota=quota,
        )

    def alert(reason: str) -> None:
        asyncio.get_running_loop().create_task(engine.trouble.report(reason, "dingtalk.stream"))

    stream = StreamClient(
        StreamSettings(client_id=settings.client_id, client_secret=secret, api_base=settings.api_base),
        session=session,
        arrivals=arrivals,
        alert=alert,
    )
    running: list[asyncio.Task[None]] = []

    async def start() -> None:
        running.append(asyncio.create_task(stream.run()))

    async def stop() -> None:
        await stream.close()
        for task in running:
            with suppress(asyncio.CancelledError):
                await task

    return Door(
        channel=channel,
        mount=no_routes,
        start=start,
        stop=stop,
        dingtalk_login=login,
        directory=dingtalk_directory(client),
        quota=quota,
    )


def _quota(settings: DingTalk, engine: Engine) -> Quota:
    """Return the month's counters as they were when this program last stopped."""
    month = str(Quota(clock=engine.clock.now).snapshot()["month"])
    kept = engine.database.look(
        lambda session: {kind: care.number(session, f"dingtalk.{kind}:{month}") for kind in ("api", "push")}
    )
    return Quota(
        clock=engine.clock.now,
        api_limit=settings.monthly_api_quota,
        push_limit=settings.monthly_push_quota,
        kept={"month": month, **kept},
    )


async def _register_card_callback(settings: DingTalk, client: DingTalkClient, engine: Engine) -> None:
    """Tell DingTalk where card clicks go; it keeps the address under the route key (DingTalk reference 5.8)."""
    body = {
        "callbackRouteKey": settings.card_route_key,
        "callbackUrl": f"{engine.drawer.base}/dingtalk/card",
        "apiSecret": settings.card_callback_secret.get_secret_value(),
        "forceUpdate": True,
    }
    try:
        await client.new("POST", "/v1.0/card/callbacks/register", body)
    except ChannelError as error:
        await engine.trouble.report(f"卡片回调地址登记失败：{error}", error.code or "dingtalk.card_callback")


def _http_mount(settings: DingTalk, arrivals: DingTalkArrivals, engine: Engine) -> Mount:
    now = engine.clock.now
    card_secret = settings.card_callback_secret.get_secret_value()
    http = DingTalkHttp(
        arrivals,
        clock=now,
        robot=OneBody(
            robot_sign,
            settings.client_secret.get_secret_value(),
            clock=now,
            window=settings.callback_window,
            previous=settings.previous_client_secret.get_secret_value(),
        ),
        card=OneBody(card_sign, card_secret, clock=now, window=settings.callback_window) if card_secret else None,
        events=[
            EventCrypto(
                token=token.get_secret_value(),
                aes_key=aes_key.get_secret_value(),
                owner_key=settings.owner_key or settings.client_id,
            )
            for token, aes_key in (
                (settings.token, settings.aes_key),
                (settings.previous_token, settings.previous_aes_key),
            )
            if token.get_secret_value() and aes_key.get_secret_value()
        ],
    )

    def mount(app: web.Application) -> None:
        for route in app.add_routes(http.routes()):
            declare(route, Access.PLATFORM, body=_CALLBACK_BODY)

    return mount
