"""R-09: the real program, in the production profile, started with one unsafe setting after the other."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

SOUND = {
    "SERVER__PROFILE": "production",
    "SERVER__PUBLIC_URL": "https://gendan.example.com",
    "SERVER__SECRET": "f3a9c1d07be2486895d1c0aa4f7e6b21",
    "WECOM__CORP_ID": "ww1234567890abcdef",
    "WECOM__AGENT_ID": "1000002",
    "WECOM__SECRET": "b71e09aa5f1c4d2e8b60",
    "WECOM__TOKEN": "QDG6eKq81LzP",
    "WECOM__ENCODING_AES_KEY": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    "DINGTALK__CLIENT_ID": "dingabcdef123456",
    "DINGTALK__CLIENT_SECRET": "n4Xv0Zc8Lq2Wy6Tb1Rk9",
    "DINGTALK__ROBOT_CODE": "dingabcdef123456",
}
UNSAFE = {
    "SERVER__PUBLIC_URL": "http://gendan.example.com",
    "SERVER__TEST_CLOCK": "2026-01-01T00:00:00+08:00",
    "SERVER__SECRET": "",
    "WECOM__API_BASE": "http://127.0.0.1:9000",
    "WECOM__OAUTH_BASE": "http://127.0.0.1:9000",
    "DINGTALK__API_BASE": "http://127.0.0.1:9000",
    "DINGTALK__OAPI_BASE": "http://127.0.0.1:9000",
    "DINGTALK__LOGIN_BASE": "http://127.0.0.1:9000",
    "WECOM__SECRET": "change-me",
    "WECOM__TOKEN": "token",
    "DINGTALK__CLIENT_SECRET": "secret",
}


def start(folder: Path, changes: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``gendan serve`` on a database that is not there: with sound settings that is all it complains of."""
    settings = {**SOUND, "DATABASE__URL": f"sqlite:///{folder}/gendan.db", "FILES__URL": f"file://{folder}/files"}
    settings |= {"POLICIES": str(ROOT / "presets" / "equipment" / "policies"), **changes}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GENDAN__")}
    environ |= {f"GENDAN__{name}": value for name, value in settings.items()} | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_each_unsafe_flag_keeps_the_program_from_starting(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        shown = dict(zip(UNSAFE, pool.map(lambda name: start(tmp_path, {name: UNSAFE[name]}), UNSAFE), strict=True))
    for name, done in shown.items():
        key = name.lower().replace("__", ".")
        assert done.returncode == 1, name
        assert "production" in done.stderr or "生产环境" in done.stderr or "占位" in done.stderr, done.stderr
        assert key in done.stderr.lower() or f"GENDAN__{name}" in done.stderr, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert not (tmp_path / "gendan.db").exists(), name


def test_sound_settings_get_as_far_as_the_database(tmp_path: Path) -> None:
    """Without this the test above could pass for any reason."""
    done = start(tmp_path, {})
    assert done.returncode == 1
    assert "gendan migrate" in done.stderr
    assert "生产环境" not in done.stderr
