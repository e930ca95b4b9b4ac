"""Run the playground alone: ``python -m playground --port 9000 --bot http://127.0.0.1:8080 --config FILE``."""

from __future__ import annotations

import argparse
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
    arguments = parser.parse_args()
    settings = load_settings(arguments.config) if arguments.config else PlaygroundSettings()
    settings.bot_url = arguments.bot or settings.bot_url
    web.run_app(create_playground(settings).app, host=arguments.host, port=arguments.port, shutdown_timeout=2.0)


main()
