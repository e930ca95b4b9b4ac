"""The demo's two programs are told of each other, and of the machines whose codes the page shows."""

from __future__ import annotations

from bot.demo import PRESETS, prepare
from playground.settings import QrPage, load_settings


def test_both_sides_get_their_settings_and_the_machines_their_codes(tmp_path):
    bot = prepare(tmp_path, PRESETS / "equipment", playground_port=9100, bot_port=9101)

    played = load_settings(tmp_path / "playground.yaml")
    assert (bot.server.public_url, played.bot_url) == ("http://127.0.0.1:9101", "http://127.0.0.1:9101")
    assert played.qr[0] == QrPage(title="X200 · 苏州恒力", url="http://127.0.0.1:9101/r/ZkJ07blCX3UALIpFw1ZiNw")
    assert len(played.qr) == 7
