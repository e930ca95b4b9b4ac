"""The demo's two programs are told of each other, and of the machines whose codes the page shows."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest

from bot.config_file import SettingsError
from bot.demo import PRESETS, demo, prepare
from playground.settings import QrPage, load_settings
from tests.support.ports import free_port


def test_both_sides_get_their_settings_and_the_machines_their_codes(tmp_path):
    bot = prepare(tmp_path, PRESETS / "equipment", playground_port=9100, bot_port=9101)

    played = load_settings(tmp_path / "playground.yaml")
    assert (bot.server.public_url, played.bot_url) == ("http://127.0.0.1:9101", "http://127.0.0.1:9101")
    assert played.qr[0] == QrPage(title="X200 · 苏州恒力", url="http://127.0.0.1:9101/r/ZkJ07blCX3UALIpFw1ZiNw")
    assert len(played.qr) == 7


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # another process: there is nothing to be woken by


@pytest.mark.slow
def test_the_playground_dies_with_a_killed_demo(tmp_path):
    port = free_port()
    demo = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(port), "--data", str(tmp_path)],
        cwd=PRESETS.parent,
        env={name: value for name, value in os.environ.items() if not name.startswith("GENDAN__")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until(lambda: _listens(port) and _listens(port + 1))
    finally:
        demo.kill()
        demo.wait()
    _until(lambda: not _listens(port))


@pytest.mark.parametrize("taken", [0, 1])
def test_a_demo_does_not_talk_to_a_strangers_program(tmp_path, taken):
    """Neither of its two ports may be somebody's; nothing is written before that is known."""
    port = free_port()
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", port + taken))
        stranger.listen()
        with pytest.raises(SettingsError, match=f"端口 {port + taken} 已被别的程序占用"):
            demo(port=port, preset="equipment", data=tmp_path)
    assert list(tmp_path.iterdir()) == []
