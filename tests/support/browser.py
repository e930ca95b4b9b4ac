"""A real Chromium that looks like a phone and reaches nothing but this machine."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}


def find_chromium(playwright: Playwright) -> str | None:
    """Return the first of $CHROMIUM, Debian's and Playwright's own that is there."""
    candidates = [os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", playwright.chromium.executable_path]
    return next((each for each in candidates if each and Path(each).is_file()), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser | None]:
    """Run a browser; None when this machine has none."""
    async with async_playwright() as playwright:
        executable = find_chromium(playwright)
        if executable is None:
            yield None
            return
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    """Open a phone's browser of its own (cookies included); a script error on any page fails the test."""
    context = await browser.new_context(**PHONE)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    try:
        yield context
    finally:
        await context.close()
    assert errors == []
