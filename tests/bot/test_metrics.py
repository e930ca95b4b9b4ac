"""Metrics: series are named by what was registered, never by what was asked for."""

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.metrics import CONTENT_TYPE, Metrics, measure_requests


async def test_requests_are_counted_by_their_registered_route():
    metrics = Metrics()

    async def progress(_request):
        return web.Response(text="ok")

    async def refused(_request):
        raise web.HTTPForbidden

    async def broken(_request):
        raise RuntimeError

    app = web.Application(middlewares=[measure_requests(metrics)])
    app.router.add_get("/t/{token}", progress)
    app.router.add_get("/no", refused)
    app.router.add_get("/broken", broken)
    async with TestClient(TestServer(app)) as client:
        for path in ("/t/one", "/t/two", "/no", "/nowhere/secret", "/broken"):
            await client.get(path)
    lines = metrics.render().decode().splitlines()
    counts = sorted(line for line in lines if line.startswith("gendan_http_seconds_count"))
    assert counts == [
        'gendan_http_seconds_count{route="/broken",status="500"} 1.0',
        'gendan_http_seconds_count{route="/no",status="403"} 1.0',
        'gendan_http_seconds_count{route="/t/{token}",status="200"} 2.0',
        'gendan_http_seconds_count{route="unmatched",status="404"} 1.0',
    ]
    assert "secret" not in "".join(lines)


def test_every_application_counts_for_itself():
    first, second = Metrics(), Metrics()
    first.callbacks.labels("wecom", "kept").inc()
    first.effects.labels("wecom", "done").inc(2)
    first.timers.inc(3)
    first.queue_rows.labels("outbox", "ready").set(7)
    first.queue_oldest.labels("outbox").set(1.5)
    shown = first.render().decode()
    for line in (
        'gendan_callbacks_total{outcome="kept",platform="wecom"} 1.0',
        'gendan_effects_total{outcome="done",platform="wecom"} 2.0',
        "gendan_timers_fired_total 3.0",
        'gendan_queue_rows{queue="outbox",state="ready"} 7.0',
        'gendan_queue_oldest_seconds{queue="outbox"} 1.5',
    ):
        assert line in shown
    assert "wecom" not in second.render().decode()
    assert CONTENT_TYPE.startswith("text/plain")
