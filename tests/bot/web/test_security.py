"""The common part of every answer, route classes and body caps (R-06, R-69, R-103)."""

from __future__ import annotations

import gzip
import zlib

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web.access import KIB, Access, declare, rule_of, unclassified
from bot.web.security import HEADERS, protect


async def echo(request: web.Request) -> web.Response:
    return web.json_response({"bytes": len(await request.read())})


async def broken(_request: web.Request) -> web.Response:
    raise RuntimeError("canary-detail")


async def cached(_request: web.Request) -> web.Response:
    return web.Response(headers={"Cache-Control": "public, max-age=60"})


async def limited(_request: web.Request) -> web.Response:
    raise web.HTTPTooManyRequests(headers={"Retry-After": "7"}, text="canary-detail")


async def moved(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/public")


async def streamed(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"x")
    return response


async def members_only(request: web.Request) -> None:
    if request.headers.get("X-Test-Session") != "good":
        raise web.HTTPUnauthorized


def application(**options) -> web.Application:
    app = web.Application()
    protect(app, checks={Access.SESSION: members_only}, https=options.get("https", False))
    router = app.router
    declare(router.add_post("/wecom/callback", echo), Access.PLATFORM, body=256 * KIB)
    declare(router.add_post("/small", echo), Access.PUBLIC, body=KIB)
    declare(router.add_get("/public", echo), Access.PUBLIC)
    declare(router.add_get("/m/quotes", echo), Access.SESSION)
    declare(router.add_get("/api/v1/quotes", echo), Access.TOKEN)
    declare(router.add_get("/broken", broken), Access.PUBLIC)
    declare(router.add_get("/api/v1/broken", broken), Access.PUBLIC)
    declare(router.add_get("/cached", cached), Access.PUBLIC)
    declare(router.add_get("/limited", limited), Access.PUBLIC)
    declare(router.add_get("/moved", moved), Access.PUBLIC)
    declare(router.add_get("/streamed", streamed), Access.PUBLIC)
    return app


@pytest.fixture
async def client():
    async with TestClient(TestServer(application())) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/public", 200),
        ("/m/quotes", 401),
        ("/nowhere", 404),
        ("/broken", 500),
        ("/limited", 429),
        ("/moved", 302),
        ("/streamed", 200),
    ],
)
async def test_every_answer_has_the_headers(client, path, status):
    """R-69: errors, redirects and streams too."""
    response = await client.get(path, allow_redirects=False)
    assert response.status == status
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "Server" not in response.headers
    assert len(response.headers["X-Request-Id"]) == 32


async def test_a_handler_may_choose_to_be_cached(client):
    assert (await client.get("/cached")).headers["Cache-Control"] == "public, max-age=60"


async def test_only_tls_promises_tls(client):
    assert "Strict-Transport-Security" not in (await client.get("/public")).headers
    async with TestClient(TestServer(application(https=True))) as secure:
        assert (await secure.get("/public")).headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_a_failure_tells_its_number_and_nothing_else(client):
    response = await client.get("/broken")
    assert await response.text() == f"出错了，请稍后再试（编号 {response.headers['X-Request-Id'][-8:]}）"
    response = await client.get("/api/v1/broken")
    assert await response.json() == {
        "error": {"status": 500, "message": "出错了，请稍后再试", "request_id": response.headers["X-Request-Id"]}
    }


async def test_a_refusal_keeps_the_header_that_helps(client):
    response = await client.get("/limited")
    assert response.headers["Retry-After"] == "7"
    assert "canary" not in await response.text()
    response = await client.get("/small")
    assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_a_session_route_needs_its_check_to_pass(client):
    """R-06."""
    assert (await client.get("/m/quotes")).status == 401
    assert (await client.get("/m/quotes", headers={"X-Test-Session": "good"})).status == 200


async def test_a_class_without_a_check_opens_no_door(client):
    """R-06: a missing wire refuses."""
    assert (await client.get("/api/v1/quotes")).status == 401


async def test_a_route_without_a_class_does_not_answer_and_is_named():
    """R-06."""
    app = application()
    app.router.add_get("/forgotten/{id}", echo)
    inner = web.Application()
    inner.router.add_post("/also", echo)
    app.add_subapp("/inner", inner)
    assert unclassified(app) == ["HEAD /forgotten/{id}", "GET /forgotten/{id}", "POST /inner/also"]
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/forgotten/1")).status == 404
        assert (await client.post("/inner/also")).status == 404
    assert unclassified(application()) == []


def test_the_class_is_on_the_route():
    app = web.Application()
    route = declare(app.router.add_get("/x", echo), Access.PUBLIC, body=5)
    assert rule_of(route).access is Access.PUBLIC
    assert rule_of(route).body == 5


ZEROS = b"\0" * 300 * KIB


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"x" * KIB, {}, 200),
        (b"x" * (KIB + 1), {}, 413),
        (gzip.compress(b"x" * KIB), {"Content-Encoding": "gzip"}, 200),
        (gzip.compress(b"x" * (KIB + 1)), {"Content-Encoding": "gzip"}, 413),
        (gzip.compress(ZEROS), {"Content-Encoding": "gzip"}, 413),
        (zlib.compress(ZEROS), {"Content-Encoding": "deflate"}, 413),
        (b"not gzip at all, no", {"Content-Encoding": "gzip"}, 400),
    ],
    ids=["whole", "over", "gzip", "gzip over", "gzip bomb", "deflate bomb", "not gzip"],
)
async def test_a_body_is_capped_per_route_after_inflation(client, data, headers, status):
    """R-103."""
    response = await client.post("/small", data=data, headers=headers)
    assert response.status == status


async def test_a_body_without_a_length_is_capped_too(client):
    """R-103: chunked."""

    async def chunks():
        for _ in range(20):
            yield b"x" * 100

    assert (await client.post("/small", data=chunks())).status == 413


async def test_callbacks_have_their_own_cap(client):
    """R-103: 256 KiB."""
    accepted = await client.post("/wecom/callback", data=b"x" * 256 * KIB)
    assert await accepted.json() == {"bytes": 256 * KIB}
    assert (await client.post("/wecom/callback", data=b"x" * (256 * KIB + 1))).status == 413
