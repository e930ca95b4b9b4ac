"""Fixtures for every room: databases, a browser, and no network."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext
from pytest_socket import socket_allow_hosts

from tests.support import browser as browsers
from tests.support import postgres, prepared, statements

statements.share()


def pytest_collection_finish() -> None:
    """Let the collector pass over what the whole suite has in common: a full round costs a third of a second."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup() -> None:
    """Let no test leave this machine."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """One PostgreSQL per session (with xdist: per worker), started when first asked for."""
    with postgres.server() as server:
        yield server
        prepared.forget(server.url)


@pytest.fixture(scope="module")
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """An empty PostgreSQL database that the tests of one module share."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database for one test, which runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/test.db"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium; on a machine without one the test is skipped, in CI it fails."""
    async with browsers.chromium() as browser:
        if browser is None:
            reason = "no Chromium: apt-get install chromium fonts-wqy-microhei, or set CHROMIUM"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        yield browser


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A phone of 390 × 844 with its own cookies; open pages with ``await phone.new_page()``."""
    async with browsers.phone(browser) as context:
        yield context
