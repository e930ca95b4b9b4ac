"""The test house itself: databases are real and apart, the network is shut, the browser is a phone."""

import socket

import psycopg
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_socket import SocketConnectBlockedError


def test_each_test_has_an_empty_database_of_either_kind(database_url):
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE here (name TEXT)"))
        connection.execute(sa.text("INSERT INTO here VALUES ('华鑫门窗')"))
        assert connection.scalar(sa.text("SELECT name FROM here")) == "华鑫门窗"
    engine.dispose()


@pytest.mark.postgres
def test_a_module_shares_a_database_that_is_not_the_others(postgres_url, postgres_server):
    other = postgres_server.create()
    names = []
    for url in (postgres_url, other):
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            names += connection.execute("SELECT current_database()").fetchone()
    postgres_server.drop(other)
    assert len(set(names)) == 2


def test_a_test_does_not_connect_to_the_world():
    # 192.0.2.0/24 belongs to documentation: nothing answers there even if the guard failed.
    # The guard warns before it raises, and warnings are errors here.
    with pytest.raises((SocketConnectBlockedError, UserWarning)), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))


@pytest.mark.browser
async def test_the_browser_is_a_chinese_phone_without_a_way_out(phone):
    app = web.Application()

    async def page(_request):
        return web.Response(
            text='<meta name="viewport" content="width=device-width"><title>跟单</title>', content_type="text/html"
        )

    app.router.add_get("/", page)
    async with TestServer(app) as server:
        tab = await phone.new_page()
        await tab.goto(str(server.make_url("/")))
        assert await tab.title() == "跟单"
        shown = await tab.evaluate("[innerWidth, innerHeight, navigator.language, new Date(0).getHours()]")
        assert shown == [390, 844, "zh-CN", 8]
        with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
            await tab.goto("http://example.invalid/")
