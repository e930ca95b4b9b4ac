"""Run the playground alone: ``python -m playground --port 9000 --bot http://127.0.0.1:8080 --config FILE``."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from playground.app import create_playground
from playground.settings import PlaygroundSettings, load_settings


def main() -> None:
    """Read the arguments and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--bot", default="", help="base URL of the bot, instead of bot_url in the file")
    parser.add_argument("--config", type=Path, help="YAML: bot_url, company, people, wecom, dingtalk")
    parser.add_argument("--until-closed", action="store_true", help="end when standard input ends")
    arguments = parser.parse_args()
    settings = load_settings(arguments.config) if arguments.config else PlaygroundSettings()
    settings.bot_url = arguments.bot or settings.bot_url
    settings.own_url = f"http://{arguments.host}:{arguments.port}"
    app = create_playground(settings).app
    if arguments.until_closed:
        app.cleanup_ctx.append(_until_input_ends)
    web.run_app(app, host=arguments.host, port=arguments.port, shutdown_timeout=2.0)


async def _until_input_ends(_app: web.Application) -> AsyncIterator[None]:
    """End with whoever holds the other end of standard input, however it ended: SIGKILL closes it too."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def watch() -> None:
        await reader.read()
        signal.raise_signal(signal.SIGTERM)

    watching = loop.create_task(watch())
    yield
    watching.cancel()


main()
